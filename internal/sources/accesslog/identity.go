package accesslog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dchest/siphash"
)

// A log's text is a stream, wherever its files lie and whatever they are called. The stream is
// known by its head: the lines it begins with. Since a file may be seen while it is short, a head
// is not one hash but a list of them, one at the end of each line; a short file's list begins a
// longer one's.
const (
	headSize  = 4096 // bytes of lines in a head; the first line is in it whatever its length
	headLines = 32
)

// A mark is the hash of a head's first length bytes.
type mark struct {
	length int64
	hash   uint64
}

// A head is the marks of a stream's first lines, the shortest first.
type head []mark

// agrees says that one head begins the other, and how many marks they share.
func (h head) agrees(other head) (shared int, ok bool) {
	shared = min(len(h), len(other))
	return shared, shared > 0 && h[shared-1] == other[shared-1]
}

// String is how a head stands in the ledger: length:hash, comma separated.
func (h head) String() string {
	marks := make([]string, len(h))
	for i, m := range h {
		marks[i] = fmt.Sprintf("%d:%016x", m.length, m.hash)
	}
	return strings.Join(marks, ",")
}

func parseHead(text string) (head, error) {
	var h head
	for part := range strings.SplitSeq(text, ",") {
		lengthText, hashText, _ := strings.Cut(part, ":")
		length, lengthErr := strconv.ParseInt(lengthText, 10, 64)
		hash, hashErr := strconv.ParseUint(hashText, 16, 64)
		if err := errors.Join(lengthErr, hashErr); err != nil {
			return nil, fmt.Errorf("head hashes %q: %w", text, err)
		}
		h = append(h, mark{length, hash})
	}
	return h, nil
}

// readHead reads the head of a text. Blank lines, comments and lines that are too long say
// nothing about which log it is. In a text that has its end, the last line needs no newline.
func readHead(key StreamKey, text io.Reader, hasEnd bool, buffer []byte) (head, error) {
	var h head
	var known []byte
	lines := newLines(text, 0, nil, buffer)
	for len(h) < headLines {
		line, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return h, nil
		case err != nil && len(h) > 0:
			return h, nil // Whoever reads on will meet the error.
		case err != nil:
			return nil, err
		case line.isTooLong, len(line.text) == 0, line.text[0] == '#', !line.isWhole && !hasEnd:
			continue
		}
		if len(h) > 0 && len(known)+len(line.text)+1 > headSize {
			return h, nil
		}
		known = append(append(known, line.text...), '\n')
		h = append(h, mark{int64(len(known)), key.hash(known)})
	}
	return h, nil
}

// A StreamKey is the secret of the hashes of heads and tails, so that nobody can find out by
// trying whether an address is in a line behind a hash.
type StreamKey [16]byte

func (k StreamKey) hash(text []byte) uint64 {
	return siphash.Hash(binary.LittleEndian.Uint64(k[:8]), binary.LittleEndian.Uint64(k[8:]), text)
}

// tailHash is the hash of the text before an offset, as it stands in the ledger.
func (k StreamKey) tailHash(text []byte) string { return fmt.Sprintf("%016x", k.hash(text)) }

// Progress is what the ledger knows of a stream: columns of its latest unit in ledger.unit.
type Progress struct {
	StreamID   string
	Generation int64
	EndOffset  int64
	HeadHashes string
	TailHash   string
	TailLength int64
}

// streamBase is a stream's id without its generation.
func streamBase(id string) string {
	if i := strings.LastIndexByte(id, ':'); i >= 0 {
		return id[:i]
	}
	return id
}

// newBase is the base for a stream of a log that is seen for the first time.
func newBase(log string, h head) string {
	return fmt.Sprintf("%s:%016x", log, h[len(h)-1].hash)
}

func streamID(base string, generation int64) string {
	return base + ":" + strconv.FormatInt(generation, 10)
}

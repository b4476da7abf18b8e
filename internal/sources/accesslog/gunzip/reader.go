// Package gunzip decompresses gzip files (RFC 1951 and 1952) twice as fast as the usual way,
// which for logs is most of the time that reading them takes.
//
// The speed comes from three things: the bits are taken from a 64-bit word that is filled up
// without a branch, one look into a table gives a symbol with its extra bits, and matches are
// copied eight bytes at a time, past their end. For that the buffers have room behind what is in
// them, and near the end of the input a slower, exact way is taken.
package gunzip

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// Errors of a file that is damaged. One that breaks off ends with io.ErrUnexpectedEOF.
var (
	ErrHeader   = errors.New("gunzip: not the header of a gzip member")
	ErrChecksum = errors.New("gunzip: the checksum differs")
	ErrData     = errors.New("gunzip: not deflated data")
)

const (
	windowSize = 32 << 10
	chunkSize  = 256 << 10
	inputSize  = 64 << 10
	// margin is what one step may write or read beyond its place.
	margin = 258 + 16
)

// A Reader decompresses all members of a gzip file, one after the other. It ends with io.EOF only
// where the checksum and the length of the last one were right.
type Reader struct {
	source    io.Reader
	sourceErr error

	in            []byte
	inPos, inEnd  int
	bits          uint64 // not used yet, the next one lowest; above count there may be more of them
	count         uint
	out           []byte
	memberStart   int // in out, as far as it reaches
	outPos        int
	readPos       int
	literals      literalTable
	distances     distanceTable
	step          func(*Reader) error // what comes next in the file
	isLast        bool                // the block is the member's last one
	stored        int                 // bytes left of a stored block
	checksum      uint32
	size          uint32 // of the member, modulo 2^32, as the format has it
	checked       int    // in out: what is in the checksum
	hasSeenMember bool
	err           error
}

// NewReader reads a gzip file.
func NewReader(source io.Reader) *Reader {
	return &Reader{
		source: source, in: make([]byte, inputSize+margin), out: make([]byte, windowSize+chunkSize+2*margin),
		step: (*Reader).header,
	}
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for r.readPos == r.outPos {
		if r.err != nil {
			return 0, r.err
		}
		r.slide()
		for r.err == nil && r.outPos < windowSize+chunkSize {
			r.err = r.step(r)
		}
		r.sum()
	}
	n := copy(p, r.out[r.readPos:r.outPos])
	r.readPos += n
	return n, nil
}

// slide makes room in out, and keeps what matches may refer to.
func (r *Reader) slide() {
	surplus := r.outPos - windowSize
	if surplus <= 0 {
		return
	}
	copy(r.out, r.out[surplus:r.outPos])
	r.outPos -= surplus
	r.readPos -= surplus
	r.checked -= surplus
	r.memberStart = max(0, r.memberStart-surplus)
}

// sum takes what is new in out into the checksum.
func (r *Reader) sum() {
	text := r.out[r.checked:r.outPos]
	r.checksum = crc32.Update(r.checksum, crc32.IEEETable, text)
	r.size += uint32(len(text))
	r.checked = r.outPos
}

// fill reads input until there is more than one step can use, or the source ends.
func (r *Reader) fill() {
	if r.inEnd-r.inPos >= margin || r.sourceErr != nil {
		return
	}
	// The last bytes read are kept, since align may give them back.
	kept := min(r.inPos, 8)
	r.inEnd = copy(r.in, r.in[r.inPos-kept:r.inEnd])
	r.inPos = kept
	for r.inEnd-r.inPos < margin && r.sourceErr == nil {
		var n int
		n, r.sourceErr = r.source.Read(r.in[r.inEnd:inputSize])
		r.inEnd += n
	}
}

// ended is the source's error where the input is used up.
func (r *Reader) ended() error {
	if errors.Is(r.sourceErr, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return r.sourceErr
}

// need fills bits up to at least n of them, at most 56.
func (r *Reader) need(n uint) error {
	for r.count < n {
		if r.inPos == r.inEnd {
			if r.fill(); r.inPos == r.inEnd {
				return r.ended()
			}
		}
		r.bits |= uint64(r.in[r.inPos]) << r.count
		r.inPos++
		r.count += 8
	}
	return nil
}

func (r *Reader) take(n uint) uint32 {
	value := uint32(r.bits & (1<<n - 1))
	r.bits >>= n
	r.count -= n
	return value
}

// align goes on to the next whole byte, and gives those back that wait in bits.
func (r *Reader) align() {
	r.inPos -= int(r.count / 8)
	r.bits, r.count = 0, 0
}

// next reads a byte of the input between members.
func (r *Reader) next() (byte, error) {
	if r.inPos == r.inEnd {
		if r.fill(); r.inPos == r.inEnd {
			return 0, r.ended()
		}
	}
	c := r.in[r.inPos]
	r.inPos++
	return c, nil
}

// header reads the header of a member. After the last one comes the end.
func (r *Reader) header() error {
	if r.fill(); r.inPos == r.inEnd && r.hasSeenMember && errors.Is(r.sourceErr, io.EOF) {
		return io.EOF
	}
	var fixed [10]byte
	sum := crc32.NewIEEE()
	if err := r.read(fixed[:], sum); err != nil {
		return err
	}
	flags := fixed[3]
	if fixed[0] != 0x1f || fixed[1] != 0x8b || fixed[2] != 8 || flags&0xe0 != 0 {
		return ErrHeader
	}
	if flags&4 != 0 { // extra field
		var length [2]byte
		if err := r.read(length[:], sum); err != nil {
			return err
		}
		if err := r.read(make([]byte, binary.LittleEndian.Uint16(length[:])), sum); err != nil {
			return err
		}
	}
	for _, flag := range [...]byte{8, 16} { // name, comment: until a zero
		for flags&flag != 0 {
			var c [1]byte
			if err := r.read(c[:], sum); err != nil {
				return err
			}
			if c[0] == 0 {
				break
			}
		}
	}
	if flags&2 != 0 { // checksum of the header
		want := uint16(sum.Sum32())
		var have [2]byte
		if err := r.read(have[:], sum); err != nil {
			return err
		}
		if binary.LittleEndian.Uint16(have[:]) != want {
			return ErrHeader
		}
	}
	r.hasSeenMember = true
	r.memberStart, r.checksum, r.size = r.outPos, 0, 0
	r.step = (*Reader).block
	return nil
}

func (r *Reader) read(into []byte, sum io.Writer) error {
	for i := range into {
		c, err := r.next()
		if err != nil {
			return err
		}
		into[i] = c
	}
	_, err := sum.Write(into)
	return err
}

// trailer compares the member's checksum and length.
func (r *Reader) trailer() error {
	r.align()
	r.sum()
	var have [8]byte
	if err := r.read(have[:], io.Discard); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(have[:]) != r.checksum || binary.LittleEndian.Uint32(have[4:]) != r.size {
		return ErrChecksum
	}
	r.step = (*Reader).header
	return nil
}

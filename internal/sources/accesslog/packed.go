package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"footfall/internal/sources/accesslog/gunzip"
)

// A packing is how a file is compressed.
type packing string

const (
	plain packing = ""
	gzips packing = "gzip"
	zstds packing = "zstd"
)

// magics are what compressed files begin with. Zstandard's frames may be preceded by one that is
// skipped, whose magic has sixteen forms.
var magics = map[string]packing{"\x1f\x8b": gzips, "\x28\xb5\x2f\xfd": zstds}

const skippedFrame = "\x2a\x4d\x18" // after a byte from 0x50 to 0x5f

// foreignMagic are compressed files that are not read.
var foreignMagic = map[string]string{"BZh": "bzip2", "\xfd7zXZ\x00": "xz", "PK\x03\x04": "zip"}

// sniff says by a file's first bytes how it is compressed; its name says nothing.
func sniff(handle *os.File) (packing, error) {
	var magic [6]byte
	n, err := handle.ReadAt(magic[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return plain, err
	}
	for start, name := range foreignMagic {
		if bytes.HasPrefix(magic[:n], []byte(start)) {
			return plain, fmt.Errorf("%s is compressed by %s, and only gzip, zstd and plain text are read: decompress it first", handle.Name(), name)
		}
	}
	for start, kind := range magics {
		if bytes.HasPrefix(magic[:n], []byte(start)) {
			return kind, nil
		}
	}
	if n >= 4 && magic[0]&0xf0 == 0x50 && string(magic[1:4]) == skippedFrame {
		return zstds, nil
	}
	return plain, nil
}

// errTruncated is the end of a compressed file that has no end.
var errTruncated = errors.New("the compressed file breaks off")

// zstdWindow is the most memory that a frame may ask for. The command zstd refuses more as well
// unless it is told otherwise, and only makes such frames with --long=28 and above.
const zstdWindow = 128 << 20

// packedText decompresses a file, all members or frames of it. It ends with io.EOF only where the
// last one was complete and, as far as the file has them, the checksums were right.
type packedText struct {
	path    string
	packing packing
	handle  io.Reader
	decoder io.Reader
	offset  int64 // of the text
}

func (p *packedText) Read(buffer []byte) (int, error) {
	if p.decoder == nil {
		if err := p.begin(); err != nil {
			return 0, p.explain(err)
		}
	}
	n, err := p.decoder.Read(buffer)
	p.offset += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, p.explain(err)
	}
	return n, err
}

func (p *packedText) begin() error {
	if p.packing == gzips {
		p.decoder = gunzip.NewReader(p.handle)
		return nil
	}
	// Of concurrency 1 it has no goroutines, so that it need not be closed.
	decoder, err := zstd.NewReader(p.handle, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow))
	if err == nil {
		p.decoder = decoder
	}
	return err
}

func (p *packedText) explain(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return fmt.Errorf("%s: %w after %d bytes of text: it is read once it is complete, or as it is with --accept-truncated",
			p.path, errTruncated, p.offset)
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return fmt.Errorf("%s: %w: reading it takes more than %d bytes of memory: compress it again without --long", p.path, err, zstdWindow)
	}
	return fmt.Errorf("%s: the compressed file is damaged after %d bytes of text: %w: put a sound copy in its place, or take it out of the log's paths",
		p.path, p.offset, err)
}

package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
)

// A file is one file of a log.
type file struct {
	path   string
	info   fs.FileInfo
	isGzip bool
	head   head
	survey survey
}

// FileSeen is a row of ledger.file_seen. It is a cache: an unchanged file that stands there is
// not opened, if its stream has got as far as EndOffset.
type FileSeen struct {
	Path       string
	FileSize   int64
	ModifiedNS int64
	Inode      int64
	StreamID   string
	EndOffset  int64
}

func (f *file) seen(stream string, end int64) FileSeen {
	return FileSeen{
		Path: f.path, FileSize: f.info.Size(), ModifiedNS: f.info.ModTime().UnixNano(), Inode: inodeOf(f.info),
		StreamID: stream, EndOffset: end,
	}
}

// findFiles expands paths and globs, each file once. A pattern without a file is an error, since
// a missing log looks like missing users.
func findFiles(patterns []string) (paths []string, errs []error) {
	known := map[string]bool{}
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		if err != nil {
			errs = append(errs, fmt.Errorf("path %q: %w", pattern, err))
			continue
		}
		if len(found) == 0 {
			errs = append(errs, fmt.Errorf("no file matches %s: correct the log's paths, or see whether the log is still written", pattern))
		}
		for _, path := range found {
			if path = filepath.Clean(path); !known[path] {
				known[path] = true
				paths = append(paths, path)
			}
		}
	}
	return paths, errs
}

// statFile looks at a path without opening it.
func statFile(path string) (*file, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a directory: name the files in it, for example %s", path, filepath.Join(path, "*.log*"))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file: give a log's files", path)
	}
	return &file{path: path, info: info}, nil
}

var foreignMagic = map[string]string{
	"\x28\xb5\x2f\xfd": "zstd", "BZh": "bzip2", "\xfd7zXZ\x00": "xz", "PK\x03\x04": "zip",
}

// sniff says by a file's first bytes whether it is compressed; its name says nothing.
func sniff(handle *os.File) (isGzip bool, err error) {
	var magic [6]byte
	n, err := handle.ReadAt(magic[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	for start, name := range foreignMagic {
		if bytes.HasPrefix(magic[:n], []byte(start)) {
			return false, fmt.Errorf("%s is compressed by %s, and only gzip and plain text are read: decompress it first", handle.Name(), name)
		}
	}
	return n >= 2 && magic[0] == 0x1f && magic[1] == 0x8b, nil
}

// open opens the file's text: all of a compressed file, or bytes up to limit of a plain one.
func (f *file) open(limit int64) (text io.Reader, handle *os.File, err error) {
	handle, err = os.Open(f.path)
	if err != nil {
		return nil, nil, err
	}
	if f.isGzip, err = sniff(handle); err != nil {
		_ = handle.Close()
		return nil, nil, err
	}
	if f.isGzip {
		return &gzipText{path: f.path, handle: handle}, handle, nil
	}
	return io.NewSectionReader(handle, 0, limit), handle, nil
}

// errTruncated is the end of a compressed file that has no end.
var errTruncated = errors.New("the compressed file breaks off")

// gzipText decompresses a file, all members of it. It ends with io.EOF only where the last
// member's checksum was right.
type gzipText struct {
	path    string
	handle  io.Reader
	decoder *gzip.Reader
	offset  int64 // of the text
}

func (g *gzipText) Read(buffer []byte) (int, error) {
	if g.decoder == nil {
		decoder, err := gzip.NewReader(g.handle)
		if err != nil {
			return 0, g.explain(err)
		}
		g.decoder = decoder
	}
	n, err := g.decoder.Read(buffer)
	g.offset += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, g.explain(err)
	}
	return n, err
}

func (g *gzipText) explain(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w after %d bytes of text: it is read once it is complete, or as it is with --accept-truncated",
			g.path, errTruncated, g.offset)
	}
	return fmt.Errorf("%s: the compressed file is damaged after %d bytes of text: %w: put a sound copy in its place, or take it out of the log's paths",
		g.path, g.offset, err)
}

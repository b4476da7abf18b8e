package accesslog

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A file is one file of a log.
type file struct {
	path    string // what it is called
	at      string // where it is opened
	info    fs.FileInfo
	packing packing
	head    head
	survey  survey
}

func (f *file) isPacked() bool { return f.packing != plain }

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
		if _, missing := os.Lstat(pattern); missing == nil {
			found, err = []string{pattern}, nil // Whatever signs are in its name.
		}
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
	return &file{path: path, at: path, info: info}, nil
}

// open opens the file's text: all of a compressed file, or bytes up to limit of a plain one.
func (f *file) open(limit int64) (text io.Reader, handle *os.File, err error) {
	handle, err = os.Open(f.at)
	if err != nil {
		return nil, nil, err
	}
	if f.packing, err = sniff(handle); err != nil {
		_ = handle.Close()
		return nil, nil, err
	}
	if f.isPacked() {
		return &packedText{path: f.path, packing: f.packing, handle: handle}, handle, nil
	}
	return io.NewSectionReader(handle, 0, limit), handle, nil
}

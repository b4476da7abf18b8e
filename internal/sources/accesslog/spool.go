package accesslog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// stdinName is what a spool is called.
const stdinName = "standard input"

// Spool writes what can be read only once to a new file of mode 0600, so that it can be told
// whose stream it is, and from which byte on it is news, before any of it is read. The file holds
// addresses: whoever calls this removes it, also after an error.
//
// It returns how many bytes were read, and how many of them stand after the last end of a line,
// if they are plain text; these are not loaded, since their line may not be complete.
func Spool(ctx context.Context, from io.Reader, path string) (size, unfinished int64, err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, 0, err
	}
	handle, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, 0, err
	}
	// Nothing ends a read of a pipe that stays silent, so this goroutine may outlive the context;
	// it touches nothing but the file.
	type result struct {
		size int64
		err  error
	}
	copied := make(chan result, 1)
	go func() {
		size, err := io.Copy(handle, &watched{ctx, from})
		copied <- result{size, errors.Join(err, handle.Close())}
	}()
	var done result
	select {
	case done = <-copied:
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	if done.err != nil {
		return 0, 0, fmt.Errorf("standard input, kept in %s while it is loaded: %w", path, done.err)
	}
	unfinished, err = unfinishedBytes(path)
	return done.size, unfinished, err
}

// unfinishedBytes is the length of what a plain file has after its last newline.
func unfinishedBytes(path string) (int64, error) {
	f, err := statFile(path)
	if err != nil {
		return 0, err
	}
	_, handle, err := f.open(f.info.Size())
	if err != nil {
		return 0, err
	}
	defer handle.Close()
	if f.isPacked() {
		return 0, nil
	}
	end, err := lastLineEnd(handle, f.info.Size())
	return f.info.Size() - end, err
}

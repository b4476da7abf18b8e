package accesslog

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// writeSecret creates or replaces a small file that only its owner can read, so that after a
// crash there is the whole file or none. It is on the disk when this returns.
func writeSecret(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	temp, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*") // of mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(content)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir puts a directory's entries on the disk.
func syncDir(dir string) error {
	handle, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(handle.Sync(), handle.Close())
}

// NewStreamKey makes a key of 16 bytes of random and keeps it in a file of mode 0600. It refuses
// to replace a key, since the streams read with that one would all be read again.
func NewStreamKey(path string, random io.Reader) (StreamKey, error) {
	var key StreamKey
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return key, fmt.Errorf("stream key %s: %w", path, errors.Join(err, fs.ErrExist))
	}
	if _, err := io.ReadFull(random, key[:]); err != nil {
		return key, fmt.Errorf("stream key %s: %w", path, err)
	}
	if err := writeSecret(path, []byte(hex.EncodeToString(key[:])+"\n")); err != nil {
		return key, fmt.Errorf("stream key %s: %w", path, err)
	}
	return key, nil
}

// ReadStreamKey reads what NewStreamKey wrote. Where there is none, the error is fs.ErrNotExist.
func ReadStreamKey(path string) (StreamKey, error) {
	var key StreamKey
	content, err := os.ReadFile(path)
	if err != nil {
		return key, fmt.Errorf("stream key: %w", err)
	}
	if n, err := hex.Decode(key[:], trimKey(content)); err != nil || n != len(key) {
		return key, fmt.Errorf("stream key %s: it must be 32 hex digits: bring the file back from a backup", path)
	}
	return key, nil
}

// trimKey keeps hex.Decode within the key, however long the file is.
func trimKey(content []byte) []byte {
	text := strings.TrimSpace(string(content))
	return []byte(text[:min(len(text), 2*len(StreamKey{}))])
}

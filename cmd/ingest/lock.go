package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// errLocked says that another run is at work.
var errLocked = errors.New("another run holds the lock")

// takeLock takes the lock that makes this process the only writer, and writes into it who holds
// it. The kernel lets go of it when the process ends, however it ends. A look at the status holds
// it for a moment only, which is waited for.
func takeLock(file, command string, now time.Time) (release func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	lock := flock.New(file, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	for range 50 {
		if holder, _ := os.ReadFile(file); err != nil || taken || !strings.HasPrefix(string(holder), "ingest status") {
			break
		}
		time.Sleep(100 * time.Millisecond)
		taken, err = lock.TryLock()
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	if !taken {
		holder, _ := os.ReadFile(file)
		return nil, fmt.Errorf("%w: %s (%s)", errLocked, strings.TrimSpace(string(holder)), file)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	holder := fmt.Sprintf("ingest %s, process %d on %s, since %s\n", command, os.Getpid(), host, now.UTC().Format(time.RFC3339))
	if err := os.WriteFile(file, []byte(holder), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", file, err), lock.Unlock())
	}
	return lock.Unlock, nil
}

package accesslog

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"footfall/internal/traffic"
)

const saltSuffix = ".salt"

// Salts are the secrets of the client keys, a file for each UTC day, in a directory outside the
// database. A salt is on the disk before a line is hashed with it, and once it is destroyed
// nobody can tell any more which client a key of its day was.
//
// Salts may be used by several readers at once, of one process.
type Salts struct {
	Random io.Reader // where salts come from; crypto/rand unless replaced

	dir   string
	mutex sync.Mutex
	known map[Day]salt
}

type salt struct {
	key        traffic.Salt
	isResalted bool
}

// OpenSalts uses the salts of a directory, which it makes, of mode 0700, if it is not there.
func OpenSalts(dir string) (*Salts, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("salts: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("salts: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("salts: %s is open to other users (mode %o): run chmod 700 on it", dir, info.Mode().Perm())
	}
	return &Salts{Random: rand.Reader, dir: dir, known: map[Day]salt{}}, nil
}

// forDay is the salt of a day. A day without one gets it; if lines of the day are loaded already,
// their salt is gone and the new one is marked as resalted.
func (s *Salts) forDay(day Day, isLoaded bool, now time.Time) (salt, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if found, ok := s.known[day]; ok {
		return found, nil
	}
	found, err := s.read(day)
	if errors.Is(err, fs.ErrNotExist) {
		found, err = s.create(day, isLoaded, now)
	}
	if err != nil {
		return salt{}, fmt.Errorf("salt of %s: %w", day, err)
	}
	s.known[day] = found
	return found, nil
}

func (s *Salts) path(day Day) string { return filepath.Join(s.dir, day.String()+saltSuffix) }

func (s *Salts) create(day Day, isResalted bool, now time.Time) (salt, error) {
	made := salt{isResalted: isResalted}
	if _, err := io.ReadFull(s.Random, made.key[:]); err != nil {
		return salt{}, err
	}
	content := fmt.Sprintf("salt %x\ncreated %s\nresalted %t\n", made.key, now.UTC().Format(time.RFC3339), isResalted)
	return made, writeSecret(s.path(day), []byte(content))
}

func (s *Salts) read(day Day) (salt, error) {
	path := s.path(day)
	content, err := os.ReadFile(path)
	if err != nil {
		return salt{}, err
	}
	fields := map[string]string{}
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		fields[name] = value
	}
	key, err := hex.DecodeString(fields["salt"])
	found := salt{isResalted: fields["resalted"] == "true"}
	if err != nil || len(key) != len(found.key) {
		return salt{}, fmt.Errorf("%s: no salt of 32 hex digits in it: delete the file, and the day gets a new salt and is marked as resalted", path)
	}
	copy(found.key[:], key)
	return found, nil
}

// Days are the days that have a salt, oldest first.
func (s *Salts) Days() ([]Day, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, fmt.Errorf("salts: %w", err)
	}
	var days []Day
	for _, entry := range entries {
		name, isSalt := strings.CutSuffix(entry.Name(), saltSuffix)
		if day, err := ParseDay(name); isSalt && err == nil {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	return days, nil
}

// Destroy forgets the salt of a day for good. It is no error if there is none.
func (s *Salts) Destroy(day Day) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.known, day)
	if err := os.Remove(s.path(day)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("salt of %s: %w", day, err)
	}
	if err := syncDir(s.dir); err != nil {
		return fmt.Errorf("salt of %s: %w", day, err)
	}
	return nil
}

// Package accesslog reads the access logs of web servers, each line once.
//
// A log is one or more streams of text. Which stream a file carries is known by the lines it
// begins with, never by its name, so that a file may be renamed, compressed, copied or truncated
// between two runs. A stream is read from where the ledger says it was left, in units; a unit's
// lines become hits, or are counted as rejected, dropped or blank.
package accesslog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"footfall/internal/sources"
	"footfall/internal/traffic"
)

// How a client's address is found; see Config.
const (
	Connection = "connection"
	Forwarded  = "forwarded"
)

const (
	defaultRejectedShare = 0.05
	defaultUnitBytes     = 256 << 20
	defaultUnitLines     = 1 << 20
	mostUnitBytes        = 1 << 30
)

// Config says what a log is and how it is read. Only Name and Paths, or Spool, must be set.
type Config struct {
	Name  string   // a part of the identity of its streams: never change it
	Paths []string // files and globs
	// Spool is a file that holds what came on standard input (see Spool); it is called "standard
	// input" in messages and in the ledger. Empty: nothing came.
	Spool string
	// Format is a format's name, an nginx log_format or an Apache LogFormat; empty: it is
	// detected, file by file, from the first lines.
	Format string
	JSON   JSONKeys // where the parts of a request stand in lines of JSON; zero: they are not, or it is detected
	// Zone is that of times that are written without one; nil: UTC.
	Zone *time.Location
	// Hosts are the host names the log speaks for; the first one is that of lines without a
	// virtual host.
	Hosts []string
	// ClientAddress is Connection, also if empty, or Forwarded: then the field after the user
	// agent is X-Forwarded-For, and it is believed as far as TrustedProxies wrote it.
	ClientAddress  string
	TrustedProxies []netip.Prefix
	// AcceptTruncated takes the whole lines of a compressed file that breaks off.
	AcceptTruncated bool
	// A unit with more than MaxRejectedShare of its lines rejected (0: 0.05), and at least 100, is
	// an error, unless AcceptRejects.
	AcceptRejects    bool
	MaxRejectedShare float64
	// UnitBytes is about how much text is loaded at once (0: 256 MiB, or more where lines are
	// long: see unitLength). A compressed file is one unit whatever its length.
	UnitBytes int64
}

// Source reads the files of one configured log.
type Source struct {
	Config   Config
	Networks *traffic.Networks
	Salts    *Salts
	Key      StreamKey
	Progress []Progress // the latest unit of each of the log's streams
	Seen     []FileSeen // may be left out: a cache
	Days     Days
	Log      *slog.Logger
	Now      func() time.Time // the run's clock, for the salts

	memory memory.Allocator // of the rows; nil: C memory

	sent  sentPool
	mutex sync.Mutex
	seen  map[string]FileSeen
}

var _ sources.Source = (*Source)(nil)

// check reports what is wrong with a configuration, by its keys.
func (c *Config) check() error {
	var errs []error
	if c.Name == "" || len(c.Paths) == 0 && c.Spool == "" {
		errs = append(errs, errors.New("a log needs a name and paths"))
	}
	if err := c.CheckFormat(); err != nil {
		errs = append(errs, err)
	}
	switch {
	case c.ClientAddress != "" && c.ClientAddress != Connection && c.ClientAddress != Forwarded:
		errs = append(errs, fmt.Errorf("client_address %q: use %s or %s", c.ClientAddress, Connection, Forwarded))
	case c.ClientAddress == Forwarded && len(c.TrustedProxies) == 0:
		errs = append(errs, fmt.Errorf("client_address %s: trusted_proxies must say whose forwarded addresses are believed", Forwarded))
	}
	if c.MaxRejectedShare < 0 || c.MaxRejectedShare > 1 {
		errs = append(errs, fmt.Errorf("max_rejected_share %g: use a share from 0 to 1", c.MaxRejectedShare))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("log %q: %w", c.Name, err)
	}
	return nil
}

func (c *Config) host() string {
	if len(c.Hosts) == 0 {
		return ""
	}
	return c.Hosts[0]
}

func (c *Config) unitBytes() int64 {
	if c.UnitBytes <= 0 {
		return defaultUnitBytes
	}
	return c.UnitBytes
}

func (c *Config) maxRejectedShare() float64 {
	if c.MaxRejectedShare == 0 {
		return defaultRejectedShare
	}
	return c.MaxRejectedShare
}

// Units yields what the log's files have that the ledger has not. All files are looked at before
// the first unit is yielded, and a file that cannot be is an error of its own.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		planner, err := s.planner()
		if err != nil {
			yield(sources.Unit{}, err)
			return
		}
		plan := planner.run(ctx, s.Config.Paths)
		if err := ctx.Err(); err != nil {
			yield(sources.Unit{}, err)
			return
		}
		for _, seen := range plan.seen {
			s.note(seen)
		}
		for _, err := range plan.errs {
			if !yield(sources.Unit{}, fmt.Errorf("log %s: %w", s.Config.Name, err)) {
				return
			}
		}
		for _, t := range plan.tasks {
			units, err := s.units(t)
			if err != nil && !yield(sources.Unit{}, fmt.Errorf("log %s: %w", s.Config.Name, explainFile(t.file.path, err))) {
				return
			}
			for _, unit := range units {
				if !yield(unit, nil) {
					return
				}
			}
		}
	}
}

func (s *Source) planner() (*planner, error) {
	if err := s.Config.check(); err != nil {
		return nil, err
	}
	p := &planner{
		log: s.Config.Name, spool: s.Config.Spool, key: s.Key, takeTruncated: s.Config.AcceptTruncated, logger: s.Log,
		seen: map[string]FileSeen{}, seenInode: map[int64]FileSeen{},
		generation: map[string]int64{}, carried: map[string]bool{},
		buffer: make([]byte, bufferSize),
	}
	for _, progress := range s.Progress {
		head, err := parseHead(progress.HeadHashes)
		if err != nil {
			return nil, fmt.Errorf("log %s: ledger: stream %s: %w", s.Config.Name, progress.StreamID, err)
		}
		p.streams = append(p.streams, stream{progress, head})
		base := streamBase(progress.StreamID)
		p.generation[base] = max(p.generation[base], progress.Generation)
	}
	for _, seen := range s.Seen {
		p.seen[seen.Path] = seen
		if seen.Inode != 0 {
			p.seenInode[seen.Inode] = seen
		}
	}
	return p, nil
}

// units cuts a plain file's text into units at ends of lines. A compressed file is one unit.
func (s *Source) units(t task) ([]sources.Unit, error) {
	if t.file.isPacked() {
		return []sources.Unit{s.unit(t, -1, true)}, nil
	}
	text, handle, err := t.file.open(t.file.info.Size())
	if err != nil {
		return nil, err
	}
	defer handle.Close()
	unit, err := s.unitLength(text)
	if err != nil {
		return nil, err
	}
	var units []sources.Unit
	length := t.file.survey.length
	for t.start < length {
		end := length
		if t.start+unit < length {
			if end, err = lineEndAfter(text.(io.ReaderAt), t.start+unit-1, length); err != nil {
				return units, err
			}
		}
		units = append(units, s.unit(t, end, end == length))
		t.start, t.tailHash, t.tailLength = end, "", 0
	}
	return units, nil
}

// unitLength is about how long a unit of a text is to be. It takes memory by its rows, and time to
// be closed, so one of long lines, such as JSON, may be longer: as long as a million lines, and
// 1 GiB at most.
func (s *Source) unitLength(text io.Reader) (int64, error) {
	if s.Config.UnitBytes > 0 {
		return s.Config.UnitBytes, nil
	}
	sample := make([]byte, bufferSize)
	n, err := io.ReadFull(text, sample)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	lineLength := int64(n / (1 + bytes.Count(sample[:n], []byte("\n"))))
	return min(max(defaultUnitBytes, lineLength*defaultUnitLines), mostUnitBytes), nil
}

func (s *Source) unit(t task, end int64, isLast bool) sources.Unit {
	name := t.file.path
	if t.start > 0 {
		name = fmt.Sprintf("%s from byte %d", name, t.start)
	}
	id := fmt.Sprintf("%s@%d", t.stream, t.start)
	var opened *reading
	return sources.Unit{
		ID: id, Stream: t.stream, Start: t.start, Name: name,
		Open: func(ctx context.Context) ([]sources.Rows, error) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			opened = newReading(ctx, s, t, id, end, isLast)
			return opened.rows(), nil
		},
		Loaded: func() { s.sent.put(opened.sent) },
	}
}

func (s *Source) note(seen FileSeen) {
	if seen.Path == stdinName {
		return // It is gone after the run.
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.seen == nil {
		s.seen = map[string]FileSeen{}
	}
	s.seen[seen.Path] = seen
}

// FilesSeen are the rows for the cache of files, by path, once the units were read. They may be
// stored whether or not the units were loaded: a row only helps where the ledger agrees.
func (s *Source) FilesSeen() []FileSeen {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	rows := make([]FileSeen, 0, len(s.seen))
	for _, path := range slices.Sorted(maps.Keys(s.seen)) {
		rows = append(rows, s.seen[path])
	}
	return rows
}

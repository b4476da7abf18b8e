package accesslog

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"footfall/internal/sources"
	"footfall/internal/sources/sourcestest"
)

var noon = time.Date(2026, 1, 6, 12, 0, 0, 0, time.UTC)

// A site is a folder of logs with a ledger in memory: what a run loads is there in the next one.
type site struct {
	tb       testing.TB
	dir      string
	config   Config
	salts    *Salts
	days     Days
	progress map[string]Progress
	seen     []FileSeen
	paths    map[string]int // what was asked for, from the hits loaded
	said     *bytes.Buffer  // the log

	isForgetful bool // the cache of files is lost after each run
}

func newSite(tb testing.TB) *site {
	tb.Helper()
	dir := tb.TempDir()
	salts, err := OpenSalts(filepath.Join(dir, "salts"))
	if err != nil {
		tb.Fatal(err)
	}
	return &site{
		tb: tb, dir: dir, salts: salts,
		config:   Config{Name: "portal", Paths: []string{filepath.Join(dir, "access.log*")}, Hosts: []string{"data.example.org"}},
		days:     Days{Loaded: map[Day]bool{}, Pruned: map[Day]bool{}},
		progress: map[string]Progress{}, paths: map[string]int{}, said: &bytes.Buffer{},
	}
}

func (s *site) source() *Source {
	return &Source{
		Config: s.config, Salts: s.salts, Key: StreamKey{1, 2, 3}, Days: s.days, Seen: s.seen,
		Progress: slices.Collect(maps.Values(s.progress)),
		Log:      slog.New(slog.NewTextHandler(s.said, nil)), Now: func() time.Time { return noon },
	}
}

// run loads all that the files offer, and returns what they do not.
func (s *site) run() []error {
	s.tb.Helper()
	source := s.source()
	var errs []error
	failed := map[string]bool{}
	for unit, err := range source.Units(context.Background()) {
		if err == nil && !failed[unit.Stream] {
			err = s.load(unit)
			failed[unit.Stream] = err != nil
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	if !s.isForgetful {
		s.seen = source.FilesSeen()
	}
	return errs
}

func (s *site) load(unit sources.Unit) error {
	tables, err := sourcestest.Read(context.Background(), unit)
	if err != nil {
		return err
	}
	text := map[any]string{}
	for _, row := range tables["raw.url"] {
		text[row["url_id"]] = fmt.Sprint(row["path"])
	}
	for _, row := range tables["raw.hit"] {
		path, ok := text[row["url_id"]]
		if !ok {
			s.tb.Fatalf("unit %s: url %v has no text", unit.Name, row["url_id"])
		}
		s.paths[path]++
	}
	row := tables["ledger.unit"][0]
	last := s.progress[unit.Stream]
	if unit.Start != last.EndOffset {
		s.tb.Fatalf("unit %s starts at %d, its stream was read to %d", unit.Name, unit.Start, last.EndOffset)
	}
	s.progress[unit.Stream] = Progress{
		StreamID: unit.Stream, Generation: row["generation"].(int64), EndOffset: row["end_offset"].(int64),
		HeadHashes: row["head_hashes"].(string), TailHash: row["tail_hash"].(string), TailLength: row["tail_length"].(int64),
	}
	return nil
}

// mustRun is a run without errors that ends with these paths loaded, each once.
func (s *site) mustRun(want ...string) {
	s.tb.Helper()
	if errs := s.run(); len(errs) > 0 {
		s.tb.Fatalf("errors: %v", errs)
	}
	s.wantPaths(want...)
}

func (s *site) wantPaths(want ...string) {
	s.tb.Helper()
	got := fmt.Sprint(slices.Sorted(maps.Keys(s.paths)))
	if want = slices.Sorted(slices.Values(want)); got != fmt.Sprint(want) {
		s.tb.Errorf("loaded:\n%v\nwant:\n%v", got, want)
	}
	for path, count := range s.paths {
		if count != 1 {
			s.tb.Errorf("%s was loaded %d times", path, count)
		}
	}
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

func (s *site) stat(name string) os.FileInfo {
	s.tb.Helper()
	info, err := os.Stat(s.path(name))
	if err != nil {
		s.tb.Fatal(err)
	}
	return info
}

func (s *site) write(name, text string) {
	s.tb.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.tb.Fatal(err)
	}
}

func (s *site) add(name, text string) {
	s.tb.Helper()
	handle, err := os.OpenFile(s.path(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		s.tb.Fatal(err)
	}
	if _, err := handle.WriteString(text); err != nil {
		s.tb.Fatal(err)
	}
	if err := handle.Close(); err != nil {
		s.tb.Fatal(err)
	}
}

func (s *site) read(name string) string {
	s.tb.Helper()
	content, err := os.ReadFile(s.path(name))
	if err != nil {
		s.tb.Fatal(err)
	}
	return string(content)
}

func (s *site) rename(from, to string) {
	s.tb.Helper()
	if err := os.Rename(s.path(from), s.path(to)); err != nil {
		s.tb.Fatal(err)
	}
}

func (s *site) remove(name string) {
	s.tb.Helper()
	if err := os.Remove(s.path(name)); err != nil {
		s.tb.Fatal(err)
	}
}

// compress replaces a file by its archive.
func (s *site) compress(name string) {
	s.tb.Helper()
	s.write(name+".gz", packed(s.read(name)))
	s.remove(name)
}

// compressZstd is compress by the other kind.
func (s *site) compressZstd(name string) {
	s.tb.Helper()
	s.write(name+".zst", zstdPacked(s.read(name)))
	s.remove(name)
}

// packed is text as gzip.
func packed(text string) string {
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	_, _ = w.Write([]byte(text)) // to memory: no error
	_ = w.Close()
	return buffer.String()
}

// zstdPacked is text as zstd, with a checksum at its end.
func zstdPacked(text string) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err) // of the options
	}
	return string(w.EncodeAll([]byte(text), nil))
}

// requests are combined lines, one for each path, a minute after each other.
func requests(paths ...string) string {
	var text strings.Builder
	for i, path := range paths {
		at := time.Date(2026, 1, 5, 10, i%60, 0, 0, time.UTC).Format("02/Jan/2006:15:04:05 -0700")
		fmt.Fprintf(&text, "203.0.113.%d - - [%s] \"GET %s HTTP/1.1\" 200 1234 \"https://www.example.net/search?q=x\" \"curl/8.5.0\"\n",
			i%250+1, at, path)
	}
	return text.String()
}

// numbered are paths from /prefix1 to /prefixN.
func numbered(prefix string, count int) []string {
	paths := make([]string, count)
	for i := range paths {
		paths[i] = fmt.Sprintf("/%s%d", prefix, i+1)
	}
	return paths
}

package accesslog

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footfall/internal/sources/sourcestest"
	"footfall/internal/traffic"
)

// one is the only unit that the site offers, read.
func (s *site) one(t *testing.T) sourcestest.Tables {
	t.Helper()
	units := sourcestest.Units(t, s.source())
	if len(units) != 1 {
		t.Fatalf("%d units, want 1", len(units))
	}
	return sourcestest.Drain(t, units[0])
}

func wantRows(t *testing.T, tables sourcestest.Tables, table string, columns string, want ...string) {
	t.Helper()
	got := tables.Text(table, strings.Fields(columns)...)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", table, diff)
	}
}

func TestRows(t *testing.T) {
	line := func(at, request, answer string) string {
		return fmt.Sprintf("203.0.113.9 - - [%s +0000] %q %s\n", at, request, answer)
	}
	usual := `200 512 "https://www.example.net/search?q=x" "curl/8.5.0"`
	s := newSite(t)
	s.write("access.log", "#Comment\n\n \r\n"+
		line("04/Jan/2026:10:00:00", "GET /base/css/main.css HTTP/1.1", usual)+
		line("05/Jan/2026:23:59:59", "GET /dataset/a?utm_source=x&page=2 HTTP/1.1", usual)+
		line("05/Jan/2026:23:10:00", "GET /dataset/a?page=2 HTTP/1.1", usual)+
		line("06/Jan/2026:00:00:00", "HEAD /robots.txt HTTP/1.1", `404 - "-" "-"`)+
		line("06/Jan/2026:00:00:01", "GET /base/css/main.css HTTP/1.1", usual)+
		line("06/Jan/2026:00:00:02", "-", `408 0 "-" "-"`)+
		line("06/Jan/2026:01:00:00", "GET /b HTTP/1.1", `2OO 1 "-" "-"`)+
		"not a line\n")
	tables := s.one(t)
	urlA := traffic.URL{Host: "data.example.org", Path: "/dataset/a", Query: "page=2"}
	robots := traffic.URL{Host: "data.example.org", Path: "/robots.txt"}
	curl, none := traffic.TextID([]byte("curl/8.5.0")), traffic.TextID([]byte("-"))
	search := traffic.TextID([]byte("www.example.net/search"))
	wantRows(t, tables, "raw.hit", "hit_at url_id agent_id referrer_id network_class method status response_bytes",
		fmt.Sprintf("2026-01-05T23:59:59|%d|%d|%d|other|GET|200|512", urlA.ID(), curl, search),
		fmt.Sprintf("2026-01-05T23:10:00|%d|%d|%d|other|GET|200|512", urlA.ID(), curl, search),
		fmt.Sprintf("2026-01-06T00:00:00|%d|%d|0|other|HEAD|404|0", robots.ID(), none))
	wantRows(t, tables, "raw.url", "url_id host path query",
		fmt.Sprintf("%d|data.example.org|/dataset/a|page=2", urlA.ID()), fmt.Sprintf("%d|data.example.org|/robots.txt|", robots.ID()))
	wantRows(t, tables, "raw.agent", "agent_id user_agent", fmt.Sprintf("%d|curl/8.5.0", curl), fmt.Sprintf("%d|-", none))
	wantRows(t, tables, "raw.referrer", "referrer_id host path", fmt.Sprintf("%d|www.example.net|/search", search))
	wantRows(t, tables, "ledger.unit_hour", "log hour_at line_count first_at last_at",
		"portal|2026-01-04T10:00:00|1|2026-01-04T10:00:00|2026-01-04T10:00:00",
		"portal|2026-01-05T23:00:00|2|2026-01-05T23:10:00|2026-01-05T23:59:59",
		"portal|2026-01-06T00:00:00|3|2026-01-06T00:00:00|2026-01-06T00:00:02",
		"portal|2026-01-06T01:00:00|1|2026-01-06T01:00:00|2026-01-06T01:00:00")
	size := int64(len(s.read("access.log")))
	badAt := int64(strings.Index(s.read("access.log"), "203.0.113.9 - - [06/Jan/2026:01"))
	wantRows(t, tables, "ledger.rejected_line", "line_offset line_length reason",
		fmt.Sprintf("%d|%d|bad_status", badAt, size-badAt-1-int64(len("not a line\n"))),
		fmt.Sprintf("%d|10|no_time", size-11))
	wantRows(t, tables, "ledger.dropped_count", "reason line_count", "comment|1", "no_request|1", "static_asset|2")
	wantRows(t, tables, "ledger.hit_day", "day", "2026-01-05T00:00:00", "2026-01-06T00:00:00")
	wantRows(t, tables, "ledger.resalted_day", "day")
	wantRows(t, tables, "ledger.unit", "source log path generation start_offset end_offset tail_length line_count hit_count rejected_count dropped_count blank_count first_at last_at",
		fmt.Sprintf("accesslog|portal|%s|1|0|%d|%d|11|3|2|4|2|2026-01-04T10:00:00|2026-01-06T01:00:00", s.path("access.log"), size, size))
	keys := map[string]bool{}
	for _, row := range tables.Text("raw.hit", "client_key") {
		keys[row] = true
	}
	if len(keys) != 2 {
		t.Errorf("%d client keys, want one for each day and agent", len(keys))
	}
}

// The text of a URL or agent may come from another part or unit, but not from nowhere, and all C
// memory is given back.
func TestPartsAndMemory(t *testing.T) {
	text := string(benchLog(3000))
	for name, content := range map[string]string{"plain": text, "gzip": packed(text)} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.config.UnitBytes = 50_000
			s.write("access.log", content)
			checked := memory.NewCheckedAllocator(mallocator.NewMallocator())
			defer checked.AssertSize(t, 0)
			source := s.source()
			source.memory = checked
			hits := 0
			known := map[string]bool{}
			for _, unit := range sourcestest.Units(t, source) {
				tables := sourcestest.Drain(t, unit)
				for _, row := range append(tables.Text("raw.url", "url_id"), append(tables.Text("raw.agent", "agent_id"), tables.Text("raw.referrer", "referrer_id")...)...) {
					known[row] = true
				}
				for _, column := range []string{"url_id", "agent_id", "referrer_id"} {
					for _, id := range tables.Text("raw.hit", column) {
						if !known[id] {
							t.Fatalf("unit %s: %s %s has no text", unit.Name, column, id)
						}
					}
				}
				hits += len(tables["raw.hit"])
			}
			if hits != 3000 {
				t.Errorf("%d hits, want 3000", hits)
			}
			for _, unit := range sourcestest.Units(t, source) { // Stopped early, in each reader.
				for stop := range 8 {
					rows, err := unit.Open(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					for i, r := range rows {
						if i == stop {
							r.Reader.Next()
						}
						for more := i < stop; more; more = r.Reader.Next() {
							continue
						}
					}
					for _, r := range rows {
						r.Reader.Release()
					}
				}
			}
		})
	}
}

// A long archive is handed over in parts of about the size of a unit.
func TestPartsAreEven(t *testing.T) {
	s := newSite(t)
	s.config.UnitBytes = 50_000
	text := string(benchLog(3000))
	s.write("access.log.gz", packed(text))
	rows, err := sourcestest.Units(t, s.source())[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	perPart := 50_000 * 3000 / len(text)
	parts, left := 0, 3000
	for _, r := range rows {
		count := 0
		for r.Reader.Next() {
			count += int(r.Reader.RecordBatch().NumRows())
		}
		if r.Table == "raw.hit" && count > 0 {
			parts++
			left -= count
			if left > 0 && (count < perPart-2 || count > perPart+2) {
				t.Errorf("part %d has %d hits, want about %d", parts, count, perPart)
			}
		}
		r.Reader.Release()
	}
	if left != 0 || parts < 5 {
		t.Errorf("%d hits left after %d parts", left, parts)
	}
}

func TestTooManyRejects(t *testing.T) {
	s := newSite(t)
	s.write("access.log", requests(numbered("a", 1000)...)+strings.Repeat("garbage here\n", 99))
	if errs := s.run(); len(errs) > 0 {
		t.Errorf("99 bad lines are an error: %v", errs)
	}
	bad := newSite(t)
	bad.write("access.log", requests(numbered("a", 1000)...)+strings.Repeat("garbage here\n", 99)+"x\n")
	errs := bad.run()
	if len(errs) != 1 || len(bad.paths) != 0 {
		t.Fatalf("errors %v, %d paths; want one error and nothing loaded", errs, len(bad.paths))
	}
	for _, want := range []string{"access.log", "100 of 1100 lines", "combined", "byte", "no_time 99", "missing_field 1", "--accept-rejects"} {
		if !strings.Contains(errs[0].Error(), want) {
			t.Errorf("error %q lacks %q", errs[0], want)
		}
	}
	bad.config.MaxRejectedShare = 0.1
	if errs := bad.run(); len(errs) > 0 {
		t.Errorf("with a larger share allowed: %v", errs)
	}
	accepting := newSite(t)
	accepting.config.AcceptRejects = true
	accepting.write("access.log", requests("/a", "/b")+strings.Repeat("garbage here\n", 1))
	accepting.write("access.log.1", requests(numbered("c", 101)...)+strings.Repeat("garbage here\n", 100))
	if errs := accepting.run(); len(errs) > 0 || len(accepting.paths) != 103 {
		t.Errorf("accepting: %v, %d paths", errs, len(accepting.paths))
	}
}

func TestHostileLines(t *testing.T) {
	line := requests("/x")
	long := func(n int) string { return strings.Replace(line, "/x", "/"+strings.Repeat("y", n), 1) }
	cases := map[string]struct {
		text                     string
		hits, rejected, notBlank int
	}{
		"ten megabytes in a line":     {line + long(10<<20) + line, 2, 1, 3},
		"ten megabytes, no end":       {line + strings.Repeat("z", 10<<20), 1, 0, 1},
		"just under the limit":        {line + long(maxLine-len(line)-10) + line, 3, 0, 3},
		"just over the limit":         {line + long(maxLine) + line, 2, 1, 3},
		"NUL bytes before a line":     {line + strings.Repeat("\x00", 5000) + line, 2, 0, 2},
		"many NUL bytes before lines": {strings.Repeat("\x00", 5<<20) + line + line, 2, 0, 2},
		"NUL bytes in a line":         {strings.Replace(line, "/x", "/x\x00y", 1), 1, 0, 1},
		"Latin-1":                     {strings.Replace(line, "curl", "caf\xe9", 1) + strings.Replace(line, "/x", "/\xe9", 1), 2, 0, 2},
		"CRLF":                        {strings.ReplaceAll(line+line, "\n", "\r\n"), 2, 0, 2},
		"a binary line":               {line + "\xff\xfe\x00\x01\n" + line, 2, 1, 3},
	}
	for name, test := range cases {
		for _, pack := range []func(string) string{func(text string) string { return text }, packed} {
			if name == "ten megabytes, no end" && pack("") != "" {
				test.rejected, test.notBlank = 1, 2 // The archive has its end.
			}
			t.Run(name, func(t *testing.T) {
				s := newSite(t)
				s.write("access.log", pack(test.text))
				tables := s.one(t)
				wantRows(t, tables, "ledger.unit", "line_count hit_count rejected_count",
					fmt.Sprintf("%d|%d|%d", test.notBlank, test.hits, test.rejected))
			})
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	s := newSite(t)
	whole := packed(string(benchLog(2000)))
	damaged := []byte(whole)
	damaged[len(damaged)-6] ^= 1 // The checksum.
	s.write("access.log", requests("/a"))
	s.write("access.log.1.gz", string(damaged))
	s.write("access.log.2.gz", whole[:3])
	s.write("access.log.3.gz", "\x1f\x8b\x09garbage")
	s.write("access.log.4.zst", "\x28\xb5\x2f\xfdgarbage of zstd")
	s.write("access.log.5.bz2", "BZh91AY")
	if err := os.Mkdir(s.path("access.log.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.config.Paths = append(s.config.Paths, s.path("error.log"))
	errs := s.run()
	s.wantPaths("/a")
	var all strings.Builder
	for _, err := range errs {
		fmt.Fprintln(&all, err)
	}
	for _, want := range []string{
		"access.log.1.gz: the compressed file is damaged after ", "access.log.2.gz: the compressed file breaks off after 0 bytes",
		"access.log.3.gz: the compressed file is damaged after 0 bytes", "access.log.4.zst: the compressed file is damaged after 0 bytes",
		"access.log.5.bz2 is compressed by bzip2",
		"access.log.d is a directory", "error.log: correct the log's paths",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("errors lack %q:\n%s", want, &all)
		}
	}
	if len(errs) != 7 {
		t.Errorf("%d errors, want 7:\n%s", len(errs), &all)
	}
}

// Between the plan and the reading a file may be rotated away.
func TestFileReplacedBetweenPlanAndReading(t *testing.T) {
	cases := map[string]func(s *site){
		"vanished": func(s *site) { s.remove("access.log") },
		"renamed, and a new one written": func(s *site) {
			s.rename("access.log", "old.log")
			s.write("access.log", requests(numbered("b", 30)...))
		},
		"truncated":             func(s *site) { s.write("access.log", "") },
		"truncated and regrown": func(s *site) { s.write("access.log", requests(numbered("b", 90)...)) },
		"replaced by one that begins alike": func(s *site) {
			s.rename("access.log", "old.log")
			s.write("access.log", requests(numbered("a", 50)...)+requests(numbered("b", 90)...))
		},
		"truncated in the middle": func(s *site) { s.write("access.log", s.read("access.log")[:2000]) },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("access.log", requests(numbered("a", 80)...))
			unit := sourcestest.Units(t, s.source())[0]
			change(s)
			_, err := sourcestest.Read(t.Context(), unit)
			if err == nil || !strings.Contains(err.Error(), "access.log") || !strings.Contains(err.Error(), "run again") {
				t.Errorf("error %v, want one that names the file and says to run again", err)
			}
		})
	}
}

func TestConfigErrors(t *testing.T) {
	cases := map[string]struct {
		change func(c *Config)
		want   string
	}{
		"no name":        {func(c *Config) { c.Name = "" }, "needs a name and paths"},
		"unknown format": {func(c *Config) { c.Format = "combind" }, `"combind" is not known: use one of combined, common`},
		"no such way":    {func(c *Config) { c.ClientAddress = "header" }, "use connection or forwarded"},
		"nobody trusted": {func(c *Config) { c.ClientAddress = Forwarded }, "trusted_proxies"},
		"share":          {func(c *Config) { c.MaxRejectedShare = 5 }, "from 0 to 1"},
		"glob":           {func(c *Config) { c.Paths = []string{"[x"} }, `path "[x"`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("access.log", requests("/a"))
			test.change(&s.config)
			errs := s.run()
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), test.want) {
				t.Errorf("errors %v, want %q", errs, test.want)
			}
		})
	}
}

package main

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// manyLines are count lines with a path each.
func manyLines(prefix string, count int) string {
	var text strings.Builder
	at := time.Date(2025, 10, 1, 10, 0, 0, 0, time.UTC)
	for i := range count {
		fmt.Fprintf(&text, `192.0.2.7 - - [%s] "GET /%s%d HTTP/1.1" 200 5 "-" "Mozilla/5.0"`+"\n",
			at.Add(time.Duration(i)*time.Second).Format("02/Jan/2006:15:04:05 -0700"), prefix, i)
	}
	return text.String()
}

// pipe runs the program with a text on its standard input.
func (s *site) pipe(text string, args ...string) result {
	s.t.Helper()
	command := s.command(s.t.Context(), args...)
	command.Stdin = strings.NewReader(text)
	return finish(s.t, command)
}

// Whether a text comes by a file or by standard input, plain or compressed, whole or in pieces, a
// line of it is loaded once.
func TestStandardInputIsTheSameLog(t *testing.T) {
	a, b := manyLines("a", 300), manyLines("b", 200)
	squeeze := func(text string) string {
		w, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(w.EncodeAll([]byte(text), nil))
	}
	for name, steps := range map[string][]struct {
		file, stdin string
		hits        string
	}{
		"a file, then the same by standard input":   {{file: a, hits: "300"}, {stdin: a, hits: "300"}},
		"standard input, then the same by a file":   {{stdin: a, hits: "300"}, {file: a, hits: "300"}},
		"a file, then more of it by standard input": {{file: a, hits: "300"}, {stdin: a + b, hits: "500"}, {file: a + b, hits: "500"}},
		"compressed":                                {{stdin: string(gzipped(t, a)), hits: "300"}, {stdin: squeeze(a + b), hits: "500"}, {file: a + b, hits: "500"}},
		"less than was loaded":                      {{file: a + b, hits: "500"}, {stdin: a, hits: "500"}},
		"another log of the same name":              {{file: a, hits: "300"}, {stdin: b, hits: "500"}},
		"a last line that is completed by the file": {{stdin: a[:len(a)-20], hits: "299"}, {file: a, hits: "300"}},
		"standard input many times":                 {{stdin: a[:1000], hits: "11"}, {stdin: a[:5000], hits: "57"}, {stdin: a, hits: "300"}, {stdin: a, hits: "300"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := logsOnly(t, map[string]string{})
			for _, step := range steps {
				var got result
				if step.file != "" {
					s.write("logs/access.log", step.file)
					got = s.ingest("logs")
				} else {
					got = s.pipe(step.stdin, "logs", "--log", "web", "-")
				}
				got.wantCode(t, exitDone)
				if hits := s.loadedHits(); hits != step.hits {
					t.Errorf("%s hits, want %s\n%s\n%s", hits, step.hits, got.out, got.err)
				}
				if exists(s.path("data/stdin.spool")) {
					t.Error("what came on standard input is still there, with its addresses")
				}
			}
		})
	}
}

func TestFilesAndStandardInputNeedALog(t *testing.T) {
	s := logsOnly(t, map[string]string{"access.log": goodLine})
	s.pipe(goodLine, "logs", "-").wantCode(t, exitUsage).wantErr(t, "standard input", "--log NAME", "web")
	s.ingest("logs", s.path("logs/access.log")).wantCode(t, exitUsage).wantErr(t, "--log NAME")
	s.ingest("logs", "--log", "wbe").wantCode(t, exitUsage).wantErr(t, "no such log", "web")
	s.pipe("", "logs", "--log", "web", "-").wantCode(t, exitAttention).wantErr(t, "standard input is empty")
	s.pipe("no log\n", "logs", "--log", "web", "-").wantCode(t, exitAttention).wantErr(t, "standard input: no format fits")
	s.pipe(string(gzipped(t, goodLine))[:40], "logs", "--log", "web", "-").wantCode(t, exitAttention).
		wantErr(t, "standard input: the compressed file breaks off")
	if hits := s.loadedHits(); hits != "0" {
		t.Errorf("%s hits, want none", hits)
	}
	s.write("data/stdin.spool", goodLine) // A killed run left it.
	s.write("old/access.log.2", strings.Replace(goodLine, "/a", "/b", 1))
	s.ingest("logs", "--log", "web", s.path("old/*")).wantCode(t, exitDone)
	if hits := s.loadedHits(); hits != "1" || exists(s.path("data/stdin.spool")) {
		t.Errorf("%s hits, want that of the file given", hits)
	}
	s.ingest("logs").wantCode(t, exitDone)
	if hits := s.loadedHits(); hits != "2" {
		t.Errorf("%s hits, want those of the configured file as well", hits)
	}
}

func TestNoFileIsInTwoLogs(t *testing.T) {
	s := logsOnly(t, map[string]string{"access.log": goodLine, "files.log": strings.Replace(goodLine, "/a", "/b", 1)})
	s.write("footfall.yaml", readFile(t, s.path("footfall.yaml"))+"  - name: files\n    paths: [logs/files.log*]\n    host: files.example.org\n")
	s.ingest("logs").wantCode(t, exitUsage).wantErr(t, "logs[1].paths", s.path("logs/files.log"), "log web")
	if hits := s.loadedHits(); hits != "0" {
		t.Errorf("%s hits, want none", hits)
	}
	s.write("footfall.yaml", strings.Replace(readFile(t, s.path("footfall.yaml")), "logs/*", "logs/access.log*", 1))
	s.ingest("logs").wantCode(t, exitDone)
	if hits := s.loadedHits(); hits != "2" {
		t.Errorf("%s hits, want one of each log", hits)
	}
}

// The cases in which the nearest rival loses lines without a word, through the program and into
// the database: responses over 2 GiB, lines over 64 KiB, invalid UTF-8, an archive that breaks off
// and is completed later, and rows older than those of the last run.
func TestNothingIsLostInSilence(t *testing.T) {
	line := func(at, path, bytes, agent string) string {
		return fmt.Sprintf(`192.0.2.7 - - [%s:10:00:00 +0000] "GET %s HTTP/1.1" 200 %s "-" "%s"`+"\n", at, path, bytes, agent)
	}
	s := logsOnly(t, map[string]string{
		"access.log": line("02/Oct/2025", "/huge", "2147483648", "x") + line("02/Oct/2025", "/tera", "5497558138880", "x") +
			line("02/Oct/2025", "/long?x="+strings.Repeat("y", 70<<10), "1", "x") + line("02/Oct/2025", "/agent", "1", strings.Repeat("z", 300<<10)) +
			line("02/Oct/2025", "/caf\xe9", "1", "\xff\xfe"),
	})
	s.ingest("logs").wantCode(t, exitDone)
	query := func(query string) (value string) {
		read(t, s.path("data/warehouse.duckdb"), func(db *sql.DB) { value = queryText(t, db, query) })
		return value
	}
	if got := query(`select string_agg(response_bytes, ',' order by response_bytes desc) from raw.hit`); got != "5497558138880,2147483648,1,1,1" {
		t.Errorf("bytes %s", got)
	}
	if got := query(`select string_agg(path, ',' order by path) from raw.url`); got != `/agent,/caf%E9,/huge,/long,/tera` {
		t.Errorf("paths %s", got)
	}
	archive := string(gzipped(t, manyLines("old", 400)))
	s.write("logs/access.log.1.gz", archive[:len(archive)/2])
	s.ingest("logs").wantCode(t, exitAttention).wantErr(t, "access.log.1.gz", "breaks off")
	if got := s.loadedHits(); got != "5" {
		t.Errorf("%s hits of a broken archive and 5 others", got)
	}
	s.write("logs/access.log.1.gz", archive) // Its lines are a day older than those loaded.
	s.ingest("logs").wantCode(t, exitDone)
	if got := s.loadedHits(); got != "405" {
		t.Errorf("%s hits, want 405", got)
	}
	s.write("logs/server2.log", line("01/Sep/2025", "/older", "1", "x")+line("02/Oct/2025", "/huge", "2147483648", "x"))
	s.ingest("logs").wantCode(t, exitDone)
	if got := s.loadedHits(); got != "407" {
		t.Errorf("%s hits, want those of a second server as well", got)
	}
}

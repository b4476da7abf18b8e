package accesslog

import (
	"os"
	"slices"
	"strings"
	"testing"

	"footfall/internal/sources/sourcestest"
)

// More restart cases: those in which other programs were seen to lose lines or to count them
// twice, and those of zstd.
func TestRestart(t *testing.T) {
	a, b, c := numbered("a", 40), numbered("b", 40), numbered("c", 40)
	ab, abc := slices.Concat(a, b), slices.Concat(a, b, c)
	sameSecond := func(paths []string) string { // All at 10:00:00.
		var text strings.Builder
		for _, path := range paths {
			text.WriteString(requests(path))
		}
		return text.String()
	}
	health := requests(slices.Repeat([]string{"/health"}, 60)...) // Longer than a head.
	tell(t, map[string]func(s *site){
		"is read twice, then grows by a hundred lines": func(s *site) {
			first, more := numbered("first", 1000), numbered("more", 100)
			s.write("access.log", requests(first...))
			s.mustRun(first...)
			s.mustRun(first...)
			s.add("access.log", requests(more...))
			s.mustRun(slices.Concat(first, more)...)
		},
		"is rotated, then compressed by zstd": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.rename("access.log", "access.log.1")
			s.write("access.log", requests(b...))
			s.mustRun(ab...)
			s.compressZstd("access.log.1")
			s.mustRun(ab...)
			s.rename("access.log.1.zst", "access.log.2.zst")
			s.rename("access.log", "access.log.1")
			s.write("access.log", requests(c...))
			s.mustRun(abc...)
		},
		"grew before it was rotated and compressed by zstd": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.add("access.log", requests(b...))
			s.compressZstd("access.log")
			s.write("access.log", requests(c...))
			s.mustRun(abc...)
		},
		"is compressed by gzip, then by zstd": func(s *site) {
			s.write("access.log.1.gz", packed(requests(a...)))
			s.mustRun(a...)
			s.remove("access.log.1.gz")
			s.write("access.log.1.zst", zstdPacked(requests(a...)))
			s.mustRun(a...)
		},
		"lies beside both of its archives at first sight": func(s *site) {
			s.write("access.log.1", requests(a...))
			s.write("access.log.1.gz", packed(requests(a...)))
			s.write("access.log.1.zst", zstdPacked(requests(a...)))
			s.mustRun(a...)
		},
		"is zstd that grows by frames": func(s *site) {
			s.write("access.log.zst", zstdPacked(requests(a...)))
			s.mustRun(a...)
			s.add("access.log.zst", zstdPacked(requests(b...)))
			s.mustRun(ab...)
			s.add("access.log.zst", zstdPacked(requests(c...)))
			s.mustRun(abc...)
		},
		"is zstd that is cut off, and completed later": func(s *site) {
			whole := zstdPacked(requests(abc...))
			s.write("access.log.1.zst", whole[:len(whole)-7])
			errs := s.run()
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), "access.log.1.zst: the compressed file breaks off") {
				s.tb.Errorf("errors: %v", errs)
			}
			s.wantPaths()
			s.write("access.log.1.zst", whole)
			s.mustRun(abc...)
		},
		"is zstd of two frames that is cut off in the second": func(s *site) {
			first, second := zstdPacked(requests(a...)), zstdPacked(requests(b...))
			s.write("access.log.1.zst", first+second[:30])
			if errs := s.run(); len(errs) != 1 {
				s.tb.Errorf("errors: %v", errs)
			}
			s.wantPaths() // All or nothing: what was verified waits for the rest.
			s.write("access.log.1.zst", first+second)
			s.mustRun(ab...)
		},
		"got lines between the last run and its rotation, and comes back after the new one": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.add("access.log", requests(b...)) // Nobody looked.
			s.rename("access.log", "hidden")
			s.write("access.log", requests(c...))
			s.mustRun(slices.Concat(a, c)...)
			s.rename("hidden", "access.log.1")
			s.mustRun(abc...)
		},
		"goes on in the second of its last line": func(s *site) {
			s.write("access.log", sameSecond(a))
			s.mustRun(a...)
			s.add("access.log", sameSecond(b))
			s.mustRun(ab...)
			s.rename("access.log", "access.log.1")
			s.write("access.log", sameSecond(c))
			s.mustRun(abc...)
		},
		"is not in the order of time": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.add("access.log", strings.ReplaceAll(requests(b...), "05/Jan/2026", "04/Jan/2026"))
			s.mustRun(ab...)
			s.add("access.log", strings.ReplaceAll(requests(c...), "05/Jan/2026", "05/Jan/2025"))
			s.mustRun(abc...)
		},
		"is first seen at 800 bytes": func(s *site) {
			text := requests(abc...)
			s.write("access.log", text[:800])
			s.mustRun(abc[:strings.Count(text[:800], "\n")]...)
			s.add("access.log", text[800:9000])
			s.mustRun(abc[:strings.Count(text[:9000], "\n")]...)
			s.rename("access.log", "access.log.1")
			s.add("access.log.1", text[9000:])
			s.mustRun(abc...)
		},
		"is half copied, and never comes whole": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.add("access.log", requests(b...))
			whole := s.read("access.log")
			s.remove("access.log")
			s.write("access.log.1", whole[:len(whole)*3/4]) // More than was read of it: whole lines count.
			s.mustRun(ab[:strings.Count(whole[:len(whole)*3/4], "\n")]...)
			s.write("access.log.1", whole)
			s.mustRun(ab...)
		},
		"begins for more than a head like that of another host": func(s *site) {
			s.write("access.log.host1", health+requests(a...))
			s.write("access.log.host2", health+requests(b...))
			check := func(want ...string) {
				s.tb.Helper()
				if errs := s.run(); len(errs) > 0 {
					s.tb.Fatal(errs)
				}
				if s.paths["/health"] != 120 {
					s.tb.Errorf("/health was loaded %d times, want 60 from each host", s.paths["/health"])
				}
				delete(s.paths, "/health")
				s.wantPaths(want...)
				s.paths["/health"] = 120
			}
			check(ab...)
			s.add("access.log.host2", requests(c...))
			check(abc...)
			s.rename("access.log.host1", "access.log.host1.1")
			s.compress("access.log.host2")
			s.add("access.log.host1.1", requests("/last"))
			check(append(slices.Clone(abc), "/last")...)
		},
		"has all that another host has, so far": func(s *site) {
			s.write("access.log.host1", requests("/"))
			s.write("access.log.host2", requests("/"))
			if errs := s.run(); len(errs) > 0 || s.paths["/"] != 1 {
				s.tb.Fatalf("loaded: %v, errors: %v; want one, since a copy looks so", s.paths, errs)
			}
			s.add("access.log.host1", requests(a...))
			s.add("access.log.host2", requests(b...))
			if errs := s.run(); len(errs) > 0 || s.paths["/"] != 2 {
				s.tb.Fatalf("loaded: %v, errors: %v; want two, since they are two hosts", s.paths["/"], errs)
			}
			delete(s.paths, "/")
			s.wantPaths(ab...)
		},
		"is truncated and written anew within a run's interval, longer than before": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.write("access.log", requests(slices.Concat(b, c)...))
			s.mustRun(abc...)
		},
		"begins with a byte order mark": func(s *site) {
			s.write("access.log", "\xef\xbb\xbf"+requests(a...))
			s.mustRun(a...)
			s.add("access.log", requests(b...))
			s.mustRun(ab...)
			s.compress("access.log")
			s.mustRun(ab...)
		},
	})
}

// A file of which only the first unit was loaded must not pass for one that was read.
func TestFirstUnitOnly(t *testing.T) {
	paths := numbered("a", 40)
	s := newSite(t)
	s.config.UnitBytes = 700
	s.write("access.log", requests(paths...))
	source := s.source()
	units := sourcestest.Units(t, source)
	if len(units) < 3 {
		t.Fatalf("%d units, want several", len(units))
	}
	if err := s.load(units[0]); err != nil {
		t.Fatal(err)
	}
	s.seen = source.FilesSeen()
	s.mustRun(paths...)
}

// A file that is written anew, with the same beginning, after it was planned to read on in it.
func TestReadingOnInAnotherText(t *testing.T) {
	a := numbered("a", 90)
	for name, pack := range map[string]func(string) string{"plain": func(text string) string { return text }, "gzip": packed, "zstd": zstdPacked} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("access.log", pack(requests(a[:60]...)))
			s.mustRun(a[:60]...)
			s.write("access.log", pack(requests(a...)))
			unit := sourcestest.Units(t, s.source())[0]
			when := s.stat("access.log").ModTime()
			s.write("access.log", pack(strings.Replace(requests(a...), "/a60 ", "/b60 ", 1)))
			if err := os.Chtimes(s.path("access.log"), when, when); err != nil {
				t.Fatal(err)
			}
			if _, err := sourcestest.Read(t.Context(), unit); err == nil || !strings.Contains(err.Error(), "run again") {
				t.Errorf("error %v, want one that says to run again", err)
			}
		})
	}
}

// What came on standard input is the same stream as the file it came from.
func TestSpooledInput(t *testing.T) {
	a, b := numbered("a", 40), numbered("b", 40)
	s := newSite(t)
	whole := requests(slices.Concat(a, b)...)
	pipe := func(text string, wantUnfinished int64, want ...string) {
		t.Helper()
		size, unfinished, err := Spool(t.Context(), strings.NewReader(text), s.path("spool"))
		if err != nil || size != int64(len(text)) || unfinished != wantUnfinished {
			t.Fatalf("%d bytes, %d unfinished, %v; want %d and %d", size, unfinished, err, len(text), wantUnfinished)
		}
		files := s.config.Paths
		s.config.Paths, s.config.Spool = nil, s.path("spool")
		s.mustRun(want...)
		s.config.Paths, s.config.Spool = files, ""
		if slices.ContainsFunc(s.seen, func(f FileSeen) bool { return f.Path == stdinName }) {
			t.Error("standard input is kept as a file that was seen")
		}
		s.remove("spool")
	}
	pipe(requests(a...), 0, a...)
	pipe(zstdPacked(requests(a...)), 0, a...)
	s.write("access.log", whole[:len(whole)-9])
	some := slices.Concat(a, b[:39])
	s.mustRun(some...)
	cut := whole[:len(whole)-9]
	pipe(cut, int64(len(cut)-1-strings.LastIndex(cut, "\n")), some...)
	pipe(packed(whole), 0, slices.Concat(a, b)...)
	s.write("access.log", whole)
	s.mustRun(slices.Concat(a, b)...)
	for id, progress := range s.progress {
		if len(s.progress) != 1 || progress.EndOffset != int64(len(whole)) {
			t.Errorf("stream %s of %d was read to %d, want one to %d", id, len(s.progress), progress.EndOffset, len(whole))
		}
	}
}

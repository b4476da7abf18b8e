package accesslog

import (
	"os"
	"strings"
	"testing"
	"time"
)

// The restart cases. Each tells what happens to the files between runs, and what is loaded after
// each run; mustRun fails where a line is missing or comes twice.
func TestRotation(t *testing.T) {
	a, b, c := numbered("a", 40), numbered("b", 40), numbered("c", 40)
	ab := append(append([]string{}, a...), b...)
	abc := append(append([]string{}, ab...), c...)
	cases := map[string]func(s *site){
		"grows": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.add("access.log", requests(b...))
			s.mustRun(ab...)
		},
		"is renamed, and a new one begins": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.rename("access.log", "access.log.1")
			s.write("access.log", requests(b...))
			s.mustRun(ab...)
		},
		"is renamed, then compressed": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.rename("access.log", "access.log.1")
			s.write("access.log", requests(b...))
			s.mustRun(ab...)
			s.compress("access.log.1")
			s.mustRun(ab...)
		},
		"grew before it was renamed and compressed": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.add("access.log", requests(b...))
			s.compress("access.log")
			s.rename("access.log.gz", "access.log.1.gz")
			s.write("access.log", requests(c...))
			s.mustRun(abc...)
		},
		"gets late lines after it was renamed": func(s *site) {
			s.write("access.log", requests(a...))
			s.rename("access.log", "access.log.1")
			s.write("access.log", requests(c...))
			s.mustRun(append(c, a...)...)
			s.add("access.log.1", requests(b...))
			s.mustRun(abc...)
		},
		"is copied and truncated": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.write("access.log.1", s.read("access.log"))
			s.mustRun(a...)
			s.write("access.log", "")
			s.mustRun(a...)
			s.add("access.log", requests(b...))
			s.mustRun(ab...)
		},
		"is copied and truncated, and grew before": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.write("access.log.1", s.read("access.log")+requests(b...))
			s.write("access.log", requests(c...))
			s.mustRun(abc...)
		},
		"is truncated under a writer that leaves a hole": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.write("access.log.1", s.read("access.log"))
			s.write("access.log", strings.Repeat("\x00", 3_000_000)+requests(b...))
			s.mustRun(ab...)
			s.add("access.log", requests(c...))
			s.mustRun(abc...)
			s.compress("access.log")
			s.mustRun(abc...)
		},
		"lies beside its archive at first sight": func(s *site) {
			s.write("access.log.1", requests(a...))
			s.write("access.log.1.gz", packed(requests(a...)))
			s.mustRun(a...)
			s.remove("access.log.1")
			s.mustRun(a...)
		},
		"lies beside the beginning of its archive": func(s *site) {
			s.write("access.log.1", requests(a...))
			s.write("access.log.1.gz", packed(requests(abc...))[:400])
			s.mustRun(a...)
			s.write("access.log.1.gz", packed(requests(a...)))
			s.mustRun(a...)
		},
		"is half copied": func(s *site) {
			s.write("access.log", requests(abc...))
			s.mustRun(abc...)
			whole := s.read("access.log")
			s.remove("access.log")
			s.write("access.log.1", whole[:len(whole)/2])
			s.mustRun(abc...)
			if !strings.Contains(s.said.String(), "half copied") {
				s.tb.Errorf("no warning: %s", s.said)
			}
			s.write("access.log.1", whole[:150]) // Not even two lines.
			s.mustRun(abc...)
			s.write("access.log.1", whole)
			s.mustRun(abc...)
		},
		"is half copied beside the whole": func(s *site) {
			s.write("access.log", requests(abc...))
			s.write("access.log.1", s.read("access.log")[:1000])
			s.mustRun(abc...)
			s.write("access.log.1", s.read("access.log")[:3000])
			s.mustRun(abc...)
			if s.said.Len() > 0 {
				s.tb.Errorf("a warning about nothing: %s", s.said)
			}
		},
		"has a last line that is not complete": func(s *site) {
			text := requests(ab...)
			cut := strings.Index(text, "/b1 ")
			s.write("access.log", text[:cut])
			s.mustRun(a...)
			s.add("access.log", text[cut:])
			s.mustRun(ab...)
		},
		"has a last line that is never complete, but is compressed": func(s *site) {
			text := strings.TrimSuffix(requests(a...), "\n")
			s.write("access.log", text)
			s.mustRun(a[:39]...)
			s.compress("access.log")
			s.mustRun(a...)
			s.mustRun(a...)
		},
		"is one line without an end, compressed": func(s *site) {
			s.write("access.log.gz", packed(strings.TrimSuffix(requests("/a"), "\n")))
			s.mustRun("/a")
			s.mustRun("/a")
		},
		"is first seen at one line": func(s *site) {
			text := requests(abc...)
			for _, size := range []int{1, 150, 800, 4000, 4200, 9000, len(text)} {
				s.write("access.log", text[:size])
				s.mustRun(abc[:strings.Count(text[:size], "\n")]...)
			}
			if len(s.progress) != 1 {
				s.tb.Errorf("%d streams, want 1", len(s.progress))
			}
		},
		"is replaced by another one": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.write("access.log", requests(ab[1:]...))
			s.paths = map[string]int{}
			s.mustRun(ab[1:]...)
		},
		"is replaced by another one that begins alike": func(s *site) {
			s.write("access.log", requests(ab...))
			s.mustRun(ab...)
			s.write("access.log", requests(append(append([]string{}, a...), c...)...)+requests("/d"))
			s.paths = map[string]int{}
			s.mustRun(append(append([]string{"/d"}, a...), c...)...)
			s.mustRun(append(append([]string{"/d"}, a...), c...)...)
			if !strings.Contains(s.said.String(), "generation=2") {
				s.tb.Errorf("no warning: %s", s.said)
			}
		},
		"has an older one of another server beside it": func(s *site) {
			s.write("access.log", requests(a...))
			s.mustRun(a...)
			s.write("access.log.old-server", strings.ReplaceAll(requests(b...), "2026", "2024"))
			s.mustRun(ab...)
		},
		"shares a first line with another": func(s *site) {
			s.write("access.log", requests(append([]string{"/"}, a...)...))
			s.write("access.log.other", requests(append([]string{"/"}, b...)...))
			if errs := s.run(); len(errs) > 0 {
				s.tb.Fatal(errs)
			}
			if s.paths["/"] != 2 {
				s.tb.Errorf("/ was loaded %d times, want 2", s.paths["/"])
			}
			delete(s.paths, "/")
			s.wantPaths(ab...)
			s.add("access.log.other", requests(c...))
			s.mustRun(abc...)
		},
		"shares a first line with another that was seen when it was all there was": func(s *site) {
			s.write("access.log", requests("/"))
			s.mustRun("/")
			s.add("access.log", requests(a...))
			s.write("access.log.other", requests(append([]string{"/"}, b...)...))
			if errs := s.run(); len(errs) > 0 {
				s.tb.Fatal(errs)
			}
			if s.paths["/"] != 2 {
				s.tb.Errorf("/ was loaded %d times, want 2", s.paths["/"])
			}
			delete(s.paths, "/")
			s.wantPaths(ab...)
		},
		"has comments at its head, like another": func(s *site) {
			s.write("access.log", "#Software: x\n")
			s.mustRun()
			s.add("access.log", requests(a...))
			s.write("access.log.1", "#Software: x\n"+requests(b...))
			s.mustRun(ab...)
			s.mustRun(ab...)
		},
		"is cut off as an archive, and completed later": func(s *site) {
			whole := packed(requests(abc...))
			s.write("access.log.1.gz", whole[:len(whole)-20])
			errs := s.run()
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), "access.log.1.gz") || !strings.Contains(errs[0].Error(), "bytes of text") {
				s.tb.Errorf("errors: %v", errs)
			}
			s.wantPaths()
			s.write("access.log.1.gz", whole)
			s.mustRun(abc...)
		},
		"is cut off as an archive, and taken as it is": func(s *site) {
			s.config.AcceptTruncated = true
			whole := packed(requests(abc...))
			s.write("access.log.1.gz", whole[:len(whole)-100])
			if errs := s.run(); len(errs) > 0 || len(s.paths) == 0 || len(s.paths) == 120 {
				s.tb.Fatalf("%d paths, errors: %v", len(s.paths), errs)
			}
			s.write("access.log.1.gz", whole)
			s.mustRun(abc...)
		},
		"is an archive of several members": func(s *site) {
			s.write("access.log.1.gz", packed(requests(a...))+packed(requests(b...)))
			s.mustRun(ab...)
		},
		"is an archive that grows by members": func(s *site) {
			s.write("access.log.gz", packed(requests(a...)))
			s.mustRun(a...)
			s.add("access.log.gz", packed(requests(b...)))
			s.mustRun(ab...)
			s.add("access.log.gz", packed(requests(c...)))
			s.mustRun(abc...)
		},
		"is an archive with a plain name": func(s *site) {
			s.write("access.log", packed(requests(a...)))
			s.mustRun(a...)
		},
		"is renamed as an archive": func(s *site) {
			s.write("access.log.1.gz", packed(requests(a...)))
			s.mustRun(a...)
			s.rename("access.log.1.gz", "access.log.2.gz")
			s.write("access.log.1.gz", packed(requests(b...)))
			s.mustRun(ab...)
		},
		"is read in many units": func(s *site) {
			s.config.UnitBytes = 700
			s.write("access.log", requests(abc...))
			s.mustRun(abc...)
			s.add("access.log", requests("/d"))
			s.mustRun(append(abc, "/d")...)
		},
		"is an archive read in parts": func(s *site) {
			s.config.UnitBytes = 700
			s.write("access.log.gz", packed(requests(abc...)))
			s.mustRun(abc...)
		},
		"lies under two names": func(s *site) {
			s.write("access.log", requests(a...))
			if err := os.Symlink(s.path("access.log"), s.path("access.log.current")); err != nil {
				s.tb.Fatal(err)
			}
			s.mustRun(a...)
		},
	}
	tell(t, cases)
}

// tell runs stories of a file, each with the cache of files and without.
func tell(t *testing.T, stories map[string]func(s *site)) {
	t.Helper()
	for name, story := range stories {
		t.Run("a file "+name, func(t *testing.T) { story(newSite(t)) })
		t.Run("a file "+name+", without the cache", func(t *testing.T) {
			s := newSite(t)
			s.isForgetful = true
			story(s)
		})
	}
}

// Two logs with the same first lines are two streams, since the log's name is part of a stream.
func TestTwoLogsThatBeginAlike(t *testing.T) {
	portal, mirror := newSite(t), newSite(t)
	mirror.config.Name = "mirror"
	for _, s := range []*site{portal, mirror} {
		s.write("access.log", requests("/a", "/b"))
		s.mustRun("/a", "/b")
	}
	for id := range mirror.progress {
		if _, ok := portal.progress[id]; ok {
			t.Errorf("both logs have the stream %s", id)
		}
	}
}

func TestUnchangedFilesAreNotOpened(t *testing.T) {
	s := newSite(t)
	old := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	disguise := func(name, text string) { // Another text that looks the same from outside.
		s.write(name, text)
		if err := os.Chtimes(s.path(name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	disguise("access.log", requests("/a", "/b"))
	s.mustRun("/a", "/b")
	disguise("access.log", requests("/c", "/d"))
	s.mustRun("/a", "/b")
	s.progress = map[string]Progress{} // The ledger is lost: the cache must not hide the file.
	s.mustRun("/a", "/b", "/c", "/d")
}

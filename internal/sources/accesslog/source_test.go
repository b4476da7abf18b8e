package accesslog

import (
	"testing"

	"footfall/internal/sources"
	"footfall/internal/sources/sourcestest"
)

func TestSuite(t *testing.T) {
	s := newSite(t)
	s.write("access.log", requests(numbered("new", 50)...)+"garbage\n")
	s.write("access.log.1.gz", packed(requests(numbered("old", 50)...)))
	sourcestest.Run(t, func(*testing.T) sources.Source { return s.source() })
}

func TestRunTwice(t *testing.T) {
	s := newSite(t)
	s.write("access.log", requests("/a", "/b"))
	s.mustRun("/a", "/b")
	s.mustRun("/a", "/b")
	s.add("access.log", requests("/c"))
	s.mustRun("/a", "/b", "/c")
}

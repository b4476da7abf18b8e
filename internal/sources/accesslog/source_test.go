package accesslog

import (
	"strings"
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

func TestUnitsAreLongerWhereLinesAre(t *testing.T) {
	for name, test := range map[string]struct {
		lineLength int
		configured int64
		want       int64
	}{
		"short lines":     {lineLength: 100, want: 256 << 20},
		"long lines":      {lineLength: 512, want: 512 << 20},
		"very long lines": {lineLength: 8192, want: 1 << 30},
		"no line":         {want: 256 << 20},
		"configured":      {lineLength: 8192, configured: 1000, want: 1000},
	} {
		t.Run(name, func(t *testing.T) {
			text := ""
			if test.lineLength > 0 {
				line := strings.Repeat("x", test.lineLength-1) + "\n"
				text = strings.Repeat(line, 2<<20/test.lineLength)
			}
			source := &Source{Config: Config{UnitBytes: test.configured}}
			got, err := source.unitLength(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := got - test.want; diff < -test.want/100 || diff > test.want/100 {
				t.Errorf("%d bytes, want about %d", got, test.want)
			}
		})
	}
}

package accesslog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"footfall/internal/sources/sourcestest"
)

// A text that an earlier unit of the stream wrote is not written again; but each unit that is
// opened without the one before it, as in the next run, writes all it needs.
func TestUnitsOfAStreamWriteEachTextOnce(t *testing.T) {
	var log strings.Builder
	for i := range 40 {
		fmt.Fprintf(&log, "192.0.2.1 - - [05/Jan/2026:10:00:%02d +0000] \"GET /dataset/%d HTTP/1.1\" 200 1 \"https://example.org/\" \"curl/8.5.0\"\n", i, i%10)
	}
	s := newSite(t)
	s.write("access.log", log.String())
	source := s.source()
	source.Config.UnitBytes = 1500
	units := sourcestest.Units(t, source)
	if len(units) < 3 {
		t.Fatalf("%d units, want several", len(units))
	}
	var urls, agents, hits []string
	for _, unit := range units {
		tables := sourcestest.Drain(t, unit)
		urls = append(urls, tables.Text("raw.url", "path")...)
		agents = append(agents, tables.Text("raw.agent", "user_agent")...)
		hits = append(hits, tables.Text("raw.hit", "url_id")...)
	}
	slices.Sort(urls)
	if len(slices.Compact(slices.Clone(urls))) != 10 || len(urls) != 10 || len(agents) != 1 || len(hits) != 40 {
		t.Errorf("%d hits of %d URLs by %d agents, want 40 of 10 by 1", len(hits), len(urls), len(agents))
	}
	again := sourcestest.Drain(t, units[len(units)-1])
	if len(again["raw.url"]) == 0 || len(again["raw.agent"]) != 1 {
		t.Errorf("a unit opened on its own wrote %d URLs and %d agents", len(again["raw.url"]), len(again["raw.agent"]))
	}
}

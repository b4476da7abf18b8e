package accesslog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"footfall/internal/sources/sourcestest"
)

// A text that a loaded unit wrote is not written again. A unit whose loading failed, or that is
// still being loaded, is none to count on.
func TestUnitsWriteEachTextOnce(t *testing.T) {
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
	sourcestest.Drain(t, units[0]) // As if it were not committed.
	for _, unit := range units {
		tables := sourcestest.Drain(t, unit)
		unit.Loaded()
		urls = append(urls, tables.Text("raw.url", "path")...)
		agents = append(agents, tables.Text("raw.agent", "user_agent")...)
		hits = append(hits, tables.Text("raw.hit", "url_id")...)
	}
	slices.Sort(urls)
	if len(slices.Compact(slices.Clone(urls))) != 10 || len(urls) != 10 || len(agents) != 1 || len(hits) != 40 {
		t.Errorf("%d hits of %d URLs by %d agents, want 40 of 10 by 1", len(hits), len(urls), len(agents))
	}
	last, other := units[len(units)-1], units[0]
	if tables := sourcestest.Drain(t, last); len(tables["raw.url"])+len(tables["raw.agent"]) > 0 {
		t.Errorf("after all were loaded: %d URLs and %d agents", len(tables["raw.url"]), len(tables["raw.agent"]))
	}
	if tables := sourcestest.Drain(t, other); len(tables["raw.url"]) == 0 || len(tables["raw.agent"]) != 1 {
		t.Errorf("beside another unit: %d URLs and %d agents", len(tables["raw.url"]), len(tables["raw.agent"]))
	}
}

package main

import (
	"strings"
	"sync/atomic"
	"testing"
)

const sourcesOfAllKinds = `portal: {url: "https://data.example.org", name: demo}
counts:
  - {name: stats, kind: matomo, url: "https://stats.example.org", site: "1", token_file: token, time_zone: Pacific/Auckland}
  - {name: old, kind: matomo, url: "https://stats.example.org", site: "2", token_file: token, until: 2026-06-30}
  - {name: city, kind: counters, preset: socrata, site: data.example.org}
  - {name: exports, kind: countsfile, files: [x.csv], preset: ga4_pages}
`

// --since means nothing where no past day can be asked for: it is refused, not passed over.
func TestSinceOfCounts(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no date":                  {[]string{"--since", "last year"}, `--since "last year" is no date: write it as 2025-01-01`},
		"counters":                 {[]string{"--since", "2026-01-01", "--source", "city"}, "--since: city is of kind counters, which cannot be asked for past days"},
		"files":                    {[]string{"--since", "2026-01-01", "--source", "exports"}, "--since: exports is of kind countsfile"},
		"the portal's own":         {[]string{"--since", "2026-01-01", "--source", "demo-tracking"}, "--since: demo-tracking is of kind ckan_tracking"},
		"the future":               {[]string{"--since", "2027-01-01"}, "--since 2027-01-01: the last day that can be asked for is 2026-09-30"},
		"a day not over":           {[]string{"--since", "2026-10-01", "--source", "stats"}, "the last day that can be asked for is 2026-09-30"},
		"a retired tool":           {[]string{"--since", "2026-07-01", "--source", "old"}, "the last day that can be asked for is 2026-06-30"},
		"a source that is not one": {[]string{"--since", "2026-01-01", "--source", "cities"}, "the nearest is city"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("token", exampleSecret)
			s.write("footfall.yaml", sourcesOfAllKinds)
			// In Auckland the day after has begun.
			s.ingest(append([]string{"--clock", "2026-09-30T18:00:00Z", "counts"}, test.args...)...).wantCode(t, exitUsage).wantErr(t, test.want)
		})
	}
	t.Run("nothing to ask for it", func(t *testing.T) {
		s := newSite(t)
		s.write("footfall.yaml", "counts:\n  - {name: city, kind: counters, preset: socrata, site: data.example.org, site_url: https://data.example.org}\n")
		s.ingest("counts", "--since", "2026-01-01").wantCode(t, exitUsage).wantErr(t, "can be asked for past days")
	})
}

// A secret that cannot be read is the failure of its source: what can be loaded is, and published.
func TestSecretThatCannotBeRead(t *testing.T) {
	const token = "5ecret5ecret"
	var isDown atomic.Bool
	s := newSite(t)
	address := newMatomo(t, token, &isDown)
	s.write("empty", "\n")
	s.write("folder/none", "")
	s.write("good", token)
	entries := "counts:\n"
	for name, file := range map[string]string{"one": "empty", "two": "folder", "stats": "good"} {
		entries += "  - {name: " + name + ", kind: matomo, url: \"" + address + "\", site: \"1\", site_url: \"https://data.example.org\", token_file: " + file + ", retries: 0}\n"
	}
	s.write("footfall.yaml", entries)
	got := s.ingest("--clock", "2026-09-30T06:00:00Z", "run").wantCode(t, exitAttention)
	got.wantErr(t, "one: token_file: empty is empty: write the secret into it, or set FOOTFALL_TOKEN_ONE", "two: token_file: ", "set FOOTFALL_TOKEN_TWO")
	if !strings.Contains(got.out, "stats: 4 answers") || !strings.Contains(got.out, "published") {
		t.Errorf("the run says\n%s", got.out)
	}
}

package main

import (
	"database/sql"
	"strings"
	"testing"
)

// A COUNTER list in the configuration finds a robot that ours does not know, machines stay
// machines, and the build tells by which lists it was made. Without the list, the robot is what
// it was.
func TestCounterRobotsAreUsedAndTold(t *testing.T) {
	s := &site{t: t, dir: t.TempDir()}
	const config = `
data_dir: work
published: usage.duckdb
as_of: 2026-01-06
logs:
  - name: web
    paths: [access.log]
    host: data.example.org
`
	s.write("access.log", `192.0.2.1 - - [05/Jan/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 10 "-" "Botanica Reader/1.0"
192.0.2.2 - - [05/Jan/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 10 "-" "curl/8.5.0"
192.0.2.3 - - [05/Jan/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 10 "-" "Mozilla/5.0 (Windows NT 10.0; rv:121.0) Gecko/20100101 Firefox/121.0"
`)
	s.write("robots.json", `[{"pattern": "bot", "last_changed": "2024-04-22"}, {"pattern": "curl", "last_changed": "2017-08-08"}]`)
	s.write("footfall.yaml", config)
	s.ingest("run").wantCode(t, 0)
	const visitors = `select string_agg(visitor_kind || ' ' || hit_count, ', ' order by visitor_kind) from attribution_quality`
	if got, want := s.published(visitors), "machine 2, regular 1"; got != want {
		t.Errorf("visitors by our own list: %s; want %s", got, want)
	}
	const lists = `select string_agg(key, ', ' order by key) from build_info where starts_with(key, 'list_')`
	if got, want := s.published(lists), "list_agents, list_referrers, list_resource_roles"; got != want {
		t.Errorf("lists told: %s; want %s", got, want)
	}

	s.write("footfall.yaml", config+"counter_robots: robots.json\n")
	s.ingest("run").wantCode(t, 0)
	if got, want := s.published(visitors), "machine 1, regular 1, robot 1"; got != want {
		t.Errorf("visitors by both lists: %s; want %s", got, want)
	}
	told := s.published(`select value from build_info where key = 'list_counter_robots'`)
	if !strings.HasSuffix(told, ", 2 entries, newest change 2024-04-22") {
		t.Errorf("the COUNTER list is told as %q", told)
	}

	s.write("robots.json", `[{"pattern": "bot"}, {"pattern": "("}]`)
	s.ingest("run").wantCode(t, 2).wantErr(t, "counter_robots: ", "robots.json entry 2: pattern \"(\": error parsing regexp: missing closing ): `(`: correct or remove it")
}

// published is a query's answer from the published file.
func (s *site) published(query string) (value string) {
	s.t.Helper()
	read(s.t, s.path("usage.duckdb"), func(db *sql.DB) { value = queryText(s.t, db, query) })
	return value
}

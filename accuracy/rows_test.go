package main

import (
	"database/sql"
	"path/filepath"
	"testing"

	"footfall/internal/simulate"
)

// The rows of a portal are in the warehouse once, in two parts as in one, with the texts that the
// log reader would have kept.
func TestLoad(t *testing.T) {
	o := (&plan{datasets: 60}).worldOf(truths[0], 1)
	o.IsTwice = false
	p := &portal{dir: t.TempDir(), world: simulate.New(o), start: o.Start}
	l, err := p.loader()
	if err != nil {
		t.Fatal(err)
	}
	var requests []simulate.Request
	static := 0
	for r := range p.world.Requests() {
		switch {
		case !r.At.Before(o.Start.AddDate(0, 0, 60)):
		case isAsset(r.Target):
			static++
		default:
			requests = append(requests, r)
		}
	}
	if static == 0 || len(requests) == 0 {
		t.Fatalf("%d requests and %d of static assets: the portal shows nothing", len(requests), static)
	}
	for _, part := range [][2]int{{0, 20}, {20, 60}} {
		if err := l.load(t.Context(), requests, part[0], part[1]); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("duckdb", p.warehouse()+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]int{
		`select count(*) from raw.hit`:                                                                                      len(requests),
		`select count(*) from raw.hit where network_class = 'academic'`:                                                     classed(requests),
		`select count(distinct hit_at) from raw.hit`:                                                                        moments(requests),
		`select count(*) from raw.hit where url_id not in (select url_id from raw.url)`:                                     0,
		`select count(*) from raw.hit where agent_id not in (select agent_id from raw.agent)`:                               0,
		`select count(*) from raw.hit where referrer_id <> 0 and referrer_id not in (select referrer_id from raw.referrer)`: 0,
		`select count(*) from ledger.unit_hour`:                                                                             4 * 60 * 24,
		`select count(*) from ledger.unit where end_offset = 60 and start_offset = 20`:                                      4,
		`select count(*) from (select client_key from raw.hit group by 1 having count(distinct cast(hit_at as date)) > 1)`:  0,
	} {
		var got int
		if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", query, got, err, want)
		}
	}
	if name := filepath.Base(p.warehouse()); name != "warehouse.duckdb" {
		t.Errorf("the warehouse is %s: the program would not find it", name)
	}
}

func isAsset(target string) bool {
	for _, folder := range []string{"/webassets/", "/base/images/", "/fonts/"} {
		if len(target) > len(folder) && target[:len(folder)] == folder {
			return true
		}
	}
	return false
}

func classed(requests []simulate.Request) (count int) {
	for _, r := range requests {
		a := r.Address.As16()
		if r.Address.Is6() && a[4] == 0x0a && a[5] == 0xca || r.Address.Is4() && a[12] == 192 && a[15] >= 128 && a[15] < 192 {
			count++
		}
	}
	return count
}

func moments(requests []simulate.Request) int {
	seen := map[int64]bool{}
	for _, r := range requests {
		seen[r.At.Unix()] = true
	}
	return len(seen)
}

package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/simulate"
)

func TestTagClass(t *testing.T) {
	for name, c := range map[string]struct {
		kind      simulate.Kind
		rate      float64
		threshold float64
		want      class
	}{
		"no use":           {simulate.KindUnlogged, 0, 5, hardly},
		"a quarter of T":   {simulate.KindUnlogged, 1.25, 5, hardly},
		"just below T":     {simulate.KindUnlogged, 4.99, 5, little},
		"T":                {simulate.KindUnlogged, 5, 5, enough},
		"1.5 T of another": {simulate.KindUnlogged, 15, 10, enough},
		"more":             {simulate.KindUnlogged, 7.6, 5, plenty},
		"one with a log":   {simulate.KindPlain, 5, 5, other},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tagClass(simulate.Truth{Kind: c.kind, Rate: c.rate}, c.threshold); got != c.want {
				t.Errorf("class %s, want %s", classNames[got], classNames[c.want])
			}
		})
	}
}

// A result with so many of a hundred at T to 1.5 T called unused, at T = 10 and the share configured.
func tagResultOf(unused int) *tagResult {
	r := &tagResult{map[string]map[float64][]outcome{}, map[string][]float64{}, map[string][]float64{}, map[string][]float64{}}
	for _, basis := range bases {
		r.low[basis], r.trueLow[basis], r.dispersion[basis] = []float64{0.1}, []float64{0.12}, []float64{1.5}
		r.outcomes[basis] = map[float64][]outcome{}
		for _, one := range tagThresholds {
			all := resultOf(map[class]int{hardly: 50}).outcomes[365]
			for i := range all {
				if all[i].class == enough && i%100 < unused && basis == configured && one.t == 10 {
					all[i].status = "unused"
				}
				if all[i].class == plenty {
					all[i].status = "used"
				}
			}
			r.outcomes[basis][one.t] = all
		}
	}
	return r
}

func TestTagReport(t *testing.T) {
	got := tagRows(tagCase{0.5, 1}, tagResultOf(3))
	one := " 0.0 % and 0.0 % of 100 | 50 % of 100 | 25.0 % |"
	want := "| 0.5, by its mean | measured | 0.100 | 0.120 | 1.50 |" + strings.Repeat(one, 3) + "\n" +
		"| 0.5, by its mean | configured | 0.100 | 0.120 | 1.50 |" + one + " 3.0 % and 0.0 % of 100 | 50 % of 100 | 25.5 % |" + one + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMissedTags(t *testing.T) {
	for name, c := range map[string]struct {
		isShort bool
		unused  int
		want    int
	}{
		"all met":            {false, 5, 0},
		"too many":           {false, 6, 1},
		"too many by chance": {true, 6, 0},
		"far too many":       {true, 20, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan{isShort: c.isShort}
			if got := p.missedTags(truths[0], tagCases[0], tagResultOf(c.unused)); len(got) != c.want {
				t.Errorf("%d bounds are broken, want %d: %v", len(got), c.want, got)
			}
		})
	}
	if got := (&plan{}).missedTags(truths[0], tagCases[0], &tagResult{}); len(got) != 2*3*2 {
		t.Errorf("with nobody to judge %d bounds are broken, want all", len(got))
	}
}

func TestTagsByName(t *testing.T) {
	for name, c := range map[string]struct {
		isShort bool
		names   string
		want    string
	}{
		"all":         {false, "", "[0.08/0.5 0.08/1 0.5/0.5 0.5/1 0.9/0.5 0.9/1] [steady mix] <nil>"},
		"short":       {true, "", "[0.08/0.5 0.5/0.5 0.9/0.5 0.9/1] [steady] <nil>"},
		"some":        {true, "0.9/1,0.5/1", "[0.5/1 0.9/1] [steady mix] <nil>"},
		"none":        {false, "none", "[] [] <nil>"},
		"one unknown": {false, "0.9/1,0.7/1", "[] [] -tags 0.9/1,0.7/1: they are none, or some of 0.08/0.5, 0.08/1, 0.5/0.5, 0.5/1, 0.9/0.5, 0.9/1"},
	} {
		t.Run(name, func(t *testing.T) {
			cases, under, err := (&plan{isShort: c.isShort}).chosenTags(c.names)
			if got := fmt.Sprint(cases, under, err); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// What both tags counted is in the warehouse once: Matomo's by day, and all readings of the portal's.
func TestLoadCounts(t *testing.T) {
	o := (&plan{datasets: 100}).tagWorld(truths[0], tagCase{0.5, 0.5}, 1)
	o.Days = 60
	p := &portal{dir: t.TempDir(), world: simulate.New(o), start: o.Start}
	l, err := p.loader()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.load(t.Context(), nil, 0, 60); err != nil { // makes the warehouse
		t.Fatal(err)
	}
	first := ""
	total := map[string]int64{}
	for c := range p.world.TrackingCounts() {
		if c.ResourceID != "" {
			first = c.URL
			total[c.URL] += c.Clients
		}
	}
	execute(t, p, `insert into raw.resource (resource_id, url, valid_from) values ('r1', '`+first+`', timestamp '2025-10-01'), ('r2', 'https://files.example.org/none', timestamp '2025-10-01')`)
	if err := p.loadCounts(t.Context(), 60); err != nil {
		t.Fatal(err)
	}
	matomo := int64(0)
	for c := range p.world.MatomoCounts() {
		if c.ResourceID != "" {
			matomo += c.Clients
		}
	}
	db, err := sql.Open("duckdb", p.warehouse()+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]int64{
		`select sum(value)::bigint from raw.usage_count`:                                                  matomo,
		`select count(*) from raw.usage_count where url_id not in (select url_id from raw.url)`:           0,
		`select count(*) from ledger.count_pull where source = 'matomo'`:                                  60,
		`select count(distinct unit_id) from raw.counter_reading`:                                         10,
		`select max(value) from raw.counter_reading where subject = 'r1'`:                                 total[first],
		`select max(value) from raw.counter_reading where read_at < timestamp '2025-10-02'`:               0,
		`select max(value) from raw.counter_reading where subject = 'r2'`:                                 0,
		`select max(read_at)::date - date '2025-10-01' from raw.counter_reading`:                          60,
		`select count(*) from ledger.count_pull where source = 'accuracy-tracking' and is_whole`:          10,
		`select count(*) from ledger.unit where source in ('matomo', 'ckan_tracking') and start_offset=0`: 2,
	} {
		var got int64
		if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", query, got, err, want)
		}
	}
	if total[first] == 0 || matomo == 0 {
		t.Error("nothing was counted")
	}
}

func execute(t *testing.T, p *portal, statement string) {
	t.Helper()
	db, err := sql.Open("duckdb", p.warehouse())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// The program takes the configuration, and what it is given as the share.
func TestConfigureTags(t *testing.T) {
	o := (&plan{datasets: 100}).tagWorld(truths[0], tagCase{0.5, 0.5}, 1)
	p := &portal{dir: t.TempDir(), url: "http://127.0.0.1:1", world: simulate.New(o), start: time.Time{}}
	for basis, want := range map[string]int{configured: 2, measured: 0} {
		if err := p.configureTags(basis); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(p.dir, "footfall.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if got := strings.Count(text, "detection: {requests: [0."); got != want {
			t.Errorf("%s: %d shares are given, want %d:\n%s", basis, got, want, text)
		}
	}
}

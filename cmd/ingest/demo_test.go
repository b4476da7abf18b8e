package main

import (
	"database/sql"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"footfall/internal/simulate"
)

// A small demo says what the statuses rest on: some datasets are known by the portal's page tracking
// only, and are held against their own truth.
func TestDemo(t *testing.T) {
	s := newSite(t)
	dir := filepath.Join(s.dir, "demo")
	got := s.ingest("demo", "--dir", dir, "--datasets", "400", "--days", "120", "--lines", "30000").wantCode(t, exitDone)
	for _, want := range []string{"by tracking only, T or more", "by tracking only, below T", "of use, by what a log saw too"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is missing in:\n%s", want, got.out)
		}
	}
	read(t, filepath.Join(dir, "usage.duckdb"), func(db *sql.DB) {
		rests := queryText(t, db, `select string_agg(distinct evidence_source, ', ' order by evidence_source) from dataset_status`)
		if rests != "demo-tracking, log" {
			t.Errorf("the statuses rest on %s, want demo-tracking, log", rests)
		}
	})
	truth, err := os.ReadFile(filepath.Join(dir, "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(truth), "tracking_share") {
		t.Errorf("the truth does not say what the tracking sees: %.200s", truth)
	}
}

func TestTrueClass(t *testing.T) {
	truth := func(kind simulate.Kind, class, measurable string, rate float64) simulate.Truth {
		return simulate.Truth{Kind: kind, Class: class, Measurable: measurable, Rate: rate}
	}
	for name, c := range map[string]struct {
		truth simulate.Truth
		want  string
	}{
		"used":                {truth(simulate.KindPlain, simulate.ClassUsed, simulate.MeasurableYes, 8), "used, 1.5 T a quarter or more"},
		"just used":           {truth(simulate.KindPlain, simulate.ClassUsed, simulate.MeasurableYes, 5), "used, T to 1.5 T"},
		"little used":         {truth(simulate.KindPlain, simulate.ClassLittleUsed, simulate.MeasurableYes, 2), "little used, T/4 to T"},
		"hardly used":         {truth(simulate.KindPlain, simulate.ClassLittleUsed, simulate.MeasurableYes, 1), "little used, up to T/4"},
		"on two hosts":        {truth(simulate.KindPartlyLogged, simulate.ClassUsed, simulate.MeasurablePartly, 9), "partly measurable"},
		"broken":              {truth(simulate.KindBroken, simulate.ClassBroken, simulate.MeasurableYes, 9), "broken"},
		"without a log, used": {truth(simulate.KindUnlogged, simulate.ClassNotMeasurable, simulate.MeasurableNo, 5), "by tracking only, T or more"},
		"without a log":       {truth(simulate.KindUnlogged, simulate.ClassNotMeasurable, simulate.MeasurableNo, 4.9), "by tracking only, below T"},
		"without data":        {truth(simulate.KindNoResources, simulate.ClassNotMeasurable, simulate.MeasurableNo, 0), "not_measurable"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := trueClass(c.truth, 5); got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

// The world's Matomo is read by the real source: what it counted, day by day, comes to what it saw.
func TestCountsOfASimulatedMatomo(t *testing.T) {
	s := newSite(t)
	o := simulate.Small()
	o.Matomo = simulate.Tag{Share: 0.8, Variation: 0.5}
	world := simulate.New(o)
	first := o.Days - 5
	want := map[string]int64{}
	for c := range world.MatomoCounts() {
		metric := "files"
		if c.ResourceID == "" {
			metric = "pages"
		}
		if c.Day >= first {
			want[metric] += c.Clients
		}
	}
	server := httptest.NewServer(world.MatomoHandler(func() time.Time { return s.at }))
	t.Cleanup(server.Close)
	s.write("matomo.token", simulate.MatomoToken)
	s.write("footfall.yaml", readFile(t, s.path("footfall.yaml"))+fmt.Sprintf(
		"counts:\n  - {name: stats, kind: matomo, url: %q, site: 1, token_file: matomo.token, since: %s}\n",
		server.URL, o.Start.AddDate(0, 0, first).Format(time.DateOnly)))
	s.ingest("--clock", s.at.Format(time.RFC3339), "counts").wantCode(t, exitDone)
	read(t, s.path("warehouse.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, `
			select concat_ws(' ',
				sum(value) filter (where metric in ('downloads', 'outlinks')), sum(value) filter (where metric = 'pages'),
				count(distinct metric), count(distinct period_start))
			from raw.usage_count`)
		if text := fmt.Sprintf("%d %d 3 5", want["files"], want["pages"]); got != text || want["files"] == 0 {
			t.Errorf("counted: %s, want %s (files, pages, metrics, days)", got, text)
		}
		if got := queryText(t, db, `select concat_ws(' ', sum(value) > 0, count(distinct medium) > 1) from raw.referral_count`); got != "true true" {
			t.Errorf("referrals by medium: %s", got)
		}
	})
}

package main

import (
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

const monthOfViews = `# 20260801-20260831

Page title,Page location,Views
,,9,Grand total
Otters,https://data.example.org/dataset/otters,5
Otters,https://data-example-org.translate.goog/dataset/otters?_x_tr_sl=en,2
,(not set),2
`

// A folder with a file for each month: what is there is loaded once, a file that was corrected
// replaces its month, and one that does not fit stops only itself.
func TestCountsOfFiles(t *testing.T) {
	s := newSite(t)
	s.write("footfall.yaml", `counts:
  - name: analytics
    kind: countsfile
    files: [exports/*.csv]
    preset: ga4_exploration
    site_url: https://data.example.org
    detection: {pages: [0.08, 0.5]}
`)
	s.write("exports/views-08.csv", monthOfViews)
	s.write("exports/views-09.csv", strings.Replace(monthOfViews, ",9,Grand", ",8,Grand", 1))
	at := []string{"--clock", "2026-10-30T06:00:00Z"}
	got := s.ingest(append(at, "counts")...).wantCode(t, exitAttention)
	got.wantErr(t, "views-09.csv: line 4, column 3 (Views): the total is 8, the rows add up to 9")
	if doctor := s.ingest(append(at, "doctor")...); !strings.Contains(doctor.out, "FAIL  counts: analytics: ") || !strings.Contains(doctor.out, "views-09.csv: line 4") {
		t.Errorf("the doctor says\n%s%s", doctor.out, doctor.err)
	}
	s.write("exports/views-09.csv", strings.Replace(monthOfViews, "20260801-20260831", "20260901-20260930", 1))
	if got := s.ingest(append(at, "counts")...).wantCode(t, exitDone); !strings.Contains(got.out, "analytics: 1 answer; known for good: pages 61 days of 61") {
		t.Errorf("the second run says\n%s", got.out)
	}
	if got := s.ingest(append(at, "counts")...).wantCode(t, exitDone); !strings.Contains(got.out, "analytics: nothing new") {
		t.Errorf("the third run says\n%s", got.out)
	}
	if doctor := s.ingest(append(at, "doctor")...); !strings.Contains(doctor.out, "ok    counts: analytics: 2 files can be read, for 2 periods") {
		t.Errorf("the doctor says\n%s%s", doctor.out, doctor.err)
	}
	s.write("exports/views-09.csv", strings.NewReplacer("20260801-20260831", "20260901-20260930", "otters,5", "otters,6", ",9,G", ",10,G").Replace(monthOfViews))
	s.ingest(append(at, "counts")...).wantCode(t, exitDone)
	read(t, s.path("data/warehouse.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, `
			select string_agg(concat_ws(' ', strftime(period_start, '%m'), start_offset, total_value), ', ' order by start_offset)
			from ledger.count_pull join ledger.unit using (unit_id)`)
		if want := "08 0 7, 09 1 7, 09 2 8"; got != want {
			t.Errorf("the pulls are %q, want %q", got, want)
		}
	})
}

func TestConfigOfFiles(t *testing.T) {
	cases := map[string]struct {
		entry string
		want  []string
	}{
		"nothing but a kind": {"", []string{"counts[0].files", "counts[0].metric", "counts[0].columns", "ga4_exploration", "counts[0].site_url"}},
		"a preset that is none": {
			"files: [x.csv], preset: ga4, site_url: https://data.example.org", []string{"counts[0].preset", "ga4_pages"},
		},
		"files of publishers": {"files: [x.csv], preset: ga_report_publishers", []string{"counts[0].preset", "says nothing of datasets"}},
		"all of the top":      {"files: [x.csv], preset: searchconsole_pages, rows: all", []string{"counts[0].rows", "leaves out what is rare"}},
		"words that are none": {
			"files: [x.csv], preset: ga4_pages, metric: visits, unit: users, rows: some, period: soon",
			[]string{"counts[0].metric", "counts[0].unit", "counts[0].rows", "counts[0].period", "2026-Q3"},
		},
		"columns of several values": {"files: [x.csv], preset: ga_report_datasets, columns: {value: Visits}", []string{"counts[0].columns", "of their own"}},
		"a column that is none":     {"files: [x.csv], columns: {page: URL}", []string{"counts[0].columns.page", "no such key"}},
		"referrers of pages":        {"files: [x.csv], metric: pages, columns: {value: N, url: U, referrer: R}", []string{"counts[0].columns.referrer"}},
		"keys of a tool":            {"files: [x.csv], preset: ga4_pages, token_file: x, since: 2026-01-01", []string{"counts[0].token_file", "counts[0].since", "no such key, but columns"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("footfall.yaml", "counts:\n  - {name: files, kind: countsfile, "+test.entry+"}\n")
			s.ingest("counts").wantCode(t, exitUsage).wantErr(t, test.want...)
		})
	}
}

// Columns of the configuration are enough for a file of any other tool.
func TestCountsOfFilesByColumns(t *testing.T) {
	s := newSite(t)
	s.write("footfall.yaml", `counts:
  - name: downloads
    kind: countsfile
    files: [taken]
    metric: downloads
    columns: {dataset: Dataset, value: Taken, period: Month}
    site_url: https://data.example.org
    rows: all
`)
	s.write("taken/all.csv", "Dataset;Month;Taken\notters;2026-08;1 204\nbadgers;2026-08;0\notters;2026-09;7\n")
	s.ingest("--clock", "2026-10-30T06:00:00Z", "counts").wantCode(t, exitDone)
	read(t, s.path("data/warehouse.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, `
			select string_agg(concat_ws(' ', strftime(period_start, '%m'), path, value, unit), ', ' order by period_start, path)
			from raw.usage_count join (select distinct url_id, path from raw.url) using (url_id)`)
		if want := "08 /dataset/badgers 0 events, 08 /dataset/otters 1204 events, 09 /dataset/otters 7 events"; got != want {
			t.Errorf("the counts are %q, want %q", got, want)
		}
		if got := queryText(t, db, `select string_agg(concat_ws(' ', is_whole, is_final, hides_tail), ', ') from ledger.count_pull`); got != "true true false, true true false" {
			t.Errorf("the pulls are %q", got)
		}
	})
}

// Two exports of CKAN's tracking are two readings of counters: the days between them are known, and
// what rose was used.
func TestCountsOfTrackingExports(t *testing.T) {
	s := newSite(t)
	s.run().wantCode(t, exitDone)
	var risen, still string
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		risen = queryText(t, db, `select min(dataset_id) from dim_dataset where is_live`)
		still = queryText(t, db, `select max(dataset_id) from dim_dataset where is_live`)
	})
	s.write("footfall.yaml", readFile(t, s.path("footfall.yaml"))+"counts:\n  - {name: export, kind: countsfile, files: [tracking], preset: ckan_tracking_export, rows: all}\n")
	last := s.world.End().AddDate(0, 0, -2)
	export := func(day time.Time, views int) {
		s.write("tracking/"+day.Format("20060102")+".csv", fmt.Sprintf("dataset id,dataset name,total views,recent views (last 2 weeks)\n%s,a,%d,1\n%s,b,7,0\n", risen, views, still))
	}
	export(last.AddDate(0, 0, -9), 20)
	export(last, 23)
	s.run().wantCode(t, exitDone)
	read(t, s.path("warehouse.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, `
			select string_agg(concat_ws(' ', metric_kind, period_end - period_start, unit, value_low, value_high), ', ')
			from fct_dataset_period where source = 'export' and dataset_id = '`+risen+`'`)
		if want := "pages 9 events 1 3"; got != want {
			t.Errorf("the use is %q, want %q", got, want)
		}
		if got := queryText(t, db, `select count(*) from fct_dataset_period where source = 'export' and dataset_id = '`+still+`'`); got != "0" {
			t.Errorf("of a counter that stood still there are %s rows", got)
		}
		if got := queryText(t, db, `select count(*) from fct_count_day where source = 'export' and is_known`); got != "8" {
			t.Errorf("%s days are known, want the 8 between the readings", got)
		}
	})
	if status := s.ingest("status").wantCode(t, exitDone); !regexp.MustCompile(`export .*│ +8 │ +0 │ +0 │`).MatchString(status.out) {
		t.Errorf("the status says\n%s", status.out)
	}
}

package main

import (
	"strings"
	"testing"
)

// The operator's word on days changes what counts as measured with the next run, is listed with
// who said why, and can be taken back, after which everything is as before.
func TestDaysByTheOperatorsWord(t *testing.T) {
	s := newSite(t)
	s.run().wantCode(t, exitDone)
	before := tables(t, s.path("usage.duckdb"))
	const measured = `select count(*) filter (where is_measured) from int_host_day where host = 'maps.example.net' and day between date '2025-11-10' and date '2025-11-12'`
	if n := s.count(measured); n != "3" {
		t.Fatalf("%s days of the host are measured, want 3", n)
	}
	said := s.ingest("days", "void", "--log", "maps", "--from", "2025-11-10", "--to", "2025-11-11", "--note", "a load test ran", "--by", "ann").wantCode(t, exitDone)
	for _, want := range []string{"voided 2 days of log maps, 2025-11-10 to 2025-11-11", "as last built: 2 continuous"} {
		if !strings.Contains(said.out, want) {
			t.Errorf("voiding does not say %q:\n%s", want, said.out)
		}
	}
	s.ingest("days", "accept", "--host", "maps.example.net", "--from", "2025-11-11", "--note", "only its tail was bad", "--by", "bob").wantCode(t, exitDone)
	s.run().wantCode(t, exitDone)
	if n := s.count(measured); n != "2" {
		t.Errorf("%s days of the host are measured, want the accepted one and the one nobody spoke of", n)
	}
	for query, want := range map[string]string{
		`select override || ': ' || override_note || ' (' || override_by || ')' from fct_source_day where log = 'maps' and day = date '2025-11-10'`: "void: a load test ran (ann)",
		`select coverage from int_host_day where host = 'maps.example.net' and day = date '2025-11-11'`:                                             "accepted",
		`select first_day || ' ' || day_count || ' ' || (dataset_days > 0) from source_gap where log = 'maps' and coverage = 'voided'`:              "2025-11-10 2 true",
	} {
		if got := s.count(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	status := s.ingest("status").wantCode(t, exitDone)
	for _, want := range []string{"a load test ran", "ann", "log maps", "host maps.example.net", "voided", "files-1 + files-2 (replicas"} {
		if !strings.Contains(status.out, want) {
			t.Errorf("the status does not say %q:\n%s", want, status.out)
		}
	}
	s.ingest("days", "withdraw", "--log", "maps", "--from", "2025-11-10", "--to", "2025-11-11", "--note", "wrong server", "--by", "ann").wantCode(t, exitDone)
	s.ingest("days", "withdraw", "--host", "maps.example.net", "--from", "2025-11-11", "--note", "no longer needed", "--by", "ann").wantCode(t, exitDone)
	s.run().wantCode(t, exitDone)
	after := tables(t, s.path("usage.duckdb"))
	for table, digest := range before {
		if after[table] != digest {
			t.Errorf("%s is not as it was before the days were voided", table)
		}
	}
	list := s.ingest("days", "list").wantCode(t, exitDone)
	if n := strings.Count(list.out, "withdraw"); n != 2 || !strings.Contains(list.out, "0 days") {
		t.Errorf("the list has %d withdrawals, want 2, and words that hold no longer:\n%s", n, list.out)
	}
}

func TestDaysRefuses(t *testing.T) {
	s := newSite(t)
	s.run().wantCode(t, exitDone)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no subject":      {[]string{"accept", "--from", "2025-11-10", "--note", "x"}, "--log NAME or --host HOST"},
		"both":            {[]string{"accept", "--log", "maps", "--host", "maps.example.net", "--from", "2025-11-10", "--note", "x"}, "--log NAME or --host HOST"},
		"an unknown log":  {[]string{"accept", "--log", "map", "--from", "2025-11-10", "--note", "x"}, `no log is called "map": known are files-1, files-2, maps, portal`},
		"an unknown host": {[]string{"void", "--host", "www.example.org", "--from", "2025-11-10", "--note", "x"}, `no host is called "www.example.org"`},
		"no note":         {[]string{"void", "--log", "maps", "--from", "2025-11-10", "--note", " "}, "--note is empty"},
		"no date":         {[]string{"void", "--log", "maps", "--from", "10 November", "--note", "x"}, `--from "10 November" is no date`},
		"backwards":       {[]string{"void", "--log", "maps", "--from", "2025-11-10", "--to", "2025-11-09", "--note", "x"}, "is before --from"},
		"not over":        {[]string{"void", "--log", "maps", "--from", "2025-11-10", "--to", "2999-01-01", "--note", "x"}, "2999-01-01 is not over yet"},
		"an argument":     {[]string{"void", "maps"}, "maps"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"days"}, test.args...)
			s.ingest(append(args, "--by", "ann")...).wantCode(t, exitUsage).wantErr(t, test.want)
		})
	}
	if n := s.count(`select count(*) from ledger.day_override`); n != "0" {
		t.Errorf("%s words were written down, though all were refused", n)
	}
}

// Building some of the models leaves the others as they were, so that the mix is not published
// until all were built.
func TestSelectedModelsAreNotPublished(t *testing.T) {
	s := newSite(t)
	s.run().wantCode(t, exitDone)
	before := tables(t, s.path("usage.duckdb"))
	some := s.ingest("models", "--as-of", "2025-11-20", "--select", "dataset_status+", "--slowest", "2").wantCode(t, exitDone)
	for _, want := range []string{"stay as they were: nothing was checked, and nothing is published", "Slowest models", "as of 2025-11-20"} {
		if !strings.Contains(some.out, want) {
			t.Errorf("it does not say %q:\n%s", want, some.out)
		}
	}
	s.ingest("publish").wantCode(t, exitFailed).wantErr(t, "run ingest models")
	s.ingest("models", "--select", "dataset_state").wantCode(t, exitFailed).wantErr(t, "no model is called dataset_state")
	s.run().wantCode(t, exitDone)
	for table, digest := range tables(t, s.path("usage.duckdb")) {
		if before[table] != digest {
			t.Errorf("%s is not as it was before some models were built as of another day", table)
		}
	}
}

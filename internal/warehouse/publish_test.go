package warehouse

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func exec(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func text(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var value sql.NullString
	if err := db.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value.String
}

func readOnly(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", file+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestPublishCopiesAllowedColumnsAndKeepsOldReaders(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "usage.duckdb")
	w := open(t, filepath.Join(dir, "warehouse.duckdb"))
	exec(t, w.DB(),
		`create table marts as select 2 as id, 'secret' as client union all select 1, 'secret'`,
		`comment on table marts is 'It''s a mart.'`,
		`comment on column marts.id is 'A number.'`,
		`comment on column marts.client is 'Private.'`)
	tables := []PublishedTable{{Name: "marts", Columns: []string{"id"}, OrderBy: []string{"id"}}}
	// A run killed while it published leaves this behind.
	if err := os.WriteFile(file+".building", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Publish(t.Context(), file, tables, [][2]string{{"version", "one"}}); err != nil {
		t.Fatal(err)
	}
	old := readOnly(t, file)
	if got := text(t, old, `select string_agg(column_name, ',') from duckdb_columns() where table_name = 'marts'`); got != "id" {
		t.Errorf("published columns %q, want id alone", got)
	}
	if got := text(t, old, `select comment from duckdb_columns() where table_name = 'marts'`); got != "A number." {
		t.Errorf("column comment %q", got)
	}
	if got := text(t, old, `select comment from duckdb_tables() where table_name = 'marts'`); got != "It's a mart." {
		t.Errorf("table comment %q", got)
	}
	// The old file is held open while a new one takes its place.
	exec(t, w.DB(), `insert into marts values (3, 'secret')`)
	if err := w.Publish(t.Context(), file, tables, [][2]string{{"version", "two"}}); err != nil {
		t.Fatal(err)
	}
	if got := text(t, old, `select count(*) from marts`); got != "2" {
		t.Errorf("the old reader sees %s rows, want 2", got)
	}
	// Under another name, since one process shares its open databases by their path.
	if err := os.Link(file, file+"-new"); err != nil {
		t.Fatal(err)
	}
	fresh := readOnly(t, file+"-new")
	if got := text(t, fresh, `select count(*) || value from marts, build_info group by value`); got != "3two" {
		t.Errorf("a new reader sees %q, want 3two", got)
	}
	if left, _ := filepath.Glob(file + ".*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestPublishLeavesTheOldFileWhenItFails(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "usage.duckdb")
	w := open(t, filepath.Join(dir, "warehouse.duckdb"))
	exec(t, w.DB(), `create table marts as select 1 as id`)
	good := []PublishedTable{{Name: "marts", Columns: []string{"id"}}}
	if err := w.Publish(t.Context(), file, good, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Publish(t.Context(), file, append(good, PublishedTable{Name: "marts", Columns: []string{"nope"}}), nil); err == nil {
		t.Fatal("a column that is not there was published")
	}
	if got := text(t, readOnly(t, file), `select count(*) from marts`); got != "1" {
		t.Errorf("the old file has %s rows, want 1", got)
	}
	if left, _ := filepath.Glob(file + ".*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := w.Publish(t.Context(), file, good, nil); err != nil {
		t.Errorf("publishing after a failure: %v", err)
	}
}

// A day whose lines were all dropped or rejected has no hit whose client could count twice.
func TestLoadedDaysAreThoseWithHits(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	exec(t, w.DB(),
		`insert into ledger.unit (unit_id, stream_id, start_offset, loaded_at) values (1, 's', 0, '2026-01-03 06:00:00'), (2, 's', 9, '2026-01-04 06:00:00')`,
		`insert into ledger.unit_hour (unit_id, hour_at) values (1, '2026-01-01 10:00:00'), (1, '2026-01-02 10:00:00'), (2, '2026-01-02 11:00:00')`,
		`insert into ledger.hit_day values (1, '2026-01-02'), (2, '2026-01-02')`)
	got, err := w.LoadedDays(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[time.Time]time.Time{
		time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC): time.Date(2026, 1, 4, 6, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPruneWritesANewFileWithoutTheHits(t *testing.T) {
	dir := t.TempDir()
	w := open(t, filepath.Join(dir, "warehouse.duckdb"))
	exec(t, w.DB(),
		`insert into ledger.unit (unit_id, stream_id, start_offset, loaded_at) values (1, 's', 0, '2026-01-03 00:00:00'), (2, 's', 9, '2026-02-20 00:00:00')`,
		`insert into ledger.unit_hour (unit_id, hour_at) values (1, '2026-01-01 10:00:00'), (1, '2026-01-02 10:00:00'), (2, '2026-01-02 11:00:00')`,
		`insert into raw.hit (hit_at, agent_id, referrer_id, url_id) values ('2026-01-01 10:00:00', 1, 1, 1), ('2026-01-02 10:00:00', 2, 2, 2)`,
		`insert into raw.agent (agent_id) values (1), (2)`,
		`insert into raw.referrer (referrer_id) values (1), (2)`,
		`insert into raw.url (url_id) values (1), (2)`,
		`create view kept as select * from raw.hit`,
		`create table clicks as select cast(hit_at as date) as day from raw.hit`,
		`comment on column clicks.day is 'UTC day'`,
		`insert into ledger.build (build_id, last_unit_id, as_of_date) values (1, 2, '2026-03-31')`)
	now := time.Date(2026, 4, 10, 6, 0, 0, 0, time.UTC)
	days, err := w.PrunableDays(t.Context(), now, 90)
	if err != nil {
		t.Fatal(err)
	}
	if len(days) != 1 || days[0].Format(time.DateOnly) != "2026-01-01" {
		t.Fatalf("prunable days %v, want 1 January: 2 January was loaded again on 20 February", days)
	}
	if err := w.Prune(t.Context(), days, []string{"clicks"}, now); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		`select string_agg(cast(hit_at as date), ',') from kept`:           "2026-01-02",
		`select string_agg(agent_id, ',') from raw.agent`:                  "2",
		`select string_agg(referrer_id, ',') from raw.referrer`:            "2",
		`select string_agg(url_id, ',' order by url_id) from raw.url`:      "1,2",
		`select string_agg(day, ',') from clicks`:                          "2026-01-02",
		`select string_agg(day, ',') from ledger.pruned_day`:               "2026-01-01",
		`select count(*) from ledger.unit`:                                 "2",
		`select comment from duckdb_columns() where table_name = 'clicks'`: "UTC day",
		`select max(version) >= 1 from ledger.schema_migration`:            "true",
	} {
		if got := text(t, w.DB(), query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if days, err := w.PrunableDays(t.Context(), now, 90); err != nil || len(days) != 0 {
		t.Errorf("after pruning: %v, %v; want none", days, err)
	}
	exec(t, w.DB(), `insert into ledger.unit (stream_id, start_offset) values ('t', 0)`)
	if _, err := w.DB().ExecContext(t.Context(), `insert into ledger.unit (stream_id, start_offset) values ('s', 9)`); err == nil {
		t.Error("the unique key of the ledger was lost by pruning")
	}
}

func TestPrunableDaysAreBuiltFromAllTheirHits(t *testing.T) {
	now := time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		statement string
		want      int
	}{
		"built":                       {`insert into ledger.build (build_id, last_unit_id, as_of_date) values (1, 1, '2026-01-31')`, 1},
		"never built":                 {`select 1`, 0},
		"built before its last unit":  {`insert into ledger.build (build_id, last_unit_id, as_of_date) values (1, 0, '2026-01-31')`, 0},
		"built up to the day before":  {`insert into ledger.build (build_id, last_unit_id, as_of_date) values (1, 1, '2025-12-31')`, 0},
		"to be built again, a build":  {`insert into ledger.build (build_id, last_unit_id, as_of_date) values (1, 1, '2026-01-31'); insert into build_day values ('2026-01-01')`, 0},
		"to be built again, a change": {`insert into ledger.build (build_id, last_unit_id, as_of_date) values (1, 1, '2026-01-31'); insert into traffic.changed_day values ('2026-01-01')`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
			exec(t, w.DB(),
				`insert into ledger.unit (unit_id, stream_id, start_offset, loaded_at) values (1, 's', 0, '2026-01-02 00:00:00')`,
				`insert into ledger.unit_hour (unit_id, hour_at) values (1, '2026-01-01 10:00:00')`, test.statement)
			days, err := w.PrunableDays(t.Context(), now, 90)
			if err != nil {
				t.Fatal(err)
			}
			if len(days) != test.want {
				t.Errorf("prunable days %v, want %d", days, test.want)
			}
		})
	}
}

func TestSetLogsKeepsWhenAPairWasFirstKnown(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	one := LogHost{Log: "web", Host: "a.example.org", Role: "direct"}
	two := LogHost{Log: "web", Host: "b.example.org", Role: "direct", Until: noon}
	for i, logs := range [][]LogHost{{one}, {one, two}, {two, one}} {
		if err := w.SetLogs(t.Context(), logs, noon.AddDate(0, 0, i)); err != nil {
			t.Fatal(err)
		}
	}
	got := text(t, w.DB(), `select string_agg(host || ' ' || cast(known_at as date) || ' ' || coalesce(cast(until_date as varchar), '-'), ', ' order by host) from raw.log`)
	if want := "a.example.org 2026-03-01 -, b.example.org 2026-03-02 2026-03-01"; got != want {
		t.Errorf("logs %q, want %q", got, want)
	}
}

package metrics_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"footfall/internal/metrics"
	files "footfall/sql"
)

var noon = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)

// openWarehouse returns an empty warehouse with the real schema, in memory.
func openWarehouse(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := sql.Open("duckdb", "?memory_limit=512MB&threads=2&wal_autocheckpoint=256MB")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	names, err := fs.Glob(files.Files, "schema/*.sql")
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files.Files, name)
		if err != nil {
			tb.Fatal(err)
		}
		do(tb, db, string(text))
	}
	return db
}

func do(tb testing.TB, db *sql.DB, statements ...string) {
	tb.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(tb.Context(), statement); err != nil {
			tb.Fatalf("%s: %v", statement, err)
		}
	}
}

func newBuilder() *metrics.Builder {
	return &metrics.Builder{
		SQL: files.Files, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }, Version: "test",
	}
}

// dump returns the rows of a table as texts, in the order of all columns.
func dump(ctx context.Context, db *sql.DB, table string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, fmt.Sprintf(`select cast(t as varchar) from %s as t order by all`, table))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

var smallWorld = world{datasets: 60, hits: 6_000, first: "2026-01-01", days: 90}

func asOf(t *testing.T, day string) metrics.Settings {
	t.Helper()
	last, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return metrics.DefaultSettings(last)
}

func build(t *testing.T, db *sql.DB, s metrics.Settings, run int64) metrics.Result {
	t.Helper()
	r, err := newBuilder().Build(t.Context(), db, s, run)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// snapshot returns all rows of all models' tables.
func snapshot(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	models, err := metrics.Models(t.Context(), db, files.Files)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, m := range models {
		if m.IsView {
			continue
		}
		if all[m.Name], err = dump(t.Context(), db, m.Name); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func same(t *testing.T, what string, want, got map[string][]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%.4000s", what, diff)
	}
}

// The world comes in three pieces, the last one of them late, and is built after each, a few days
// at a time; a build from nothing gives the same tables, and so does building again without news.
func TestBuildByDaysIsBuildInFull(t *testing.T) {
	build := func(t *testing.T, db *sql.DB, s metrics.Settings, run int64) metrics.Result {
		t.Helper()
		b := newBuilder()
		b.LinesAtOnce = 50_000 // Five days.
		r, err := b.Build(t.Context(), db, s, run)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	byDays := openWarehouse(t)
	smallWorld.fill(t, byDays, 0, 40, 1)
	build(t, byDays, asOf(t, "2026-02-09"), 1)
	smallWorld.fill(t, byDays, 50, 90, 2)
	build(t, byDays, asOf(t, "2026-03-31"), 2)
	smallWorld.fill(t, byDays, 40, 50, 3)
	r := build(t, byDays, asOf(t, "2026-03-31"), 3)
	if r.IsFull || r.Days != 12 {
		t.Errorf("ten late days: built %d days, full %v; want 12 (with the days before and after), false", r.Days, r.IsFull)
	}
	got := snapshot(t, byDays)
	if len(got["dataset_status"]) < 40 || len(got["fct_dataset_day"]) < 500 {
		t.Fatalf("the world is too small to show anything: %d statuses, %d facts", len(got["dataset_status"]), len(got["fct_dataset_day"]))
	}

	inFull := openWarehouse(t)
	smallWorld.fill(t, inFull, 0, 90, 1)
	if _, err := newBuilder().Build(t.Context(), inFull, asOf(t, "2026-03-31"), 1); err != nil {
		t.Fatal(err)
	}
	same(t, "by days against in full", snapshot(t, inFull), got)

	r = build(t, byDays, asOf(t, "2026-03-31"), 4)
	if r.Days != 0 {
		t.Errorf("without news: built %d days, want 0", r.Days)
	}
	same(t, "again without news", got, snapshot(t, byDays))

	full := asOf(t, "2026-03-31")
	full.Full = true
	if r = build(t, byDays, full, 5); r.Days != 90 {
		t.Errorf("in full: built %d days, want 90", r.Days)
	}
	same(t, "again in full", got, snapshot(t, byDays))
}

// A build as of an earlier day shows nothing of later days, and coming back loses nothing.
func TestBuildAsOfAnEarlierDay(t *testing.T) {
	db := openWarehouse(t)
	smallWorld.fill(t, db, 0, 90, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	want := snapshot(t, db)
	build(t, db, asOf(t, "2026-02-15"), 2)
	var late int
	const query = `select count(*) from fct_dataset_day where day > date '2026-02-15'`
	if err := db.QueryRowContext(t.Context(), query).Scan(&late); err != nil || late > 0 {
		t.Errorf("as of 2026-02-15 there are %d facts of later days (%v)", late, err)
	}
	build(t, db, asOf(t, "2026-03-31"), 3)
	same(t, "back at the later day", want, snapshot(t, db))
}

// A build for an earlier day that dies has taken out later days: the next one brings them back.
func TestBuildAfterACrashAtAnEarlierDay(t *testing.T) {
	db := openWarehouse(t)
	smallWorld.fill(t, db, 0, 90, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	want := snapshot(t, db)
	for run, day := range []string{"2026-02-15", "2026-03-10"} {
		if _, err := brokenBuilder().Build(t.Context(), db, asOf(t, day), int64(2+run)); err == nil {
			t.Fatalf("as of %s: a model that fails gave no error", day)
		}
	}
	if r := build(t, db, asOf(t, "2026-03-31"), 4); r.Days != 44 {
		t.Errorf("after a crash as of 2026-02-15: built %d days, want the 44 after it", r.Days)
	}
	same(t, "after a crash at an earlier day", want, snapshot(t, db))
}

// brokenBuilder has a model that fails after all others were built.
func brokenBuilder() *metrics.Builder {
	b := newBuilder()
	overlay := fstest.MapFS{"marts/zz_broken.sql": {Data: []byte("-- Fails.\n--\n-- grain: x\n--\n-- x  nothing\n\nselect cast(dataset_id as bigint) as x from dataset_status")}}
	b.SQL = layered{overlay, files.Files}
	return b
}

// A build that dies in the middle has lost none of its days: the next one builds them.
func TestBuildAfterACrash(t *testing.T) {
	db := openWarehouse(t)
	smallWorld.fill(t, db, 0, 60, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	smallWorld.fill(t, db, 60, 90, 2)
	do(t, db, `insert into traffic.changed_day values (date '2026-01-10')`)
	if _, err := brokenBuilder().Build(t.Context(), db, asOf(t, "2026-03-31"), 2); err == nil || !strings.Contains(err.Error(), "zz_broken") {
		t.Fatalf("a model that fails: error %v, want one that names it", err)
	}
	r := build(t, db, asOf(t, "2026-03-31"), 3)
	if r.Days != 32 {
		t.Errorf("after a crash: built %d days, want the day before the 30 loaded, those, and the changed one", r.Days)
	}
	uninterrupted := openWarehouse(t)
	smallWorld.fill(t, uninterrupted, 0, 90, 1)
	build(t, uninterrupted, asOf(t, "2026-03-31"), 1)
	same(t, "after a crash", snapshot(t, uninterrupted), snapshot(t, db))
}

// layered reads a file from the first file system that has it.
type layered [2]fs.FS

func (l layered) Open(name string) (fs.File, error) {
	f, err := l[0].Open(name)
	if err != nil || name == "." {
		return l[1].Open(name)
	}
	return f, nil
}

func (l layered) Glob(pattern string) ([]string, error) {
	first, err := fs.Glob(l[0], pattern)
	if err != nil {
		return nil, err
	}
	second, err := fs.Glob(l[1], pattern)
	return append(second, first...), err
}

// Which log speaks for which host is a part of the definition: a change builds every open day.
func TestConfiguredLogsAreDefinition(t *testing.T) {
	db := openWarehouse(t)
	smallWorld.fill(t, db, 0, 90, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	for run, change := range []string{`role = 'origin'`, `until_date = date '2026-03-01'`, `from_date = date '2026-02-01'`} {
		do(t, db, `update raw.log set `+change+` where log = 'files-1'`)
		if r := build(t, db, asOf(t, "2026-03-31"), int64(2+run)); !r.IsFull || r.Days != 90 {
			t.Errorf("after a change of the logs to %s: full %v, %d days; want true, 90", change, r.IsFull, r.Days)
		}
	}
}

// A catalogue version that reaches back builds the days it reaches.
func TestCatalogueVersionBuildsItsDays(t *testing.T) {
	db := openWarehouse(t)
	smallWorld.fill(t, db, 0, 90, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	do(t, db, `insert into raw.resource select * replace (true as is_gone, timestamp '2026-03-20 09:00:00' as valid_from,
			timestamp '2026-03-20 09:00:00' as seen_at, 900000 as unit_id) from raw.resource where url_id = 3`,
		`insert into ledger.unit (unit_id, run_id, source, stream_id, start_offset, end_offset) values (900000, 2, 'ckan', 'ckan', 2, 3)`)
	if r := build(t, db, asOf(t, "2026-03-31"), 2); r.Days != 12 {
		t.Errorf("a version of 2026-03-20: built %d days, want the 12 from then on", r.Days)
	}
}

func TestCheckOnAnHonestWorld(t *testing.T) {
	db := openWarehouse(t)
	smallWorld.fill(t, db, 0, 90, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	results, err := newBuilder().Check(t.Context(), db, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) == 0 {
		t.Fatal("no check ran")
	}
	// The spine is looked up in two ways, which have to agree.
	differ, err := dump(t.Context(), db, `(
		select u.dataset_id, u.day from int_use_day as u
		left join int_dataset_day as d on d.dataset_id = u.dataset_id and d.day = u.day
		where u.is_live <> (d.day is not null) or u.is_measured <> coalesce(d.is_measured, false) or u.is_seen <> coalesce(d.is_seen, false))`)
	if err != nil || len(differ) > 0 {
		t.Errorf("int_use_day differs from the spine on %d days (%v)", len(differ), err)
	}
	for _, r := range results {
		if r.Failing > 0 {
			t.Errorf("%s: %d rows break it", r.Name, r.Failing)
		}
	}
}

func TestBuildRefusesSettings(t *testing.T) {
	good := asOf(t, "2026-03-31")
	for name, change := range map[string]func(*metrics.Settings){
		"no last day":          func(s *metrics.Settings) { s.AsOf = time.Time{} },
		"threshold 0":          func(s *metrics.Settings) { s.Threshold = 0 },
		"page threshold 0":     func(s *metrics.Settings) { s.PageThreshold = 0 },
		"no suspects' limit":   func(s *metrics.Settings) { s.SuspectHour = 0 },
		"dispersion below 1":   func(s *metrics.Settings) { s.PhiDefault = 0.5 },
		"no full year":         func(s *metrics.Settings) { s.FullYearDays = 400 },
		"no month":             func(s *metrics.Settings) { s.YearStartMonth = 13 },
		"dispersion no number": func(s *metrics.Settings) { s.PhiDefault = math.NaN() },
	} {
		t.Run(name, func(t *testing.T) {
			s := good
			change(&s)
			if _, err := newBuilder().Build(t.Context(), openWarehouse(t), s, 1); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

//go:build trino

package metrics

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	files "footfall/sql"
)

// TestTrino builds every model, check and report section on a real Trino, from the unchanged files in the
// builder's order, and compares every table with DuckDB's: its columns, their types, and row by
// row. The portal is a simulated one, loaded by the real `ingest`; Trino is given what the models
// read of it as Parquet. First all days but the last are built, then the last one alone, as the
// builder does it after a night: a day-grained model by delete and insert.
func TestTrino(t *testing.T) {
	p := &engines{duck: simulatedPortal(t), lake: t.TempDir()}
	p.trino = startTrino(t, p.lake)
	var last time.Time
	if err := p.duck.QueryRowContext(t.Context(), `select as_of_date from build_setting`).Scan(&last); err != nil {
		t.Fatal(err)
	}
	s := DefaultSettings(last.AddDate(0, 0, -1))
	s.Full = true
	t.Run("all days", func(t *testing.T) { p.build(t, s) })
	s.AsOf, s.Full = last, false
	t.Run("one new day", func(t *testing.T) { p.build(t, s) })
}

// simulatedPortal returns the warehouse of a small demo.
func simulatedPortal(t *testing.T) *sql.DB {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	ingest := exec.Command("go", "run", "../../cmd/ingest", "demo", "--dir", dir, "--datasets", "80", "--days", "150", "--lines", "20000")
	if said, err := ingest.CombinedOutput(); err != nil {
		t.Fatalf("ingest demo: %v\n%s", err, tail(string(said), 40))
	}
	db, err := sql.Open("duckdb", filepath.Join(dir, "warehouse.duckdb")+"?memory_limit=1GB&threads=2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	countByOthers(t, db)
	return db
}

// countByOthers has a tool count two of three clients by day, and a counter the views of each
// dataset's page, read every second week, so that the models of counts have rows.
func countByOthers(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, statement := range []string{
		`insert into raw.count_source values ('tool', 'matomo', 'UTC', 0.3, 0.6, null, null, timestamp '2026-01-01'),
			('counter', 'counters', 'UTC', null, null, 0.3, 0.6, timestamp '2026-01-01')`,
		`create temporary table seen as
			select cast(hit_at as date) as day, url_id, dataset_id, usage_kind, client_key, referrer.host as referrer_host
			from raw.hit
			inner join traffic.url_target using (url_id)
			left join raw.referrer using (referrer_id)
			where dataset_id <> '' and client_key % 3 <> 0`,
		`insert into ledger.count_pull (unit_id, source, metric, period_start, period_end, pulled_at, is_whole, is_final, hides_tail)
			select 900000000 + row_number() over (order by day, metric), 'tool', metric, day, day, cast(day as timestamp) + interval '1 day', true, true,
				metric = 'downloads' and number % 50 = 0
			from (select day, row_number() over (order by day) as number from (select distinct day from seen)) as days (day, number),
				(values ('downloads'), ('pages'), ('referrals')) as metrics (metric)`,
		`insert into raw.usage_count
			select 'tool', metric, 'client_days', url_id, day, day, count(distinct client_key), min(unit_id)
			from seen
			inner join ledger.count_pull on period_start = day and metric = case usage_kind when 'request' then 'downloads' else 'pages' end
			group by all`,
		`insert into raw.referral_count
			select 'tool', 'referrals', 'client_days', url_id, coalesce(referrer_host, ''), if(referrer_host is null, 'direct', ''), '', day, day,
				count(distinct client_key), min(unit_id)
			from seen
			inner join ledger.count_pull on period_start = day and metric = 'referrals'
			where usage_kind = 'investigation'
			group by all`,
		`insert into raw.counter_reading
			select 'counter', 'pages', 'events', 'dataset', dataset_id, dataset_id, null, cast(read_date as timestamp) + interval '6 hours', count(*),
				950000000 + number
			from (
				select day as read_date, row_number() over (order by day) as number from (select distinct day from seen)
				qualify number % 14 = 1
			)
			inner join seen on seen.day < read_date
			where usage_kind = 'investigation'
			group by all`,
		`insert into ledger.count_pull (unit_id, source, metric, period_start, period_end, pulled_at, is_whole, is_final, hides_tail)
			select distinct unit_id, source, metric, cast(read_at as date), cast(read_at as date), read_at, true, true, false
			from raw.counter_reading`,
	} {
		execute(t, db, statement)
	}
}

// engines are the two that build the same models.
type engines struct {
	duck, trino *sql.DB
	lake        string // the folder of Trino's tables
	builds      int
}

// build builds in DuckDB what the settings ask for, then in Trino from the same inputs, and
// compares the two.
func (e *engines) build(t *testing.T, s Settings) {
	t.Helper()
	e.builds++
	// What is prepared here stands until the build has ended: the build itself finds nothing to add.
	if _, _, err := prepare(t.Context(), e.duck, s, s.Full); err != nil {
		t.Fatal(err)
	}
	for _, table := range inputs(t) {
		e.take(t, table)
	}
	r, err := quietBuilder(files.Files).Build(t.Context(), e.duck, s, int64(1000+e.builds))
	if err != nil {
		t.Fatal(err)
	}
	if r.IsFull != s.Full || !s.Full && r.Days != 1 {
		t.Fatalf("DuckDB built %d days, full %v", r.Days, r.IsFull)
	}
	for _, m := range catalogued(t) {
		t.Run(m.Name, func(t *testing.T) {
			from, list := m.Name, columnList(m)
			if m.Layer == "checks" {
				from = "(" + m.Text + ")"
			} else {
				e.write(t, m, s.Full)
			}
			compare(t, readAll(t, e.duck, from, list), readAll(t, e.trino, from, list))
		})
	}
	e.take(t, "build_definition") // the report reads it, and no model
	e.report(t)
}

// take gives Trino a table as DuckDB has it.
func (e *engines) take(t *testing.T, table string) {
	t.Helper()
	e.hand(t, table, table)
	execute(t, e.trino, `drop table if exists `+table)
	execute(t, e.trino, `create table `+table+` as select * from `+e.handed(table))
}

// report compares what the files of sql/report give of the last quarter, for the whole portal and for a publisher.
func (e *engines) report(t *testing.T) {
	t.Helper()
	var quarter, previous, publisher string
	err := e.duck.QueryRowContext(t.Context(), `
		select max(quarter_label), coalesce(min(quarter_label), ''), (select min(publisher_id) from dim_dataset)
		from dataset_status_quarter`).Scan(&quarter, &previous, &publisher)
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(files.Files, "report/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("sql/report has %d files: %v", len(names), err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		for of, id := range map[string]string{"portal": "", "publisher": publisher} {
			t.Run(name+"/"+of, func(t *testing.T) {
				parameters := strings.NewReplacer("$quarter", quoteText(quarter), "$previous", quoteText(previous),
					"$year_ago", quoteText(previous), "$publisher", quoteText(id))
				from := "(" + parameters.Replace(string(text)) + ")"
				compare(t, readAll(t, e.duck, from, "*"), readAll(t, e.trino, from, "*"))
			})
		}
	}
}

// write does in Trino what the builder does in DuckDB.
func (e *engines) write(t *testing.T, m *Model, isFull bool) {
	t.Helper()
	switch {
	case m.IsView:
		execute(t, e.trino, `create or replace view `+m.Name+` as `+m.Text)
	case m.Incremental && !isFull:
		execute(t, e.trino, `delete from `+m.Name+` where day in (select day from build_day)`)
		execute(t, e.trino, `insert into `+m.Name+` `+m.Text)
	default:
		execute(t, e.trino, `drop table if exists `+m.Name)
		execute(t, e.trino, `create table `+m.Name+` as `+m.Text)
		if m.Incremental && !m.HoldsClients { // the facts of pruned days cannot be built again
			e.hand(t, m.Name, m.Name+` where day in (select day from ledger.pruned_day)`)
			execute(t, e.trino, `insert into `+m.Name+` select * from `+e.handed(m.Name))
		}
	}
}

// inputs are the tables that the models and checks read and that no model makes.
func inputs(t *testing.T) []string {
	t.Helper()
	made, read := map[string]bool{}, map[string]bool{}
	for _, m := range catalogued(t) {
		made[m.Name] = true
		for _, name := range m.Reads {
			read[name] = true
		}
	}
	var names []string
	for name := range read {
		if !made[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// hand gives Trino rows of one of DuckDB's tables, those of a from clause, as a Parquet file.
func (e *engines) hand(t *testing.T, table, from string) {
	t.Helper()
	folder := fmt.Sprintf("parquet/%d/%s", e.builds, table)
	if err := os.MkdirAll(filepath.Join(e.lake, folder), 0o755); err != nil {
		t.Fatal(err)
	}
	var casts, types []string
	for _, c := range readAll(t, e.duck, table+` where false`, `*`).columns {
		casts = append(casts, fmt.Sprintf(`cast(%[1]s as %[2]s) as %[1]s`, c.name, c.kind))
		types = append(types, c.name+` `+strings.Replace(c.kind, "timestamp", "timestamp(6)", 1))
	}
	execute(t, e.duck, fmt.Sprintf(`copy (select %s from %s) to %s (format parquet)`,
		strings.Join(casts, ", "), from, quoteText(filepath.Join(e.lake, folder, "rows.parquet"))))
	execute(t, e.trino, fmt.Sprintf(`create table %s (%s) with (external_location = 'local:///%s', format = 'PARQUET')`,
		e.handed(table), strings.Join(types, ", "), folder))
}

// handed is the name of what was handed to Trino in this build.
func (e *engines) handed(table string) string {
	return fmt.Sprintf(`hive.lake."%s %d"`, table, e.builds)
}

package metrics_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/metrics"
	files "footfall/sql"
)

// Facts of a pruned day stay when their hits are gone, also when a definition changes; clients go.
func TestPrunedDaysKeepTheirFacts(t *testing.T) {
	db := openWarehouse(t)
	smallWorld.fill(t, db, 0, 90, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	const pruned = `where day < date '2026-02-01'`
	want, err := dump(t.Context(), db, `(select * from fct_dataset_day `+pruned+`)`)
	if err != nil {
		t.Fatal(err)
	}
	do(t, db, `insert into ledger.pruned_day select day, timestamp '2026-04-01 12:00:00' from dim_date `+pruned,
		`delete from raw.hit where hit_at < timestamp '2026-02-01'`,
		`insert into traffic.changed_day select day from dim_date`)
	const definitions = `(select first_day, last_day, day_count, is_current from build_definition where model = 'fct_dataset_day')`
	for _, test := range []struct {
		name        string
		change      func(*metrics.Builder)
		definitions []string
	}{
		{"same definition", func(*metrics.Builder) {}, []string{
			"{'first_day': 2026-01-01, 'last_day': 2026-03-31, 'day_count': 90, 'is_current': true}",
		}},
		{"changed definition", func(b *metrics.Builder) {
			text, err := fs.ReadFile(files.Files, "staging/stg_hit.sql")
			if err != nil {
				t.Fatal(err)
			}
			b.SQL = layered{fstest.MapFS{"staging/stg_hit.sql": {Data: append(text, " where true"...)}}, withoutFile{files.Files, "staging/stg_hit.sql"}}
			b.Now = func() time.Time { return noon.Add(time.Hour) }
		}, []string{
			"{'first_day': 2026-01-01, 'last_day': 2026-01-31, 'day_count': 31, 'is_current': false}",
			"{'first_day': 2026-02-01, 'last_day': 2026-03-31, 'day_count': 59, 'is_current': true}",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBuilder()
			test.change(b)
			if _, err := b.Build(t.Context(), db, asOf(t, "2026-03-31"), 2); err != nil {
				t.Fatal(err)
			}
			got, err := dump(t.Context(), db, `(select * from fct_dataset_day `+pruned+`)`)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
				t.Errorf("%d facts of pruned days (-want +got)\n%.2000s", len(want), diff)
			}
			have, err := dump(t.Context(), db, definitions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.definitions, have); diff != "" {
				t.Errorf("definitions of the facts (-want +got)\n%s", diff)
			}
			for _, table := range []string{"int_click", "int_session", "int_error"} {
				rows, err := dump(t.Context(), db, `(select 1 from `+table+` `+pruned+`)`)
				if err != nil || len(rows) > 0 {
					t.Errorf("%s still has %d rows of pruned days (%v)", table, len(rows), err)
				}
			}
		})
	}
}

// withoutFile hides one file of a file system from patterns.
type withoutFile struct {
	fs.FS
	hidden string
}

func (w withoutFile) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(w.FS, pattern)
	return slices.DeleteFunc(names, func(name string) bool { return name == w.hidden }), err
}

// Facts of pruned days cannot be built again, so no build may take them out.
func TestBuildRefusesAnAsOfBeforePrunedDays(t *testing.T) {
	db := openWarehouse(t)
	smallWorld.fill(t, db, 0, 90, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	do(t, db, `insert into ledger.pruned_day select day, timestamp '2026-04-01' from dim_date where day <= date '2026-02-01'`,
		`delete from raw.hit where hit_at < timestamp '2026-02-02'`)
	build(t, db, asOf(t, "2026-03-31"), 2)
	want := snapshot(t, db)
	_, err := newBuilder().Build(t.Context(), db, asOf(t, "2026-01-31"), 3)
	if err == nil || !strings.Contains(err.Error(), "as-of 2026-01-31") || !strings.Contains(err.Error(), "2026-02-01") {
		t.Errorf("as of the day before the last pruned one: error %v, want one that names both days", err)
	}
	same(t, "after the refusal", want, snapshot(t, db))
	build(t, db, asOf(t, "2026-02-01"), 4)
	build(t, db, asOf(t, "2026-03-31"), 5)
	same(t, "as of the last pruned day and back", want, snapshot(t, db))
}

// What became known only after the hits of a day were gone could not be credited with them: that
// nothing was found on such a day proves nothing.
func TestPrunedDaysProveNothingOfWhatWasNotKnown(t *testing.T) {
	for name, test := range map[string]struct {
		change                             string
		isMeasured, isSeen, isPageMeasured bool // on some pruned day, for some dataset
	}{
		"all was known":        {`select 1`, true, true, true},
		"logs known too late":  {`update raw.log set known_at = timestamp '2026-04-01 00:00:01'`, false, false, false},
		"links seen too late":  {`update raw.resource set seen_at = timestamp '2026-04-01 00:00:01'`, false, false, true},
		"pages seen too late":  {`update raw.dataset set seen_at = timestamp '2026-04-01 00:00:01'`, true, true, false},
		"one log not known of": {`update raw.log set known_at = null where log = 'files-2'`, false, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			db := openWarehouse(t)
			world{datasets: 20, hits: 500, first: "2026-01-01", days: 60}.fill(t, db, 0, 60, 1)
			do(t, db, `insert into ledger.pruned_day select unnest(generate_series(date '2026-01-01', date '2026-01-31', interval 1 day)),
				timestamp '2026-04-01'`, test.change)
			build(t, db, asOf(t, "2026-03-01"), 1)
			const query = `select count(*) filter (where is_measured) > 0, count(*) filter (where is_seen) > 0,
				count(*) filter (where is_page_measured) > 0 from int_dataset_day where day %s date '2026-02-01'`
			var got [3]bool
			if err := db.QueryRowContext(t.Context(), fmt.Sprintf(query, "<")).Scan(&got[0], &got[1], &got[2]); err != nil {
				t.Fatal(err)
			}
			if want := [3]bool{test.isMeasured, test.isSeen, test.isPageMeasured}; got != want {
				t.Errorf("pruned days that are measured, seen, with a measured page: got %v, want %v", got, want)
			}
			if err := db.QueryRowContext(t.Context(), fmt.Sprintf(query, ">=")).Scan(&got[0], &got[1], &got[2]); err != nil {
				t.Fatal(err)
			}
			if want := [3]bool{true, true, true}; got != want {
				t.Errorf("open days that are measured, seen, with a measured page: got %v, want %v", got, want)
			}
		})
	}
}

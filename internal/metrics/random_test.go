package metrics_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/metrics"
	files "footfall/sql"
)

// A history is a random course of events in a warehouse, each with the build that follows it.
type history struct {
	*rand.Rand
	db     *sql.DB
	run    int
	loaded int   // days from the first on
	late   []int // days that were left out, to come late
}

func (h *history) day() string {
	return fmt.Sprintf(`date '%s' + %d`, smallWorld.first, h.IntN(h.loaded))
}

// next lets one thing of the eight kinds happen, and says what.
func (h *history) next(t *testing.T, kind int) string {
	t.Helper()
	h.run++
	switch kind {
	case 0, 1:
		if h.loaded >= smallWorld.days {
			return "nothing"
		}
		from := h.loaded
		h.loaded = min(h.loaded+5+h.IntN(15), smallWorld.days)
		skip := from + h.IntN(h.loaded-from)
		h.late = append(h.late, skip)
		smallWorld.fill(t, h.db, from, skip, h.run)
		h.run++
		smallWorld.fill(t, h.db, skip+1, h.loaded, h.run)
		return "days loaded, one of them not yet"
	case 2:
		if len(h.late) == 0 {
			return "nothing"
		}
		smallWorld.fill(t, h.db, h.late[0], h.late[0]+1, h.run)
		h.late = h.late[1:]
		return "a late day"
	case 3:
		unit := h.run*100_000 + 99_000
		do(t, h.db, fmt.Sprintf(`insert into raw.resource select * replace (%[2]v as is_gone, cast(%[3]s as timestamp) as valid_from,
				timestamp '2026-01-01' + interval %[1]d minute as seen_at, %[4]d as unit_id, false as is_valid_from_assumed, %[1]d as version_hash)
				from raw.resource where url_id = %[5]d limit 1`, h.run, h.IntN(2) == 0, h.day(), unit, h.IntN(2*smallWorld.datasets)),
			fmt.Sprintf(`insert into traffic.resource_role select resource_id, version_hash, 'data', 'format=csv', '1' from raw.resource where unit_id = %d`, unit),
			fmt.Sprintf(`insert into ledger.unit (unit_id, run_id, source, stream_id, start_offset, end_offset) values (%[1]d, %[2]d, 'ckan', 'ckan', %[1]d, 3)`, unit, h.run))
		return "a version of a resource"
	case 4:
		do(t, h.db, fmt.Sprintf(`update traffic.agent_class set agent_class = '%s' where agent_id = %d`, []string{"regular", "robot"}[h.IntN(2)], h.IntN(500)),
			`insert into traffic.changed_day select distinct cast(hit_at as date) from raw.hit`)
		return "an agent that is another class"
	case 5:
		verdict := []string{"accept", "void", "withdraw"}[h.IntN(3)]
		subject := []string{"'log', 'files-1'", "'log', 'maps'", "'host', 'data.example.org'"}[h.IntN(3)]
		day := h.day()
		do(t, h.db, fmt.Sprintf(`insert into ledger.day_override select %d, %s, %s, %s + %d, '%s', 'a reason', 'ann', timestamp '2026-01-01'`,
			h.run, subject, day, day, h.IntN(20), verdict))
		return "the operator's word: " + verdict
	case 6:
		if _, err := brokenBuilder().Build(t.Context(), h.db, asOf(t, "2026-03-31"), int64(h.run)); err == nil {
			t.Fatal("a model that fails gave no error")
		}
		return "a build that failed"
	default:
		if _, err := newBuilder().Build(t.Context(), h.db, asOf(t, "2026-02-10"), int64(h.run)); err != nil {
			t.Fatal(err)
		}
		return "a build as of an earlier day"
	}
}

// Whatever happens, in whatever order, a build from nothing makes the tables that building by days
// has made.
func TestFullBuildIsTheSameAfterAnyHistory(t *testing.T) {
	h := &history{Rand: rand.New(rand.NewPCG(1, 5)), db: openWarehouse(t), run: 1, loaded: 30}
	smallWorld.fill(t, h.db, 0, h.loaded, 1)
	build(t, h.db, asOf(t, "2026-03-31"), 1)
	var events []string
	for _, kind := range append([]int{0}, h.Perm(8)...) {
		events = append(events, h.next(t, kind))
		build(t, h.db, asOf(t, "2026-03-31"), int64(h.run))
	}
	got := snapshot(t, h.db)
	if len(got["fct_dataset_day"]) < 200 {
		t.Fatalf("%d facts show nothing", len(got["fct_dataset_day"]))
	}
	dropModels(t, h.db)
	build(t, h.db, asOf(t, "2026-03-31"), int64(h.run+1))
	same(t, fmt.Sprintf("after %q: by days against from nothing", events), snapshot(t, h.db), got)
}

// dropModels takes out everything that the builder made.
func dropModels(t *testing.T, db *sql.DB) {
	t.Helper()
	models, err := metrics.Models(t.Context(), db, files.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if m.IsView {
			do(t, db, `drop view `+m.Name)
		} else {
			do(t, db, `drop table `+m.Name)
		}
	}
}

// Two models that need nothing of each other are built side by side, and one that reads both after
// them, whatever fails meanwhile.
func TestIndependentModelsAreBuiltSideBySide(t *testing.T) {
	model := func(text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("-- Is.\n--\n-- grain: x\n--\n-- x  it\n\n" + text)}
	}
	db := openWarehouse(t)
	b := newBuilder()
	b.SQL = fstest.MapFS{
		"intermediate/one.sql": model("select 1 as x"), "intermediate/two.sql": model("select 2 as x"),
		"marts/three.sql": model("select one.x + two.x as x from one cross join two"),
	}
	r, err := b.Build(t.Context(), db, asOf(t, "2026-03-31"), 1)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range r.Models {
		names = append(names, m.Name)
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, names); diff != "" {
		t.Errorf("models in build order (-want +got)\n%s", diff)
	}
	if rows, err := dump(t.Context(), db, "three"); err != nil || len(rows) != 1 || rows[0] != "{'x': 3}" {
		t.Errorf("three: %v, %v", rows, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Build(ctx, db, asOf(t, "2026-03-31"), 2); err == nil {
		t.Error("a cancelled build gave no error")
	}
}

package metrics_test

import (
	"database/sql"
	"testing"
)

// Who is suspected is a part of every day's facts: with another limit all open days are built
// again, and come out as if it had been so from the start.
func TestSuspectsLimitIsADefinition(t *testing.T) {
	strict := asOf(t, "2026-03-31")
	strict.SuspectHour = 1
	fill := func(db *sql.DB) {
		smallWorld.fill(t, db, 0, 90, 1)
		// One client asks for all that was asked for on a day, in the course of it.
		do(t, db, `insert into raw.hit select hit_at, 77, url_id, 1, 0, 'other', method, status, response_bytes, unit_id
			from raw.hit where cast(hit_at as date) = date '2026-02-10'`)
	}
	changed := openWarehouse(t)
	fill(changed)
	build(t, changed, asOf(t, "2026-03-31"), 1)
	before := snapshot(t, changed)
	if r := build(t, changed, strict, 2); !r.IsFull {
		t.Errorf("another limit built %d days only", r.Days)
	}
	after := snapshot(t, changed)
	if len(after["int_suspect"]) <= len(before["int_suspect"]) {
		t.Errorf("%d suspects at one dataset an hour, %d at the usual limit", len(after["int_suspect"]), len(before["int_suspect"]))
	}
	fresh := openWarehouse(t)
	fill(fresh)
	build(t, fresh, strict, 1)
	same(t, "built anew, and from the start", snapshot(t, fresh), after)
}

package metrics_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A portal without any log is judged by what a tool counted: on a year of days, of which the last is
// not final yet. The tool sees at least half of all use; a second one sees more and knows less. A
// day that is asked again replaces what was known of it.
func TestBuildWithoutALog(t *testing.T) {
	db := openWarehouse(t)
	do(t, db,
		`insert into raw.count_source (source, kind, time_zone, request_share_low, request_share_high, page_share_low, page_share_high)
			values ('Matomo', 'matomo', 'UTC', 0.5, 0.8, 0.5, 0.8)`,
		`insert into ledger.unit (unit_id, run_id, source, stream_id, start_offset, end_offset) values (1, 1, 'ckan', 'ckan', 1, 2)`,
		`insert into raw.dataset select 'd' || i, 'dataset-' || i, 'Dataset ' || i, 'p', 'dataset', null, null, 'https://data.example.org/dataset/' || i, 100 + i,
			timestamp '2020-01-01', timestamp '2020-01-01', false, i, timestamp '2020-01-01', true, timestamp '2026-03-31', 1 from range(4) as r (i)`,
		`insert into raw.resource select 'r' || i, 'd' || i, 'file', 'CSV', 'https://files.example.com/' || i, 200 + i, 'files.example.com', null, null, null, false,
			timestamp '2020-01-01', false, i, timestamp '2020-01-01', true, timestamp '2026-03-31', 1 from range(3) as r (i)`,
		`insert into traffic.resource_role select resource_id, version_hash, 'data', 'format=csv', '1' from raw.resource`,
		`insert into raw.url select url_id, host, '/' || url_id, '', 1 from raw.resource`,
		`insert into traffic.url_target select url_id, dataset_id, resource_id, 'request', 'resource_url', '1' from raw.resource`,
	)
	// Dataset 0 is taken every day, dataset 1 twice in the year, dataset 2 never; 3 has no data.
	pull := func(unit int, days, values string) {
		do(t, db, fmt.Sprintf(`
			insert into ledger.count_pull
			select %[1]d + i, 'Matomo', 'downloads', cast(date '2025-04-01' + i::integer as date), cast(date '2025-04-01' + i::integer as date),
				timestamp '2026-04-01' + %[1]d * interval '1 second', true, i < 364, false, 1, 1, 0 %[2]s`, unit, days),
			fmt.Sprintf(`insert into ledger.unit (unit_id, run_id, source, stream_id, start_offset, end_offset)
				select %[1]d + i, 1, 'matomo', 'Matomo/downloads', %[1]d + i, %[1]d + i + 1 %[2]s`, unit, days),
			fmt.Sprintf(`
			insert into raw.usage_count
			select 'Matomo', 'downloads', 'client_days', url_id, cast(date '2025-04-01' + i::integer as date), cast(date '2025-04-01' + i::integer as date),
				value, %[1]d + i from (select * %[2]s) cross join (values %[3]s) as v (url_id, value, every) where i %% every = 0`, unit, days, values))
	}
	pull(1000, `from range(365) as r (i)`, `(200, 3, 1), (201, 1, 200)`)
	statuses := func() []string {
		t.Helper()
		rows, err := dump(t.Context(), db, `(select dataset_id, status, reason, evidence_source, count_low, count_high, count_days, page_status from dataset_status)`)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	s := asOf(t, "2026-03-31")
	r := build(t, db, s, 1)
	if got := r.First.Format("2006-01-02"); got != "2025-04-01" {
		t.Errorf("the first day is %s, want that of the first count, 2025-04-01", got)
	}
	want := []string{
		"{'dataset_id': d0, 'status': used, 'reason': NULL, 'evidence_source': Matomo, 'count_low': 1092, 'count_high': 1092, 'count_days': 364, 'page_status': not_measurable}",
		"{'dataset_id': d1, 'status': barely_used, 'reason': NULL, 'evidence_source': Matomo, 'count_low': 2, 'count_high': 2, 'count_days': 364, 'page_status': not_measurable}",
		"{'dataset_id': d2, 'status': unused, 'reason': NULL, 'evidence_source': Matomo, 'count_low': 0, 'count_high': 0, 'count_days': 364, 'page_status': not_measurable}",
		"{'dataset_id': d3, 'status': not_measurable, 'reason': no_data_link, 'evidence_source': log, 'count_low': NULL, 'count_high': NULL, 'count_days': NULL, 'page_status': not_measurable}",
	}
	if diff := cmp.Diff(want, statuses()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	results, err := newBuilder().Check(t.Context(), db, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range results {
		if result.Failing > 0 {
			t.Errorf("check %s (%s): %d rows", result.Name, result.Severity, result.Failing)
		}
	}
	first := snapshot(t, db)
	build(t, db, s, 2)
	same(t, "a build without news", first, snapshot(t, db))

	// Asked again, the first hundred days had use of dataset 2 on each.
	pull(5000, `from range(100) as r (i)`, `(200, 3, 1), (201, 1, 200), (202, 1, 1)`)
	build(t, db, s, 3)
	want[2] = "{'dataset_id': d2, 'status': used, 'reason': NULL, 'evidence_source': Matomo, 'count_low': 100, 'count_high': 100, 'count_days': 364, 'page_status': not_measurable}"
	if diff := cmp.Diff(want, statuses()); diff != "" {
		t.Errorf("days asked again (-want +got)\n%s", diff)
	}
}

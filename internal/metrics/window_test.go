package metrics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// yearsWorld reaches back far enough for several quarters and the year before.
var yearsWorld = world{datasets: 60, hits: 3_000, first: "2024-10-01", days: 547}

// The windows are the year to the last day, the one before, and those to the ends of the quarters
// that are over and that the data reaches.
func TestWindows(t *testing.T) {
	db := openWarehouse(t)
	yearsWorld.fill(t, db, 0, yearsWorld.days, 1)
	build(t, db, asOf(t, "2026-03-30"), 1)
	got, err := dump(t.Context(), db, `(select window_label, window_kind, start_date, end_date from build_window)`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`{'window_label': 2024Q4, 'window_kind': quarter, 'start_date': 2024-01-02, 'end_date': 2024-12-31}`,
		`{'window_label': 2025Q1, 'window_kind': quarter, 'start_date': 2024-04-01, 'end_date': 2025-03-31}`,
		`{'window_label': 2025Q2, 'window_kind': quarter, 'start_date': 2024-07-01, 'end_date': 2025-06-30}`,
		`{'window_label': 2025Q3, 'window_kind': quarter, 'start_date': 2024-10-01, 'end_date': 2025-09-30}`,
		`{'window_label': 2025Q4, 'window_kind': quarter, 'start_date': 2025-01-01, 'end_date': 2025-12-31}`,
		`{'window_label': current, 'window_kind': current, 'start_date': 2025-03-31, 'end_date': 2026-03-30}`,
		`{'window_label': earlier, 'window_kind': earlier, 'start_date': 2024-03-31, 'end_date': 2025-03-30}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Exposure is the difference of running sums by host; counted day by day over the spine it is the
// same, and so are the uses that go with it.
func TestExposureIsTheSpine(t *testing.T) {
	db := openWarehouse(t)
	yearsWorld.fill(t, db, 0, yearsWorld.days, 1)
	build(t, db, asOf(t, "2026-03-31"), 1)
	for name, test := range map[string]struct{ summed, counted string }{
		"exposure": {
			`select dataset_id, period, live_days, data_days, measured_days, seen_days, page_days, last_measured_date
			from int_exposure where period_kind = 'window'`,
			`select dataset_id, window_label, count(*), count(*) filter (where has_data_link), count(*) filter (where is_measured),
				count(*) filter (where is_seen), count(*) filter (where is_page_measured), max(day) filter (where is_measured)
			from int_dataset_day join build_window on day between start_date and end_date group by all`,
		},
		"uses": {
			`select dataset_id, window_label, uses, seen_uses, all_uses, machine_uses, robot_client_days, page_uses
			from int_dataset_window where all_uses + robot_client_days + page_client_days > 0`,
			`select dataset_id, window_label, sum(if(is_measured, client_days, 0)), sum(if(is_seen, client_days, 0)), sum(client_days),
				sum(if(is_measured, machine_client_days, 0)), sum(int_use_day.robot_client_days), sum(if(is_page_measured, int_use_day.page_client_days, 0))
			from int_use_day join build_window on day between start_date and end_date
			join int_dataset_window using (dataset_id, window_label) group by all
			having sum(int_use_day.client_days + int_use_day.robot_client_days + int_use_day.page_client_days) > 0`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := dump(t.Context(), db, `(select columns(*)::varchar from (`+test.counted+`) as t (`+letters+`))`)
			if err != nil {
				t.Fatal(err)
			}
			got, err := dump(t.Context(), db, `(select columns(*)::varchar from (`+test.summed+`) as t (`+letters+`))`)
			if err != nil {
				t.Fatal(err)
			}
			if len(want) < 150 {
				t.Fatalf("the world is too small to show anything: %d rows", len(want))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("counted day by day, and summed (-want +got)\n%.4000s", diff)
			}
		})
	}
}

// letters name the columns of a query by their place.
const letters = "a, b, c, d, e, f, g, h"

// What dataset_status says on a quarter's last day is what dataset_status_quarter says of that
// quarter for ever after, as long as nothing new is learnt of it.
func TestQuarterKeepsItsVerdict(t *testing.T) {
	db := openWarehouse(t)
	yearsWorld.fill(t, db, 0, yearsWorld.days, 1)
	const columns = `dataset_id, status, reason, is_provisional, uses, seen_uses, all_uses, measured_days, seen_days, live_days,
		rate_per_quarter, lower_limit, upper_limit, dispersion, is_dispersion_default, last_request_date`
	build(t, db, asOf(t, "2025-12-31"), 1)
	want, err := dump(t.Context(), db, `(select `+columns+`, is_broken_now as is_broken from dataset_status)`)
	if err != nil {
		t.Fatal(err)
	}
	build(t, db, asOf(t, "2026-03-31"), 2)
	got, err := dump(t.Context(), db, `(select `+columns+`, is_broken from dataset_status_quarter where quarter_label = '2025Q4')`)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) < 30 {
		t.Fatalf("the world is too small to show anything: %d statuses", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the quarter's verdict then and now (-want +got)\n%.4000s", diff)
	}
}

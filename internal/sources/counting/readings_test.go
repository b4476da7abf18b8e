package counting

import (
	"slices"
	"testing"
	"time"

	"footfall/internal/traffic"
)

// readAt is what is known of a reading of pages, so many hours before noon of 10 October 2026.
func readAt(hours int) Known {
	at := day("2026-10-10").Add(time.Duration(12-hours) * time.Hour)
	date := at.Truncate(24 * time.Hour)
	return Known{Periods: map[Period]State{
		{Pages, date, date}: {PulledAt: at, IsFinal: true},
		{Pages, date.AddDate(0, 0, -9), date.AddDate(0, 0, -9)}: {PulledAt: at.AddDate(0, 0, -9), IsFinal: true},
	}}
}

func TestDueReadings(t *testing.T) {
	cases := map[string]struct {
		hours int
		want  []string
	}{
		"a day ago":            {24, []string{Pages, Downloads}},
		"a run that was early": {20, []string{Pages, Downloads}},
		"the same day":         {19, []string{Downloads}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			known := readAt(test.hours)
			got := known.DueReadings([]string{Pages, Downloads}, day("2026-10-10").Add(12*time.Hour))
			if !slices.Equal(got, test.want) {
				t.Errorf("due are %q, want %q", got, test.want)
			}
		})
	}
}

func TestStandstill(t *testing.T) {
	u := traffic.URL{Host: "data.example.org", Path: "/otters"}
	page := Key(Address, idOf(u))
	cases := map[string]struct {
		known     Known
		last      map[string]int64
		want      string // since when; empty: no standstill
		isTooLong bool
	}{
		"the first reading":    {Known{}, nil, "", false},
		"one rose":             {readAt(24), map[string]int64{"dataset a": 3, page: 7}, "", false},
		"one fell":             {readAt(24), map[string]int64{"dataset a": 5, page: 7}, "2026-10-09", false},
		"nothing changed":      {readAt(24), map[string]int64{"dataset a": 4, page: 7}, "2026-10-09", false},
		"a new one with views": {readAt(24), map[string]int64{"dataset a": 4}, "", false},
		"one is gone":          {readAt(24), map[string]int64{"dataset a": 4, page: 7, "dataset b": 1}, "2026-10-09", false},
		"nothing for a week":   {readAt(8 * 24), map[string]int64{"dataset a": 4, page: 7}, "2026-10-02", true},
		"nothing for six days": {readAt(6 * 24), map[string]int64{"dataset a": 4, page: 7}, "2026-10-04", false},
		"a rise after a while": {readAt(30 * 24), map[string]int64{"dataset a": 4, page: 6}, "", false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			readings := []Reading{{Metric: Pages, Counters: []Counter{
				{SubjectKind: Dataset, Subject: "a", Value: 4}, {SubjectKind: Address, URL: u, Value: 7}, {SubjectKind: Dataset, Subject: "never", Value: 0},
			}}}
			test.known.Last = Last{Pages: test.last, Downloads: {page: 1}}
			since, isTooLong := test.known.Standstill(readings, day("2026-10-10").Add(12*time.Hour))
			got := ""
			if !since.IsZero() {
				got = since.Format(time.DateOnly)
			}
			if got != test.want || isTooLong != test.isTooLong {
				t.Errorf("a standstill since %q, too long: %t, want %q, %t", got, isTooLong, test.want, test.isTooLong)
			}
		})
	}
}

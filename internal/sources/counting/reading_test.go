package counting

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources/sourcestest"
	"footfall/internal/traffic"
)

func exampleReading() Reading {
	at := time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)
	file := traffic.URL{Host: "files.example.org", Path: "/otters.csv"}
	return Reading{
		Source: "portal-tracking", Kind: "ckan_tracking", Path: "https://data.example.org/", Metric: Downloads,
		Unit: ClientDays, At: at, IsWhole: true,
		Counters: []Counter{
			{SubjectKind: Resource, Subject: "r1", CountedAs: "https://files.example.org/otters.csv", URL: file, ReadAt: at, Value: 3},
			{SubjectKind: Resource, Subject: "r2", CountedAs: "", ReadAt: at.Add(time.Second)},
			{SubjectKind: Address, CountedAs: "x", URL: file, ReadAt: at, Value: 4},
		},
	}
}

func TestReadingAsRows(t *testing.T) {
	reading := exampleReading()
	tables := sourcestest.Drain(t, reading.Offer(2))
	got := tables.Text("raw.counter_reading", "source", "metric", "unit", "subject_kind", "subject", "counted_as", "read_at", "value")
	want := []string{
		"portal-tracking|downloads|client_days|resource|r1|https://files.example.org/otters.csv|2026-10-01T06:00:00|3",
		"portal-tracking|downloads|client_days|resource|r2||2026-10-01T06:00:01|0",
		"portal-tracking|downloads|client_days|url|-|x|2026-10-01T06:00:00|4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	if rows := tables["raw.counter_reading"]; rows[0]["url_id"] != reading.Counters[0].URL.ID() || rows[1]["url_id"] != nil {
		t.Errorf("the ids of URLs are %v and %v", rows[0]["url_id"], rows[1]["url_id"])
	}
	if diff := cmp.Diff([]string{"files.example.org|/otters.csv|"}, tables.Text("raw.url", "host", "path", "query")); diff != "" {
		t.Errorf("URLs (-want +got):\n%s", diff)
	}
	got = tables.Text("ledger.count_pull", "metric", "period_start", "period_end", "pulled_at", "is_whole", "is_final", "hides_tail", "row_count", "total_value")
	want = []string{"downloads|2026-10-01T00:00:00|2026-10-01T00:00:00|2026-10-01T06:00:00|true|true|false|3|7"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pull (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"portal-tracking/downloads|2|3"}, tables.Text("ledger.unit", "stream_id", "start_offset", "end_offset")); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
}

func TestReadingIsNamedByWhatItSays(t *testing.T) {
	first, again, other := exampleReading(), exampleReading(), exampleReading()
	again.Counters[0], again.Counters[2] = again.Counters[2], again.Counters[0]
	again.Counters[1].ReadAt = again.At.Add(time.Hour)
	other.Counters[1].Value++
	if a, b := first.Offer(0).ID, again.Offer(0).ID; a != b {
		t.Errorf("the same reading in another order and minute is %s, want %s", b, a)
	}
	if first.Offer(0).ID == other.Offer(0).ID || first.Offer(0).ID == first.Offer(1).ID {
		t.Error("another count, or another number, gives the same ID")
	}
}

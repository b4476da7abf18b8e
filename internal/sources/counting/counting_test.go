package counting

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
	"footfall/internal/sources/sourcestest"
	"footfall/internal/traffic"
)

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestPullAsRows(t *testing.T) {
	at := time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)
	page := traffic.URL{Host: "data.example.org", Path: "/dataset/otters"}
	pull := Pull{
		Source: "stats", Kind: "matomo", Path: "https://stats.example.org/", Metric: Pages, Unit: ClientDays,
		Start: day("2026-09-30"), End: day("2026-09-30"), At: at, IsWhole: true, IsFinal: true, Unmatched: 6,
		Counts:    []Count{{page, 3}, {page, 4}},
		Referrals: []Referral{{Medium: "search", Name: "Google", Value: 2}, {URL: page, Host: "www.example.net", Value: 1}, {Host: "www.example.net", Value: 1}},
	}
	tables := sourcestest.Drain(t, pull.Offer(7))
	count := func(value int64) map[string]any {
		return map[string]any{
			"url_id": page.ID(), "value": value, "source": "stats", "metric": "pages", "unit": "client_days",
			"period_start": pull.Start, "period_end": pull.End,
		}
	}
	if diff := cmp.Diff([]map[string]any{count(3), count(4)}, tables["raw.usage_count"]); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	want := []map[string]any{{"url_id": page.ID(), "host": page.Host, "path": page.Path, "query": ""}}
	if diff := cmp.Diff(want, tables["raw.url"]); diff != "" {
		t.Errorf("URLs (-want +got):\n%s", diff)
	}
	want = []map[string]any{{"referrer_id": traffic.TextID([]byte("www.example.net")), "host": "www.example.net", "path": ""}}
	if diff := cmp.Diff(want, tables["raw.referrer"]); diff != "" {
		t.Errorf("hosts that a tool names (-want +got):\n%s", diff)
	}
	if got := tables["raw.referral_count"]; len(got) != 3 || got[0]["url_id"] != nil || got[1]["url_id"] != page.ID() {
		t.Errorf("referrals are %v", got)
	}
	want = []map[string]any{{
		"source": "stats", "metric": "pages", "period_start": pull.Start, "period_end": pull.End, "pulled_at": at,
		"is_whole": true, "is_final": true, "hides_tail": false, "row_count": int64(5), "total_value": int64(11), "unmatched_value": int64(6),
	}}
	if diff := cmp.Diff(want, tables["ledger.count_pull"]); diff != "" {
		t.Errorf("pull (-want +got):\n%s", diff)
	}
}

func TestDue(t *testing.T) {
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 4, 11, 30, 0, 0, time.UTC) // the 5th in Auckland, since 13 hours are ahead
	final := func(days ...string) map[Period]State {
		known := map[Period]State{}
		for _, d := range days {
			known[Period{Pages, day(d), day(d)}] = State{IsFinal: true}
		}
		return known
	}
	cases := map[string]struct {
		plan  Plan
		known map[Period]State
		want  []string
	}{
		"never asked: yesterday":                 {Plan{}, nil, []string{"2026-10-03 final"}},
		"yesterday is the tool's":                {Plan{Zone: auckland}, nil, []string{"2026-10-04 final"}},
		"since a day":                            {Plan{Since: day("2026-10-01")}, nil, []string{"2026-10-01 final", "2026-10-02 final", "2026-10-03 final"}},
		"not what is known":                      {Plan{Since: day("2026-10-01")}, final("2026-10-01", "2026-10-03"), []string{"2026-10-02 final"}},
		"a day that failed between known ones":   {Plan{}, final("2026-10-01", "2026-10-03"), []string{"2026-10-02 final"}},
		"a day is asked again while it changes":  {Plan{Since: day("2026-10-01"), FinalDays: 2}, nil, []string{"2026-10-01 final", "2026-10-02", "2026-10-03"}},
		"what was provisional is asked again":    {Plan{FinalDays: 2}, map[Period]State{{Pages, day("2026-10-01"), day("2026-10-01")}: {}}, []string{"2026-10-01 final", "2026-10-02", "2026-10-03"}},
		"no further back than the tool's memory": {Plan{Since: day("2020-01-01"), Oldest: 2}, nil, []string{"2026-10-02 final", "2026-10-03 final"}},
		"until a tool was retired":               {Plan{Since: day("2026-10-01"), Until: day("2026-10-02")}, nil, []string{"2026-10-01 final", "2026-10-02 final"}},
		"another metric is another matter":       {Plan{}, map[Period]State{{Downloads, day("2026-10-01"), day("2026-10-01")}: {}}, []string{"2026-10-03 final"}},
	}
	t.Run("never answered since it was configured", func(t *testing.T) {
		days := 0
		for range (Plan{}).Due(Pages, Known{First: now.AddDate(0, 0, -4)}, now) {
			days++
		}
		if days != 5 {
			t.Errorf("%d days are due, want 5", days)
		}
	})
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for d := range test.plan.Due(Pages, Known{Periods: test.known}, now) {
				text := d.Format(time.DateOnly)
				if d.IsFinal {
					text += " final"
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
		})
	}
}

// A day that fails does not stop the others; a tool that is down is not asked hundreds of times.
func TestAsk(t *testing.T) {
	now := time.Date(2026, 10, 4, 6, 0, 0, 0, time.UTC)
	plan := Plan{Since: day("2026-09-20")}
	bad := map[string]bool{"pages 2026-09-21": true, "downloads 2026-09-20": true, "downloads 2026-09-21": true, "downloads 2026-09-22": true}
	var asked, got []string
	units := plan.Ask([]string{Pages, Downloads}, Known{Pulls: map[string]int64{Pages: 5}}, now, func(metric string, d Day) (*Pull, error) {
		name := metric + " " + d.Format(time.DateOnly)
		asked = append(asked, name)
		if bad[name] {
			return nil, errors.New(name)
		}
		return &Pull{Source: "stats", Metric: metric, Start: d.Time, End: d.Time}, nil
	})
	numbers := map[string][]int64{}
	for unit, err := range units {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		numbers[unit.Stream] = append(numbers[unit.Stream], unit.Start)
	}
	if diff := cmp.Diff([]string{"pages 2026-09-21", "downloads 2026-09-20", "downloads 2026-09-21", "downloads 2026-09-22"}, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if len(asked) != 14+3 {
		t.Errorf("asked %d times, want 14 days of pages and 3 of downloads", len(asked))
	}
	want := map[string][]int64{"stats/pages": {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}}
	if diff := cmp.Diff(want, numbers); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
}

// Texts of URLs that were loaded are not brought again; what was offered and not loaded proves nothing.
func TestTextsAreWrittenOnce(t *testing.T) {
	var got []int
	first := true
	for unit, err := range (suiteSource{}).Units(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, len(sourcestest.Drain(t, unit)["raw.url"]))
		if !first {
			unit.Loaded()
		}
		first = false
	}
	if diff := cmp.Diff([]int{1, 1, 0}, got); diff != "" {
		t.Errorf("texts by unit (-want +got):\n%s", diff)
	}
}

var _ sources.Source = suiteSource{}

// suiteSource puts the rows of pulls to the suite.
type suiteSource struct{}

func TestSuite(t *testing.T) {
	sourcestest.Run(t, func(*testing.T) sources.Source { return suiteSource{} })
}

func (suiteSource) Units(context.Context) iter.Seq2[sources.Unit, error] {
	plan := Plan{Since: day("2026-09-28")}
	return plan.Ask([]string{Pages}, Known{}, time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC), func(metric string, d Day) (*Pull, error) {
		return &Pull{
			Source: "stats", Kind: "matomo", Metric: metric, Unit: ClientDays, Start: d.Time, End: d.Time, IsFinal: d.IsFinal,
			Counts: []Count{{traffic.URL{Host: "data.example.org", Path: "/dataset/otters"}, 3}},
		}, nil
	})
}

// A quota that is used up ends the source; a day that waits is no failure.
func TestAskStopsAndWaits(t *testing.T) {
	now := time.Date(2026, 10, 4, 6, 0, 0, 0, time.UTC)
	var asked []string
	units := Plan{Since: day("2026-09-30")}.Ask([]string{Pages, Downloads}, Known{}, now, func(metric string, d Day) (*Pull, error) {
		asked = append(asked, metric+" "+d.Format(time.DateOnly))
		switch len(asked) {
		case 1:
			return nil, nil //nolint:nilnil // a day that waits
		case 3:
			return nil, fmt.Errorf("stats: %w", Stop(errors.New("quota")))
		}
		return &Pull{Source: "stats", Metric: metric, Start: d.Time, End: d.Time}, nil
	})
	var got []string
	for unit, err := range units {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, unit.Name)
	}
	if diff := cmp.Diff([]string{"stats pages 2026-10-01", "stats: quota"}, got); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	if len(asked) != 3 {
		t.Errorf("asked for %v after a stop", asked)
	}
}

func TestSilentDay(t *testing.T) {
	silent := day("2026-09-20")
	pull := func() *Pull {
		return &Pull{Source: "stats", Metric: Pages, Start: silent, IsWhole: true, IsFinal: true, Counts: []Count{{Value: 1}}}
	}
	if got, err := (Day{silent, false}).Silent(pull(), day("2026-09-21")); got != nil || err != nil {
		t.Errorf("while it may change: %v, %v", got, err)
	}
	if got, err := (Day{silent, true}).Silent(pull(), day("2026-09-27")); got != nil || err == nil {
		t.Errorf("within a week: %v, %v", got, err)
	}
	got, err := (Day{silent, true}).Silent(pull(), day("2026-09-28"))
	if err != nil || got == nil || got.IsWhole || !got.IsFinal || len(got.Counts) > 0 {
		t.Errorf("after a week: %+v, %v", got, err)
	}
}

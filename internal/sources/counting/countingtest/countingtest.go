// Package countingtest loads the pulls of sources of counts as the loader and the models do, for
// tests of what is known after a fault and another run.
package countingtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/sourcestest"
)

// A Warehouse keeps what was loaded. The zero value is empty.
type Warehouse struct {
	pulls  map[string]int64
	latest map[counting.Period]pull
}

type pull struct {
	state counting.State
	lines []string
}

// Known is what the ledger would tell the next run's source.
func (w *Warehouse) Known() counting.Known {
	known := counting.Known{Pulls: map[string]int64{}, Periods: map[counting.Period]counting.State{}}
	for metric, n := range w.pulls {
		known.Pulls[metric] = n
	}
	for period, p := range w.latest {
		known.Periods[period] = p.state
	}
	return known
}

// Load loads what the source offers and returns its errors.
func (w *Warehouse) Load(t *testing.T, source sources.Source) []error {
	t.Helper()
	if w.pulls == nil {
		w.pulls, w.latest = map[string]int64{}, map[counting.Period]pull{}
	}
	var errs []error
	for unit, err := range source.Units(t.Context()) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		tables := sourcestest.Drain(t, unit)
		row := tables["ledger.count_pull"][0]
		metric, _ := row["metric"].(string)
		start, _ := row["period_start"].(time.Time)
		end, _ := row["period_end"].(time.Time)
		if unit.Start != w.pulls[metric] {
			t.Errorf("unit %s has the number %d, want %d", unit.Name, unit.Start, w.pulls[metric])
		}
		w.pulls[metric]++
		isFinal, _ := row["is_final"].(bool)
		w.latest[counting.Period{Metric: metric, Start: start, End: end}] = pull{counting.State{IsFinal: isFinal}, lines(tables)}
	}
	return errs
}

// lines are the rows of a pull as texts, sorted, with URLs in place of their ids.
func lines(tables sourcestest.Tables) (all []string) {
	urls := map[any]string{nil: "-"}
	for _, u := range tables["raw.url"] {
		urls[u["url_id"]] = fmt.Sprint(u["host"], u["path"])
		if u["query"] != "" {
			urls[u["url_id"]] += fmt.Sprint("?", u["query"])
		}
	}
	day := func(row map[string]any) string {
		start, _ := row["period_start"].(time.Time)
		return start.Format(time.DateOnly)
	}
	for _, row := range tables["raw.usage_count"] {
		all = append(all, fmt.Sprintf("%s %s %s %s %v", day(row), row["metric"], urls[row["url_id"]], row["unit"], row["value"]))
	}
	for _, row := range tables["raw.referral_count"] {
		all = append(all, fmt.Sprintf("%s %s %s from %s|%s|%s %s %v", day(row), row["metric"], urls[row["url_id"]],
			row["referrer_host"], row["medium"], row["referrer_name"], row["unit"], row["value"]))
	}
	for _, row := range tables["ledger.count_pull"] {
		text := fmt.Sprintf("%s %s answered", day(row), row["metric"])
		if row["is_whole"] != true {
			text += ", not whole"
		}
		if row["is_final"] != true {
			text += ", provisional"
		}
		if row["hides_tail"] == true {
			text += ", hides its tail"
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// Text is what is known: the rows of the latest pull of each metric and day, as sorted lines.
func (w *Warehouse) Text() []string {
	all := []string{}
	for _, p := range w.latest {
		all = append(all, p.lines...)
	}
	slices.Sort(all)
	return all
}

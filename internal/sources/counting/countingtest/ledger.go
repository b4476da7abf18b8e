// Package countingtest stands for the warehouse in tests of sources of counts.
//
// What a source yields is kept as the loader would, so that a test can run it again and see what
// the warehouse then holds: of each metric and period the latest pull.
package countingtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/sourcestest"
)

// Ledger holds the pulls of one source. The zero value is a source never asked.
type Ledger struct {
	First  time.Time // when the source was first configured; zero: at its first run
	pulls  map[string]int64
	latest map[counting.Period]kept
}

type kept struct {
	state counting.State
	lines []string
}

// Known is what a run is told.
func (l *Ledger) Known() counting.Known {
	known := counting.Known{Pulls: map[string]int64{}, Periods: map[counting.Period]counting.State{}, First: l.First}
	maps.Copy(known.Pulls, l.pulls)
	for period, pull := range l.latest {
		known.Periods[period] = pull.state
	}
	return known
}

// Load reads all units, and returns the errors between them.
func (l *Ledger) Load(t *testing.T, s sources.Source) (errs []error) {
	t.Helper()
	if l.pulls == nil {
		l.pulls, l.latest = map[string]int64{}, map[counting.Period]kept{}
	}
	for unit, err := range s.Units(t.Context()) {
		if err == nil {
			err = l.keep(t, unit)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

func (l *Ledger) keep(t *testing.T, unit sources.Unit) error {
	t.Helper()
	tables, err := sourcestest.Read(t.Context(), unit)
	if err != nil {
		return err
	}
	urls := map[any]string{nil: "the site"}
	for _, row := range tables["raw.url"] {
		text := fmt.Sprint(row["host"], row["path"])
		if row["query"] != "" {
			text += fmt.Sprint("?", row["query"])
		}
		urls[row["url_id"]] = text
	}
	for _, row := range tables["ledger.count_pull"] {
		date := func(column string) time.Time { at, _ := row[column].(time.Time); return at }
		metric, _ := row["metric"].(string)
		at, _ := row["pulled_at"].(time.Time)
		isFinal, _ := row["is_final"].(bool)
		period := counting.Period{Metric: metric, Start: date("period_start"), End: date("period_end")}
		if unit.Start != l.pulls[metric] {
			return fmt.Errorf("unit %s is number %d of its stream, want %d", unit.Name, unit.Start, l.pulls[metric])
		}
		l.pulls[metric] = unit.Start + 1
		name := metric + " " + period.Start.Format(time.DateOnly)
		if !period.End.Equal(period.Start) {
			name += " to " + period.End.Format(time.DateOnly)
		}
		last := kept{state: counting.State{PulledAt: at, IsFinal: isFinal, ID: unit.ID}}
		flags := []string{name}
		for _, flag := range []string{"is_whole", "is_final", "hides_tail"} {
			if row[flag] == true {
				flags = append(flags, flag)
			}
		}
		last.lines = append(last.lines, strings.Join(flags, " "))
		var counts []string
		for _, row := range tables["raw.usage_count"] {
			counts = append(counts, fmt.Sprintf("  %s %v %v", urls[row["url_id"]], row["value"], row["unit"]))
		}
		for _, row := range tables["raw.referral_count"] {
			counts = append(counts, fmt.Sprintf("  %s %v %v from %q %q %q", urls[row["url_id"]], row["value"], row["unit"],
				row["referrer_host"], row["medium"], row["referrer_name"]))
		}
		slices.Sort(counts)
		last.lines = append(last.lines, counts...)
		l.latest[period] = last
	}
	return nil
}

// Lines are the latest pulls by metric and period, each with its counts below it.
func (l *Ledger) Lines() (lines []string) {
	var all [][]string
	for _, pull := range l.latest {
		all = append(all, pull.lines)
	}
	slices.SortFunc(all, slices.Compare)
	for _, pull := range all {
		lines = append(lines, pull...)
	}
	return lines
}

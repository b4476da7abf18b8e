package counting

import "time"

const (
	// readingEvery is how far apart two readings are at least: a day, and some room for the clock
	// of whoever starts the runs.
	readingEvery = 20 * time.Hour
	// standstill is how long no count may rise before that needs attention.
	standstill = 8 * 24 * time.Hour
)

// Last are the counters of the last reading, by metric and Key.
type Last map[string]map[string]int64

// DueReadings are those of the metrics whose last reading is a day old.
func (k *Known) DueReadings(metrics []string, now time.Time) (due []string) {
	for _, metric := range metrics {
		if newest := k.newest(metric); newest.IsZero() || now.Sub(newest) >= readingEvery {
			due = append(due, metric)
		}
	}
	return due
}

// Standstill is since when all counters of the readings stand still; zero: one has risen, or there
// was no reading before. Readings that stand still are not to be taken: a portal that has stopped
// to sum up its visits looks like that. isTooLong: somebody has to look.
func (k *Known) Standstill(readings []Reading, now time.Time) (since time.Time, isTooLong bool) {
	for _, r := range readings {
		at := k.newest(r.Metric)
		if at.IsZero() || r.isRisen(k.Last[r.Metric]) {
			return time.Time{}, false
		}
		if at.After(since) {
			since = at
		}
	}
	return since, now.Sub(since) >= standstill
}

// newest is when the metric was last read; zero: never.
func (k *Known) newest(metric string) (at time.Time) {
	for period, state := range k.Periods {
		if period.Metric == metric && state.PulledAt.After(at) {
			at = state.PulledAt
		}
	}
	return at
}

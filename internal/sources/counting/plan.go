package counting

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"footfall/internal/sources"
)

// Known is what the ledger holds of a source of counts. The zero value is a source never asked.
type Known struct {
	Pulls   map[string]int64 // pulls loaded so far, by metric: the next one's number
	Periods map[Period]State // the latest pull of each metric and period
	First   time.Time        // when the source was first configured; zero: now
	Last    Last             // of a source of counters
}

// A Period is what a pull was of: dates without a zone, at midnight UTC.
type Period struct {
	Metric     string
	Start, End time.Time
}

// State is what the latest pull of a period was.
type State struct {
	PulledAt time.Time
	IsFinal  bool
	ID       string // of its unit
}

// IsOf says whether the pull was made from this content (Pull.Content): how a file is known again.
func (s State) IsOf(content string) bool { return strings.HasPrefix(s.ID, content+".") }

// Next is the number of the next pull of a metric, and counts it.
func (k *Known) Next(metric string) int64 {
	if k.Pulls == nil {
		k.Pulls = map[string]int64{}
	}
	number := k.Pulls[metric]
	k.Pulls[metric] = number + 1
	return number
}

// Plan says which days are to be asked for.
type Plan struct {
	Since     time.Time      // first day; zero: the day before the source was first configured
	Until     time.Time      // last day, of a tool that is retired; zero: none
	Zone      *time.Location // the tool's; nil: UTC
	FinalDays int            // a day changes no more once it is over for so many days: 0 at once, 3 after three more days
	Oldest    int            // days the tool keeps, to yesterday; 0: all
}

// A Day is one that is to be asked for: its midnight UTC, and whether its answer will be final.
type Day struct {
	time.Time
	IsFinal bool
}

// Due yields the days to ask for, the oldest first: those that are over in the tool's zone, and of
// which no final answer is known. now is the run's clock.
func (p Plan) Due(metric string, known Known, now time.Time) iter.Seq[Day] {
	yesterday := p.yesterday(now)
	since := p.Since
	if since.IsZero() {
		since = p.firstKnown(metric, known, yesterday)
	}
	if oldest := yesterday.AddDate(0, 0, 1-p.Oldest); p.Oldest > 0 && since.Before(oldest) {
		since = oldest
	}
	final := yesterday.AddDate(0, 0, -p.FinalDays)
	last := p.Last(now)
	return func(yield func(Day) bool) {
		for d := since; !d.After(last); d = d.AddDate(0, 0, 1) {
			if known.Periods[Period{metric, d, d}].IsFinal {
				continue
			}
			if !yield(Day{d, !d.After(final)}) {
				return
			}
		}
	}
}

// Last is the last day that can be asked for: yesterday, or Until.
func (p Plan) Last(now time.Time) time.Time {
	last := p.yesterday(now)
	if !p.Until.IsZero() && p.Until.Before(last) {
		return p.Until
	}
	return last
}

// yesterday is the last day that is over in the tool's zone.
func (p Plan) yesterday(now time.Time) time.Time {
	year, month, day := now.In(cmp.Or(p.Zone, time.UTC)).Date()
	return time.Date(year, month, day-1, 0, 0, 0, 0, time.UTC)
}

// IsDue is true if there is a day to ask for, of any metric.
func (p Plan) IsDue(metrics []string, known Known, now time.Time) bool {
	for _, metric := range metrics {
		for range p.Due(metric, known, now) {
			return true
		}
	}
	return false
}

// firstKnown is the first day that was ever to be asked for, so that a day that failed is asked again.
func (p Plan) firstKnown(metric string, known Known, yesterday time.Time) time.Time {
	first := yesterday
	if before := known.First.UTC().Truncate(24*time.Hour).AddDate(0, 0, -1); !known.First.IsZero() && before.Before(first) {
		first = before
	}
	for period := range known.Periods {
		if period.Metric == metric && period.Start.Before(first) {
			first = period.Start
		}
	}
	return first
}

// Ask asks for each day that is due, of each metric in turn, and yields what came as units. An
// error of one day goes in its place, and the days after it are asked all the same; after three
// errors one after the other the rest of the metric waits for the next run, and after one of Stop
// all of the source does. No pull and no error is a day that the tool has not counted up yet.
func (p Plan) Ask(metrics []string, known Known, now time.Time, pull func(metric string, day Day) (*Pull, error)) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		texts := &written{ids: map[int64]bool{}}
		for _, metric := range metrics {
			failures := 0
			for day := range p.Due(metric, known, now) {
				got, err := pull(metric, day)
				if err != nil {
					failures++
					if !yield(sources.Unit{}, err) || IsStop(err) {
						return
					}
					if failures == mostFailures {
						break
					}
					continue
				}
				failures = 0
				if got == nil {
					continue
				}
				got.written = texts
				if !yield(got.Offer(known.Next(metric)), nil) {
					return
				}
			}
		}
	}
}

// mostFailures one after the other end the asking: the tool is down, and would be asked hundreds of
// times for nothing.
const mostFailures = 3

// Stop marks an error that every further question would meet, such as a quota that is used up: Ask
// leaves the rest of the source to the next run.
func Stop(err error) error { return &stopError{err} }

// IsStop says whether Stop marked the error.
func IsStop(err error) bool { return errors.As(err, new(*stopError)) }

type stopError struct{ err error }

func (e *stopError) Error() string { return e.err.Error() }
func (e *stopError) Unwrap() error { return e.err }

// Silent is what comes of a day on which the tool counted nobody on the whole site: either nobody
// came, or it has not counted up yet, or the tag was off, and an empty answer does not say which.
// While the tool may still change the day, it waits for the next run. Then it is an error, for a
// week, so that somebody looks. Then the pull is kept without counts and not whole, so that the day
// stays unknown and is asked for no more.
func (d Day) Silent(pull *Pull, now time.Time) (*Pull, error) {
	switch {
	case !d.IsFinal:
		return nil, nil //nolint:nilnil // a day that waits
	case now.Sub(d.Time) < 8*24*time.Hour:
		return nil, fmt.Errorf("%s: nobody was counted on the whole site on %s, so the day stays unknown: look whether the tool has counted it up, and whether its tag was on",
			pull.Source, d.Format(time.DateOnly))
	}
	pull.IsWhole, pull.Counts, pull.Referrals = false, nil, nil
	return pull, nil
}

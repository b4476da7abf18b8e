// Package countsfile reads counts from files that somebody exported: CSV and spreadsheets (.xlsx).
//
// A layout says what is in which column. A file fits it as a whole or nothing of it is taken; it is
// known again by its content, so a file may be moved, and one that was corrected replaces what was
// known of its period.
package countsfile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/traffic"
)

// Kind is what the ledger calls sources of this package.
const Kind = "countsfile"

// Config says which files hold what. Name, Files, Layout and SiteURL are required.
type Config struct {
	Name   string   // of the source
	Files  []string // paths, patterns such as exports/*.csv, and folders of .csv, .tsv and .xlsx files
	Layout Layout
	// Period is what all of the files are of, or when a counter's file was written; zero: each file
	// says it, in a column, above its table or in its name.
	Period  Period
	Sheet   string // of spreadsheets; empty: the first one with the table
	SiteURL string // of the pages that were counted
	Hosts   []string
	Zone    *time.Location // of the periods; nil: UTC
	// Rows says how much of what was counted is in the files.
	Rows Rows
}

// Rows is how much of what a tool counted is in its files.
type Rows int

const (
	// Listed is all that the tool lists: a row with the total must agree, and what is absent is unknown.
	Listed Rows = iota
	// All is everything, on the operator's word: what is absent is zero.
	All
	// Top is the beginning of a longer list: a row with the total may be higher.
	Top
)

// Source offers a unit for each metric and period of the files that is not known yet.
type Source struct {
	Config    Config
	Known     counting.Known
	Referrers *traffic.Referrers // names of sites; nil: none is known
	Now       func() time.Time
	Log       *slog.Logger // nil: none
}

var _ sources.Source = (*Source)(nil)

// Units yields what the files hold, by their names; a file that does not fit is an error in its place.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		offers, errs := s.offers(ctx)
		for _, err := range errs {
			if !yield(sources.Unit{}, fmt.Errorf("%s: %w", s.Config.Name, err)) {
				return
			}
		}
		if ctx.Err() != nil {
			return
		}
		for _, o := range offers {
			if !yield(o.unit(s.Known.Next(o.metric())), nil) {
				return
			}
		}
	}
}

// Check reads all files, and says how many there are, and for how many metrics and periods. The error
// is the first of those that Units would yield.
func (s *Source) Check(ctx context.Context) (files, answers int, err error) {
	again := *s
	again.Known = counting.Known{}
	names, _ := again.files()
	offers, errs := again.offers(ctx)
	if len(errs) > 1 {
		return len(names), len(offers), fmt.Errorf("%w (and %d more)", errs[0], len(errs)-1)
	}
	return len(names), len(offers), errors.Join(errs...)
}

// An offer is what a file holds of one metric and period: a pull, or a reading of counters.
type offer struct {
	file    string
	pull    *counting.Pull
	reading *counting.Reading
}

func (o offer) unit(number int64) sources.Unit {
	if o.reading != nil {
		return o.reading.Offer(number)
	}
	return o.pull.Offer(number)
}

func (o offer) metric() string { return o.period().Metric }

func (o offer) period() counting.Period {
	if o.reading != nil {
		day := o.reading.At.UTC().Truncate(24 * time.Hour)
		return counting.Period{Metric: o.reading.Metric, Start: day, End: day}
	}
	return counting.Period{Metric: o.pull.Metric, Start: o.pull.Start, End: o.pull.End}
}

// isKnown says whether it was loaded before. A counter's file that is found again under a later
// date is no second reading: that its counts stand still says nothing.
func (o offer) isKnown(known counting.Known) bool {
	if o.reading == nil {
		return known.Periods[o.period()].IsOf(o.pull.Content)
	}
	for period, state := range known.Periods {
		if period.Metric == o.reading.Metric && state.IsOf(o.reading.Content) {
			return true
		}
	}
	return false
}

// offers reads all files, and keeps what is not known. Of one metric and period there is one file.
func (s *Source) offers(ctx context.Context) (offers []offer, errs []error) {
	if s.Now == nil {
		return nil, []error{errors.New("the source has no clock")}
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	files, errs := s.files()
	r := &reader{Source: s, site: counting.NewSite(s.Config.SiteURL, s.Config.Hosts), now: s.Now()}
	holders := map[counting.Period][]offer{}
	for _, file := range files {
		if ctx.Err() != nil {
			return nil, append(errs, ctx.Err())
		}
		found, err := r.read(ctx, file)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
			continue
		}
		for _, o := range found {
			holders[o.period()] = append(holders[o.period()], o)
		}
	}
	for _, period := range slices.SortedFunc(maps.Keys(holders), comparePeriods) {
		switch held := holders[period]; {
		case len(held) > 1:
			errs = append(errs, fmt.Errorf("%s and %s both hold %s of %s: take one of them away", held[0].file, held[1].file, period.Metric, text(period)))
		case !held[0].isKnown(s.Known):
			offers = append(offers, held[0])
		}
	}
	return offers, errs
}

func comparePeriods(a, b counting.Period) int {
	return cmp.Or(cmp.Compare(a.Metric, b.Metric), a.Start.Compare(b.Start), a.End.Compare(b.End))
}

func text(p counting.Period) string { return Period{p.Start, p.End}.String() }

// files are the files that the configuration names, sorted.
func (s *Source) files() (files []string, errs []error) {
	for _, pattern := range s.Config.Files {
		found, err := filepath.Glob(pattern)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s is no pattern of paths: %w", pattern, err))
			continue
		case len(found) == 0:
			errs = append(errs, fmt.Errorf("%s: no file is there: put one there, or correct files", pattern))
		}
		for _, path := range found {
			within, err := filesOf(path)
			if err != nil {
				errs = append(errs, err)
			}
			files = append(files, within...)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), errs
}

// filesOf are a file itself, or the tables in a folder.
func filesOf(path string) (files []string, err error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	entries, err := os.ReadDir(path)
	for _, entry := range entries {
		isTable := slices.Contains([]string{".csv", ".tsv", ".xlsx"}, strings.ToLower(filepath.Ext(entry.Name())))
		if isTable && entry.Type()&fs.ModeDir == 0 && !strings.HasPrefix(entry.Name(), ".") && !strings.HasPrefix(entry.Name(), "~") {
			files = append(files, filepath.Join(path, entry.Name()))
		}
	}
	return files, err
}

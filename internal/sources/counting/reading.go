package counting

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/traffic"
)

// Subjects of a counter.
const (
	Dataset  = "dataset"  // the catalogue's dataset
	Resource = "resource" // the catalogue's resource
	Address  = "url"      // whatever the canonical URL is of
)

// A Reading is where all counters of a tool stand, for one metric. What it counts began before
// anybody read it, so only the difference of two readings says what happened, and when.
type Reading struct {
	Source  string    // its configured name
	Kind    string    // its kind, such as ckan_tracking
	Path    string    // what was asked, without secrets
	Metric  string    //
	Unit    string    //
	At      time.Time // clock of the run
	IsWhole bool      // every subject of the tool is in it, so that each has a count, be it zero
	// HidesTail: the tool leaves subjects out, so that what is absent is unknown.
	HidesTail bool
	Counters  []Counter // in any order, each subject once
	Content   string    // names what it was made from, such as a file's text; empty: what it says is its name
}

// A Counter is one that was read.
type Counter struct {
	SubjectKind string // Dataset, Resource or Address
	Subject     string // id in the catalogue; of an Address: empty
	// CountedAs is the name or address that the tool counts under. Under another one it may start
	// again, so two readings say what happened in between only where it is the same.
	CountedAs string
	URL       traffic.URL // of a resource or an Address; zero: none
	ReadAt    time.Time
	Value     int64
}

// Key is what the counter is known by from one reading to the next.
func (c *Counter) Key() string {
	if c.SubjectKind == Address {
		return Key(c.SubjectKind, idOf(c.URL))
	}
	return Key(c.SubjectKind, c.Subject)
}

// idOf is a URL's id as text.
func idOf(u traffic.URL) string { return strconv.FormatInt(u.ID(), 10) }

// Key is what a counter is known by from one reading to the next: its kind of subject and the id,
// of an Address that of its URL.
func Key(subjectKind, subject string) string { return subjectKind + " " + subject }

// isRisen says whether anything was counted since the reading before: whether one counter is
// higher than before, or is new and above zero.
func (r *Reading) isRisen(before map[string]int64) bool {
	return slices.ContainsFunc(r.Counters, func(c Counter) bool { return c.Value > before[c.Key()] })
}

// Offer makes the reading a unit, the number-th of its stream counted from 0.
func (r *Reading) Offer(number int64) sources.Unit {
	receipt := sources.Receipt{
		Source: r.Kind, ID: unitID(r.Content, r.Metric, number, r.digest), Stream: Stream(r.Source, r.Metric), Path: r.Path, Number: number,
	}
	return sources.Unit{
		ID: receipt.ID, Stream: receipt.Stream, Start: number,
		Name: fmt.Sprintf("%s %s %s", r.Source, r.Metric, r.At.UTC().Format(time.DateOnly)),
		Open: func(ctx context.Context) ([]sources.Rows, error) { return r.open(ctx, receipt) },
	}
}

// digest names the reading by its number and what it says; the clock is no part of it.
func (r *Reading) digest(number int64) string {
	lines := make([]string, 0, len(r.Counters))
	for _, c := range r.Counters {
		lines = append(lines, fmt.Sprintf("%s %q %q %s %d\n", c.SubjectKind, c.Subject, c.CountedAs, c.URL, c.Value))
	}
	slices.Sort(lines)
	head := fmt.Sprintf("%s\n%d\n%s\n%s\n%t\n", Stream(r.Source, r.Metric), number, r.Unit,
		r.At.UTC().Format(time.DateOnly), r.IsWhole)
	return sources.ContentID(head + strings.Join(lines, ""))
}

// open makes the reading's readers. Tables without rows are left out.
func (r *Reading) open(ctx context.Context, receipt sources.Receipt) ([]sources.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var rows []sources.Rows
	if len(r.Counters) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.counter_reading", Reader: sources.NewReader(ctx, r.counterColumns(), r.Counters)})
	}
	if urls := r.urls(); len(urls) > 0 {
		rows = append(rows, URLRows(ctx, urls))
	}
	return append(rows,
		r.entry().rows(ctx),
		receipt.Rows(ctx)), nil
}

// urls are the distinct URLs of the reading, sorted.
func (r *Reading) urls() []traffic.URL {
	var urls []traffic.URL
	for _, c := range r.Counters {
		if c.URL != (traffic.URL{}) {
			urls = append(urls, c.URL)
		}
	}
	return distinct(urls)
}

// distinct sorts URLs and keeps one of each.
func distinct(urls []traffic.URL) []traffic.URL {
	slices.SortFunc(urls, func(a, b traffic.URL) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Query, b.Query))
	})
	return slices.Compact(urls)
}

func (r *Reading) counterColumns() []sources.Column[Counter] {
	return []sources.Column[Counter]{
		sources.NewColumn("source", sources.Varchar, func(*Counter) any { return r.Source }),
		sources.NewColumn("metric", sources.Varchar, func(*Counter) any { return r.Metric }),
		sources.NewColumn("unit", sources.Varchar, func(*Counter) any { return r.Unit }),
		sources.NewColumn("subject_kind", sources.Varchar, func(c *Counter) any { return c.SubjectKind }),
		sources.NewColumn("subject", sources.Varchar, func(c *Counter) any {
			if c.Subject == "" {
				return nil
			}
			return c.Subject
		}),
		sources.NewColumn("counted_as", sources.Varchar, func(c *Counter) any { return c.CountedAs }),
		sources.NewColumn("url_id", sources.Bigint, func(c *Counter) any {
			if c.URL == (traffic.URL{}) {
				return nil
			}
			return c.URL.ID()
		}),
		sources.NewColumn("read_at", sources.Timestamp, func(c *Counter) any { return c.ReadAt.UTC() }),
		sources.NewColumn("value", sources.Bigint, func(c *Counter) any { return c.Value }),
	}
}

// entry is what the ledger has of the reading: both dates are the day of it. Unmatched is null, since
// each counter has a subject.
func (r *Reading) entry() entry {
	at := r.At.UTC()
	e := entry{
		source: r.Source, metric: r.Metric, start: at, end: at, at: at, isWhole: r.IsWhole, isFinal: true, hidesTail: r.HidesTail,
		rowCount: len(r.Counters),
	}
	for _, c := range r.Counters {
		e.total += c.Value
	}
	return e
}

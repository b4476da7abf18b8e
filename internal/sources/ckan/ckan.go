// Package ckan reads the catalogue of a CKAN portal over its Action API.
//
// A pull is all or nothing: the whole answer is collected, page by page, and held against what
// the portal itself counts and what the warehouse knows, before a single row is offered. Rows
// are versions: only what is new, changed or gone since the last pull. A full pull reads
// everything and so notices what vanished; an incremental one reads what was modified since.
package ckan

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"footfall/internal/sources"
)

// Defaults of Config.
const (
	defaultPageSize  = 1000 // what CKAN's own rows_max allows unless set otherwise
	defaultFullEvery = 7 * 24 * time.Hour
)

// overlap is how far an incremental pull reaches back before the last change known: an edit may
// enter the portal's search index later than it was made.
const overlap = time.Hour

// Config says which portal to read, and how. Zero values take the defaults named last in each line.
type Config struct {
	Name           string        // names the stream "ckan/NAME"; default: the host of URL
	URL            string        // the site, or its API down to /api, /api/3 or /api/3/action
	SiteURL        string        // where readers see its pages, if that is not URL's site
	Token          string        // API token; empty reads as the public does
	FQ             string        // filter query of package_search; empty: all datasets
	Organizations  []string      // names of organizations to keep; empty: all
	PageSize       int           // rows asked for at once, 1,000
	FullEvery      time.Duration // time after which a pull is full again, 7 days
	RequestTimeout time.Duration // for each request, its body included, 2 minutes
	MaxRetries     int           // of each request after its first try; 0: none
	MaxWait        time.Duration // longest pause before a retry, unless the portal asks for more, 1 minute
	Pace           time.Duration // least time from one request to the next; 0: none
	MinShare       float64       // a full pull with fewer than this share of the live datasets known is refused; 0: none is
	AcceptShrink   bool          // take such a pull all the same
	UserAgent      string        // how the requests name themselves
}

// Known is what the warehouse holds of this portal. The zero value asks for a first, full pull.
type Known struct {
	Datasets     map[string]Version // by id, the last version of each
	Resources    map[string]Version // likewise
	Publishers   map[string]Version // likewise
	Pulls        int64              // pulls loaded so far: the next one's number
	LastFull     time.Time          // clock of the last full pull loaded; zero: none yet
	LastPull     time.Time          // clock of the last pull of either kind
	LastModified time.Time          // latest modified_at of a dataset, in the portal's time
	// Path is the ledger.unit.path of the last full pull. It names portal and filter, so when
	// the configuration says another one, the next pull is full. Empty: not compared.
	Path string
}

// Version is what is known of a record's last version.
type Version struct {
	Hash      int64
	IsGone    bool
	DatasetID string // of a resource: its dataset
}

// Source is a CKAN portal. It offers one unit each time it is asked: the next pull.
type Source struct {
	Config Config
	Known  Known
	Client *http.Client     // base of all requests; nil: a fresh one
	Now    func() time.Time // the run's clock
	Log    *slog.Logger     // nil: silent

	// pause stands between what a retry should wait and what it does; nil: it waits.
	pause func(time.Duration) time.Duration
}

var _ sources.Source = (*Source)(nil)

// errNoClock is a mistake of the caller.
var errNoClock = errors.New("the source has no clock: set Now")

// Units yields the next pull as one unit, or the reason why there is none. Nothing is offered
// unless all of it was read and makes sense.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		unit, err := s.pull(ctx)
		if err != nil {
			yield(sources.Unit{}, fmt.Errorf("ckan: %w", err))
			return
		}
		yield(unit, nil)
	}
}

// pull reads what is due and makes a unit of it.
func (s *Source) pull(ctx context.Context) (sources.Unit, error) {
	if s.Now == nil {
		return sources.Unit{}, errNoClock
	}
	c, err := newClient(s)
	if err != nil {
		return sources.Unit{}, err
	}
	defer c.ask.Close()
	now := s.Now().UTC().Truncate(time.Microsecond)
	kind, since := s.due(c, now)
	log := s.logger()
	log.InfoContext(ctx, "catalogue pull begins", "stream", c.stream, "kind", kind, "url", c.path)

	got, err := c.crawl(ctx, since)
	if err != nil {
		return sources.Unit{}, err
	}
	if kind == full {
		if err := c.publishers(ctx, &got); err != nil {
			return sources.Unit{}, err
		}
		if err := s.plausible(c, got); err != nil {
			return sources.Unit{}, err
		}
	}
	changes := s.compare(c, got, kind, now)
	log.InfoContext(ctx, "catalogue pulled", "stream", c.stream, "kind", kind, "datasets", len(got.datasets),
		"not_datasets", got.others, "dataset_versions", len(changes.datasets), "resource_versions", len(changes.resources),
		"publisher_versions", len(changes.publishers))

	pull := receipt{
		stream: c.stream, path: c.path, site: c.site, number: s.Known.Pulls, kind: kind, at: now,
		items: int64(len(got.datasets)),
	}
	pull.id = pull.digest(changes)
	return sources.Unit{
		ID: pull.id, Stream: c.stream, Start: pull.number, Name: c.path,
		Open: func(ctx context.Context) ([]sources.Rows, error) { return open(ctx, pull, changes) },
	}, nil
}

// The kinds of pull, as ledger.source_pull has them.
const (
	full        = "full"
	incremental = "incremental"
)

// due says which kind of pull is next and, for an incremental one, from which modification on.
//
// That is the earlier of the last change and the last pull, less the overlap: the portal's clock
// may differ from ours, and a dataset may carry a date of the future.
func (s *Source) due(c *client, now time.Time) (kind string, since time.Time) {
	k := s.Known
	switch {
	case k.LastFull.IsZero(), len(k.Datasets) == 0,
		now.Sub(k.LastFull) >= c.config.FullEvery, k.Path != "" && k.Path != c.path:
		return full, time.Time{}
	}
	since = k.LastPull
	if !k.LastModified.IsZero() && k.LastModified.Before(since) {
		since = k.LastModified
	}
	return incremental, since.Add(-overlap)
}

// plausible refuses a full pull that would close many of the datasets known: that is what another
// portal, or an index that is being rebuilt, looks like.
func (s *Source) plausible(c *client, got harvest) error {
	shown := make(map[string]bool, len(got.datasets))
	for _, d := range got.datasets {
		shown[d.id] = true
	}
	known, came, live := 0, 0, len(got.datasets)
	for id, v := range s.Known.Datasets {
		if v.IsGone {
			continue
		}
		known++
		if shown[id] {
			came++
		}
	}
	switch {
	case live == 0 && known > 0:
		return fmt.Errorf("%s: the portal shows no dataset, where %d were known: nothing is changed; its search index may be empty or being rebuilt, so try again later", c.path, known)
	case live == 0:
		return fmt.Errorf("%s: the portal shows no dataset: check the filter query and the organizations", c.path)
	case float64(came) < c.config.MinShare*float64(known) && !c.config.AcceptShrink:
		return fmt.Errorf("%s: of %d datasets known the portal shows only %d (and %d in all): nothing is changed; it may be another portal, or its index half rebuilt; if so many are really gone, say --accept-shrink", c.path, known, came, live)
	}
	return nil
}

func (s *Source) logger() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}

// receipt is what the ledger keeps of a pull.
type receipt struct {
	id, stream, path, kind, site string
	number, items                int64
	at                           time.Time
}

// digest names the pull by its number and its versions; the clock is no part of it.
func (r receipt) digest(c changes) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%s\n%d\n%s\n%d\n", r.stream, r.path, r.number, r.kind, r.items)
	for _, v := range c.datasets {
		fmt.Fprintf(&text, "d %s %d %t\n", v.record.id, v.hash, v.gone)
	}
	for _, v := range c.resources {
		fmt.Fprintf(&text, "r %s %d %t\n", v.record.id, v.hash, v.gone)
	}
	for _, v := range c.publishers {
		fmt.Fprintf(&text, "p %s %d %t\n", v.record.id, v.hash, v.gone)
	}
	return sources.ContentID(text.String())
}

// Package counting is what the sources of counts share: an answer of a tool as rows, and which
// days are to be asked for.
//
// One answer for one metric and period is one pull, and one unit. A period asked again is a pull
// more: staging takes the latest, and what was known before stays in the warehouse. A pull that
// failed leaves no trace but its error, so its days stay unknown until the next run asks again.
package counting

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/traffic"
)

// The metrics, as sql/schema/0007_counts.sql has them.
const (
	Pages        = "pages"         // views of a page
	Downloads    = "downloads"     // files taken
	Outlinks     = "outlinks"      // clicks that leave for another host
	FileEvents   = "file_events"   // a tag's own event of a file taken
	SearchClicks = "search_clicks" // arrivals from a search engine
	Referrals    = "referrals"     // where visitors came from
)

// The units of counts.
const (
	ClientDays = "client_days" // distinct visitors of the day
	Events     = "events"      // how often
)

// A Pull is the whole answer of a tool for one metric and period.
type Pull struct {
	Source     string    // its configured name
	Kind       string    // its kind, such as matomo
	Path       string    // what was asked, without secrets
	Metric     string    //
	Unit       string    //
	Start, End time.Time // first and last day, in the tool's own zone
	At         time.Time // clock of the run
	IsWhole    bool      // every page or file that was seen is in it
	IsFinal    bool      // the tool will change it no more
	HidesTail  bool      // it leaves out what is rare, so what is absent is unknown
	Content    string    // names what it was made from, such as a file's text; empty: what it says is its name
	Unmatched  int64     // counts of what is no address of the web, such as (not set)
	Counts     []Count
	Referrals  []Referral

	written *written      // texts of URLs that this run has loaded; nil: none is known
	fresh   []traffic.URL // those of its own that were not, once it was opened
}

// A Count is that of one canonical URL. A pull may have several of one URL, as the tool knows it
// under several names: the largest is the least use, all together the most.
type Count struct {
	URL   traffic.URL
	Value int64
}

// A Referral is where visitors came from, of one page or of the whole site (the zero URL). Host is
// empty where the tool names none, Medium and Name where its host tells.
type Referral struct {
	URL                traffic.URL
	Host, Medium, Name string
	Value              int64
}

// Stream is the pull's stream in the ledger.
func (p *Pull) Stream() string { return Stream(p.Source, p.Metric) }

// Stream is the stream of a source's metric in the ledger.
func Stream(source, metric string) string { return source + "/" + metric }

// Offer makes the pull a unit, the number-th of its stream counted from 0.
func (p *Pull) Offer(number int64) sources.Unit {
	name := fmt.Sprintf("%s %s %s", p.Source, p.Metric, p.Start.Format(time.DateOnly))
	if !p.End.Equal(p.Start) {
		name += " to " + p.End.Format(time.DateOnly)
	}
	receipt := sources.Receipt{Source: p.Kind, ID: unitID(p.Content, p.Metric, number, p.digest), Stream: p.Stream(), Path: p.Path, Number: number}
	return sources.Unit{
		ID: receipt.ID, Stream: receipt.Stream, Start: number, Name: name,
		Open:   func(ctx context.Context) ([]sources.Rows, error) { return p.open(ctx, receipt) },
		Loaded: func() { p.written.add(p.fresh) },
	}
}

// unitID names a unit by what it was made from, or else by what it says.
func unitID(content, metric string, number int64, digest func(int64) string) string {
	if content == "" {
		return digest(number)
	}
	return fmt.Sprintf("%s.%s.%d", content, metric, number)
}

// digest names the pull by its number and what it says; the clock is no part of it.
func (p *Pull) digest(number int64) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%d\n%s\n%s\n%s\n%t %t %t\n", p.Stream(), number, p.Unit,
		p.Start.Format(time.DateOnly), p.End.Format(time.DateOnly), p.IsWhole, p.IsFinal, p.HidesTail)
	for _, c := range p.Counts {
		fmt.Fprintf(&text, "c %s %d\n", c.URL, c.Value)
	}
	for _, r := range p.Referrals {
		fmt.Fprintf(&text, "r %s %q %q %q %d\n", r.URL, r.Host, r.Medium, r.Name, r.Value)
	}
	return sources.ContentID(text.String())
}

// open makes the pull's readers. Tables without rows are left out.
func (p *Pull) open(ctx context.Context, receipt sources.Receipt) ([]sources.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var rows []sources.Rows
	if len(p.Counts) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.usage_count", Reader: sources.NewReader(ctx, p.countColumns(), p.Counts)})
	}
	if len(p.Referrals) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.referral_count", Reader: sources.NewReader(ctx, p.referralColumns(), p.Referrals)})
	}
	if p.fresh = p.written.without(p.urls()); len(p.fresh) > 0 {
		rows = append(rows, URLRows(ctx, p.fresh))
	}
	if hosts := p.hosts(); len(hosts) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.referrer", Reader: sources.NewReader(ctx, hostColumns(), hosts)})
	}
	return append(rows,
		p.entry().rows(ctx),
		receipt.Rows(ctx)), nil
}

// URLRows are the texts of canonical URLs, for raw.url.
func URLRows(ctx context.Context, urls []traffic.URL) sources.Rows {
	return sources.Rows{Table: "raw.url", Reader: sources.NewReader(ctx, []sources.Column[traffic.URL]{
		sources.NewColumn("url_id", sources.Bigint, func(u *traffic.URL) any { return u.ID() }),
		sources.NewColumn("host", sources.Varchar, func(u *traffic.URL) any { return u.Host }),
		sources.NewColumn("path", sources.Varchar, func(u *traffic.URL) any { return u.Path }),
		sources.NewColumn("query", sources.Varchar, func(u *traffic.URL) any { return u.Query }),
	}, urls)}
}

// urls are the distinct URLs of the pull, sorted.
func (p *Pull) urls() []traffic.URL {
	urls := make([]traffic.URL, 0, len(p.Counts))
	for _, c := range p.Counts {
		urls = append(urls, c.URL)
	}
	for _, r := range p.Referrals {
		if r.URL != (traffic.URL{}) {
			urls = append(urls, r.URL)
		}
	}
	return distinct(urls)
}

// hosts are the distinct hosts that a medium and a name are to be found for, sorted: to the rules a
// host that a tool names is a referrer without a path.
func (p *Pull) hosts() []string {
	var hosts []string
	for _, r := range p.Referrals {
		if r.Host != "" && r.Medium == "" {
			hosts = append(hosts, r.Host)
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

func hostColumns() []sources.Column[string] {
	return []sources.Column[string]{
		sources.NewColumn("referrer_id", sources.Bigint, func(host *string) any { return traffic.TextID([]byte(*host)) }),
		sources.NewColumn("host", sources.Varchar, func(host *string) any { return *host }),
		sources.NewColumn("path", sources.Varchar, func(*string) any { return "" }),
	}
}

func (p *Pull) countColumns() []sources.Column[Count] {
	return append([]sources.Column[Count]{
		sources.NewColumn("url_id", sources.Bigint, func(c *Count) any { return c.URL.ID() }),
		sources.NewColumn("value", sources.Bigint, func(c *Count) any { return c.Value }),
	}, periodColumns[Count](p)...)
}

func (p *Pull) referralColumns() []sources.Column[Referral] {
	return append([]sources.Column[Referral]{
		sources.NewColumn("url_id", sources.Bigint, func(r *Referral) any {
			if r.URL == (traffic.URL{}) {
				return nil
			}
			return r.URL.ID()
		}),
		sources.NewColumn("referrer_host", sources.Varchar, func(r *Referral) any { return r.Host }),
		sources.NewColumn("medium", sources.Varchar, func(r *Referral) any { return r.Medium }),
		sources.NewColumn("referrer_name", sources.Varchar, func(r *Referral) any { return r.Name }),
		sources.NewColumn("value", sources.Bigint, func(r *Referral) any { return r.Value }),
	}, periodColumns[Referral](p)...)
}

// periodColumns are those that counts and referrals share.
func periodColumns[T any](p *Pull) []sources.Column[T] {
	return []sources.Column[T]{
		sources.NewColumn("source", sources.Varchar, func(*T) any { return p.Source }),
		sources.NewColumn("metric", sources.Varchar, func(*T) any { return p.Metric }),
		sources.NewColumn("unit", sources.Varchar, func(*T) any { return p.Unit }),
		sources.NewColumn("period_start", sources.Date, func(*T) any { return p.Start }),
		sources.NewColumn("period_end", sources.Date, func(*T) any { return p.End }),
	}
}

// entry is what the ledger has of the pull.
func (p *Pull) entry() entry {
	e := entry{
		source: p.Source, metric: p.Metric, start: p.Start, end: p.End, at: p.At, isWhole: p.IsWhole, isFinal: p.IsFinal, hidesTail: p.HidesTail,
		rowCount: len(p.Counts) + len(p.Referrals), unmatched: p.Unmatched,
	}
	for _, c := range p.Counts {
		e.total += c.Value
	}
	for _, r := range p.Referrals {
		e.total += r.Value
	}
	return e
}

package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"footfall/internal/sources"
	"footfall/internal/sources/counters"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/countsfile"
	"footfall/internal/sources/ga4"
	"footfall/internal/sources/matomo"
	"footfall/internal/sources/plausible"
	"footfall/internal/sources/searchconsole"
	"footfall/internal/warehouse"
)

// countConfig is one entry of counts: a tool or portal that counts by itself. Which keys a kind
// needs, its file counts_KIND.go says.
type countConfig struct {
	Name      string          `mapstructure:"name"`       // what the ledger and the reports call it
	Kind      string          `mapstructure:"kind"`       // one of countKinds
	URL       string          `mapstructure:"url"`        // of the tool
	Site      string          `mapstructure:"site"`       // the tool's own name or number of the site
	SiteURL   string          `mapstructure:"site_url"`   // of the pages that it counts; empty: the portal's
	Hosts     []string        `mapstructure:"hosts"`      // other names of that site
	Metrics   []string        `mapstructure:"metrics"`    // of Plausible; empty: all that it can count
	TokenFile string          `mapstructure:"token_file"` // or FOOTFALL_TOKEN_NAME
	TimeZone  string          `mapstructure:"time_zone"`  // of its days; empty: time_zone
	Since     string          `mapstructure:"since"`      // first day to ask for; empty: the day before it was first configured
	Until     string          `mapstructure:"until"`      // last day, of a tool that is retired
	FinalDays int             `mapstructure:"final_days"` // how many days a day still changes; 0: what is usual of the kind
	Detection detectionConfig `mapstructure:"detection"`
	Timeout   time.Duration   `mapstructure:"timeout"`
	Retries   *int            `mapstructure:"retries"` // of each request; not set: as many as usual

	// Of files of counts.
	Files   []string      `mapstructure:"files"`   // paths, patterns, folders
	Preset  string        `mapstructure:"preset"`  // a layout that is known; empty: columns say it
	Columns columnsConfig `mapstructure:"columns"` //
	Metric  string        `mapstructure:"metric"`  // what is counted
	Unit    string        `mapstructure:"unit"`    // events or client_days
	Period  string        `mapstructure:"period"`  // empty: the files say it
	Total   string        `mapstructure:"total"`   // word in the row with the totals
	Rows    string        `mapstructure:"rows"`    // all, top, or empty: all that the tool lists
	Sheet   string        `mapstructure:"sheet"`   // of spreadsheets

	// Of counters: in place of what the preset says, or without one.
	Counter counterConfig `mapstructure:"counter"`

	layout       countsfile.Layout
	shape        counters.Shape
	period       countsfile.Period
	zone         *time.Location
	retries      int
	since, until time.Time // zero: open
}

// detectionConfig is which part of all uses a source sees: two numbers above 0, at most 1, the
// lower one first.
type detectionConfig struct {
	Requests []float64 `mapstructure:"requests"`
	Pages    []float64 `mapstructure:"pages"`
}

// A countKind is one kind of source of counts.
type countKind struct {
	// keys are those that an entry may have beside the keys of every kind, keysOfAll.
	keys []string
	// check says what is wrong with the keys of an entry; the keys that all kinds share were checked.
	check func(conf *config, c *countConfig, say func(key, format string, args ...any))
	// open makes the source of an entry. secret is empty where none is configured.
	open func(l *pipeline, c countConfig, secret string, known counting.Known) (sources.Source, error)
	// ask asks the tool one small question for the doctor and says what it found; nil: nothing can be asked.
	ask func(ctx context.Context, c countConfig, secret string, now func() time.Time) (string, error)
}

// countKinds are all kinds, by the word that the configuration has for them.
func countKinds() map[string]countKind {
	return map[string]countKind{
		matomo.Kind:        matomoKind(),
		ga4.Kind:           ga4Kind(),
		plausible.Kind:     plausibleKind(),
		searchconsole.Kind: searchConsoleKind(),
		countsfile.Kind:    fileKind(),
		counters.Kind:      countersKind(),
	}
}

func countsCommand(p process) *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "counts",
		Short: "Load what the portal and analytics tools counted, only",
		Long: `Load what the portal and analytics tools counted, only: all of them, or the one named by --source.

  ingest counts
  ingest counts --source matomo --since 2025-01-01

Each day is asked for once it is over, and again while the tool may still change it. A day that failed stays
unknown, and the next run asks again. History is fetched as far back as --since says and the tool remembers; what
was fetched stays, so the command can be stopped and started again. Files of counts are loaded when they are new,
or were changed; counters and the portal's page tracking are read as they stand. These have no use for --since.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			if len(conf.Counts) == 0 && !conf.readsTracking() {
				return usageError{fmt.Errorf("%s: counts is empty: there is nothing to load (docs/sources.md)", conf.file)}
			}
			if err := o.checkCounts(conf, p.now()); err != nil {
				return usageError{err}
			}
			return withPipeline(c.Context(), p, conf, o, "counts", loadCounts)
		},
	}
	command.Flags().StringVar(&o.countSource, "source", "", "load this source only")
	command.Flags().BoolVar(&o.acceptShrink, "accept-shrink", false, "believe a portal that lost more than portal.min_share of its counters")
	command.Flags().StringVar(&o.since, "since", "", "first day to ask the tools for that answer by the day, such as 2025-01-01")
	return command
}

// loadCounts loads each source of counts; one that fails does not stop the others.
func loadCounts(ctx context.Context, l *pipeline) error {
	if only := l.options.countSource; l.config.readsTracking() && (only == "" || only == l.config.trackingName()) {
		if err := l.loadTracking(ctx); err != nil {
			return err
		}
	}
	for _, c := range l.config.Counts {
		if l.options.countSource != "" && c.Name != l.options.countSource {
			continue
		}
		if err := l.loadCount(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// loadCount loads one source of counts. That its secret cannot be read is its failure alone.
func (l *pipeline) loadCount(ctx context.Context, c countConfig) error {
	secret, err := l.config.secret(&c)
	if err != nil {
		return l.fail(ctx, c.Name, "token_file", err)
	}
	known, err := l.countKnown(ctx, c.Name)
	if err != nil {
		return err
	}
	source, err := countKinds()[c.Kind].open(l, c, secret, known)
	if err != nil {
		return err
	}
	sum, err := l.load(ctx, c.Name, source)
	if err != nil {
		return err
	}
	return l.printCounts(ctx, c.Name, sum)
}

// countKnown is what the ledger holds of a source of counts.
func (l *pipeline) countKnown(ctx context.Context, name string) (counting.Known, error) {
	pulls, first, err := l.warehouse.CountPulls(ctx, name)
	if err != nil {
		return counting.Known{}, err
	}
	known := counting.Known{Pulls: map[string]int64{}, Periods: map[counting.Period]counting.State{}, First: first, Last: counting.Last{}}
	for _, p := range pulls {
		known.Pulls[p.Metric] = max(known.Pulls[p.Metric], p.Number+1)
		known.Periods[counting.Period{Metric: p.Metric, Start: p.Start, End: p.End}] = counting.State{PulledAt: p.PulledAt, IsFinal: p.IsFinal, ID: p.ID}
	}
	last, err := l.warehouse.LastReadings(ctx, name)
	for _, c := range last {
		if known.Last[c.Metric] == nil {
			known.Last[c.Metric] = map[string]int64{}
		}
		known.Last[c.Metric][counting.Key(c.SubjectKind, c.Subject)] = c.Value
	}
	return known, err
}

// plan is which days an entry asks for. usual is how many days a day still changes, and oldest how
// many days back the tool remembers (0: all).
func (c *countConfig) plan(usual, oldest int) counting.Plan {
	final := usual
	if c.FinalDays > 0 {
		final = c.FinalDays
	}
	return counting.Plan{Since: c.since, Until: c.until, Zone: c.zone, FinalDays: final, Oldest: oldest}
}

// printCounts says what came of a source of counts.
func (l *pipeline) printCounts(ctx context.Context, name string, sum loaded) error {
	if sum.units == 0 {
		return l.printf("%s: nothing new", name)
	}
	states, err := l.warehouse.CountStates(ctx)
	if err != nil {
		return err
	}
	var metrics []string
	var unmatched int64
	for _, s := range states {
		if s.Source == name {
			unmatched += s.Unmatched
			metrics = append(metrics, fmt.Sprintf("%s %s of %s", s.Metric, plural(int(s.Known), "day", "days"),
				thousands(s.Known+s.Unknown+s.Provisional)))
		}
	}
	lost := ""
	if unmatched > 0 {
		lost = fmt.Sprintf("; %s counted of no address, such as (not set)", thousands(unmatched))
	}
	return l.printf("%s: %s; known for good: %s%s", name, plural(sum.units, "answer", "answers"), strings.Join(metrics, ", "), lost)
}

// setCountSources tells the warehouse which sources of counts there are.
func (l *pipeline) setCountSources(ctx context.Context) error {
	all, err := l.trackingSource(ctx)
	if err != nil {
		return err
	}
	for _, c := range l.config.Counts {
		all = append(all, countSource(c.Name, c.Kind, c.zone.String(), c.Detection))
	}
	return l.warehouse.SetCountSources(ctx, all, l.now())
}

// countSource is a source of counts as the warehouse keeps it.
func countSource(name, kind, zone string, d detectionConfig) warehouse.CountSource {
	pair := func(share []float64) (low [2]float64) { copy(low[:], share); return low }
	return warehouse.CountSource{Name: name, Kind: kind, TimeZone: zone, Requests: pair(d.Requests), Pages: pair(d.Pages)}
}

// secretVariable is the environment variable that may hold the secret of an entry.
func (c *countConfig) secretVariable() string {
	return environTokenPrefix + strings.ToUpper(strings.ReplaceAll(c.Name, "-", "_"))
}

// hasSecret says whether a secret is configured for an entry.
func (c *config) hasSecret(entry *countConfig) bool {
	return entry.TokenFile != "" || c.environSecrets[entry.secretVariable()] != ""
}

// secret is the token, or the path's text, that an entry is asked with; empty: none is configured.
func (c *config) secret(entry *countConfig) (string, error) {
	if secret := c.environSecrets[entry.secretVariable()]; secret != "" {
		return secret, nil
	}
	if entry.TokenFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(c.path(entry.TokenFile))
	if err != nil {
		return "", fmt.Errorf("token_file: %w: let Footfall's user read it, or set %s", err, entry.secretVariable())
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", fmt.Errorf("token_file: %s is empty: write the secret into it, or set %s", entry.TokenFile, entry.secretVariable())
	}
	return secret, nil
}

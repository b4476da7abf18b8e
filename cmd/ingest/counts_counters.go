package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counters"
	"footfall/internal/sources/counting"
)

// counterConfig is how a portal is asked for its counters and where its answer has them; see
// counters.Shape.
type counterConfig struct {
	Address  string            `mapstructure:"address"`
	List     string            `mapstructure:"list"`
	Total    string            `mapstructure:"total"`
	Next     string            `mapstructure:"next"`
	ID       string            `mapstructure:"id"`
	Page     string            `mapstructure:"page"`
	Values   map[string]string `mapstructure:"values"`
	Header   string            `mapstructure:"header"`
	PageSize int               `mapstructure:"page_size"`
}

// countersKind is a portal with counters of its own: url, and a preset or all of counter, are needed.
func countersKind() countKind {
	return countKind{
		keys:  []string{"url", "site", "token_file", "until", "timeout", "retries", "preset", "counter", "unit"},
		check: checkCounters, open: openCounters, ask: askCounters,
	}
}

func checkCounters(_ *config, c *countConfig, say func(key, format string, args ...any)) {
	presets := counters.Presets()
	c.shape = counters.Preset(c.Preset)
	if c.Preset != "" && c.shape.Address == "" {
		say("preset", "%q: one of %s; the nearest is %s", c.Preset, strings.Join(presets, ", "), nearest(c.Preset, presets))
		return
	}
	c.Counter.shape(&c.shape)
	c.shape.Check(func(key, format string, args ...any) { say("counter."+key, format, args...) })
	if c.URL == "" {
		c.URL = counters.Services[c.Preset]
	}
	if siteOf(c.URL, "url", say) == nil && c.URL == "" {
		say("url", "not set: write where the portal is, such as https://data.example.org")
	}
	if c.Site == "" && c.shape.NeedsSite() {
		say("site", "not set: write %s", cmp.Or(sitesOf[c.Preset], "what {site} is to be in counter"))
	}
	c.checkUnit(say)
}

// sitesOf are what the key site is, by preset.
var sitesOf = map[string]string{
	"arcgis-hub": "a query that finds the items, such as orgid:ABCdef123 or group:0123456789abcdef0123456789abcdef",
	"socrata":    "the host of the portal, such as data.example.org",
}

// shape puts what is set in place of what the shape has.
func (c counterConfig) shape(shape *counters.Shape) {
	for _, set := range []struct {
		from string
		to   *string
	}{
		{c.Address, &shape.Address},
		{c.List, &shape.List},
		{c.Total, &shape.Total},
		{c.Next, &shape.Next},
		{c.ID, &shape.ID},
		{c.Page, &shape.Page},
		{c.Header, &shape.Header},
	} {
		if set.from != "" {
			*set.to = set.from
		}
	}
	if len(c.Values) > 0 {
		shape.Values = c.Values
	}
	if c.PageSize > 0 {
		shape.PageSize = c.PageSize
	}
}

func countersSource(c countConfig, secret string, now func() time.Time) *counters.Source {
	return &counters.Source{
		Config: counters.Config{
			Name: c.Name, URL: c.URL, Site: c.Site, SiteURL: c.SiteURL, Hosts: c.Hosts, Shape: c.shape, Unit: c.Unit, Until: c.until, Token: secret,
			UserAgent: "Footfall/" + version, Timeout: c.Timeout, Retries: c.retries,
		},
		Now: now,
	}
}

func openCounters(l *pipeline, c countConfig, secret string, known counting.Known) (sources.Source, error) {
	source := countersSource(c, secret, l.now)
	source.Config.MinShare, source.Config.AcceptShrink = l.config.Portal.MinShare, l.options.acceptShrink
	source.Known, source.Log = known, l.log
	return source, nil
}

func askCounters(ctx context.Context, c countConfig, secret string, now func() time.Time) (string, error) {
	n, err := countersSource(c, secret, now).Check(ctx)
	return fmt.Sprintf("the portal answers with %s", plural(n, "counter", "counters")), err
}

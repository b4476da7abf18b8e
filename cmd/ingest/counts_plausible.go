package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/plausible"
)

// plausibleKind is a site of Plausible: site (as Plausible calls it) and an API key are needed.
func plausibleKind() countKind {
	return countKind{keys: append([]string{"metrics"}, keysOfTools...), check: checkPlausible, open: openPlausible, ask: askPlausible}
}

func checkPlausible(conf *config, c *countConfig, say func(key, format string, args ...any)) {
	if c.URL == "" {
		c.URL = plausible.Address
	}
	siteOf(c.URL, "url", say)
	if c.Site == "" {
		say("site", "not set: write the domain that Plausible shows as the site's name, such as data.example.org")
	}
	for _, metric := range c.Metrics {
		if !slices.Contains(plausible.Metrics, metric) {
			say("metrics", "%q: leave it out, or list some of %s", metric, strings.Join(plausible.Metrics, ", "))
		}
	}
	if !conf.hasSecret(c) {
		say("token_file", "not set: name the file of an API key of the type Stats API, or set %s", c.secretVariable())
	}
}

func plausibleSource(c countConfig, secret string, now func() time.Time) *plausible.Source {
	return &plausible.Source{
		Config: plausible.Config{
			Name: c.Name, URL: c.URL, Site: c.Site, SiteURL: c.SiteURL, Hosts: c.Hosts, Token: secret, Metrics: c.Metrics,
			UserAgent: "Footfall/" + version, Timeout: c.Timeout, Retries: c.retries,
		},
		Plan: c.plan(plausible.FinalDays, 0), Now: now,
	}
}

func openPlausible(l *pipeline, c countConfig, secret string, known counting.Known) (sources.Source, error) {
	lists, err := readLists(l.files)
	if err != nil {
		return nil, err
	}
	source := plausibleSource(c, secret, l.now)
	source.Referrers, source.Known, source.Log = lists.referrers, known, l.log
	return source, nil
}

func askPlausible(ctx context.Context, c countConfig, secret string, now func() time.Time) (string, error) {
	views, err := plausibleSource(c, secret, now).Check(ctx)
	return fmt.Sprintf("Plausible answers for site %s: %s in seven days", c.Site, plural(int(views), "page view", "page views")), err
}

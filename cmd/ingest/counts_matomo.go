package main

import (
	"context"
	"fmt"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/matomo"
)

// matomoKind is a Matomo: url, site (its number) and a token are needed.
func matomoKind() countKind {
	return countKind{keys: keysOfTools, check: checkMatomo, open: openMatomo, ask: askMatomo}
}

func checkMatomo(conf *config, c *countConfig, say func(key, format string, args ...any)) {
	if siteOf(c.URL, "url", say) == nil && c.URL == "" {
		say("url", "not set: write where Matomo is, such as https://stats.example.org")
	}
	if c.Site == "" {
		say("site", "not set: write the number that Matomo shows beside the site under Administration, Websites, such as 1")
	}
	if !conf.hasSecret(c) {
		say("token_file", "not set: name the file of a token_auth that may view the site, or set %s", c.secretVariable())
	}
}

func matomoSource(c countConfig, secret string, now func() time.Time) *matomo.Source {
	return &matomo.Source{
		Config: matomo.Config{
			Name: c.Name, URL: c.URL, SiteID: c.Site, SiteURL: c.SiteURL, Hosts: c.Hosts, Token: secret, Plan: c.plan(matomo.FinalDays, 0),
			UserAgent: "Footfall/" + version, RequestTimeout: c.Timeout, MaxRetries: c.retries,
		},
		Now: now,
	}
}

func openMatomo(l *pipeline, c countConfig, secret string, known counting.Known) (sources.Source, error) {
	source := matomoSource(c, secret, l.now)
	source.Known, source.Log = known, l.log
	return source, nil
}

func askMatomo(ctx context.Context, c countConfig, secret string, now func() time.Time) (string, error) {
	site, err := matomoSource(c, secret, now).Check(ctx)
	return fmt.Sprintf("Matomo answers for site %s, %s (%s)", c.Site, site.Name, site.MainURL), err
}

package main

import (
	"context"
	"fmt"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/ga4"
	"footfall/internal/sources/serviceaccount"
)

// ga4Kind is a property of Google Analytics 4: site (its number) and a service account's key are needed.
func ga4Kind() countKind {
	return countKind{keys: keysOfTools, check: checkGA4, open: openGA4, ask: askGA4}
}

func checkGA4(conf *config, c *countConfig, say func(key, format string, args ...any)) {
	if c.Site == "" {
		say("site", "not set: write the number of the property, which Google Analytics shows under Admin, Property details, such as 123456789")
	}
	c.checkServiceAccount(conf, ga4.Scope, "that may view the property", say)
}

// checkServiceAccount wants a service account's key, for tokens of the scope.
func (c *countConfig) checkServiceAccount(conf *config, scope, which string, say func(key, format string, args ...any)) {
	if !conf.hasSecret(c) {
		say("token_file", "not set: name the key file (JSON) of a service account %s, or put its text in %s", which, c.secretVariable())
		return
	}
	secret, err := conf.secret(c)
	if err != nil {
		return // it was said
	}
	if _, err := serviceaccount.Parse(secret, scope); err != nil {
		say("token_file", "%v", err)
	}
}

func ga4Source(c countConfig, secret string, now func() time.Time) *ga4.Source {
	return &ga4.Source{
		Config: ga4.Config{
			Name: c.Name, URL: c.URL, Property: c.Site, SiteURL: c.SiteURL, Hosts: c.Hosts, Key: secret, Plan: c.plan(ga4.FinalDays, 0),
			UserAgent: "Footfall/" + version, RequestTimeout: c.Timeout, MaxRetries: c.retries,
		},
		Now: now,
	}
}

func openGA4(l *pipeline, c countConfig, secret string, known counting.Known) (sources.Source, error) {
	lists, err := readLists(l.files)
	if err != nil {
		return nil, err
	}
	source := ga4Source(c, secret, l.now)
	source.Config.Referrers, source.Known, source.Log = lists.referrers, known, l.log
	return source, nil
}

func askGA4(ctx context.Context, c countConfig, secret string, now func() time.Time) (string, error) {
	email, err := ga4Source(c, secret, now).Check(ctx)
	return fmt.Sprintf("Google Analytics answers for property %s, signed in as %s", c.Site, email), err
}

package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/searchconsole"
)

// searchConsoleKind is a property of Google Search Console: site (its name there) and a service
// account's key are needed.
func searchConsoleKind() countKind {
	return countKind{keys: keysOfTools, check: checkSearchConsole, open: openSearchConsole, ask: askSearchConsole}
}

func checkSearchConsole(conf *config, c *countConfig, say func(key, format string, args ...any)) {
	if !isProperty(c.Site) {
		say("site", "%q: write the property as Search Console names it: sc-domain:example.org, or https://data.example.org/ with the / at its end", c.Site)
	}
	if c.TimeZone != "" && c.TimeZone != searchconsole.Zone {
		say("time_zone", "%s: leave it out, the days of Search Console are those of %s", c.TimeZone, searchconsole.Zone)
	}
	zone, err := time.LoadLocation(searchconsole.Zone)
	if err != nil {
		say("time_zone", "%v: install the time zone database (tzdata)", err)
	}
	c.zone = zone
	c.checkServiceAccount(conf, searchconsole.Scope, "that may see the property", say)
}

// isProperty says whether it is a property's name: a domain, or the beginning of addresses.
func isProperty(site string) bool {
	if domain, isDomain := strings.CutPrefix(site, "sc-domain:"); isDomain {
		return hostName.MatchString(domain)
	}
	u, err := url.Parse(site)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && strings.HasSuffix(u.Path, "/")
}

func searchConsoleSource(c countConfig, secret string, now func() time.Time) *searchconsole.Source {
	return &searchconsole.Source{
		Config: searchconsole.Config{
			Name: c.Name, URL: c.URL, Site: c.Site, SiteURL: c.SiteURL, Hosts: c.Hosts, Key: secret,
			UserAgent: "Footfall/" + version, Timeout: c.Timeout, Retries: c.retries,
		},
		Plan: c.plan(searchconsole.FinalDays, searchconsole.Oldest), Now: now,
	}
}

func openSearchConsole(l *pipeline, c countConfig, secret string, known counting.Known) (sources.Source, error) {
	source := searchConsoleSource(c, secret, l.now)
	source.Known, source.Log = known, l.log
	return source, nil
}

func askSearchConsole(ctx context.Context, c countConfig, secret string, now func() time.Time) (string, error) {
	clicks, last, err := searchConsoleSource(c, secret, now).Check(ctx)
	if err == nil && last == "" {
		return "", fmt.Errorf("no day of the last ten is counted up for %s: look in Search Console whether the property is the portal's", c.Site)
	}
	return fmt.Sprintf("Search Console answers for %s: %s in ten days, counted up to %s", c.Site, plural(int(clicks), "click", "clicks"), last), err
}

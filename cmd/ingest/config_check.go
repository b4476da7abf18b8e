package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"footfall/internal/sources/accesslog"
)

// check validates what can be validated without the portal and the logs themselves; `ingest
// doctor` does the rest. Each problem names its key and the way out.
func (c *config) check() []string {
	var problems []string
	say := func(key, format string, args ...any) {
		problems = append(problems, key+": "+fmt.Sprintf(format, args...))
	}
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil || c.TimeZone == "Local" {
		say("time_zone", "%q is no time zone: write a name such as UTC or Europe/London", c.TimeZone)
	}
	c.zone = zone
	if c.AsOf != "" {
		if _, err := time.Parse(time.DateOnly, c.AsOf); err != nil {
			say("as_of", "%q is no date: write it as 2026-09-30", c.AsOf)
		}
	}
	if !memorySize.MatchString(c.MemoryLimit) {
		say("memory_limit", "%q is no size: write it as 512MB or 2GB", c.MemoryLimit)
	}
	if c.Networks != "" {
		if _, err := os.Stat(c.path(c.Networks)); err != nil {
			say("networks", "%v: correct the path, or leave the key out", err)
		}
	}
	if c.CounterRobots != "" {
		if _, _, err := readCounterRobots(c.path(c.CounterRobots)); err != nil {
			say("counter_robots", "%v", err)
		}
	}
	if c.notes, err = c.readNotes(); err != nil {
		say("context", "%v", err)
	}
	c.checkPublished(say)
	if c.RetainHits < 2 {
		say("retain_hits_days", "%d is too few: a day's facts are built from its hits and the days beside it; at least 2", c.RetainHits)
	}
	if c.SaltDays < 1 {
		say("salt_days", "%d is too few: late lines of a day need its salt; at least 1", c.SaltDays)
	}
	if c.MaxRejected <= 0 || c.MaxRejected > 1 {
		say("max_rejected_share", "%v is no share: write a number above 0, at most 1, such as 0.05", c.MaxRejected)
	}
	c.checkPortal(say)
	c.checkTracking(say)
	c.checkLogs(say)
	c.checkCounts(say)
	c.checkVerdict(say)
	c.checkTargets(say)
	if c.Portal.URL == "" && len(c.Logs) == 0 && len(c.Counts) == 0 {
		say("portal.url, logs, counts", "none is set: there is nothing to load")
	}
	return problems
}

var (
	memorySize = regexp.MustCompile(`^[0-9]+(\.[0-9]+)? ?([KMGT]i?)B$`)
	plainName  = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	hostName   = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?$`)
)

func (c *config) checkPortal(say func(key, format string, args ...any)) {
	p := &c.Portal
	if !plainName.MatchString(p.Name) {
		say("portal.name", "%q: use lower-case letters, digits, - and _", p.Name)
	}
	c.portalURL = siteOf(p.URL, "portal.url", say)
	c.siteURL = siteOf(orElse(p.SiteURL, p.URL), "portal.site_url", say)
	if p.PageSize < 1 || p.PageSize > 1000 {
		say("portal.page_size", "%d: CKAN gives 1 to 1000 rows a page", p.PageSize)
	}
	if p.FullEvery <= 0 {
		say("portal.full_sync_every", "%v: write a duration such as 168h", p.FullEvery)
	}
	if p.Timeout <= 0 {
		say("portal.timeout", "%v: write a duration such as 60s", p.Timeout)
	}
	if p.Retries < 0 {
		say("portal.retries", "%d: 0 or more", p.Retries)
	}
	if p.MinShare < 0 || p.MinShare > 1 {
		say("portal.min_share", "%v: a share from 0 to 1", p.MinShare)
	}
	if p.TokenFile != "" {
		if _, err := os.Stat(c.path(p.TokenFile)); err != nil {
			say("portal.token_file", "%v: correct the path, or set %s", err, environToken)
		}
	}
}

// checkPublished keeps the published file away from what must not be overwritten.
func (c *config) checkPublished(say func(key, format string, args ...any)) {
	file := filepath.Clean(c.published())
	for _, private := range []string{c.warehouse(), c.streamKey(), c.lock(), c.salts(), c.path(c.Networks), c.path(c.Context), c.file} {
		if private != "" && (file == filepath.Clean(private) || strings.HasPrefix(file, filepath.Clean(private)+".")) {
			say("published", "%s would overwrite %s: name another file", c.Published, private)
		}
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		say("published", "%s is a directory: name a file, such as %s", c.Published, filepath.Join(c.Published, "usage.duckdb"))
	}
}

// siteOf reads the URL of a site; none is nil.
func siteOf(text, key string, say func(key, format string, args ...any)) *url.URL {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		say(key, "%q is no URL of a site: write it as https://data.example.org", text)
	case u.User != nil:
		say(key, "it holds a user or password: take it out, and set %s or portal.token_file", environToken)
	default:
		return u
	}
	return nil
}

func (c *config) checkLogs(say func(key, format string, args ...any)) {
	names := map[string]bool{}
	for i := range c.Logs {
		l := &c.Logs[i]
		key := func(name string) string { return fmt.Sprintf("logs[%d].%s", i, name) }
		switch {
		case !plainName.MatchString(l.Name):
			say(key("name"), "%q: give each log a name of lower-case letters, digits, - and _; it is part of what tells files apart, so never change it", l.Name)
		case names[l.Name]:
			say(key("name"), "%q is taken by another log: names must differ", l.Name)
		}
		names[l.Name] = true
		if len(l.Paths) == 0 {
			say(key("paths"), "none given: list files or patterns such as /var/log/nginx/access.log*")
		}
		if len(l.hosts()) == 0 {
			say(key("host"), "not set: say which host this log speaks for, or list hosts for a log with virtual hosts")
		}
		for _, host := range l.hosts() {
			if !hostName.MatchString(host) {
				say(key("host"), "%q is no host name: write it without scheme and path, such as data.example.org", host)
			}
		}
		l.checkFormat(key, say)
		l.Channel = orElse(l.Channel, "web")
		l.Role = orElse(l.Role, "direct")
		l.ReplicaGroup = orElse(l.ReplicaGroup, "all")
		l.ClientAddress = orElse(l.ClientAddress, "connection")
		if roles := []string{"direct", "edge", "origin"}; !slices.Contains(roles, l.Role) {
			say(key("role"), "%q: one of %s (origin: a server behind a cache or CDN)", l.Role, strings.Join(roles, ", "))
		}
		if kinds := []string{"connection", "forwarded"}; !slices.Contains(kinds, l.ClientAddress) {
			say(key("client_address"), "%q: one of %s", l.ClientAddress, strings.Join(kinds, ", "))
		}
		for _, end := range []struct {
			name, text string
			day        *time.Time
		}{{"from", l.From, &l.from}, {"until", l.Until, &l.until}} {
			*end.day = dateKey(end.text, key(end.name), say)
		}
		if !l.until.IsZero() && l.until.Before(l.from) {
			say(key("until"), "%s is before from, %s", l.Until, l.From)
		}
		if l.ClientAddress == "forwarded" && len(l.TrustedProxies) == 0 {
			say(key("trusted_proxies"), "not set: a forwarded address is believed only from proxies listed here")
		}
		for _, text := range l.TrustedProxies {
			prefix, err := parsePrefix(text)
			if err != nil {
				say(key("trusted_proxies"), "%q is no address or range: write 192.0.2.10 or 192.0.2.0/24", text)
				continue
			}
			l.proxies = append(l.proxies, prefix)
		}
	}
}

func (l *logConfig) checkFormat(key func(name string) string, say func(key, format string, args ...any)) {
	zone, err := time.LoadLocation(l.TimeZone)
	if err != nil || l.TimeZone == "Local" {
		say(key("time_zone"), "%q is no time zone: write a name such as UTC or Europe/London", l.TimeZone)
	}
	l.zone = zone
	format := accesslog.Config{Format: l.Format, JSON: accesslog.JSONKeys(l.JSON)}
	if err := format.CheckFormat(); err != nil {
		name := "format"
		if format.JSON != (accesslog.JSONKeys{}) {
			name = "json"
		}
		say(key(name), "%v", err)
	}
}

func parsePrefix(text string) (netip.Prefix, error) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix.Masked(), nil
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(address, address.BitLen()), nil
}

func (c *config) checkVerdict(say func(key, format string, args ...any)) {
	v := c.Verdict
	if v.Threshold < 1 {
		say("verdict.threshold", "%d: uses a quarter, at least 1", v.Threshold)
	}
	if v.PageThreshold < 1 {
		say("verdict.page_threshold", "%d: page visits a quarter, at least 1", v.PageThreshold)
	}
	if v.PhiDefault < 1 {
		say("verdict.phi_default", "%v: a dispersion is at least 1", v.PhiDefault)
	}
	if v.FullYearDays < 90 || v.FullYearDays > 365 {
		say("verdict.full_year_days", "%d: 90 to 365", v.FullYearDays)
	}
	if v.YearStartMonth < 1 || v.YearStartMonth > 12 {
		say("verdict.year_start_month", "%d: a month, 1 to 12 (4 for a financial year from April)", v.YearStartMonth)
	}
	if v.SuspectHour < 1 {
		say("verdict.suspect_datasets_per_hour", "%d: distinct datasets, at least 1; a large number suspects only who reads robots.txt", v.SuspectHour)
	}
}

func (c *config) checkTargets(say func(key, format string, args ...any)) {
	for i, host := range c.Permalinks {
		if !hostName.MatchString(strings.ToLower(host)) {
			say(fmt.Sprintf("permalinks[%d]", i), "%q is no host name: write it without scheme and path, such as id.example.org", host)
		}
	}
	for i, rule := range c.Targets {
		key := func(name string) string { return fmt.Sprintf("targets[%d].%s", i, name) }
		switch {
		case rule.Host == "":
			say(key("host"), "not set: say on which host the rule holds")
		case !hostName.MatchString(strings.ToLower(rule.Host)):
			say(key("host"), "%q is no host name: write it without scheme and path, such as files.example.org", rule.Host)
		}
		if (rule.Prefix == "") == (rule.Regexp == "") {
			say(key("path_prefix"), "set either path_prefix or path_regexp")
		}
		if rule.Prefix != "" && rule.Prefix[0] != '/' {
			say(key("path_prefix"), "%q: a path begins with /", rule.Prefix)
		}
		if _, err := regexp.Compile(rule.Regexp); err != nil {
			say(key("path_regexp"), "%v", err)
		}
		if rule.Dataset == "" && rule.Kind != "none" {
			say(key("dataset"), "not set: the name or id of the dataset that such URLs serve (only kind none needs none)")
		}
		if kinds := []string{"", "request", "investigation", "none"}; !slices.Contains(kinds, rule.Kind) {
			say(key("kind"), "%q: one of %s", rule.Kind, strings.Join(kinds[1:], ", "))
		}
	}
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

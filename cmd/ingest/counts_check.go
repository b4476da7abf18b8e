package main

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
)

// checkCounts validates the entries of counts as far as all kinds share keys, and asks each kind.
func (c *config) checkCounts(say func(key, format string, args ...any)) {
	kinds := countKinds()
	names := map[string]bool{}
	for _, l := range c.Logs {
		names[l.Name] = true
	}
	for i := range c.Counts {
		entry := &c.Counts[i]
		sayOf := func(key, format string, args ...any) { say(fmt.Sprintf("counts[%d].%s", i, key), format, args...) }
		switch {
		case !plainName.MatchString(entry.Name):
			sayOf("name", "%q: use lower-case letters, digits, - and _", entry.Name)
		case names[entry.Name]:
			sayOf("name", "%q is the name of another source or log: a name tells whose counts they are", entry.Name)
		}
		names[entry.Name] = true
		c.checkCount(entry, sayOf)
		kind, isKnown := kinds[entry.Kind]
		if !isKnown {
			sayOf("kind", "%q: one of %s; the nearest is %s", entry.Kind, strings.Join(sortedKeys(kinds), ", "), nearest(entry.Kind, sortedKeys(kinds)))
			continue
		}
		entry.checkKeys(kind, sayOf)
		if entry.SiteURL == "" {
			sayOf("site_url", "not set, and portal.url neither: write the address of the pages that are counted")
		}
		kind.check(c, entry, sayOf)
	}
}

var (
	// keysOfAll are the keys that an entry of every kind may have.
	keysOfAll = []string{"name", "kind", "site_url", "hosts", "time_zone", "detection"}
	// keysOfTools are those of a tool that is asked day by day.
	keysOfTools = []string{"url", "site", "token_file", "since", "until", "final_days", "timeout", "retries"}
)

// checkKeys wants no key that means nothing for the kind.
func (entry *countConfig) checkKeys(kind countKind, say func(key, format string, args ...any)) {
	known := slices.Concat(keysOfAll, kind.keys)
	fields := reflect.ValueOf(*entry)
	for i, field := range reflect.VisibleFields(fields.Type()) {
		key := field.Tag.Get("mapstructure")
		if key != "" && !slices.Contains(known, key) && !fields.Field(i).IsZero() {
			slices.Sort(known)
			say(key, "entries of kind %s have no such key, but %s", entry.Kind, strings.Join(known, ", "))
		}
	}
}

func (c *config) checkCount(entry *countConfig, say func(key, format string, args ...any)) {
	entry.zone = c.zone
	if entry.TimeZone != "" {
		zone, err := time.LoadLocation(entry.TimeZone)
		if err != nil || entry.TimeZone == "Local" {
			say("time_zone", "%q is no time zone: write a name such as UTC or Europe/London", entry.TimeZone)
		}
		entry.zone = zone
	}
	entry.since = dateKey(entry.Since, "since", say)
	entry.until = dateKey(entry.Until, "until", say)
	if !entry.until.IsZero() && entry.until.Before(entry.since) {
		say("until", "%s is before since, %s: no day is left to ask for", entry.Until, entry.Since)
	}
	if entry.Timeout < 0 {
		say("timeout", "%s: write a duration such as 60s", entry.Timeout)
	}
	if entry.FinalDays < 0 {
		say("final_days", "%d: 0 or more", entry.FinalDays)
	}
	entry.retries = asking.DefaultRetries
	if entry.Retries != nil {
		entry.retries = *entry.Retries
	}
	if entry.retries < 0 {
		say("retries", "%d: 0 or more", entry.retries)
	}
	for i, host := range entry.Hosts {
		entry.Hosts[i] = strings.ToLower(host)
		if !hostName.MatchString(entry.Hosts[i]) {
			say("hosts", "%q is no host: write it as data.example.org", host)
		}
	}
	site := siteOf(entry.SiteURL, "site_url", say)
	if site == nil && c.siteURL != nil {
		entry.SiteURL = c.siteURL.String()
	}
	if entry.TokenFile != "" && c.environSecrets[entry.secretVariable()] == "" {
		if _, err := os.Stat(c.path(entry.TokenFile)); err != nil {
			say("token_file", "%v: correct the path, or set %s", err, entry.secretVariable())
		}
	}
	entry.Detection.check("detection", say)
}

// checkUnit wants a unit that counts can have, if any.
func (entry *countConfig) checkUnit(say func(key, format string, args ...any)) {
	if entry.Unit != "" && entry.Unit != counting.Events && entry.Unit != counting.ClientDays {
		say("unit", "%q: events (how often), or client_days (distinct visitors of a day)", entry.Unit)
	}
}

// check wants each share to be an interval. key is where the shares are in the configuration.
func (d detectionConfig) check(key string, say func(key, format string, args ...any)) {
	for kind, share := range map[string][]float64{".requests": d.Requests, ".pages": d.Pages} {
		if len(share) > 0 && (len(share) != 2 || !slices.IsSorted(share) || share[0] <= 0 || share[1] > 1) {
			say(key+kind, "%v: write the lowest and the highest share of all uses that it sees, above 0 and at most 1, such as [0.3, 0.6]", share)
		}
	}
}

// dateKey reads a date; none is the zero time.
func dateKey(text, key string, say func(key, format string, args ...any)) time.Time {
	if text == "" {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		say(key, "%q is no date: write it as 2026-09-30", text)
	}
	return day
}

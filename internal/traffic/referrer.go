package traffic

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// mediums are where a click can come from; direct, internal and other are never in a list.
var mediums = []string{
	"search", "social", "email", "ai_assistant", "government", "academic", "code_host", "data_portal", "other",
}

// Referrers tells where clicks came from.
type Referrers struct {
	byName   map[string]referrerRule   // by the list's name in lower case, the first of each
	byDomain map[string][]referrerRule // longest path first
	byLabel  map[string][]referrerRule // google.* under google
	byNation map[string][]referrerRule // .gov.* under gov
}

type referrerRule struct{ path, medium, name string }

// ReadReferrers reads a CSV with the header domain,medium,name. A domain stands for its hosts as
// well (gov.uk for www.gov.uk), may end in a path (example.org/chat), may be an app
// (android-app://name), google.* stands for the name below every public suffix, and .gov.* for
// gov below the two letters of any country. The longest domain wins, then the longest path.
// Whole domains go before google.*, and that before .gov.*. Without a name, it is the registrable domain. Errors give
// name, line, column and what is allowed there.
func ReadReferrers(r io.Reader, name string) (*Referrers, error) {
	referrers := &Referrers{
		byName:   map[string]referrerRule{},
		byDomain: map[string][]referrerRule{}, byLabel: map[string][]referrerRule{}, byNation: map[string][]referrerRule{},
	}
	err := readList(r, name, []string{"domain", "medium", "name"}, func(row []string) error {
		if !slices.Contains(mediums, row[1]) {
			return inColumn("medium", fmt.Errorf("%q is none of %s", row[1], strings.Join(mediums, ", ")))
		}
		rule := referrerRule{medium: row[1], name: row[2]}
		if word := strings.ToLower(row[2]); word != "" && referrers.byName[word].name == "" {
			referrers.byName[word] = rule
		}
		domain, into := strings.ToLower(row[0]), referrers.byDomain
		if !isApp(domain) {
			if domain, rule.path, _ = strings.Cut(domain, "/"); rule.path != "" {
				rule.path = "/" + rule.path
			}
			if label, isWild := strings.CutSuffix(domain, ".*"); isWild {
				domain, into = label, referrers.byLabel
				if label, isNation := strings.CutPrefix(label, "."); isNation {
					domain, into = label, referrers.byNation
				}
			}
			if !isHostName([]byte(domain)) {
				return inColumn("domain", fmt.Errorf("%q is no domain like example.org, google.* or .gov.*", row[0]))
			}
		}
		for _, known := range into[domain] {
			if known.path == rule.path {
				return inColumn("domain", fmt.Errorf("%q is listed twice", row[0]))
			}
		}
		into[domain] = append(into[domain], rule)
		slices.SortStableFunc(into[domain], func(a, b referrerRule) int { return len(b.path) - len(a.path) })
		return nil
	})
	if err != nil {
		return nil, err
	}
	return referrers, nil
}

// Classify gives the medium of a stored referrer (direct, internal, search, social, email,
// ai_assistant, government, academic, code_host, data_portal, other) and a name: the list's, else
// the registrable domain. ownHosts are the portal's own hosts. Direct has no name. Names are
// published, so a host below no public domain, such as a person's own machine or an address
// (ip-address), is only "private network".
func (r *Referrers) Classify(host, path string, ownHosts map[string]bool) (medium, name string) {
	if host == "" {
		return "direct", ""
	}
	if ownHosts[host] {
		return "internal", host
	}
	rule, found := r.find(host, path)
	if !found {
		rule.medium = "other"
	}
	if rule.name == "" {
		rule.name = registrableDomain(host)
	}
	return rule.medium, rule.name
}

// Named gives the medium of a site that a tool calls by its name, such as google or Google, and the
// list's name for it.
func (r *Referrers) Named(word string) (medium, name string, found bool) {
	rule, found := r.byName[strings.ToLower(strings.TrimSpace(word))]
	return rule.medium, rule.name, found
}

func (r *Referrers) find(host, path string) (rule referrerRule, found bool) {
	name := withoutPort(host)
	fits := func(rule referrerRule) bool { return isBelow(path, rule.path) }
	for domain := name; domain != ""; {
		rules := r.byDomain[domain]
		if i := slices.IndexFunc(rules, fits); i >= 0 {
			return rules[i], true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	suffix, isPublic := publicsuffix.PublicSuffix(name)
	if rest, hasMore := strings.CutSuffix(name, "."+suffix); isPublic && hasMore {
		for label := rest; label != ""; {
			rules := r.byLabel[label]
			if i := slices.IndexFunc(rules, fits); i >= 0 {
				return rules[i], true
			}
			_, label, _ = strings.Cut(label, ".")
		}
	}
	labels := strings.Split(name, ".")
	if n := len(labels); n > 1 && len(labels[n-1]) == 2 {
		rules := r.byNation[labels[n-2]]
		if i := slices.IndexFunc(rules, fits); i >= 0 {
			return rules[i], true
		}
	}
	return referrerRule{}, false
}

// isBelow is true if path is folder or below it. Every path is below the empty folder.
func isBelow(path, folder string) bool {
	rest, ok := strings.CutPrefix(path, folder)
	return ok && (folder == "" || rest == "" || rest[0] == '/')
}

func isApp(host string) bool {
	return strings.HasPrefix(host, "android-app://") || strings.HasPrefix(host, "ios-app://")
}

func withoutPort(host string) string {
	if isApp(host) {
		return host
	}
	name, _, _ := strings.Cut(host, ":")
	return name
}

func registrableDomain(host string) string {
	if isApp(host) {
		return host
	}
	name := withoutPort(host)
	if domain, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return domain
	}
	if strings.Contains(name, ".") {
		return name // A public suffix itself, such as github.io.
	}
	return "private network"
}

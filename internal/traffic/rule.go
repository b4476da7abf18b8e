package traffic

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Rule is a rule of the configuration: what is asked of Host below PathPrefix, or where
// PathRegexp (RE2) matches the path, serves Dataset.
type Rule struct {
	Host       string
	PathPrefix string // or
	PathRegexp string
	Dataset    string // name or id
	Kind       string // request, investigation or none
}

type ownRule struct {
	host, prefix string
	pattern      *regexp.Regexp
	target       Target
}

func (t *Targets) compile(rule Rule) (ownRule, error) {
	compiled := ownRule{host: string(appendHost(nil, []byte(rule.Host)))}
	switch {
	case rule.Host == "":
		return ownRule{}, errors.New("the host is missing")
	case (rule.PathPrefix == "") == (rule.PathRegexp == ""):
		return ownRule{}, fmt.Errorf("host %s: give a path prefix or a path regexp, one of the two", rule.Host)
	case rule.PathPrefix != "" && rule.PathPrefix[0] != '/':
		return ownRule{}, fmt.Errorf("path prefix %q must begin with /", rule.PathPrefix)
	case !slices.Contains([]string{Request, Investigation, None}, rule.Kind):
		return ownRule{}, fmt.Errorf("kind %q is none of request, investigation, none", rule.Kind)
	case rule.PathPrefix != "":
		compiled.prefix = string(appendPath(nil, []byte(rule.PathPrefix)))
	default:
		pattern, err := regexp.Compile(rule.PathRegexp)
		if err != nil {
			return ownRule{}, fmt.Errorf("path regexp %q: %w", rule.PathRegexp, err)
		}
		compiled.pattern = pattern
	}
	compiled.target = Target{Kind: rule.Kind, Rule: RuleConfigured}
	if rule.Dataset == "" && rule.Kind == None {
		return compiled, nil
	}
	id, known := t.byKey[strings.ToLower(rule.Dataset)]
	if !known {
		return ownRule{}, fmt.Errorf("the catalogue has no dataset %q, by name or id", rule.Dataset)
	}
	compiled.target.DatasetID = id
	return compiled, nil
}

func (r *ownRule) matches(u URL) bool {
	if u.Host != r.host {
		return false
	}
	if r.pattern != nil {
		return r.pattern.MatchString(u.Path)
	}
	return strings.HasPrefix(u.Path, r.prefix)
}

package traffic

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/ua-parser/uap-go/uaparser"
)

// Classes of user agents, in the order in which they are tested. Machines are people's programs
// and count as use; robots read everything for nobody in particular and do not (COUNTER Code of
// Practice for Research Data, 10.5).
const (
	Machine = "machine"
	Robot   = "robot"
	Regular = "regular"
)

// Agents tells what kind of program a user agent is.
type Agents struct {
	machines, robots, regulars []agentRule
	counter                    []agentRule // robots of a COUNTER list, if one is given
	browsers                   *uaparser.Parser
}

type agentRule struct {
	prefix, part string // in lower case
	pattern      *regexp.Regexp
	name         string
}

func (r *agentRule) matches(userAgent, lower string) bool {
	switch {
	case r.pattern != nil:
		return r.pattern.MatchString(userAgent)
	case r.part != "":
		return strings.Contains(lower, r.part)
	}
	return strings.HasPrefix(lower, r.prefix)
}

// ReadAgents reads a CSV with the header pattern_kind,pattern,agent_class,agent_name,reason. The
// kinds are prefix, contains (both without regard to case) and regexp (RE2). The classes are
// machine, robot and regular. Within a class the first row that matches gives the name. Errors
// give name, line, column and what is allowed there.
func ReadAgents(r io.Reader, name string) (*Agents, error) {
	agents := &Agents{}
	byClass := map[string]*[]agentRule{Machine: &agents.machines, Robot: &agents.robots, Regular: &agents.regulars}
	columns := []string{"pattern_kind", "pattern", "agent_class", "agent_name", "reason"}
	err := readList(r, name, columns, func(row []string) error {
		rule := agentRule{name: row[3]}
		if row[1] == "" {
			return inColumn("pattern", fmt.Errorf("is empty and would match every agent"))
		}
		switch row[0] {
		case "prefix":
			rule.prefix = strings.ToLower(row[1])
		case "contains":
			rule.part = strings.ToLower(row[1])
		case "regexp":
			pattern, err := regexp.Compile(row[1])
			if err != nil {
				return inColumn("pattern", err)
			}
			rule.pattern = pattern
		default:
			return inColumn("pattern_kind", fmt.Errorf("%q is none of prefix, contains, regexp", row[0]))
		}
		rules, known := byClass[row[2]]
		if !known {
			return inColumn("agent_class", fmt.Errorf("%q is none of machine, robot, regular", row[2]))
		}
		if rule.name == "" {
			return inColumn("agent_name", fmt.Errorf("is empty"))
		}
		*rules = append(*rules, rule)
		return nil
	})
	if err != nil {
		return nil, err
	}
	agents.browsers, err = newBrowsers()
	if err != nil {
		return nil, fmt.Errorf("browser patterns: %w", err)
	}
	return agents, nil
}

// newBrowsers is a parser that looks at names of browsers only: systems and devices are not asked
// for, and compiling their patterns would take most of the time.
func newBrowsers() (*uaparser.Parser, error) {
	return uaparser.New(uaparser.WithMode(uaparser.EUserAgentLookUpMode))
}

// Classify gives the class of a stored user agent (machine, robot, regular) and the name of the
// program: a list's, the pattern of a COUNTER list, a browser's family, or "other". No agent is a machine called "none". What
// no list knows is regular if it presents itself as a browser, and a machine if not.
func (a *Agents) Classify(userAgent string) (class, name string) {
	if trimmed := strings.TrimSpace(userAgent); trimmed == "" || trimmed == "-" {
		return Machine, "none"
	}
	lower := strings.ToLower(userAgent)
	matches := func(r agentRule) bool { return r.matches(userAgent, lower) }
	if i := slices.IndexFunc(a.machines, matches); i >= 0 {
		return Machine, a.machines[i].name
	}
	if i := slices.IndexFunc(a.robots, matches); i >= 0 {
		return Robot, a.robots[i].name
	}
	if name, found := a.byCounter(lower); found {
		return Robot, name
	}
	if i := slices.IndexFunc(a.regulars, matches); i >= 0 {
		return Regular, a.regulars[i].name
	}
	if family := a.browsers.ParseUserAgent(userAgent).Family; family != "" && family != "Other" {
		return Regular, family
	}
	if strings.HasPrefix(lower, "mozilla/") || strings.HasPrefix(lower, "opera/") {
		return Regular, "other"
	}
	return Machine, "other"
}

package traffic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"regexp/syntax"
	"strings"
	"time"
)

// CounterRobots is a list of robots in the form in which COUNTER publishes its own.
type CounterRobots struct {
	Newest  time.Time // newest last_changed of its entries, UTC; zero if none has one
	entries []counterEntry
}

type counterEntry struct {
	text string // the pattern as listed
	rule agentRule
}

// ReadCounterRobots reads a JSON array of {"pattern", "last_changed"}: a regular expression (RE2)
// that is matched anywhere in an agent without regard to case, and a date like 2024-04-22, which
// may be missing. Other members are ignored. Errors give name, entry and pattern, or the line
// where it is no JSON.
func ReadCounterRobots(r io.Reader, name string) (*CounterRobots, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var listed []struct {
		Pattern     string `json:"pattern"`
		LastChanged string `json:"last_changed"`
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(string(text), byteOrderMark)), &listed); err != nil {
		return nil, fmt.Errorf("%s%w: it must be an array of {\"pattern\": …, \"last_changed\": …}", name, inLine(text, err))
	}
	if len(listed) == 0 {
		return nil, fmt.Errorf("%s holds no entry: leave the list out, or fetch it again", name)
	}
	list := &CounterRobots{}
	for i, entry := range listed {
		where := fmt.Sprintf("%s entry %d", name, i+1)
		if entry.Pattern == "" {
			return nil, fmt.Errorf("%s: its pattern is empty and would match every agent: remove it", where)
		}
		rule, err := counterRule(entry.Pattern)
		if err != nil {
			return nil, fmt.Errorf("%s: pattern %q: %w: correct or remove it", where, entry.Pattern, err)
		}
		list.entries = append(list.entries, counterEntry{entry.Pattern, rule})
		if entry.LastChanged == "" {
			continue
		}
		changed, err := time.Parse(time.DateOnly, entry.LastChanged)
		if err != nil {
			return nil, fmt.Errorf("%s: last_changed %q is no date like 2024-04-22", where, entry.LastChanged)
		}
		if changed.After(list.Newest) {
			list.Newest = changed
		}
	}
	return list, nil
}

// Len is the number of its entries.
func (c *CounterRobots) Len() int { return len(c.entries) }

// inLine says in which line JSON went wrong.
func inLine(text []byte, err error) error {
	line := func(offset int64) int {
		return 1 + bytes.Count(text[:min(offset, int64(len(text)))], []byte("\n"))
	}
	var broken *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &broken):
		return fmt.Errorf(" line %d: %w", line(broken.Offset), err)
	case errors.As(err, &mistyped):
		return fmt.Errorf(" line %d: a JSON %s does not belong there", line(mistyped.Offset), mistyped.Value)
	}
	return fmt.Errorf(": %w", err)
}

// counterRule makes a rule of a pattern. Most are plain words, and to look for a word costs a
// hundredth of what a regular expression does.
func counterRule(pattern string) (agentRule, error) {
	rule := agentRule{name: "COUNTER list: " + pattern}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return rule, err
	}
	word := func(re *syntax.Regexp) string { return strings.ToLower(string(re.Rune)) }
	switch {
	case tree.Op == syntax.OpLiteral:
		rule.part = word(tree)
		return rule, nil
	case tree.Op == syntax.OpConcat && len(tree.Sub) == 2 && tree.Sub[0].Op == syntax.OpBeginText && tree.Sub[1].Op == syntax.OpLiteral:
		rule.prefix = word(tree.Sub[1])
		return rule, nil
	}
	rule.pattern, err = regexp.Compile("(?i)" + pattern)
	return rule, err
}

// AddCounterRobots lets a list find robots that ours does not; machines still come first. It
// returns the patterns that it leaves out: those that name a program of the machines' list, such
// as curl or Python, which the Code of Practice for Research Data (10.5) wants counted while the
// list is also made for journals.
func (a *Agents) AddCounterRobots(list *CounterRobots) (leftOut []string) {
	for _, entry := range list.entries {
		if a.isMachines(&entry.rule) {
			leftOut = append(leftOut, entry.text)
			continue
		}
		a.counter = append(a.counter, entry.rule)
	}
	return leftOut
}

func (a *Agents) isMachines(rule *agentRule) bool {
	for _, machine := range a.machines {
		text := machine.prefix + machine.part
		if text != "" && rule.matches(text, text) {
			return true
		}
	}
	return false
}

// byCounter finds the entry of the COUNTER list for an agent in lower case. Cubot makes phones:
// the list's "bot" does not mean them.
func (a *Agents) byCounter(lower string) (name string, found bool) {
	lower = strings.ReplaceAll(lower, "cubot", "")
	for i := range a.counter {
		if a.counter[i].matches(lower, lower) {
			return a.counter[i].name, true
		}
	}
	return "", false
}

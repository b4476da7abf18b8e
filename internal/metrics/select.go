package metrics

import (
	"fmt"
	"slices"
	"strings"
)

// choose returns the models that the patterns name, in build order: NAME, +NAME with all models
// that it is made from, NAME+ with all that are made from it, +NAME+ with both. No pattern: all.
func choose(models []*Model, patterns []string) ([]*Model, error) {
	if len(patterns) == 0 {
		return models, nil
	}
	chosen := map[string]bool{}
	for _, pattern := range patterns {
		name, isDown := strings.CutSuffix(pattern, "+")
		name, isUp := strings.CutPrefix(name, "+")
		if !slices.ContainsFunc(models, func(m *Model) bool { return m.Name == name }) {
			return nil, fmt.Errorf("select %q: no model is called %s: write NAME, NAME+ or +NAME, of the files in sql/staging, intermediate and marts", pattern, name)
		}
		down, up := map[string]bool{name: isDown}, map[string]bool{name: isUp}
		for _, m := range models { // upstream before downstream
			down[m.Name] = down[m.Name] || slices.ContainsFunc(m.Reads, func(read string) bool { return down[read] })
		}
		for _, m := range slices.Backward(models) {
			if up[m.Name] {
				for _, read := range m.Reads {
					up[read] = true
				}
			}
		}
		for _, m := range models {
			chosen[m.Name] = chosen[m.Name] || m.Name == name || down[m.Name] || up[m.Name]
		}
	}
	return slices.DeleteFunc(slices.Clone(models), func(m *Model) bool { return !chosen[m.Name] }), nil
}

// hasUpstream fails where a selected model reads one that is neither selected nor there.
func (b *build) hasUpstream(models, selected []*Model) error {
	for _, m := range selected {
		for _, read := range m.Reads {
			isNamed := func(m *Model) bool { return m.Name == read }
			if b.relations[read] == "" && slices.ContainsFunc(models, isNamed) && !slices.ContainsFunc(selected, isNamed) {
				return fmt.Errorf("model %s reads %s, which was never built: select +%s, or build all models first", m.Name, read, m.Name)
			}
		}
	}
	return nil
}

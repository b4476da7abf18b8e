package traffic

import (
	"regexp"
	"slices"
	"strings"
)

// redaction is what a filter against personal data puts in place of digits that look like a date,
// as a canonical path has it. Tag managers run such filters over every address, and ids have
// digits too: 5025c6bd-53ca-4556-8e2f-201402281762 becomes 5025c6bd-53ca-4556-8e2f-[date]1762.
const redaction = "%5Bdate%5D"

// redactedDigits are what may have stood there: a date with or without hyphens.
const redactedDigits = "[0-9][0-9-]{4,8}[0-9]"

// leastLeft is how many bytes of an id or name must be left for it to be looked for.
const leastLeft = 6

// byRedacted puts back the ids and names of the catalogue that fit what a redaction left of them,
// and asks the other rules. It finds the dataset only if all that fits is of one.
func (t *Targets) byRedacted(u URL) []Target {
	if !strings.Contains(u.Path, redaction) {
		return nil
	}
	_, isPortal := t.portals[u.Host]
	if !isPortal && !t.guidHosts[u.Host] {
		return nil
	}
	var found []Target
	for _, path := range t.restored(u.Path) {
		for _, target := range t.byRules(URL{u.Host, path, u.Query}) {
			if target.DatasetID != "" {
				target.Rule = RuleRedactedID
				found = append(found, target)
			}
		}
	}
	found = onePerDataset(found)
	if len(found) > 1 {
		return []Target{{Kind: Ambiguous, Rule: RuleRedactedID}}
	}
	return found
}

// restored are the paths that may have been this one; none where nothing fits, or so much that it
// says nothing.
func (t *Targets) restored(path string) []string {
	segments := strings.Split(path, "/")
	paths := []string{""}
	for i, segment := range segments {
		slug := ""
		if i+1 < len(segments) {
			slug = strings.ToLower(segments[i+1])
		}
		fitting := t.narrowed(t.fitting(segment), slug)
		if len(fitting) == 0 {
			fitting = []string{segment}
		}
		if len(fitting)*len(paths) > maxShared {
			return nil
		}
		var longer []string
		for _, start := range paths {
			for _, one := range fitting {
				longer = append(longer, start+one+"/")
			}
		}
		paths = longer
	}
	for i := range paths {
		paths[i] = strings.TrimSuffix(paths[i], "/")
	}
	return slices.DeleteFunc(paths, func(one string) bool { return one == path })
}

// narrowed keeps the id of the dataset that the next segment names, as data.gov.uk's pages do.
func (t *Targets) narrowed(fitting []string, slug string) []string {
	if named, known := t.byKey[slug]; known && len(fitting) > 1 {
		for _, key := range fitting {
			if t.byKey[key] == named {
				return []string{key}
			}
		}
	}
	return fitting
}

// fitting are the ids and names of the catalogue, in lower case, that a redacted segment may have been.
func (t *Targets) fitting(segment string) []string {
	parts := strings.Split(strings.ToLower(segment), strings.ToLower(redaction))
	if len(parts) == 1 || len(strings.Join(parts, "")) < leastLeft {
		return nil
	}
	keys, start := t.keys(), parts[0]
	first, _ := slices.BinarySearch(keys, start)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	pattern := regexp.MustCompile("^" + strings.Join(parts, redactedDigits) + "$")
	var found []string
	for _, key := range keys[first:] {
		if !strings.HasPrefix(key, start) {
			break
		}
		if pattern.MatchString(key) {
			found = append(found, key)
		}
	}
	return found
}

// sortedKeys are all ids and names that a URL of the portal may have.
func (t *Targets) sortedKeys() []string {
	return slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for key := range t.byKey {
			if !yield(key) {
				return
			}
		}
		for key := range t.resources {
			if !yield(key) {
				return
			}
		}
	}))
}

package traffic

import (
	"slices"
	"strings"
)

// datasetKeys are the ids of datasets by everything a URL may call them by, in lower case: id,
// name, and names of the past.
//
// A name that is in use goes before one that was, since CKAN gives a freed name to the next who
// asks for it; what was asked of that name before then counts for its new owner too, because a
// URL has no time. A name that several datasets had and none has is nobody's.
func datasetKeys(datasets []Dataset) map[string]string {
	keys := map[string]string{}
	ids, names, past := map[string][]string{}, map[string][]string{}, map[string][]string{}
	add := func(level map[string][]string, key, id string) {
		if key != "" {
			key = strings.ToLower(key)
			level[key] = append(level[key], id)
		}
	}
	for _, d := range datasets {
		add(ids, d.ID, d.ID)
		if d.IsGone {
			add(past, d.Name, d.ID)
		} else {
			add(names, d.Name, d.ID)
		}
		for _, name := range d.OldNames {
			add(past, name, d.ID)
		}
	}
	for _, level := range []map[string][]string{ids, names, past} {
		for key, owners := range level {
			slices.Sort(owners)
			if _, taken := keys[key]; !taken && len(slices.Compact(owners)) == 1 {
				keys[key] = owners[0]
			}
		}
	}
	return keys
}

// guidKey is what different spellings of a guid have in common: the 32 hex digits of a UUID with
// or without hyphens, braces or urn:uuid:, in lower case; any other text without braces.
func guidKey(guid string) string {
	bare := strings.Trim(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(guid)), "urn:uuid:"), "{}")
	if isUUID(bare) {
		return strings.ReplaceAll(bare, "-", "")
	}
	return bare
}

func isHex32(text string) bool {
	if len(text) != 32 {
		return false
	}
	for i := range len(text) {
		if hexDigit(text[i]) > 15 {
			return false
		}
	}
	return true
}

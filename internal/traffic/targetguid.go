package traffic

import (
	"iter"
	"slices"
	"strings"
)

// minGUID is the shortest text that is believed to be a guid; shorter ones are words and numbers.
const minGUID = 8

// byGUIDs looks for guids and ids of the catalogue anywhere in the URL, on the hosts that are
// ours. A UUID may be a part of a segment or value (INTERFACE=ENVIRONMENT--UUID); another guid
// must be all of it, and look like one.
func (t *Targets) byGUIDs(u URL) []Target {
	if !t.guidHosts[u.Host] {
		return nil
	}
	var found [][]Target
	for _, text := range []string{u.Path, u.Query} {
		for id := range uuids(text) {
			found = append(found, t.ofID(id, RuleGUID))
		}
	}
	for _, word := range urlWords(u) {
		if len(word) >= minGUID && strings.ContainsAny(word, "0123456789") {
			found = append(found, t.ofGUID(word, RuleGUID))
		}
	}
	return meant(found, t.kindByURL(u))
}

// byPermalink reads the last segment that the catalogue knows, on hosts of permalinks: an id or
// name of a dataset, an id of a resource, or a guid, which may have slashes itself (a DOI).
func (t *Targets) byPermalink(u URL) []Target {
	if !t.permalinks[u.Host] {
		return nil
	}
	segments := decodedSegments(u.Path)
	if found := t.ofGUID(strings.Join(segments, "/"), RulePermalink); len(found) > 0 {
		return meant([][]Target{found}, Investigation)
	}
	for _, word := range slices.Backward(segments) {
		if found := t.ofID(strings.ToLower(word), RulePermalink); len(found) > 0 {
			kind := Investigation
			if r := t.resources[strings.ToLower(word)]; r.ID != "" && r.Role != Document && r.Role != Page {
				kind = Request
			}
			return meant([][]Target{found}, kind)
		}
	}
	return nil
}

// ofID are the datasets of a lower-case id, name or guid of the catalogue.
func (t *Targets) ofID(id, rule string) []Target {
	found := t.ofGUID(id, rule)
	if dataset, known := t.byKey[id]; known {
		found = append(found, Target{dataset, "", "", rule})
	}
	if r, known := t.resources[id]; known {
		found = append(found, Target{r.DatasetID, r.ID, "", rule})
	}
	return found
}

// ofGUID are the datasets with a guid: records of one thing, where they are several.
func (t *Targets) ofGUID(guid, rule string) (found []Target) {
	for _, dataset := range t.byGUID[guidKey(guid)] {
		found = append(found, Target{dataset, "", "", rule})
	}
	return found
}

// meant are the targets that all ids of a URL agree on. Ids of different datasets name none.
func meant(found [][]Target, kind string) []Target {
	found = slices.DeleteFunc(found, func(some []Target) bool { return len(some) == 0 })
	if len(found) == 0 {
		return nil
	}
	var agreed []Target
	for _, target := range slices.Concat(found...) {
		isIn := func(some []Target) bool {
			return slices.ContainsFunc(some, func(other Target) bool { return other.DatasetID == target.DatasetID })
		}
		if !slices.ContainsFunc(found, func(some []Target) bool { return !isIn(some) }) {
			target.Kind = kind
			agreed = append(agreed, target)
		}
	}
	if len(agreed) == 0 {
		return []Target{{Kind: Ambiguous, Rule: RuleSeveralIDs}}
	}
	return unlessSharedByTooMany(onePerDataset(agreed))
}

// uuids are the UUIDs in a canonical text, with or without hyphens, in lower case with hyphens.
// Letters and digits beside one make it a part of something else, but for those of an escape.
func uuids(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i+32 <= len(text); i++ {
			if hexDigit(text[i]) > 15 || i > 0 && isWordByte(text[i-1]) && (i < 3 || text[i-3] != '%') {
				continue
			}
			for _, length := range []int{uuidLen, 32} {
				end := i + length
				if end > len(text) || end < len(text) && isWordByte(text[end]) {
					continue
				}
				id := strings.ToLower(text[i:end])
				if isHex32(id) {
					id = id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
				}
				if isUUID(id) {
					if !yield(id) {
						return
					}
					i = end
					break
				}
			}
		}
	}
}

func isWordByte(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' }

// urlWords are the decoded segments and parameter values of a URL.
func urlWords(u URL) []string {
	words := decodedSegments(u.Path)
	for pair := range strings.SplitSeq(u.Query, "&") {
		if _, value, _ := strings.Cut(pair, "="); value != "" {
			words = append(words, string(appendDecoded(nil, []byte(value))))
		}
	}
	return words
}

// kindByURL says by its words alone whether a URL leads to data.
func (t *Targets) kindByURL(u URL) string {
	if queryValue(u.Query, "request") != "" {
		return callKind(u)
	}
	if t.isData(u) {
		return Request
	}
	return Investigation
}

// isData is true where the path, or a file name in the query, ends as data does, or the last
// segment speaks of a download.
func (t *Targets) isData(u URL) bool {
	if strings.Contains(strings.ToLower(u.Path[strings.LastIndexByte(u.Path, '/')+1:]), "download") {
		return true
	}
	for _, word := range append(urlWords(u), u.Path) {
		if t.endings[extension(strings.ToLower(word))] == Data {
			return true
		}
	}
	return false
}

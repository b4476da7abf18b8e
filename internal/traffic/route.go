package traffic

import (
	"slices"
	"strings"
)

// reservedWords follow /dataset/ and are no datasets: CKAN's own forms and lists.
var reservedWords = map[string]bool{
	"activity": true, "changes": true, "changes_multiple": true, "collaborators": true, "delete": true, "edit": true,
	"follow": true, "followers": true, "groups": true, "history": true, "history_ajax": true, "new": true,
	"new_metadata": true, "new_resource": true, "read_ajax": true, "resources": true, "search": true, "unfollow": true,
	"dashboard": true,
}

// metadataTypes are the endings of a dataset's page that give its record instead (ckanext-dcat).
var metadataTypes = []string{".rdf", ".ttl", ".xml", ".jsonld", ".n3", ".json"}

// byRoute reads a URL of the portal as a route of CKAN, from 2.0 on, or of data.gov.uk's Find.
func (t *Targets) byRoute(u URL) []Target {
	root, isPortal := t.portals[u.Host]
	if !isPortal || !isBelow(u.Path, strings.TrimSuffix(root, "/")) {
		return nil
	}
	segments := decodedSegments(strings.TrimPrefix(u.Path, strings.TrimSuffix(root, "/")))
	if len(segments) > 0 && isLanguage(segments[0]) {
		segments = segments[1:]
	}
	if len(segments) == 0 {
		return portalPage()
	}
	rest := segments[1:]
	switch segments[0] {
	case "dataset", "package":
		return t.datasetRoute(rest)
	case "datastore":
		if len(rest) == 2 && rest[0] == "dump" {
			return t.ofResource(rest[1], Request, RuleDump)
		}
		return t.ofFirstResource(rest, None, RulePortal)
	case "api":
		return t.apiRoute(rest, u.Query)
	case "datafile": // Find: /datafile/ID/preview
		return t.ofFirstResource(rest, Investigation, RuleResourcePage)
	case "data":
		if len(rest) >= 3 && rest[0] == "resource_cache" {
			return t.ofResource(rest[2], Request, RuleDownload)
		}
		return portalPage()
	case "storage": // Uploads before CKAN 2.2. Only the catalogue's URL says whose they are.
		return nil
	}
	return portalPage()
}

// portalPage stands for what the portal serves besides datasets: the start page, searches,
// publishers, accounts, forms.
func portalPage() []Target { return []Target{{Kind: None, Rule: RulePortal}} }

// datasetRoute reads what follows /dataset/.
func (t *Targets) datasetRoute(rest []string) []Target {
	if len(rest) == 0 {
		return portalPage()
	}
	name, tail := rest[0], rest[1:]
	id, known := t.byKey[strings.ToLower(name)]
	if !known && reservedWords[name] {
		for _, key := range tail {
			if id, known := t.byKey[strings.ToLower(key)]; known {
				return []Target{{id, "", None, RulePortal}}
			}
		}
		return portalPage()
	}
	if len(tail) >= 2 && tail[0] == "resource" {
		return t.resourceRoute(id, tail[1], tail[2:])
	}
	if !known {
		for _, suffix := range metadataTypes {
			if stem, cut := strings.CutSuffix(name, suffix); cut {
				return t.ofDataset(stem, None, RuleMetadataFile)
			}
		}
		return nil
	}
	switch {
	case len(tail) == 0:
		return []Target{{id, "", Investigation, RuleDatasetPage}}
	case len(tail) == 1 && isUUID(name) && !reservedWords[tail[0]]: // Find: /dataset/ID/SLUG
		return []Target{{id, "", Investigation, RuleDatasetPage}}
	case len(tail) >= 3 && tail[1] == "datafile": // Find: /dataset/ID/SLUG/datafile/ID/preview
		return t.withResource(id, tail[2], Investigation, RuleResourcePage)
	}
	return []Target{{id, "", None, RulePortal}} // Activity, groups, dictionaries, followers.
}

// resourceRoute reads what follows /dataset/NAME/resource/RID. The dataset is the resource's own
// where the catalogue knows it, since a resource's links may hold a dataset's old name.
func (t *Targets) resourceRoute(datasetID, resourceID string, tail []string) []Target {
	kind, rule := Investigation, RuleResourcePage
	if len(tail) > 0 {
		switch tail[0] {
		case "download":
			kind, rule = Request, RuleDownload
		case "view", "preview", "embed", "": // Looked at, not taken.
		default: // Edit, proxy, dictionary, new_view.
			kind, rule = None, RulePortal
		}
	}
	return t.withResource(datasetID, resourceID, kind, rule)
}

// apiRoute reads what follows /api/: [VERSION/]action/NAME, or CKAN 2's [VERSION/]rest/dataset/NAME.
func (t *Targets) apiRoute(rest []string, query string) []Target {
	if len(rest) > 0 && slices.Contains([]string{"1", "2", "3"}, rest[0]) {
		rest = rest[1:]
	}
	if len(rest) >= 3 && rest[0] == "rest" && (rest[1] == "dataset" || rest[1] == "package") {
		return t.ofDataset(rest[2], Investigation, RuleMetadataAPI)
	}
	if len(rest) < 2 || rest[0] != "action" {
		return portalPage()
	}
	id := queryValue(query, "id")
	switch rest[1] {
	case "datastore_search", "datastore_search_sql":
		return t.ofQueriedResources(query)
	case "datastore_info":
		return t.ofResource(id, Investigation, RuleMetadataAPI)
	case "package_show", "dataset_show":
		return t.ofDataset(id, Investigation, RuleMetadataAPI)
	case "resource_show":
		return t.ofResource(id, Investigation, RuleMetadataAPI)
	}
	return portalPage()
}

// ofQueriedResources is a request of each resource in the query of a DataStore action, which takes
// id for resource_id too. One by POST has none, and nobody can say what it took.
func (t *Targets) ofQueriedResources(query string) []Target {
	var found []Target
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); name == "resource_id" || name == "id" {
			found = append(found, t.ofResource(string(appendDecoded(nil, []byte(value))), Request, RuleDataAPI)...)
		}
	}
	return found
}

func (t *Targets) ofDataset(key, kind, rule string) []Target {
	if id, known := t.byKey[strings.ToLower(key)]; known {
		return []Target{{id, "", kind, rule}}
	}
	return nil
}

func (t *Targets) ofResource(key, kind, rule string) []Target {
	return t.withResource("", key, kind, rule)
}

func (t *Targets) ofFirstResource(keys []string, kind, rule string) []Target {
	for _, key := range keys {
		if found := t.ofResource(key, kind, rule); found != nil {
			return found
		}
	}
	return portalPage()
}

// withResource is the target of a resource, or of the dataset alone where the catalogue does not
// know the resource (any more).
func (t *Targets) withResource(datasetID, resourceKey, kind, rule string) []Target {
	if r, known := t.resources[strings.ToLower(resourceKey)]; known {
		if kind == Request && (r.Role == Document || r.Role == Page) {
			kind = Investigation
		}
		return []Target{{r.DatasetID, r.ID, kind, rule}}
	}
	if datasetID == "" {
		return nil
	}
	return []Target{{datasetID, "", kind, rule}}
}

// decodedSegments cuts a path at its slashes and decodes each segment. Empty ones are dropped.
func decodedSegments(path string) []string {
	segments := make([]string, 0, 8)
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" {
			continue
		}
		if strings.IndexByte(segment, '%') >= 0 {
			segment = string(appendDecoded(nil, []byte(strings.ReplaceAll(segment, "+", "%2B"))))
		}
		segments = append(segments, segment)
	}
	return segments
}

// isLanguage is true for the language that CKAN puts before a route: en, pt_BR, zh_Hans_CN,
// sr@latin. CKAN's routes have longer names.
func isLanguage(segment string) bool {
	if len(segment) < 2 || !isLetter(segment[0]) || !isLetter(segment[1]) {
		return false
	}
	return len(segment) == 2 || len(segment) == 3 && isLetter(segment[2]) && segment != "api" || segment[2] == '_' || segment[2] == '-' || segment[2] == '@'
}

package traffic

import (
	"cmp"
	"slices"
	"strings"
)

// Kinds of use. A request takes data, an investigation looks at a dataset or at something about
// it (COUNTER Code of Practice for Research Data), and none is traffic we know and do not count.
// Ambiguous is what may be use of any of several datasets: it is credited to none of them.
const (
	Request       = "request"
	Investigation = "investigation"
	None          = "none"
	Ambiguous     = "ambiguous"
)

// Names of rules, in Target.Rule, in the order of docs/attribution.md.
const (
	RuleConfigured      = "configured"        // a rule of the configuration
	RuleDownload        = "ckan_download"     // /dataset/ID/resource/RID/download: the file, or a redirect to it
	RuleDump            = "datastore_dump"    // a table of the DataStore as a file
	RuleDataAPI         = "datastore_api"     // rows of a table of the DataStore
	RuleDatasetPage     = "dataset_page"      // a dataset's page on the portal
	RuleResourcePage    = "resource_page"     // a resource's page or preview on the portal
	RuleMetadataAPI     = "metadata_api"      // one dataset's or resource's record by the API
	RuleMetadataFile    = "metadata_file"     // one dataset's record as RDF, Turtle, XML or JSON-LD
	RulePortal          = "portal"            // another page of the portal: search, publishers, forms
	RuleResourceURL     = "resource_url"      // a resource's own URL that leads to data
	RuleInformationURL  = "information_url"   // a resource's own URL that leads to a document or a page
	RuleLandingPage     = "landing_page"      // the URL a dataset's record calls its page
	RulePermalink       = "permalink"         // a guid that is a URL, or an id on a host of permalinks
	RuleService         = "service_call"      // a call of a service that a resource's URL leads to
	RuleLayerName       = "layer_name"        // a layer named like one of the datasets that share a service's URL
	RuleSharedService   = "shared_service"    // a call that fits the services of several datasets equally
	RuleSharedByTooMany = "shared_by_many"    // a resource URL of so many datasets that it names none
	RuleNamingKey       = "naming_key"        // the path and the naming parameters of a resource's URL
	RuleGUID            = "guid"              // a guid or id of the catalogue anywhere in the URL
	RuleSeveralIDs      = "several_ids"       // ids of several datasets in one URL
	RuleResourceFolder  = "resource_folder"   // below a resource's URL that is a folder
	RuleDatasetFolder   = "dataset_folder"    // in a folder with files of one dataset only
	RuleRedactedID      = "redacted_id"       // an id or name with digits that a redaction replaced, which fits one dataset
	targetsVersion      = "4/" + NoiseVersion // of the rules themselves
)

// maxShared is how many datasets may have one URL as theirs. Shared files are; a start page or
// an endpoint that hundreds of records link to says nothing about any one of them.
const maxShared = 50

// Target is what a URL serves. DatasetID and ResourceID are empty where it serves none.
type Target struct{ DatasetID, ResourceID, Kind, Rule string }

// Targets finds the datasets that URLs serve, in a catalogue and by rules.
type Targets struct {
	own        []ownRule
	portals    map[string]string // root path by host
	guidHosts  map[string]bool
	permalinks map[string]bool
	endings    map[string]string // role by extension
	byKey      map[string]string // dataset id by lower-case id, name, old name
	byGUID     map[string][]string
	resources  map[string]Resource
	byURL      map[URL][]Target
	services   map[string]*endpoint // by where they are asked
	files      map[string]*endpoint // by host and path: files that the query names
	folders    map[string][]Target  // by host and path, with the last slash
	keys       func() []string      // ids and names, sorted; made when first asked for
	version    string
}

// Version is a digest of the rules, the catalogue and the configuration: while it is the same,
// Classify gives the same answers.
func (t *Targets) Version() string { return t.version }

// Classify gives what a URL serves, one target for each dataset, sorted by dataset; nil if no
// dataset is found and the URL is not known as one of the portal's other pages.
//
// Rules of the configuration go first; what a redaction took from a URL is put back. Then the portal's routes and the catalogue's own URLs are
// asked all: an upload has a URL that is a route too, and another dataset may link to it. What
// they do not know is looked for by less exact rules, the first of which that knows it decides.
func (t *Targets) Classify(u URL) []Target {
	for i := range t.own {
		if t.own[i].matches(u) {
			return []Target{t.own[i].target}
		}
	}
	if found := t.byRedacted(u); len(found) > 0 {
		return found
	}
	return t.byRules(u)
}

func (t *Targets) byRules(u URL) []Target {
	var found []Target
	for _, rule := range []func(*Targets, URL) []Target{(*Targets).byRoute, (*Targets).byCatalogueURL, (*Targets).byService} {
		found = append(found, rule(t, u)...)
	}
	found = onePerDataset(found)
	if len(found) > 0 && found[0].Kind != Ambiguous {
		return found
	}
	for _, rule := range []func(*Targets, URL) []Target{(*Targets).byNamingKey, (*Targets).byPermalink, (*Targets).byGUIDs, (*Targets).byFolder} {
		if less := onePerDataset(rule(t, u)); len(less) > 0 {
			return less
		}
	}
	return found
}

// byCatalogueURL looks for a URL that the catalogue itself has. Servers take a path with and
// without a last slash for one, and give a file whatever is asked of it.
func (t *Targets) byCatalogueURL(u URL) []Target {
	if targets, ok := t.byURL[u]; ok {
		return targets
	}
	other := u
	if trimmed, had := strings.CutSuffix(u.Path, "/"); had {
		other.Path = trimmed
	} else {
		other.Path += "/"
	}
	if targets, ok := t.byURL[other]; ok || u.Query == "" {
		return targets
	}
	if ending := extension(strings.ToLower(u.Path)); ending != "" && !programEndings[ending] {
		return t.byURL[URL{u.Host, u.Path, ""}]
	}
	return nil
}

// programEndings are those of paths where the query, not the path, says what is asked for.
var programEndings = map[string]bool{
	"php": true, "asp": true, "aspx": true, "ashx": true, "asmx": true, "jsp": true, "do": true, "cgi": true, "exe": true,
	"pl": true, "cfm": true, "fcgi": true, "map": true, "html": true, "htm": true,
}

// onePerDataset keeps the target of each dataset that says most: a request before an
// investigation before none, then one with a resource. What serves no dataset stays only if
// nothing serves one.
func onePerDataset(targets []Target) []Target {
	if len(targets) < 2 {
		return targets
	}
	targets = slices.Clone(targets)
	slices.SortFunc(targets, func(a, b Target) int {
		return cmp.Or(
			strings.Compare(a.DatasetID, b.DatasetID), cmp.Compare(rank(a.Kind), rank(b.Kind)),
			-cmp.Compare(min(len(a.ResourceID), 1), min(len(b.ResourceID), 1)),
			strings.Compare(a.ResourceID, b.ResourceID), strings.Compare(a.Rule, b.Rule),
		)
	})
	targets = slices.CompactFunc(targets, func(a, b Target) bool { return a.DatasetID == b.DatasetID })
	if len(targets) > 1 && targets[0].DatasetID == "" {
		targets = targets[1:]
	}
	return targets
}

func unlessSharedByTooMany(targets []Target) []Target {
	if len(targets) <= maxShared {
		return targets
	}
	if slices.ContainsFunc(targets, func(one Target) bool { return one.Kind == Request }) {
		return []Target{{Kind: Ambiguous, Rule: RuleSharedByTooMany}}
	}
	return []Target{{Kind: None, Rule: RuleSharedByTooMany}}
}

func rank(kind string) int {
	return slices.Index([]string{Request, Investigation, None, Ambiguous}, kind)
}

package traffic

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"
)

// Kinds of use. A request takes data, an investigation looks at a dataset or at something about
// it (COUNTER Code of Practice for Research Data), and none is traffic we know and do not count.
const (
	Request       = "request"
	Investigation = "investigation"
	None          = "none"
)

// Names of rules, in Target.Rule.
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
	RuleService         = "service_call"      // a call of a service that a resource's URL leads to
	RuleInformationURL  = "information_url"   // a resource's own URL that leads to a document or a page
	RuleLandingPage     = "landing_page"      // the URL a dataset's record calls its page
	RuleSharedByTooMany = "shared_by_many"    // a resource URL of so many datasets that it names none
	targetsVersion      = "1/" + NoiseVersion // of the rules themselves
)

// maxShared is how many datasets may have one URL as theirs. Shared files are; a start page or
// an endpoint that hundreds of records link to says nothing about any one of them.
const maxShared = 50

// Dataset is a dataset as the catalogue knows it or knew it.
type Dataset struct {
	ID       string
	Name     string
	GUID     string   // of its metadata record
	OldNames []string // that its pages had before
	PageURL  URL      // its landing page; zero if it has none
	IsGone   bool     // no longer in the catalogue: its name may have been given to another
}

// Resource is a resource as the catalogue knows it or knew it: one with an earlier URL comes once
// more.
type Resource struct {
	ID        string
	DatasetID string
	URL       URL
	Role      string // data, service, document or page; data if empty
}

// Portal says where CKAN's own routes are: https://HOST/ROOTPATH/dataset/NAME. RootPath may hold
// {{LANG}} as in CKAN's own setting; a language after it is accepted anyway.
type Portal struct {
	Hosts    []string
	RootPath string
}

// Target is what a URL serves. DatasetID and ResourceID are empty where it serves none.
type Target struct{ DatasetID, ResourceID, Kind, Rule string }

// Targets finds the datasets that URLs serve, in a catalogue and by rules.
type Targets struct {
	own       []ownRule
	portals   map[string]string // root path by host
	byKey     map[string]string // dataset id by lower-case id, name, old name
	resources map[string]Resource
	byURL     map[URL][]Target
	services  map[string][]serviceCall // by host and path
	version   string
}

// NewTargets puts a catalogue and rules in order. Own rules go before all others and must name a
// dataset of the catalogue.
func NewTargets(portals []Portal, datasets []Dataset, resources []Resource, own []Rule) (*Targets, error) {
	t := &Targets{
		portals:   map[string]string{},
		byKey:     map[string]string{},
		resources: make(map[string]Resource, len(resources)),
		byURL:     make(map[URL][]Target, len(resources)),
		services:  map[string][]serviceCall{},
	}
	for _, p := range portals {
		for _, host := range p.Hosts {
			host = string(appendHost(nil, []byte(host)))
			root, _, _ := strings.Cut(p.RootPath, "{{LANG}}")
			root = "/" + strings.Trim(root, "/")
			if other, known := t.portals[host]; known && other != root {
				return nil, fmt.Errorf("portal host %s has two root paths, %s and %s", host, other, root)
			}
			t.portals[host] = root
		}
	}
	t.addDatasets(datasets)
	t.addResources(resources)
	for i, rule := range own {
		compiled, err := t.compile(rule)
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", i+1, err)
		}
		t.own = append(t.own, compiled)
	}
	t.version = digest(portals, datasets, resources, own)
	return t, nil
}

// addDatasets makes datasets known by id, name and old name. A name that is in use goes before one
// that was, since CKAN gives a freed name to the next who asks for it.
func (t *Targets) addDatasets(datasets []Dataset) {
	known := func(key, id string) {
		key = strings.ToLower(key)
		if _, taken := t.byKey[key]; key != "" && !taken {
			t.byKey[key] = id
		}
	}
	for _, d := range datasets {
		known(d.ID, d.ID)
	}
	for _, isGone := range []bool{false, true} {
		for _, d := range datasets {
			if d.IsGone == isGone {
				known(d.Name, d.ID)
			}
		}
	}
	for _, d := range datasets {
		for _, name := range d.OldNames {
			known(name, d.ID)
		}
		// The portal's own pages are found by name: one that is gone must not keep its page.
		if _, isPortal := t.portals[d.PageURL.Host]; d.PageURL.Host != "" && !isPortal {
			t.byURL[d.PageURL] = append(t.byURL[d.PageURL], Target{d.ID, "", Investigation, RuleLandingPage})
		}
	}
}

func (t *Targets) addResources(resources []Resource) {
	for _, r := range resources {
		t.resources[strings.ToLower(r.ID)] = r
		if r.URL.Host == "" || r.URL.Path == "/" && r.URL.Query == "" {
			continue // A host's start page names no dataset.
		}
		if r.Role == Service {
			t.addService(r)
			continue
		}
		target := Target{r.DatasetID, r.ID, Request, RuleResourceURL}
		if r.Role == Document || r.Role == Page {
			target.Kind, target.Rule = Investigation, RuleInformationURL
		}
		t.byURL[r.URL] = append(t.byURL[r.URL], target)
	}
	for u, targets := range t.byURL {
		t.byURL[u] = unlessSharedByTooMany(onePerDataset(targets))
	}
}

// Version is a digest of the rules, the catalogue and the configuration: while it is the same,
// Classify gives the same answers.
func (t *Targets) Version() string { return t.version }

// Classify gives what a URL serves, one target for each dataset, sorted by dataset; nil if no
// dataset is found and the URL is not known as one of the portal's other pages.
//
// Rules of the configuration go first. Then the portal's routes and the catalogue's own URLs are
// asked both: an upload has a URL that is a route too, and another dataset may link to it.
func (t *Targets) Classify(u URL) []Target {
	for i := range t.own {
		if t.own[i].matches(u) {
			return []Target{t.own[i].target}
		}
	}
	var found []Target
	for _, rule := range []func(*Targets, URL) []Target{(*Targets).byRoute, (*Targets).byCatalogueURL, (*Targets).byService} {
		found = append(found, rule(t, u)...)
	}
	return onePerDataset(found)
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
	if len(targets) > maxShared {
		return []Target{{Kind: None, Rule: RuleSharedByTooMany}}
	}
	return targets
}

func rank(kind string) int { return slices.Index([]string{Request, Investigation, None}, kind) }

// digest is the same for the same catalogue in any order.
func digest(portals []Portal, datasets []Dataset, resources []Resource, own []Rule) string {
	var lines []string
	add := func(fields ...string) { lines = append(lines, strings.Join(fields, "\x00")) }
	add("rules", targetsVersion, fmt.Sprintf("%#v", own))
	for _, p := range portals {
		add("portal", p.RootPath, strings.Join(slices.Sorted(slices.Values(p.Hosts)), " "))
	}
	for _, d := range datasets {
		names := strings.Join(slices.Sorted(slices.Values(d.OldNames)), " ")
		add("dataset", d.ID, d.Name, d.GUID, names, d.PageURL.String(), strconv.FormatBool(d.IsGone))
	}
	for _, r := range resources {
		add("resource", r.ID, r.DatasetID, r.Role, r.URL.String())
	}
	slices.Sort(lines)
	return fmt.Sprintf("%x", xxh3.HashString128(strings.Join(lines, "\n")).Bytes())
}

package traffic

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/zeebo/xxh3"
)

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
	Name      string // as people read it; a layer may have the same
	URL       URL
	Role      string // data, service, document or page; data if empty
}

// Portal says where CKAN's own routes are: https://HOST/ROOTPATH/dataset/NAME. RootPath may hold
// {{LANG}} as in CKAN's own setting; a language after it is accepted anyway.
type Portal struct {
	Hosts    []string
	RootPath string
}

// TargetRules are what the rules need to know besides the catalogue.
type TargetRules struct {
	Portals        []Portal
	GUIDHosts      []string // hosts where a guid or id of the catalogue in a URL names its dataset
	PermalinkHosts []string // hosts whose paths end in a dataset's or resource's id, name or guid
	Roles          *Roles   // whose extensions tell data from documents where a URL has no resource; may be nil
	Own            []Rule   // the configuration's, which go before all others
}

// NewTargets puts a catalogue and rules in order; the order of either catalogue list changes
// nothing. Own rules must name a dataset of the catalogue. An error names the rule by its place
// in Own, from 0, or the portal's host.
func NewTargets(rules TargetRules, datasets []Dataset, resources []Resource) (*Targets, error) {
	t := &Targets{
		portals:    map[string]string{},
		guidHosts:  hostSet(rules.GUIDHosts),
		permalinks: hostSet(rules.PermalinkHosts),
		endings:    map[string]string{},
		byGUID:     map[string][]string{},
		resources:  make(map[string]Resource, len(resources)),
		byURL:      make(map[URL][]Target, len(resources)),
		services:   map[string]*endpoint{},
		files:      map[string]*endpoint{},
		version:    digest(rules, datasets, resources),
	}
	if rules.Roles != nil {
		for _, rule := range slices.Backward(rules.Roles.rules) {
			if rule.field == "extension" {
				t.endings[rule.value] = rule.role
			}
		}
	}
	for _, p := range rules.Portals {
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
	t.byKey = datasetKeys(datasets)
	t.keys = sync.OnceValue(t.sortedKeys)
	folders := folderIndex{}
	t.addDatasets(datasets, folders)
	t.addResources(resources, datasets, folders)
	t.folders = folders.targets(folderNames(datasets))
	for i, rule := range rules.Own {
		compiled, err := t.compile(rule)
		if err != nil {
			return nil, fmt.Errorf("targets[%d]: %w", i, err)
		}
		t.own = append(t.own, compiled)
	}
	return t, nil
}

func hostSet(hosts []string) map[string]bool {
	set := make(map[string]bool, len(hosts))
	for _, host := range hosts {
		set[string(appendHost(nil, []byte(host)))] = true
	}
	return set
}

// addDatasets makes datasets known by their guids and pages.
func (t *Targets) addDatasets(datasets []Dataset, folders folderIndex) {
	for _, d := range datasets {
		if key := guidKey(d.GUID); key != "" {
			t.byGUID[key] = append(t.byGUID[key], d.ID)
		}
		permalink, _ := ParseURL(d.GUID)
		for _, page := range []struct {
			url  URL
			rule string
		}{{d.PageURL, RuleLandingPage}, {permalink, RulePermalink}} {
			// The portal's own pages are found by name: one that is gone must not keep its page.
			if _, isPortal := t.portals[page.url.Host]; page.url.Host == "" || isPortal || isStart(page.url) {
				continue
			}
			t.byURL[page.url] = append(t.byURL[page.url], Target{d.ID, "", Investigation, page.rule})
			folders.add(page.url, d.ID, false)
		}
	}
	for key, ids := range t.byGUID {
		slices.Sort(ids)
		t.byGUID[key] = slices.Compact(ids)
	}
}

func (t *Targets) addResources(resources []Resource, datasets []Dataset, folders folderIndex) {
	names := make(map[string]string, len(datasets))
	for _, d := range datasets {
		names[d.ID] = d.Name
	}
	for _, r := range resources {
		key := strings.ToLower(r.ID)
		if other, known := t.resources[key]; !known || preferred(r, other) {
			t.resources[key] = r
		}
		if r.URL.Host == "" || isStart(r.URL) {
			continue // A host's start page names no dataset.
		}
		_, isPortal := t.portals[r.URL.Host]
		isData := r.Role == "" || r.Role == Data
		if !isPortal {
			folders.add(r.URL, r.DatasetID, isData)
		}
		if r.Role == Service {
			t.addService(r, names[r.DatasetID])
			continue
		}
		target := Target{r.DatasetID, r.ID, Request, RuleResourceURL}
		if !isData {
			target.Kind, target.Rule = Investigation, RuleInformationURL
		}
		t.byURL[r.URL] = append(t.byURL[r.URL], target)
		if isData && !isPortal {
			t.addFile(r)
			folders.addFolder(r)
		}
	}
	for u, targets := range t.byURL {
		t.byURL[u] = unlessSharedByTooMany(onePerDataset(targets))
	}
	for _, endpoints := range []map[string]*endpoint{t.services, t.files} {
		for _, e := range endpoints {
			e.index()
		}
	}
}

func isStart(u URL) bool { return u.Path == "/" && u.Query == "" }

// preferred says which of two versions of a resource tells what it is: one that is data.
func preferred(a, b Resource) bool {
	order := func(r Resource) int { return slices.Index([]string{"", Data, Service, Document, Page}, r.Role) }
	return cmp.Or(cmp.Compare(order(a), order(b)), strings.Compare(a.DatasetID, b.DatasetID), strings.Compare(a.ID, b.ID)) < 0
}

// digest is the same for the same catalogue in any order.
func digest(rules TargetRules, datasets []Dataset, resources []Resource) string {
	var lines []string
	add := func(fields ...string) { lines = append(lines, strings.Join(fields, "\x00")) }
	sorted := func(words []string) string { return strings.Join(slices.Sorted(slices.Values(words)), " ") }
	add("rules", targetsVersion, fmt.Sprintf("%#v", rules.Own), sorted(rules.GUIDHosts), sorted(rules.PermalinkHosts))
	if rules.Roles != nil {
		add("roles", fmt.Sprintf("%q", rules.Roles.rules))
	}
	for _, p := range rules.Portals {
		add("portal", p.RootPath, sorted(p.Hosts))
	}
	for _, d := range datasets {
		add("dataset", d.ID, d.Name, d.GUID, sorted(d.OldNames), d.PageURL.String(), strconv.FormatBool(d.IsGone))
	}
	for _, r := range resources {
		add("resource", r.ID, r.DatasetID, r.Name, r.Role, r.URL.String())
	}
	slices.Sort(lines)
	return fmt.Sprintf("%x", xxh3.HashString128(strings.Join(lines, "\n")).Bytes())
}

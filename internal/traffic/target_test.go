package traffic

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	tidesID  = "11111111-aaaa-4000-8000-000000000001"
	floodsID = "11111111-aaaa-4000-8000-000000000002"
	tableID  = "22222222-bbbb-4000-8000-000000000001"
	linkID   = "22222222-bbbb-4000-8000-000000000002"
	guideID  = "22222222-bbbb-4000-8000-000000000003"
	lostID   = "22222222-bbbb-4000-8000-00000000dead"
)

func mustURL(tb testing.TB, raw string) URL {
	tb.Helper()
	u, ok := ParseURL(raw)
	if !ok {
		tb.Fatalf("%q is no URL", raw)
	}
	return u
}

// newTargets is a small catalogue: tides has a table and a guide on the portal and a file
// elsewhere; floods links to the same file and has two services.
func newTargets(tb testing.TB, own ...Rule) *Targets {
	tb.Helper()
	datasets := []Dataset{
		{ID: tidesID, Name: "tides", OldNames: []string{"tide-tables", "floods"}, PageURL: mustURL(tb, "https://www.example.org/about-tides")},
		{ID: floodsID, Name: "floods"},
		{ID: "gone", Name: "tides", IsGone: true, PageURL: mustURL(tb, "https://data.example.org/dataset/tides")},
	}
	resources := []Resource{
		{ID: tableID, DatasetID: tidesID, URL: mustURL(tb, "https://data.example.org/dataset/"+tidesID+"/resource/"+tableID+"/download/tides.csv")},
		{ID: linkID, DatasetID: tidesID, URL: mustURL(tb, "http://files.example.net/tides 2025.csv")},
		{ID: guideID, DatasetID: tidesID, Role: Document, URL: mustURL(tb, "http://files.example.net/guide.pdf")},
		{ID: "f1", DatasetID: floodsID, URL: mustURL(tb, "https://FILES.example.net/tides%202025.csv#top")},
		{ID: "f2", DatasetID: floodsID, Role: Service, URL: mustURL(tb, "https://maps.example.net/wms?SERVICE=WMS&REQUEST=GetCapabilities&LAYERS=env:floods")},
		{ID: "f3", DatasetID: floodsID, Role: Service, URL: mustURL(tb, "https://maps.example.net/rest/services/Floods/MapServer")},
		{ID: "t3", DatasetID: tidesID, Role: Service, URL: mustURL(tb, "https://maps.example.net/wms?service=WMS")},
		{ID: "f4", DatasetID: floodsID, URL: mustURL(tb, "https://files.example.net/")},
		{ID: "f5", DatasetID: floodsID, URL: mustURL(tb, "https://files.example.net/get.php?file=floods")},
		{ID: "f6", DatasetID: floodsID, URL: mustURL(tb, "https://files.example.net/index.php")},
		{ID: "t4", DatasetID: tidesID, URL: mustURL(tb, "https://data.example.org/reports/tides.csv")},
	}
	for i := range maxShared + 1 {
		resources = append(resources, Resource{ID: fmt.Sprintf("s%d", i), DatasetID: fmt.Sprintf("d%d", i), URL: mustURL(tb, "https://files.example.net/all")})
	}
	portals := []Portal{{Hosts: []string{"Data.example.org:443"}}, {Hosts: []string{"open.example.org"}, RootPath: "/data/{{LANG}}"}}
	targets, err := NewTargets(TargetRules{Portals: portals, Own: own}, datasets, resources)
	if err != nil {
		tb.Fatal(err)
	}
	return targets
}

// show writes targets as "tides/RESOURCE kind rule", with short names.
func show(targets []Target) []string {
	short := strings.NewReplacer(tidesID, "tides", floodsID, "floods", tableID, "table", linkID, "link", guideID, "guide")
	var lines []string
	for _, target := range targets {
		lines = append(lines, short.Replace(fmt.Sprintf("%s/%s %s %s", target.DatasetID, target.ResourceID, target.Kind, target.Rule)))
	}
	return lines
}

func TestTargets(t *testing.T) {
	t.Parallel()
	targets := newTargets(t)
	const portal, tidesPage = "/ none portal", "tides/ investigation dataset_page"
	for url, want := range map[string]string{
		// Pages of datasets.
		"data.example.org/dataset/tides":                       tidesPage,
		"data.example.org/dataset/tides/":                      tidesPage,
		"data.example.org/dataset/Tides?page=2":                tidesPage,
		"data.example.org/dataset/" + tidesID:                  tidesPage,
		"data.example.org/dataset/tide-tables":                 tidesPage,
		"data.example.org/dataset/t%69des":                     tidesPage,
		"data.example.org/cy/dataset/tides":                    tidesPage,
		"data.example.org/pt_BR/dataset/tides":                 tidesPage,
		"data.example.org/fil/dataset/tides":                   tidesPage,
		"data.example.org/package/tides":                       tidesPage,
		"open.example.org/data/en/dataset/tides":               tidesPage,
		"open.example.org/data/dataset/tides":                  tidesPage,
		"data.example.org/dataset/" + tidesID + "/tide-tables": tidesPage,
		"data.example.org/dataset/floods":                      "floods/ investigation dataset_page",
		"data.example.org/dataset/gone":                        "gone/ investigation dataset_page",
		"data.example.org/dataset/unheard-of":                  "",
		"data.example.org/dataset/" + lostID:                   "",
		"other.example.org/dataset/tides":                      "",
		"open.example.org/dataset/tides":                       "",
		"open.example.org/database/dataset/tides":              "",
		// What is beside the pages.
		"data.example.org/":                                portal,
		"data.example.org/cy":                              portal,
		"data.example.org/dataset":                         portal,
		"data.example.org/dataset/new":                     portal,
		"data.example.org/dataset/activity/tides":          "tides/ none portal",
		"data.example.org/dataset/tides/x":                 "tides/ none portal",
		"data.example.org/dataset/" + tidesID + "/history": "tides/ none portal",
		"data.example.org/dataset/changes/x":               portal,
		"data.example.org/dataset/tides/dictionary/x":      "tides/ none portal",
		"data.example.org/dataset/tides.rdf":               "tides/ none metadata_file",
		"data.example.org/dataset/" + tidesID + ".jsonld":  "tides/ none metadata_file",
		"data.example.org/dataset/unheard-of.ttl":          "",
		"data.example.org/group/board":                     portal,
		"data.example.org/api/3/action/package_search":     portal,
		"data.example.org/api/3":                           portal,
		// Resources on the portal.
		"data.example.org/dataset/tides/resource/" + tableID:                               "tides/table investigation resource_page",
		"data.example.org/dataset/tides/resource/" + tableID + "/view/7":                   "tides/table investigation resource_page",
		"data.example.org/dataset/tides/resource/" + tableID + "/preview":                  "tides/table investigation resource_page",
		"data.example.org/dataset/tides/resource/" + tableID + "/proxy":                    "tides/table none portal",
		"data.example.org/dataset/tides/resource/" + tableID + "/download":                 "tides/table request ckan_download",
		"data.example.org/dataset/" + tidesID + "/resource/" + tableID + "/download/x.csv": "tides/table request ckan_download",
		"data.example.org/dataset/floods/resource/" + tableID + "/download/x.csv":          "tides/table request ckan_download",
		"data.example.org/dataset/x/resource/" + strings.ToUpper(tableID) + "/download":    "tides/table request ckan_download",
		"data.example.org/dataset/tides/resource/" + guideID + "/download/guide.pdf":       "tides/guide investigation ckan_download",
		"data.example.org/dataset/tides/resource/" + lostID + "/download/x.csv":            "tides/ request ckan_download",
		"data.example.org/dataset/x/resource/" + lostID + "/download/x.csv":                "",
		"data.example.org/dataset/" + tidesID + "/s/datafile/" + tableID + "/preview":      "tides/table investigation resource_page",
		"data.example.org/datafile/" + tableID + "/preview":                                "tides/table investigation resource_page",
		"data.example.org/datafile/" + lostID + "/preview":                                 portal,
		"data.example.org/data/resource_cache/2b/" + tableID + "/x.csv":                    "tides/table request ckan_download",
		// The DataStore and the API.
		"data.example.org/datastore/dump/" + tableID + "?format=json":                                            "tides/table request datastore_dump",
		"data.example.org/datastore/dump/" + lostID:                                                              "",
		"data.example.org/datastore/api_info/" + tableID:                                                         "tides/table none portal",
		"data.example.org/api/3/action/datastore_search?resource_id=" + tableID + "&limit=5":                     "tides/table request datastore_api",
		"data.example.org/api/action/datastore_search?resource_id=" + tableID:                                    "tides/table request datastore_api",
		"data.example.org/api/3/action/datastore_search":                                                         "",
		"data.example.org/api/3/action/datastore_search_sql?sql=select+1+from+%22" + tableID + "%22+where+a=1":   "tides/table request datastore_api",
		"data.example.org/api/3/action/datastore_search_sql?sql=from+%22" + tableID + "%22,%22" + lostID + "%22": "tides/table request datastore_api",
		"data.example.org/api/3/action/package_show?id=tides":                                                    "tides/ investigation metadata_api",
		"data.example.org/api/3/action/resource_show?id=" + tableID:                                              "tides/table investigation metadata_api",
		"data.example.org/api/2/rest/dataset/tides":                                                              "tides/ investigation metadata_api",
		"data.example.org/api/rest/package/tides":                                                                "tides/ investigation metadata_api",
		// The catalogue's own URLs on other hosts.
		"files.example.net/tides%202025.csv":        "tides/link request resource_url, floods/f1 request resource_url",
		"files.example.net:80/tides%202025.csv?v=2": "tides/link request resource_url, floods/f1 request resource_url",
		"files.example.net/guide.pdf":               "tides/guide investigation information_url",
		"files.example.net/":                        "",
		"files.example.net/get.php?file=floods":     "floods/f5 request resource_url",
		"files.example.net/get.php?file=fires":      "",
		"files.example.net/index.php":               "floods/f6 request resource_url",
		"files.example.net/index.php?file=fires":    "",
		"data.example.org/reports/tides.csv":        "tides/t4 request resource_url",
		"files.example.net/all":                     "/ ambiguous shared_by_many",
		"www.example.org/about-tides/":              "tides/ investigation landing_page",
		// Services.
		"maps.example.net/wms?service=WMS&request=GetCapabilities&layers=env:floods":  "floods/f2 investigation service_call",
		"maps.example.net/wms?SERVICE=wms&REQUEST=GetMap&LAYERS=rain,Floods&BBOX=1,2": "floods/f2 request service_call",
		"maps.example.net/wms?service=WMS&request=GetMap&layers=rain":                 "tides/t3 request service_call",
		"maps.example.net/wms?service=WMS&request=GetCapabilities":                    "tides/t3 investigation service_call",
		"maps.example.net/wms": "tides/t3 investigation service_call",
		"maps.example.net/rest/services/Floods/MapServer?f=json":          "floods/f3 investigation service_call",
		"maps.example.net/rest/services/Floods/MapServer/0/query?where=1": "floods/f3 request service_call",
		"maps.example.net/rest/services/Floods/MapServer/legend":          "floods/f3 investigation service_call",
		"maps.example.net/rest/services/Fires/MapServer/export":           "",
		"maps.example.net/wms/other":                                      "",
	} {
		got := strings.Join(show(targets.Classify(mustURL(t, "https://"+url))), ", ")
		if got != want {
			t.Errorf("Classify(%s)\n got %q\nwant %q", url, got, want)
		}
	}
}

func TestTargetsOwnRules(t *testing.T) {
	t.Parallel()
	targets := newTargets(t,
		Rule{Host: "Files.example.net", PathPrefix: "/b%75lk/tides", Dataset: "tides", Kind: Request},
		Rule{Host: "files.example.net", PathRegexp: `^/\d+/floods\.`, Dataset: floodsID, Kind: Investigation},
		Rule{Host: "data.example.org", PathPrefix: "/dataset/tides", Kind: None},
	)
	for url, want := range map[string]string{
		"files.example.net/bulk/tides-2025.zip": "tides/ request configured",
		"files.example.net/2025/floods.csv":     "floods/ investigation configured",
		"files.example.net/x/floods.csv":        "",
		"data.example.org/dataset/tides":        "/ none configured",
	} {
		if got := strings.Join(show(targets.Classify(mustURL(t, "https://"+url))), ", "); got != want {
			t.Errorf("Classify(%s) = %q, want %q", url, got, want)
		}
	}
}

func TestNewTargetsErrors(t *testing.T) {
	t.Parallel()
	for want, rule := range map[string]Rule{
		"targets[0]: the host is missing":                                                 {PathPrefix: "/a", Dataset: "tides", Kind: Request},
		"targets[0]: host a.example: give a path prefix or a path regexp, one of the two": {Host: "a.example", Dataset: "tides", Kind: Request},
		`targets[0]: path prefix "a" must begin with /`:                                   {Host: "a.example", PathPrefix: "a", Dataset: "tides", Kind: Request},
		`targets[0]: kind "view" is none of request, investigation, none`:                 {Host: "a.example", PathPrefix: "/a", Dataset: "tides", Kind: "view"},
		"targets[0]: path regexp \"(\": error parsing regexp: missing closing ): `(`":     {Host: "a.example", PathRegexp: "(", Dataset: "tides", Kind: Request},
		`targets[0]: the catalogue has no dataset "tide", by name or id`:                  {Host: "a.example", PathPrefix: "/a", Dataset: "tide", Kind: Request},
		`targets[0]: the catalogue has no dataset "", by name or id`:                      {Host: "a.example", PathPrefix: "/a", Kind: Request},
	} {
		_, err := NewTargets(TargetRules{Own: []Rule{rule}}, []Dataset{{ID: tidesID, Name: "tides"}}, nil)
		if err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
	_, err := NewTargets(TargetRules{Portals: []Portal{{[]string{"a.example"}, "/x"}, {[]string{"A.example"}, ""}}}, nil, nil)
	if want := "portal host a.example has two root paths, /x and /"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}

func TestTargetsVersion(t *testing.T) {
	t.Parallel()
	version := func(datasets []Dataset, own ...Rule) string {
		targets, err := NewTargets(TargetRules{Own: own}, datasets, nil)
		if err != nil {
			t.Fatal(err)
		}
		return targets.Version()
	}
	a, b := Dataset{ID: "a", Name: "tides", OldNames: []string{"y", "x"}}, Dataset{ID: "b"}
	same := version([]Dataset{a, b})
	if got := version([]Dataset{b, {ID: "a", Name: "tides", OldNames: []string{"x", "y"}}}); got != same {
		t.Errorf("another order is another version: %s, %s", same, got)
	}
	renamed := a
	renamed.Name = "tide"
	gone := a
	gone.IsGone = true
	of := func(rules TargetRules, resources ...Resource) string {
		targets, err := NewTargets(rules, []Dataset{a, b}, resources)
		if err != nil {
			t.Fatal(err)
		}
		return targets.Version()
	}
	for name, got := range map[string]string{
		"list of roles":  of(TargetRules{Roles: testRoles(t)}),
		"permalink host": of(TargetRules{PermalinkHosts: []string{"id.example.org"}}),
		"new host":       of(TargetRules{GUIDHosts: []string{"files.example.org"}}),
		"portal":         of(TargetRules{Portals: []Portal{{Hosts: []string{"data.example.org"}}}}),
		"resource":       of(TargetRules{}, Resource{ID: "r"}),
		"goodbye":        version([]Dataset{gone, b}),
		"rename":         version([]Dataset{renamed, b}),
		"deletion":       version([]Dataset{a}),
		"rule":           version([]Dataset{a, b}, Rule{Host: "a.example", PathPrefix: "/", Dataset: "tides", Kind: Request}),
	} {
		if got == same {
			t.Errorf("a %s leaves the version as it was", name)
		}
	}
	if diff := cmp.Diff([]string{"y", "x"}, a.OldNames); diff != "" {
		t.Errorf("the caller's names changed (-want +got):\n%s", diff)
	}
}

// Whatever is asked, the answer is one known kind for each dataset, with ids of the catalogue, and
// the same every time.
func FuzzTargets(f *testing.F) {
	datasets, resources, urls := crowd(f, rand.New(rand.NewPCG(5, 6)), 60)
	targets, err := NewTargets(TargetRules{
		Portals: []Portal{{Hosts: []string{"data.example.org"}}}, GUIDHosts: []string{"files.example.net", "maps.example.net"},
		PermalinkHosts: []string{"doi.example.org"}, Roles: testRoles(f),
	}, datasets, resources)
	if err != nil {
		f.Fatal(err)
	}
	known := map[string]bool{"": true}
	for _, d := range datasets {
		known[d.ID] = true
	}
	for _, r := range resources {
		known[r.ID] = true
	}
	for _, u := range urls {
		f.Add(u.String())
	}
	for _, seed := range []string{
		"data.example.org/dataset/tides/resource//download", "data.example.org/api/3/action/datastore_search?resource_id=" + tableID,
		"maps.example.net/wms?request=getmap&layers=,floods", "maps.example.net/rest/services/Floods/MapServer//0/query",
		"data.example.org/dataset/%2F.rdf", "data.example.org//en//dataset//tides",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, ok := ParseURL("http://" + raw)
		if !ok {
			return
		}
		found := targets.Classify(u)
		var ids []string
		for _, target := range found {
			if !known[target.DatasetID] || !known[target.ResourceID] || rank(target.Kind) < 0 || target.Rule == "" || (target.DatasetID == "") != (target.Kind == None || target.Kind == Ambiguous) && target.Kind != None {
				t.Fatalf("Classify(%s) has %+v", u, target)
			}
			ids = append(ids, target.DatasetID)
		}
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Fatalf("Classify(%s) has datasets %q", u, ids)
		}
		if diff := cmp.Diff(found, targets.Classify(u)); diff != "" {
			t.Fatalf("Classify(%s) changes (-first +second):\n%s", u, diff)
		}
	})
}

func BenchmarkNewTargets(b *testing.B) {
	datasets, resources := make([]Dataset, 13_000), make([]Resource, 26_000)
	for i := range datasets {
		datasets[i] = Dataset{ID: fmt.Sprintf("id-%d", i), Name: fmt.Sprintf("dataset-%d", i)}
	}
	for i := range resources {
		u := URL{"files.example.net", fmt.Sprintf("/%d/%d.csv", i/2, i), ""}
		resources[i] = Resource{ID: fmt.Sprintf("r%d", i), DatasetID: datasets[i/2].ID, URL: u}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewTargets(TargetRules{}, datasets, resources); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTargetsClassify(b *testing.B) {
	targets := newTargets(b)
	for name, raw := range map[string]string{
		"page":    "https://data.example.org/dataset/tides",
		"file":    "https://files.example.net/tides%202025.csv",
		"service": "https://maps.example.net/wms?service=WMS&request=GetMap&layers=floods",
		"unknown": "https://files.example.net/a/b/c/d",
	} {
		b.Run(name, func(b *testing.B) {
			u := mustURL(b, raw)
			b.ReportAllocs()
			for b.Loop() {
				_ = targets.Classify(u)
			}
		})
	}
}

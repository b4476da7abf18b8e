package traffic

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A shelf is a small catalogue: datasets by their ids, which are their names too.
type shelf struct {
	datasets  []Dataset
	resources []Resource
}

// put adds a dataset with resources, each "ROLE URL" or "ROLE URL NAME".
func (s *shelf) put(tb testing.TB, d Dataset, resources ...string) {
	tb.Helper()
	if d.ID == "" {
		d.ID = d.Name
	}
	s.datasets = append(s.datasets, d)
	for i, text := range resources {
		words := strings.SplitN(text, " ", 3)
		r := Resource{ID: fmt.Sprintf("%s-%d", d.ID, i+1), DatasetID: d.ID, Role: words[0], URL: mustURL(tb, words[1])}
		if len(words) == 3 {
			r.Name = words[2]
		}
		s.resources = append(s.resources, r)
	}
}

func testRoles(tb testing.TB) *Roles {
	tb.Helper()
	roles, err := ReadRoles(strings.NewReader("field,value,resource_role,reason\n"+
		"extension,csv,data,a\nextension,zip,data,a\nextension,png,data,a\nextension,pdf,document,a\nextension,html,page,a\n"), "roles.csv")
	if err != nil {
		tb.Fatal(err)
	}
	return roles
}

// check classifies URLs (without scheme) and compares what is found, as show writes it.
func (s *shelf) check(t *testing.T, rules TargetRules, want map[string]string) {
	t.Helper()
	rules.Roles = testRoles(t)
	targets, err := NewTargets(rules, s.datasets, s.resources)
	if err != nil {
		t.Fatal(err)
	}
	for url, want := range want {
		if got := strings.Join(show(targets.Classify(mustURL(t, "https://"+url))), ", "); got != want {
			t.Errorf("Classify(%s)\n got %q\nwant %q", url, got, want)
		}
	}
}

func TestTargetsNames(t *testing.T) {
	t.Parallel()
	var s shelf
	s.put(t, Dataset{ID: "a", Name: "rain", OldNames: []string{"weather", "snow", "hail"}})
	s.put(t, Dataset{ID: "b", Name: "weather", OldNames: []string{"climate"}})
	s.put(t, Dataset{ID: "c", Name: "wind", OldNames: []string{"hail"}})
	s.put(t, Dataset{ID: "d", Name: "snow", IsGone: true})
	s.check(t, TargetRules{Portals: []Portal{{Hosts: []string{"data.example.org"}}}}, map[string]string{
		"data.example.org/dataset/weather": "b/ investigation dataset_page", // It has the name now.
		"data.example.org/dataset/climate": "b/ investigation dataset_page",
		"data.example.org/dataset/snow":    "", // One is gone, one was renamed: nobody's.
		"data.example.org/dataset/hail":    "", // Two had it.
		"data.example.org/dataset/wind":    "c/ investigation dataset_page",
	})
}

func TestTargetsServices(t *testing.T) {
	t.Parallel()
	var s shelf
	s.put(t, Dataset{Name: "rain"}, "service https://maps.example.net/wms?service=WMS&request=GetCapabilities&layers=env:rain")
	s.put(t, Dataset{Name: "snow"}, "service https://maps.example.net/wms?service=WMS&LAYERS=env:snow")
	s.put(t, Dataset{Name: "rivers"}, "service https://gis.example.net/geoserver/water/wms?layers=rivers")
	s.put(t, Dataset{Name: "rivers-old"}, "service https://gis.example.net/geoserver/history/wms?layers=rivers")
	s.put(t, Dataset{Name: "water"}, "service https://gis.example.net/geoserver/water/wms")
	s.put(t, Dataset{Name: "soil-types"}, "service https://all.example.net/ows?service=WMS&request=GetCapabilities")
	s.put(t, Dataset{Name: "geology"}, "service https://all.example.net/ows?service=WMS&request=GetCapabilities The_Rocks")
	s.put(t, Dataset{Name: "parks"}, "service https://arc.example.net/rest/services/Green/MapServer/3")
	s.put(t, Dataset{Name: "trees"}, "service https://arc.example.net/rest/services/Green/MapServer/4")
	s.put(t, Dataset{Name: "walls"}, "service https://arc.example.net/rest/services/Walls/FeatureServer/0")
	s.put(t, Dataset{Name: "tiles"}, "service https://tiles.example.net/wmts/1.0.0/WMTSCapabilities.xml")
	s.put(t, Dataset{Name: "zone"}, "service https://old.example.net/ds/wms?SERVICE=WMS&INTERFACE=ENVIRONMENT--7&request=GetCapabilities")
	s.put(t, Dataset{Name: "zone-2"}, "service https://old.example.net/ds/wms?SERVICE=WMS&INTERFACE=ENVIRONMENT--8&request=GetCapabilities")
	const unclear = "/ ambiguous shared_service"
	s.check(t, TargetRules{}, map[string]string{
		// A list of layers credits each dataset once, whatever stands for the workspace.
		"maps.example.net/wms?SERVICE=WMS&REQUEST=GetMap&LAYERS=env:snow,env:rain,env:rain": "rain/rain-1 request service_call, snow/snow-1 request service_call",
		"maps.example.net/wms?Service=WMS&Request=GetMap&Layers=Rain&bbox=1,2":              "rain/rain-1 request service_call",
		"maps.example.net/wms?service=WMS&request=GetFeatureInfo&query_layers=env:snow":     "snow/snow-1 request service_call",
		"maps.example.net/wms?service=WMS&request=GetLegendGraphic&layer=env:snow":          "snow/snow-1 investigation service_call",
		"maps.example.net/wms?service=WMS&request=GetMap&layers=sea:rain":                   "",
		"maps.example.net/wms?service=WMS&request=GetMap&layers=hail":                       "",
		"maps.example.net/wms?service=WMS&request=GetCapabilities":                          "",
		// The other services of one server have the same layers.
		"maps.example.net/wfs?service=WFS&request=GetFeature&typeNames=env:rain":         "rain/rain-1 request service_call",
		"maps.example.net/wfs?service=WFS&request=DescribeFeatureType&typeName=env:rain": "rain/rain-1 investigation service_call",
		"maps.example.net/wcs?service=WCS&request=GetCoverage&coverageId=env:rain":       "rain/rain-1 request service_call",
		"maps.example.net/other/wfs?service=WFS&request=GetFeature&typeNames=env:rain":   "",
		// GeoServer's workspaces stand in the path or before the layer.
		"gis.example.net/geoserver/wms?service=WMS&request=GetMap&layers=water:rivers":               "rivers/rivers-1 request service_call",
		"gis.example.net/geoserver/history/wfs?service=WFS&request=GetFeature&typeNames=rivers":      "rivers-old/rivers-old-1 request service_call",
		"gis.example.net/geoserver/water/rivers/wms?service=WMS&request=GetCapabilities":             "rivers/rivers-1 investigation service_call",
		"gis.example.net/geoserver/wms?service=WMS&request=GetMap&layers=rivers":                     unclear,
		"gis.example.net/geoserver/water/wms?service=WMS&request=GetMap&layers=lakes":                "water/water-1 request service_call",
		"gis.example.net/geoserver/wms?service=WMS&request=GetMap&layers=water:lakes":                "water/water-1 request service_call",
		"gis.example.net/geoserver/gwc/service/wmts?service=WMTS&request=GetTile&layer=water:rivers": "rivers/rivers-1 request service_call",
		// A service of several is nobody's, unless the layer has a dataset's or resource's name.
		"all.example.net/ows?service=WMS&request=GetMap&layers=x":              unclear,
		"all.example.net/ows?service=WMS&request=GetCapabilities":              unclear,
		"all.example.net/ows?service=WMS&request=GetMap&layers=env:Soil_Types": "soil-types/soil-types-1 request layer_name",
		"all.example.net/ows?service=WMS&request=GetMap&layers=therocks,x":     "geology/geology-1 request layer_name",
		// Layers of ArcGIS stand in the path or in a list. A picture without a list shows all.
		"arc.example.net/rest/services/Green/MapServer/3/query?where=1":              "parks/parks-1 request service_call",
		"arc.example.net/rest/services/green/mapserver/3":                            "parks/parks-1 investigation service_call",
		"arc.example.net/rest/services/Green/MapServer/5/query":                      "",
		"arc.example.net/rest/services/Green/MapServer/export?layers=show:3,5":       "parks/parks-1 request service_call",
		"arc.example.net/rest/services/Green/MapServer/export?LAYERS=show%3A3,4":     "parks/parks-1 request service_call, trees/trees-1 request service_call",
		"arc.example.net/rest/services/Green/MapServer/identify?layers=all:4":        "trees/trees-1 request service_call",
		"arc.example.net/rest/services/Green/MapServer/export?bbox=1":                "parks/parks-1 request service_call, trees/trees-1 request service_call",
		"arc.example.net/rest/services/Green/MapServer/export?layers=hide:3":         "parks/parks-1 request service_call, trees/trees-1 request service_call",
		"arc.example.net/rest/services/Green/MapServer?f=json":                       "",
		"arc.example.net/rest/services/Walls/FeatureServer?f=json":                   "walls/walls-1 investigation service_call",
		"arc.example.net/rest/services/Walls/FeatureServer/query?layerDefs=1:a":      "",
		"arc.example.net/rest/services/Walls/FeatureServer/0/createReplica?f=json":   "walls/walls-1 request service_call",
		"tiles.example.net/wmts/topo/default/webmercator/7/44/63.png":                "tiles/tiles-1 request service_call",
		"tiles.example.net/wmts/1.0.0/WMTSCapabilities.xml":                          "tiles/tiles-1 investigation service_call",
		"tiles.example.net/wmts?SERVICE=WMTS&REQUEST=GetTile&LAYER=topo&TILEROW=1":   "tiles/tiles-1 request service_call",
		"old.example.net/ds/wms?service=wms&interface=Environment--7&request=GetMap": "zone/zone-1 request service_call",
		"old.example.net/ds/wms?service=wms&interface=ENVIRONMENT--9&request=GetMap": "",
	})
}

func TestTargetsNamingKeys(t *testing.T) {
	t.Parallel()
	var s shelf
	s.put(t, Dataset{Name: "a"}, "data https://files.example.net/api/download?fileDataSetId=77&fileName=a.csv")
	s.put(t, Dataset{Name: "b"}, "data https://files.example.net/api/download?fileDataSetId=78&fileName=b.csv",
		"document https://files.example.net/api/download?id=9")
	s.put(t, Dataset{Name: "c"}, "data https://files.example.net/get?id=5&part=1")
	s.put(t, Dataset{Name: "d"}, "data https://files.example.net/get?id=5&part=2")
	s.put(t, Dataset{Name: "e"}, "data https://files.example.net/get?id=6&part=1", "data https://files.example.net/get?guid=7")
	s.put(t, Dataset{Name: "f"}, "data https://files.example.net/get?id=6&part=1")
	s.check(t, TargetRules{}, map[string]string{
		"files.example.net/api/download?fileDataSetId=77&fileName=a.csv":    "a/a-1 request resource_url",
		"files.example.net/api/download?FILEDATASETID=77&fileName=2025.csv": "a/a-1 request naming_key",
		"files.example.net/api/download?fileDataSetId=79&fileName=a.csv":    "",
		"files.example.net/api/download?fileName=a.csv":                     "",
		"files.example.net/other?fileDataSetId=77":                          "",
		"files.example.net/get?id=5&part=3":                                 "/ ambiguous naming_key",
		"files.example.net/get?id=6&part=3":                                 "e/e-1 request naming_key, f/f-1 request naming_key",
		"files.example.net/get?guid=7&part=3":                               "e/e-2 request naming_key",
	})
}

func TestTargetsGUIDs(t *testing.T) {
	t.Parallel()
	const (
		guid  = "86ec354f-d465-41e4-b09e-f0def148f590"
		other = "96ec354f-d465-41e4-b09e-f0def148f590"
		id    = "a6ec354f-d465-41e4-b09e-f0def148f590"
		same  = "b6ec354f-d465-41e4-b09e-f0def148f590"
	)
	bare := strings.ReplaceAll(guid, "-", "")
	var s shelf
	s.put(t, Dataset{ID: id, Name: "zone", GUID: "{" + strings.ToUpper(guid) + "}"})
	s.put(t, Dataset{Name: "coast", GUID: strings.ReplaceAll(other, "-", "")})
	s.put(t, Dataset{Name: "sites", GUID: "GB000123-sites"})
	s.put(t, Dataset{Name: "word", GUID: "monitoring"})
	s.put(t, Dataset{Name: "twin-1", GUID: same})
	s.put(t, Dataset{Name: "twin-2", GUID: same}, "data https://files.example.net/x/"+lostID)
	s.put(t, Dataset{Name: "linked", GUID: "https://id.example.org/so/linked"})
	zone := func(kind string) string { return id + "/ " + kind + " guid" }
	s.check(t, TargetRules{GUIDHosts: []string{"Files.example.net"}}, map[string]string{
		"files.example.net/ds/wms?INTERFACE=ENVIRONMENT--" + guid + "&request=GetMap": zone(Request),
		"files.example.net/ds/wms?INTERFACE=X" + guid + "&request=GetMap":             "",
		"files.example.net/ds/wms?id=" + guid + "&request=GetCapabilities":            zone(Investigation),
		"files.example.net/csw?service=CSW&request=GetRecordById&id=" + guid:          zone(Investigation),
		"files.example.net/api/download?fileDataSetId=%7B" + guid + "%7D":             zone(Request),
		"files.example.net/records/" + bare:                                           zone(Investigation),
		"files.example.net/records/" + bare + "00":                                    "",
		"files.example.net/records/%7B" + guid + "%7D/all.csv":                        zone(Request),
		"files.example.net/records/" + id + "/all.pdf":                                zone(Investigation),
		"files.example.net/records/" + strings.ToUpper(other) + ".zip":                "coast/ request guid",
		"files.example.net/records/gb000123-SITES":                                    "sites/ investigation guid",
		"files.example.net/monitoring":                                                "",
		"files.example.net/records/" + guid + "/" + id:                                zone(Investigation),
		"files.example.net/records/" + guid + "/" + other:                             "/ ambiguous several_ids",
		"files.example.net/records/" + same:                                           "twin-1/ investigation guid, twin-2/ investigation guid",
		"elsewhere.example.net/records/" + guid:                                       "",
		"id.example.org/so/linked":                                                    "linked/ investigation permalink",
	})
}

func TestTargetsPermalinks(t *testing.T) {
	t.Parallel()
	var s shelf
	s.put(t, Dataset{ID: tidesID, Name: "tides", GUID: "10.5555/Tides.1"})
	s.resources = []Resource{{ID: tableID, DatasetID: tidesID}, {ID: guideID, DatasetID: tidesID, Role: Document}}
	s.check(t, TargetRules{PermalinkHosts: []string{"doi.example.org"}}, map[string]string{
		"doi.example.org/10.5555/tides.1":     "tides/ investigation permalink",
		"doi.example.org/ds/tides":            "tides/ investigation permalink",
		"doi.example.org/ds/tides/v2":         "tides/ investigation permalink",
		"doi.example.org/ds/" + tidesID:       "tides/ investigation permalink",
		"doi.example.org/ds/tides/" + tableID: "tides/table request permalink",
		"doi.example.org/r/" + guideID:        "tides/guide investigation permalink",
		"doi.example.org/r/" + lostID:         "",
		"other.example.org/ds/tides":          "",
	})
}

func TestTargetsFolders(t *testing.T) {
	t.Parallel()
	var s shelf
	s.put(t, Dataset{Name: "relief"}, "data https://files.example.net/tiles/relief/", "data https://files.example.net/xyz/%7Bz%7D/%7Bx%7D/%7By%7D.png")
	s.put(t, Dataset{Name: "scans"}, "data https://files.example.net/tiles/scans")
	s.put(t, Dataset{Name: "shared-1"}, "data https://files.example.net/both/")
	s.put(t, Dataset{Name: "shared-2"}, "data https://files.example.net/both/")
	s.put(t, Dataset{Name: "greedy"}, "data https://files.example.net/pub/")
	s.put(t, Dataset{Name: "dust"}, "data https://files.example.net/pub/dust/2024.csv", "data https://files.example.net/pub/dust/2025.csv")
	s.put(t, Dataset{Name: "lone"}, "data https://files.example.net/pub/x/one.csv")
	s.put(t, Dataset{Name: "named"}, "data https://files.example.net/Named/one.csv")
	s.put(t, Dataset{Name: "dated"}, "data https://files.example.net/upload/2024/a.csv", "data https://files.example.net/upload/2024/b.csv")
	s.put(t, Dataset{Name: "top"}, "data https://top.example.net/a/1.csv", "data https://top.example.net/a/2.csv")
	s.put(t, Dataset{Name: "portal-file"}, "data https://data.example.org/extra/tiles/")
	s.check(t, TargetRules{Portals: []Portal{{Hosts: []string{"data.example.org"}}}}, map[string]string{
		"files.example.net/tiles/relief/7/1/2.png":   "relief/relief-1 request resource_folder",
		"files.example.net/tiles/relief":             "relief/relief-1 request resource_url",
		"files.example.net/tiles/relief/7/":          "relief/relief-1 investigation resource_folder",
		"files.example.net/tiles/relief/readme.pdf":  "relief/relief-1 investigation resource_folder",
		"files.example.net/tiles/relief-2/7/1/2.png": "",
		"files.example.net/xyz/7/1/2.png":            "relief/relief-2 request resource_folder",
		"files.example.net/tiles/scans/1850/sheet":   "scans/scans-1 request resource_folder",
		"files.example.net/both/a.csv":               "shared-1/shared-1-1 request resource_folder, shared-2/shared-2-1 request resource_folder",
		"files.example.net/pub/other.csv":            "", // The folder of several datasets is nobody's.
		"files.example.net/pub/dust/2026.csv":        "dust/ request dataset_folder",
		"files.example.net/pub/dust/2026/01.csv":     "dust/ request dataset_folder",
		"files.example.net/pub/x/two.csv":            "", // One file tells nothing of its folder,
		"files.example.net/named/two.csv":            "",
		"files.example.net/Named/two.csv":            "named/ request dataset_folder", // but its name does.
		"files.example.net/upload/2024/c.csv":        "",                              // A date is nobody's.
		"top.example.net/a/3.csv":                    "",                              // Not deep enough.
		"data.example.org/extra/tiles/7/1/2.png":     "/ none portal",
	})
}

// The order in which the catalogue comes changes no answer.
func TestTargetsInAnyOrder(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	datasets, resources, urls := crowd(t, dice, 120)
	rules := TargetRules{
		Portals: []Portal{{Hosts: []string{"data.example.org"}}}, GUIDHosts: []string{"files.example.net"},
		PermalinkHosts: []string{"doi.example.org"}, Roles: testRoles(t),
	}
	answers := func() (all [][]string, version string) {
		targets, err := NewTargets(rules, datasets, resources)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range urls {
			all = append(all, append([]string{u.String()}, show(targets.Classify(u))...))
		}
		return all, targets.Version()
	}
	want, version := answers()
	seen := map[string]bool{}
	for _, line := range want {
		for _, target := range line[1:] {
			words := strings.Fields(target)
			seen[words[len(words)-1]] = true
		}
	}
	for _, rule := range []string{
		RuleDatasetPage, RuleDownload, RuleResourceURL, RuleInformationURL, RuleService, RuleSharedService, RuleNamingKey, RuleGUID,
		RuleSeveralIDs, RuleResourceFolder, RuleDatasetFolder, RulePermalink,
	} {
		if !seen[rule] {
			t.Errorf("no URL was found by %s", rule)
		}
	}
	for range 20 {
		dice.Shuffle(len(datasets), func(i, j int) { datasets[i], datasets[j] = datasets[j], datasets[i] })
		dice.Shuffle(len(resources), func(i, j int) { resources[i], resources[j] = resources[j], resources[i] })
		got, gotVersion := answers()
		if diff := cmp.Diff(want, got); diff != "" || gotVersion != version {
			t.Fatalf("version %s, %s; answers (-want +got):\n%s", version, gotVersion, diff)
		}
	}
}

// crowd is a catalogue in which names, guids, folders, services and files collide, and URLs that
// ask for what it has and for what is beside it.
func crowd(tb testing.TB, dice *rand.Rand, count int) (datasets []Dataset, resources []Resource, urls []URL) {
	tb.Helper()
	uuid := func(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n) }
	some := func() int { return dice.IntN(count / 3) }
	paths := func(n int) []string {
		return []string{
			fmt.Sprintf("files.example.net/pub/p%d/f%d.csv", n, n%7), fmt.Sprintf("files.example.net/pub/p%d/", n),
			fmt.Sprintf("files.example.net/pub/p%d/f%d/%d.png", n, n%5, n%3), fmt.Sprintf("files.example.net/get?id=%d&part=%d", n, n%4),
			fmt.Sprintf("maps.example.net/wms?request=GetMap&service=WMS&layers=w%d:l%d", n%3, n%9), fmt.Sprintf("maps.example.net/s%d/wms", n%6),
			fmt.Sprintf("maps.example.net/wms?request=GetMap&service=WMS&layers=l%d,l%d", n%9, n%5),
			fmt.Sprintf("maps.example.net/rest/services/S/MapServer/%d", n), "files.example.net/readme.pdf",
			fmt.Sprintf("files.example.net/x/%s", uuid(n)), "doi.example.org/" + uuid(n),
			fmt.Sprintf("files.example.net/x/%s/%s", uuid(n), uuid(n+1)), fmt.Sprintf("files.example.net/get?id=%d&part=x", n),
			fmt.Sprintf("files.example.net/own/n%d/new.csv", n), fmt.Sprintf("maps.example.net/s%d/wms?request=GetMap&layers=any", n),
			"data.example.org/dataset/" + fmt.Sprintf("n%d", n), "data.example.org/dataset/x/resource/" + uuid(1000+n) + "/download/f.csv",
		}
	}
	roles := []string{Data, Data, Service, Document, Page, ""}
	for i := range count {
		d := Dataset{ID: uuid(i), Name: fmt.Sprintf("n%d", i), GUID: uuid(some()), OldNames: []string{fmt.Sprintf("n%d", some()), fmt.Sprintf("n%d", some())}, IsGone: i%4 == 0}
		datasets = append(datasets, d)
		resources = append(resources, Resource{ID: uuid(5000 + i), DatasetID: d.ID, URL: URL{"files.example.net", "/own/" + d.Name + "/f.csv", ""}})
		for range 3 {
			n := some()
			if dice.IntN(2) == 0 {
				n = count/3 + dice.IntN(count) // That few others have.
			}
			all := paths(n)
			resources = append(resources, Resource{
				ID: uuid(1000 + dice.IntN(count)), DatasetID: d.ID, Name: fmt.Sprintf("l%d", n%9),
				Role: roles[dice.IntN(len(roles))], URL: mustURL(tb, "http://"+all[dice.IntN(9)]),
			})
		}
	}
	for n := range 2 * count {
		for _, text := range paths(n) {
			urls = append(urls, mustURL(tb, "http://"+text))
		}
	}
	return datasets, resources, urls
}

// BenchmarkTargetsPortal classifies the distinct URLs of a large portal: 13,000 datasets, 40,000
// resources, of which 3,000 name a layer of one service. It reports URLs a second.
func BenchmarkTargetsPortal(b *testing.B) {
	dice := rand.New(rand.NewPCG(3, 4))
	uuid := func(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n) }
	var datasets []Dataset
	var resources []Resource
	for i := range 13_000 {
		d := Dataset{ID: uuid(i), Name: fmt.Sprintf("dataset-%d", i), GUID: uuid(1<<20 + i)}
		datasets = append(datasets, d)
		for j := range 3 {
			r := Resource{ID: uuid(1<<24 + 4*i + j), DatasetID: d.ID, URL: mustURL(b, fmt.Sprintf("http://files.example.net/pub/%d/%d/%d.csv", i%97, i, j))}
			switch {
			case j == 0 && i < 3000:
				r.URL = mustURL(b, fmt.Sprintf("http://maps.example.net/ds/wms?service=WMS&request=GetCapabilities&INTERFACE=ENV--%d", i))
				r.Role = Service
			case j == 1 && i < 3000:
				r.URL = mustURL(b, "http://maps.example.net/all/wms?service=WMS&request=GetCapabilities")
				r.Role = Service
			}
			resources = append(resources, r)
		}
	}
	var urls []URL
	for range 100_000 {
		i := dice.IntN(13_000)
		for _, text := range []string{
			"data.example.org/dataset/" + datasets[i].Name,
			fmt.Sprintf("files.example.net/pub/%d/%d/%d.csv", i%97, i, dice.IntN(3)),
			fmt.Sprintf("files.example.net/pub/%d/%d/tiles/%d/%d.png", i%97, i, i%20, dice.IntN(1e6)),
			fmt.Sprintf("maps.example.net/ds/wms?service=WMS&request=GetMap&INTERFACE=ENV--%d&layers=a,b,c", i%3000),
			fmt.Sprintf("maps.example.net/all/wms?service=WMS&request=GetMap&layers=dataset_%d", i),
		} {
			urls = append(urls, mustURL(b, "http://"+text))
		}
	}
	rules := TargetRules{
		Portals: []Portal{{Hosts: []string{"data.example.org"}}}, GUIDHosts: []string{"data.example.org", "files.example.net", "maps.example.net"},
		Roles: testRoles(b),
	}
	targets, err := NewTargets(rules, datasets, resources)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		found := 0
		for _, u := range urls {
			found += min(len(targets.Classify(u)), 1)
		}
		if found < 3*len(urls)/4 {
			b.Fatalf("%d of %d URLs found", found, len(urls))
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(urls))/b.Elapsed().Seconds(), "URLs/s")
}

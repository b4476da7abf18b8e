package traffic

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	// many is what more datasets have than one thing can be of.
	many := func(each func(i int) (Dataset, Resource)) (datasets []Dataset, resources []Resource) {
		for i := range maxShared + 1 {
			d, r := each(i)
			datasets, resources = append(datasets, d), append(resources, r)
		}
		return datasets, resources
	}
	of := func(id, role, url string) Resource {
		u, ok := ParseURL(url)
		if !ok {
			t.Fatalf("%s is no URL", url)
		}
		return Resource{DatasetID: id, Role: role, URL: u}
	}
	manyGUIDs, _ := many(func(i int) (Dataset, Resource) {
		return Dataset{ID: fmt.Sprintf("d%03d", i), GUID: "unknown"}, Resource{}
	})
	_, manyFiles := many(func(i int) (Dataset, Resource) {
		return Dataset{}, of(fmt.Sprintf("d%03d", i), Data, "https://files.example.org/all.csv")
	})
	for name, c := range map[string]struct {
		datasets  []Dataset
		resources []Resource
		want      map[string]string
	}{
		"nothing": {want: map[string]string{}},
		"a guid in several spellings": {
			datasets: []Dataset{{ID: "b", GUID: "{4F3A}"}, {ID: "a", GUID: "4f3a"}, {ID: "c", GUID: "4f3b"}, {ID: "d"}, {ID: "e"}},
			want:     map[string]string{"a": "a", "b": "a"},
		},
		"a file": {
			resources: []Resource{
				of("b", Data, "https://files.example.org/x.csv"), of("a", "", "http://files.example.org/x.csv"),
				of("b", Data, "https://files.example.org/x.csv"), of("c", Data, "https://files.example.org/y.csv"),
			},
			want: map[string]string{"a": "a", "b": "a"},
		},
		"a query": {
			resources: []Resource{
				of("a", Data, "https://example.org/api/file/download?fileDataSetId=1"),
				of("b", Data, "https://example.org/api/file/download?fileDataSetId=1"),
				of("c", Data, "https://example.org/api/file/download?fileDataSetId=2"),
			},
			want: map[string]string{"a": "a", "b": "a"},
		},
		"through others, whatever comes first": {
			datasets: []Dataset{{ID: "d", GUID: "1"}, {ID: "c", GUID: "1"}, {ID: "z", GUID: "2"}, {ID: "y", GUID: "2"}},
			resources: []Resource{
				of("c", Data, "https://files.example.org/x.csv"), of("a", Data, "https://files.example.org/x.csv"),
				of("b", Data, "https://files.example.org/y.csv"), of("d", Data, "https://files.example.org/y.csv"),
			},
			want: map[string]string{"a": "a", "b": "a", "c": "a", "d": "a", "y": "y", "z": "y"},
		},
		"start page, folder, document, page: no data of one dataset": {
			resources: []Resource{
				of("a", Data, "https://example.org/"), of("b", Data, "https://example.org"),
				of("a", Data, "https://example.org/lidar/"), of("b", Data, "https://example.org/lidar/"),
				of("a", Document, "https://example.org/notes.pdf"), of("b", Document, "https://example.org/notes.pdf"),
				of("a", Page, "https://example.org/about.html"), of("b", Page, "https://example.org/about.html"),
				{DatasetID: "a", Role: Data},
				{DatasetID: "b", Role: Data},
			},
			want: map[string]string{},
		},
		"a layer in any order, with and without what is asked of it": {
			resources: []Resource{
				of("a", Service, "https://maps.example.org/wms?layers=x,y&request=GetMap"),
				of("b", Service, "https://maps.example.org/wms/?LAYERS=y,ws:x&service=WMS&request=GetCapabilities"),
				of("c", Service, "https://maps.example.org/wms?layers=x"),
			},
			want: map[string]string{"a": "a", "b": "a"},
		},
		"a numbered layer of ArcGIS": {
			resources: []Resource{
				of("a", Service, "https://maps.example.org/rest/services/Soil/FeatureServer/3"),
				of("b", Service, "https://maps.example.org/rest/services/Soil/FeatureServer/3/"),
				of("c", Service, "https://maps.example.org/rest/services/Soil/FeatureServer/4"),
			},
			want: map[string]string{"a": "a", "b": "a"},
		},
		"a service without a layer": {
			resources: []Resource{
				of("a", Service, "https://maps.example.org/wms?request=GetCapabilities"),
				of("b", Service, "https://maps.example.org/wms?request=GetCapabilities"),
				of("a", Service, "https://maps.example.org/rest/services/Soil/FeatureServer"),
				of("b", Service, "https://maps.example.org/rest/services/Soil/FeatureServer"),
				of("a", Service, "https://maps.example.org/ows?layers="), of("b", Service, "https://maps.example.org/ows?layers="),
			},
			want: map[string]string{},
		},
		"a guid of too many": {datasets: manyGUIDs, want: map[string]string{}},
		"a file of too many": {resources: manyFiles, want: map[string]string{}},
	} {
		if diff := cmp.Diff(c.want, Groups(c.datasets, c.resources)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

// The order of the catalogue changes no group, and a group's members all have its smallest id.
func TestGroupsInAnyOrder(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same numbers in every run
	var datasets []Dataset
	var resources []Resource
	for i := range 200 {
		id := fmt.Sprintf("d%03d", i)
		datasets = append(datasets, Dataset{ID: id, GUID: fmt.Sprint(dice.IntN(150))})
		u, _ := ParseURL(fmt.Sprintf("https://files.example.org/%d.csv", dice.IntN(400)))
		resources = append(resources, Resource{DatasetID: id, URL: u, Role: Data})
	}
	want := Groups(datasets, resources)
	if len(want) < 50 {
		t.Fatalf("%d datasets in groups: the test needs some", len(want))
	}
	for id, group := range want {
		if group > id || want[group] != group {
			t.Errorf("%s is in group %s, whose own group is %s", id, group, want[group])
		}
	}
	for range 20 {
		dice.Shuffle(len(datasets), func(i, j int) { datasets[i], datasets[j] = datasets[j], datasets[i] })
		dice.Shuffle(len(resources), func(i, j int) { resources[i], resources[j] = resources[j], resources[i] })
		if diff := cmp.Diff(want, Groups(datasets, resources)); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	}
}

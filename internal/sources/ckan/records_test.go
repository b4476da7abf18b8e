package ckan

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"footfall/internal/sources/sourcestest"
)

// pullFixture serves one recorded page of package_search (its organizations too) and pulls it.
func pullFixture(t *testing.T, name string) sourcestest.Tables {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	p := newPortal(t)
	if err := json.Unmarshal(data, &p.packages); err != nil {
		t.Fatal(err)
	}
	p.organizations = nil
	return newWarehouse(p).pull(t, 0)
}

// TestOldShape reads what CKAN 2.6 with harvested INSPIRE records answers.
func TestOldShape(t *testing.T) {
	tables := pullFixture(t, "v26.json")
	want(t, "datasets", tables.Text("raw.dataset", "dataset_id", "name", "publisher_id", "record_kind", "guid", "parent_guid", "modified_at"),
		"a1|tide-tables|org-tides|series|11111111-2222-4333-8444-555555555555|-|2018-06-05T12:40:12.239474",
		"a2|tide-tables-2017|org-tides|dataset|66666666-2222-4333-8444-555555555555|11111111-2222-4333-8444-555555555555|2018-06-05T12:40:12",
		"a3|tide-view-service|org-lost|service|-|-|-",
		"a4|tide-report|-|document|-|-|2018-06-05T12:40:12.239")
	want(t, "resources", tables.Text("raw.resource", "resource_id", "url", "url_id", "host", "locator_function", "resource_type", "is_datastore_active", "created_at"),
		"b1|http://maps.example.net/ows?Service=WMS&Request=GetCapabilities|"+urlID("http://maps.example.net/ows?Service=WMS&Request=GetCapabilities")+"|maps.example.net|download||false|2016-04-05T09:42:51.431945",
		"b2|not an address|-|||supporting-document|true|2015-10-06T11:21:26.185852",
		"b3||-||||false|2015-10-06T11:21:26.185852")
	want(t, "publishers", tables.Text("raw.publisher", "publisher_id", "name", "title"), "org-tides|tides|Tides Office")
}

func urlID(raw string) string {
	id, _ := address(raw)
	return strings.TrimSpace(sourcestest.Tables{"t": {{"id": id}}}.Text("t", "id")[0])
}

func TestNewShape(t *testing.T) {
	tables := pullFixture(t, "v212.json")
	want(t, "datasets", tables.Text("raw.dataset", "dataset_id", "name", "title", "publisher_id", "record_kind"),
		"c1|bathing-water|Bathing Water|org-rivers|dataset")
	want(t, "pull", tables.Text("ledger.source_pull", "item_count"), "1") // a harvest source, a showcase and a private dataset are none
	want(t, "resources", tables.Text("raw.resource", "resource_id", "format", "url", "url_type", "is_datastore_active"),
		"d1|CSV|https://data.example.org/dataset/c1/resource/d1/download/samples.csv|upload|true")
}

func TestParseTime(t *testing.T) {
	cases := map[string]string{
		"2018-03-18T09:03:05.821298":       "2018-03-18T09:03:05.821298Z",
		"2018-03-18T09:03:05":              "2018-03-18T09:03:05Z",
		"2018-03-18T09:03:05.821Z":         "2018-03-18T09:03:05.821Z",
		"2018-03-18T09:03:05+02:00":        "2018-03-18T07:03:05Z",
		"2018-03-18 09:03:05.5":            "2018-03-18T09:03:05.5Z",
		"2018-03-18":                       "2018-03-18T00:00:00Z",
		"2018-03-18T09:03:05.821298999":    "2018-03-18T09:03:05.821298Z",
		"":                                 "0001-01-01T00:00:00Z",
		"18/03/2018":                       "0001-01-01T00:00:00Z",
		"2018-13-18T09:03:05":              "0001-01-01T00:00:00Z",
		"2018-03-18T09:03:05.821298 (BST)": "0001-01-01T00:00:00Z",
	}
	for in, want := range cases {
		if got := parseTime(text(in)).Format(time.RFC3339Nano); got != want {
			t.Errorf("parseTime(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	cases := map[string]text{
		`"plain"`:                      "plain",
		`null`:                         "",
		`12`:                           "12",
		`true`:                         "true",
		`["a"]`:                        "",
		`{"fr":"eau","en":"water"}`:    "water",
		`{"fr":"eau","de":"Wasser"}`:   "Wasser",
		`{"en":null,"fr":"eau"}`:       "eau",
		`"nul \u0000 inside"`:          "nul  inside",
		"\"latin \xe9 and \\ud800 x\"": "latin \uFFFD and \uFFFD x",
	}
	for in, want := range cases {
		var got text
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("text of %s = %q (%v), want %q", in, got, err, want)
		}
	}
}

func TestHashTellsFieldsApart(t *testing.T) {
	if hash("ab", "c") == hash("a", "bc") {
		t.Error("text may move between fields unseen")
	}
	if hash("ab", "") == hash("", "ab") {
		t.Error("fields may change places unseen")
	}
}

// FuzzPackage holds that any JSON makes a record of valid texts whose resources have ids, or an
// error.
func FuzzPackage(f *testing.F) {
	for _, name := range []string{"v26.json", "v212.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		var packages []json.RawMessage
		if err := json.Unmarshal(data, &packages); err != nil {
			f.Fatal(err)
		}
		for _, pkg := range packages {
			f.Add([]byte(pkg))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p packageJSON
		if json.Unmarshal(data, &p) != nil {
			return
		}
		d := p.dataset()
		texts := []string{d.id, d.name, d.title, d.publisherID, d.guid, d.parentGUID}
		for _, r := range d.resources {
			if r.id == "" || r.datasetID != d.id {
				t.Errorf("resource %q of %q in dataset %q", r.id, r.datasetID, d.id)
			}
			texts = append(texts, r.name, r.format, r.url, r.urlType, r.locatorFunction, r.resourceType)
		}
		for _, s := range texts {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Errorf("text %q", s)
			}
		}
		if !slices.Contains([]string{"dataset", "series", "service", "document"}, d.kind) {
			t.Errorf("kind %q", d.kind)
		}
	})
}

package traffic

import (
	"strings"
	"testing"
)

func TestRoleSeed(t *testing.T) {
	t.Parallel()
	roles, err := ReadRoles(readSeed(t, "resource_roles.csv"), "resource_roles.csv")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		format, function, resourceType, urlType, url string
		want                                         string
	}{
		"table":                       {format: "CSV", url: "https://f.example.org/a.csv", want: "data extension=csv"},
		"table behind a number":       {format: ".csv ", url: "https://f.example.org/api?id=39", want: "data format not listed"},
		"media type":                  {format: "https://www.iana.org/assignments/media-types/text/html", url: "https://f.example.org/a", want: "page format=html"},
		"page about the data":         {format: "HTML", url: "https://f.example.org/about", want: "page format=html"},
		"file that calls itself page": {format: "HTML", url: "https://f.example.org/a.zip", want: "data extension=zip"},
		"document":                    {format: "PDF", url: "https://f.example.org/a", want: "document format=pdf"},
		"document by its address":     {url: "https://f.example.org/a.PDF", want: "document extension=pdf"},
		"table that is a document":    {format: "CSV", resourceType: "supporting-document", url: "https://f.example.org/a.csv", want: "document resource_type=supporting-document"},
		"service":                     {format: "WMS", url: "https://m.example.org/x", want: "service format=wms"},
		"service marked information":  {function: "information", url: "https://m.example.org/x?request=GetCapabilities&SERVICE=wms", want: "service service=wms"},
		"service by its path":         {url: "https://m.example.org/arcgis/rest/services/A/MapServer", want: "service path_part=/mapserver"},
		"information":                 {function: "Information", url: "https://f.example.org/a", want: "page locator_function=information"},
		"download":                    {function: "download", url: "https://f.example.org/a", want: "data locator_function=download"},
		"upload without a format":     {urlType: "upload", url: "https://p.example.org/dataset/a/resource/b/download/c", want: "data url_type=upload"},
		"picture":                     {url: "https://f.example.org/a.png", want: "document extension=png"},
		"nothing known":               {url: "https://f.example.org/a", want: "page nothing known"},
		"no URL":                      {want: "page nothing known"},
		"words after a dot":           {url: "https://f.example.org/v1.some-long-words", want: "page nothing known"},
		"format that nobody foresaw":  {format: "SDTS 2", url: "https://f.example.org/a", want: "data format not listed"},
		"not available":               {format: "N/A", url: "https://f.example.org/a", want: "page format=a"},
	} {
		u, _ := ParseURL(c.url)
		role, rule := roles.Classify(c.format, c.function, c.resourceType, c.urlType, u)
		if got := role + " " + rule; got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestRoleErrors(t *testing.T) {
	t.Parallel()
	const header = "field,value,resource_role,reason\n"
	for name, c := range map[string]struct{ text, want string }{
		"field": {"title,x,data,\n", `roles.csv line 2, column field: "title" is none of resource_type, locator_function, format, extension, service, path_part, url_type`},
		"value": {"format,CSV,data,\n", `roles.csv line 2, column value: "CSV" must be in lower case and not empty`},
		"role":  {"format,csv,table,\n", `roles.csv line 2, column resource_role: "table" is none of data, service, document, page`},
	} {
		_, err := ReadRoles(strings.NewReader(header+c.text), "roles.csv")
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v, want %s", name, err, c.want)
		}
	}
}

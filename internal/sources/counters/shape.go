package counters

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"footfall/internal/sources/counting"
)

// A Shape says how a portal is asked for its counters, and where in an answer they are. A place is
// the names of the members that lead there, with dots between, such as metas.explore.download_count.
type Shape struct {
	// Address is asked below the portal's URL. {site} is Config.Site, {limit} the size of a page,
	// and the page is {page} counted from 1, {offset} in entries counted from 0, or {start} from 1.
	// A parameter whose {site} is empty is left out.
	Address string
	List    string // place of the list in an answer; empty: the answer is the list
	Total   string // place of the number of all entries; empty: the portal does not tell
	Next    string // place of the address of the next page; empty: pages are counted by the address
	ID      string // place of the id in an entry
	// Page is the address under which the catalogue or the logs know the entry: {id}, {site},
	// {url} and {site_url} are filled in.
	Page     string
	Values   map[string]string // places of counts in an entry, by metric
	Header   string            // sent where there is a token, with {token} in it, such as X-App-Token: {token}
	PageSize int               // 100
	Most     int               // the portal shows no more entries than this; 0: all
}

// presets are the shapes of portals that are known, by name.
var presets = map[string]Shape{
	// https://developers.arcgis.com/rest/users-groups-and-items/search/ (items have numViews)
	"arcgis-hub": {
		Address: "/sharing/rest/search?f=json&q={site}&num={limit}&start={start}&sortField=created&sortOrder=asc",
		List:    "results", Total: "total", ID: "id", Page: "{site_url}/datasets/{id}",
		Values: map[string]string{counting.Pages: "numViews"}, Header: "X-Esri-Authorization: Bearer {token}", Most: 10_000,
	},
	// https://help.opendatasoft.com/apis/ods-explore-v2/ (include_app_metas)
	"opendatasoft": {
		Address: "/api/explore/v2.1/catalog/datasets?include_app_metas=true&order_by=dataset_id&limit={limit}&offset={offset}",
		List:    "results", Total: "total_count", ID: "dataset_id", Page: "{site_url}/explore/dataset/{id}/",
		Values: map[string]string{counting.Downloads: "metas.explore.download_count"}, Header: "Authorization: Apikey {token}", Most: 10_000,
	},
	// https://dev.socrata.com/docs/other/discovery
	"socrata": {
		Address: "/api/catalog/v1?domains={site}&search_context={site}&order=dataset_id&limit={limit}&offset={offset}",
		List:    "results", Total: "resultSetSize", ID: "resource.id", Page: "https://{site}/d/{id}",
		Values: map[string]string{counting.Pages: "resource.page_views.page_views_total", counting.Downloads: "resource.download_count"},
		Header: "X-App-Token: {token}", Most: 10_000,
	},
	// https://guides.dataverse.org/en/latest/api/metrics.html
	"dataverse": {
		Address: "/api/info/metrics/filedownloads?parentAlias={site}",
		List:    "data", ID: "id", Page: "{url}/api/access/datafile/{id}",
		Values: map[string]string{counting.Downloads: "count"}, Header: "X-Dataverse-key: {token}",
	},
}

// Services are where the portals of a preset are asked, if that is not the portal itself.
var Services = map[string]string{"arcgis-hub": "https://www.arcgis.com", "socrata": "https://api.us.socrata.com"}

// Presets are the names of all presets, sorted.
func Presets() []string { return slices.Sorted(maps.Keys(presets)) }

// Preset is the shape of that name; without one the shape is empty.
func Preset(name string) Shape {
	shape := presets[name]
	shape.Values = maps.Clone(shape.Values)
	return shape
}

// Check says what is missing or wrong, by the key of the configuration.
func (s Shape) Check(say func(key, format string, args ...any)) {
	if !strings.HasPrefix(s.Address, "/") {
		say("address", "%q: write what is asked below url, such as /api/datasets?limit={limit}&offset={offset}, or name a preset", s.Address)
	}
	if s.ID == "" {
		say("id", "not set: write where an entry has its id, such as dataset.id")
	}
	if s.Page == "" {
		say("page", "not set: write the address under which the catalogue knows an entry, such as {site_url}/dataset/{id}")
	}
	if s.isPaged() && s.Total == "" && s.Next == "" {
		say("total", "not set: without the place of the number of all entries nobody can tell whether all came")
	}
	metrics := []string{counting.Pages, counting.Downloads}
	if len(s.Values) == 0 {
		say("values", "not set: write where an entry has its count, such as {downloads: download_count}")
	}
	for metric := range s.Values {
		if !slices.Contains(metrics, metric) {
			say("values", "%q is counted nowhere: one of %s", metric, strings.Join(metrics, ", "))
		}
	}
	if name, value, ok := strings.Cut(s.Header, ":"); s.Header != "" && (!ok || name == "" || !strings.Contains(value, "{token}")) {
		say("header", "%q: write a header with {token} in it, such as X-App-Token: {token}", s.Header)
	}
}

// NeedsSite says whether the shape cannot be asked without a site.
func (s Shape) NeedsSite() bool {
	return strings.Contains(s.Page, "{site}") || strings.Contains(s.Address, "q={site}")
}

// isPaged says whether the address counts pages.
func (s Shape) isPaged() bool {
	return strings.Contains(s.Address, "{page}") || strings.Contains(s.Address, "{offset}") || strings.Contains(s.Address, "{start}")
}

// page is the address of an entry.
func (c *Config) page(id string) string {
	return strings.NewReplacer("{id}", id, "{site}", c.Site, "{url}", trimmed(c.URL), "{site_url}", trimmed(c.SiteURL)).Replace(c.Shape.Page)
}

func trimmed(address string) string { return strings.TrimRight(address, "/") }

// question is the address of a page: the first entry's number is offset, counted from 0.
func (c *Config) question(offset, size int) string {
	path, query, _ := strings.Cut(c.Shape.Address, "?")
	values := strings.NewReplacer("{site}", url.QueryEscape(c.Site), "{limit}", fmt.Sprint(size), "{offset}", fmt.Sprint(offset),
		"{start}", fmt.Sprint(offset+1), "{page}", fmt.Sprint(offset/size+1))
	var params []string
	for param := range strings.SplitSeq(query, "&") {
		if param != "" && (c.Site != "" || !strings.Contains(param, "{site}")) {
			params = append(params, values.Replace(param))
		}
	}
	address := trimmed(c.URL) + strings.ReplaceAll(path, "{site}", url.PathEscape(c.Site))
	if len(params) > 0 {
		address += "?" + strings.Join(params, "&")
	}
	return address
}

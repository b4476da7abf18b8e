package simulate

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// searchParameters are those that package_search takes; others are refused.
var searchParameters = map[string]bool{
	"q": true, "fq": true, "sort": true, "rows": true, "start": true, "facet": true, "facet.field": true,
	"facet.limit": true, "facet.mincount": true, "include_private": true, "include_drafts": true, "use_default_schema": true,
}

type searchResult struct {
	Count        int            `json:"count"`
	Facets       map[string]any `json:"facets"`
	Results      []ckanPackage  `json:"results"`
	Sort         string         `json:"sort"`
	SearchFacets map[string]any `json:"search_facets"`
}

func (p portal) search(at int64, q query) (any, *fault) {
	for name := range q {
		if !searchParameters[name] {
			return nil, &fault{http.StatusBadRequest, "Search Query Error", "Search Query is invalid: \"Invalid search parameters: ['" + name + "']\"", nil}
		}
	}
	rows, wrong := q.natural("rows", 10)
	if wrong != nil {
		return nil, wrong
	}
	start, wrong := q.natural("start", 0)
	if wrong != nil {
		return nil, wrong
	}
	order := cmp.Or(q["sort"], "score desc, metadata_modified desc")
	keys, wrong := sortKeys(order)
	if wrong != nil {
		return nil, wrong
	}
	matches := func(int, int64) bool { return true }
	for _, text := range []string{q["q"], q["fq"]} {
		more, err := p.w.filter(text)
		if err != nil {
			return nil, &fault{http.StatusConflict, "Search Error", "Search error: 'SOLR returned an error running query: " + err.Error() + "'", nil}
		}
		before := matches
		matches = func(number int, at int64) bool { return before(number, at) && more(number, at) }
	}
	found := []int{}
	for _, number := range p.w.idOrder {
		if p.w.datasets[number].liveAt(at) && matches(number, at) {
			found = append(found, number)
		}
	}
	p.w.sort(found, keys, at)
	result := searchResult{
		Count: len(found), Facets: map[string]any{}, Results: []ckanPackage{}, Sort: order, SearchFacets: map[string]any{},
	}
	for _, number := range window(found, start, min(rows, rowsMax)) {
		result.Results = append(result.Results, p.w.packageAt(number, at))
	}
	p.track(result.Results, at)
	return result, nil
}

type sortKey struct {
	field      string
	descending bool
}

// sortKeys reads "id asc, metadata_modified desc". CKAN takes fields it does not know.
func sortKeys(text string) ([]sortKey, *fault) {
	var keys []sortKey
	for part := range strings.SplitSeq(text, ",") {
		words := strings.Fields(part)
		if len(words) != 2 || words[1] != "asc" && words[1] != "desc" {
			return nil, &fault{http.StatusBadRequest, "Search Query Error", "Search Query is invalid: \"Can't determine a Sort Order (asc or desc) in sort spec '" + text + "'\"", nil}
		}
		keys = append(keys, sortKey{words[0], words[1] == "desc"})
	}
	return keys, nil
}

// sort orders datasets, which come in the order of their ids.
func (w *World) sort(numbers []int, keys []sortKey, at int64) {
	slices.SortStableFunc(numbers, func(a, b int) int {
		x, y := &w.datasets[a], &w.datasets[b]
		for _, key := range keys {
			order := 0
			switch key.field {
			case "id":
				order = strings.Compare(x.id, y.id)
			case "name":
				order = strings.Compare(x.nameAt(at), y.nameAt(at))
			case "title", "title_string":
				order = strings.Compare(x.title, y.title)
			case "metadata_created":
				order = cmp.Compare(x.created*1e6+x.micros, y.created*1e6+y.micros)
			case "metadata_modified":
				order = cmp.Compare(x.modifiedAt(at), y.modifiedAt(at))
			}
			if key.descending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

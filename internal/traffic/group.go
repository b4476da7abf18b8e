package traffic

import (
	"slices"
	"strings"
)

// Groups finds the records of a catalogue that are one dataset: those that share a data URL, or
// the guid of their metadata, and those that are connected so through others. The answer has the
// members of groups of two or more, each with the smallest dataset id of its group; the order of
// what is given does not matter. Resources are to be those that a dataset has now, or had last.
//
// Only what names data joins: a file, a query, or a layer of a service. A folder, a start page, a
// service without a layer, and whatever more than maxShared datasets have, join nobody.
func Groups(datasets []Dataset, resources []Resource) map[string]string {
	owners := map[string][]string{} // dataset ids by what they share
	for _, d := range datasets {
		if guid := guidKey(d.GUID); guid != "" {
			owners["guid "+guid] = append(owners["guid "+guid], d.ID)
		}
	}
	for _, r := range resources {
		if data := dataName(r); data != "" {
			owners[data] = append(owners[data], r.DatasetID)
		}
	}
	parent := map[string]string{} // of each joined dataset, one with a smaller id; a group's smallest has itself
	root := func(id string) string {
		for parent[id] != "" && parent[id] != id {
			parent[id] = orItself(parent, parent[id])
			id = parent[id]
		}
		return id
	}
	for _, ids := range owners {
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if len(ids) < 2 || len(ids) > maxShared {
			continue
		}
		for _, id := range ids[1:] {
			a, b := root(ids[0]), root(id)
			parent[max(a, b)], parent[min(a, b)] = min(a, b), min(a, b)
		}
	}
	groups := make(map[string]string, len(parent))
	for id := range parent {
		groups[id] = root(id)
	}
	return groups
}

// orItself is the parent of id, or id where it has none.
func orItself(parent map[string]string, id string) string {
	if parent[id] == "" {
		return id
	}
	return parent[id]
}

// dataName is the name under which records share what a resource leads to; empty: it leads to
// nothing that is one dataset's data.
func dataName(r Resource) string {
	path := strings.TrimSuffix(r.URL.Path, "/")
	switch {
	case r.URL.Host == "" || path == "" && r.URL.Query == "":
		return ""
	case r.Role == Service:
		return layerName(r.URL)
	case r.Role != Data && r.Role != "":
		return ""
	case r.URL.Query == "" && extension(strings.ToLower(path)) == "":
		return "" // A folder, or a page that leads on.
	}
	return "url " + URL{r.URL.Host, path, r.URL.Query}.String()
}

// dataKeys are the parameters, besides layers, by which a service's URL names one dataset.
var dataKeys = map[string]bool{"layers": true, "interface": true, "filedatasetid": true, "id": true}

// layerName is the name of what a service's URL names: its layers and the like in any order.
func layerName(u URL) string {
	place := placeOf(u)
	var named []string
	isNamed := false
	for _, a := range place.naming {
		for _, i := range a.items {
			named = append(named, a.name+"="+i.name)
		}
		isNamed = isNamed || dataKeys[a.name]
	}
	if !isNamed {
		return ""
	}
	slices.Sort(named)
	return "layer " + place.key + "/" + place.workspace + "/" + place.ending + "?" + strings.Join(named, "&")
}

package traffic

import (
	"slices"
	"strings"
)

// serviceCall is a way to ask a service for a dataset: calls at its path that name what it names.
type serviceCall struct {
	naming []argument
	target Target
}

// An argument is a parameter of a service that says what is asked for. Layers are a list, of which
// a call has to name all that the catalogue's URL names.
type argument struct {
	name  string
	items []string
}

// protocolNames are parameters of OGC and ArcGIS services that say how to answer, not about what.
// They are dropped when a call is compared with the catalogue's URL.
var protocolNames = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(`
		service request version acceptversions sections updatesequence language exceptions
		format outputformat info_format feature_count f styles style transparent bgcolor tiled
		crs srs srsname outsr insr time elevation count maxfeatures startindex resulttype
		propertyname filter cql_filter featureid resourceid sortby where outfields returngeometry`) {
		names[name] = true
	}
	return names
}()

// layerNames are the names of a layer list in the services and their versions, made one.
var layerNames = map[string]string{
	"layers": "layers", "layer": "layers", "query_layers": "layers", "typename": "layers", "typenames": "layers",
	"coverage": "layers", "coverageid": "layers", "identifier": "layers",
}

// readNaming reads the naming parameters of a canonical query.
func readNaming(query string) []argument {
	var naming []argument
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(strings.ToLower(pair), "=")
		if name == "" || protocolNames[name] {
			continue
		}
		items := []string{value}
		if one, isList := layerNames[name]; isList {
			name, items = one, strings.Split(value, ",")
			for i, item := range items {
				items[i] = item[strings.LastIndexByte(item, ':')+1:] // Without a workspace.
			}
		}
		naming = append(naming, argument{name, items})
	}
	return naming
}

// names is true if arguments hold everything that wanted asks for.
func names(arguments, wanted []argument) bool {
	for _, want := range wanted {
		holds := func(a argument) bool {
			return a.name == want.name &&
				!slices.ContainsFunc(want.items, func(item string) bool { return !slices.Contains(a.items, item) })
		}
		if !slices.ContainsFunc(arguments, holds) {
			return false
		}
	}
	return true
}

func (t *Targets) addService(r Resource) {
	key := r.URL.Host + strings.TrimSuffix(r.URL.Path, "/")
	t.services[key] = append(t.services[key], serviceCall{readNaming(r.URL.Query), Target{DatasetID: r.DatasetID, ResourceID: r.ID, Rule: RuleService}})
}

// byService finds the datasets of a call of a service that the catalogue links to: at the same
// path, with all the layers, interfaces and maps that the catalogue's URL names; below the path too
// for ArcGIS, whose operations are folders. Of several the ones that name most are meant.
func (t *Targets) byService(u URL) []Target {
	path := strings.TrimSuffix(u.Path, "/")
	for base := path; base != ""; base = base[:strings.LastIndexByte(base, '/')] {
		if base != path && !isArcGIS(base) {
			return nil
		}
		if found := mostNaming(t.services[u.Host+base], readNaming(u.Query)); len(found) > 0 {
			for i := range found {
				found[i].Kind = callKind(u, base)
			}
			return unlessSharedByTooMany(onePerDataset(found))
		}
	}
	return nil
}

func mostNaming(calls []serviceCall, arguments []argument) []Target {
	most := 0
	var found []Target
	for _, call := range calls {
		if len(call.naming) < most || !names(arguments, call.naming) {
			continue
		}
		if len(call.naming) > most {
			most, found = len(call.naming), nil
		}
		found = append(found, call.target)
	}
	return found
}

func isArcGIS(base string) bool {
	for part := range strings.SplitSeq(strings.ToLower(base), "/") {
		if part == "mapserver" || part == "featureserver" || part == "imageserver" {
			return true
		}
	}
	return false
}

// aboutOperations ask a service about itself.
var aboutOperations = []string{
	"getcapabilities", "describefeaturetype", "describelayer", "describecoverage", "describesensor", "getlegendgraphic",
	"getstyles", "getmetadata", "liststoredqueries", "describestoredqueries",
}

// dataOperations are the folders of an ArcGIS service that give data or a picture of it.
var dataOperations = []string{
	"export", "exportimage", "exporttiles", "query", "queryrelatedrecords", "identify", "find", "tile", "getsamples",
	"computehistograms", "createreplica", "extractchanges", "download", "image",
}

// callKind says whether a call of the service at base takes data or asks about the service.
func callKind(u URL, base string) string {
	operation := strings.ToLower(queryValue(u.Query, "request"))
	switch {
	case operation != "":
		return kindIf(!slices.Contains(aboutOperations, operation))
	case isArcGIS(base):
		below := strings.ToLower(strings.TrimPrefix(u.Path, base))
		isData := func(part string) bool { return slices.Contains(dataOperations, part) }
		return kindIf(slices.ContainsFunc(strings.Split(below, "/"), isData))
	}
	name := strings.ToLower(base[strings.LastIndexByte(base, '/')+1:])
	isOGC := queryValue(u.Query, "service") != "" || slices.Contains([]string{"wms", "wfs", "wcs", "wmts", "ows"}, name)
	return kindIf(!isOGC) // An OGC call without an operation gets an error or a page.
}

func kindIf(isRequest bool) string {
	if isRequest {
		return Request
	}
	return Investigation
}

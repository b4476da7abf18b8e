package traffic

import (
	"slices"
	"strings"
)

// protocolNames are parameters of OGC and ArcGIS services that say how to answer, not about what.
// They are dropped when a call is compared with the catalogue's URL.
var protocolNames = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(`
		service request version acceptversions sections updatesequence language exceptions
		format outputformat info_format feature_count f styles style transparent bgcolor tiled
		crs srs srsname outsr insr time elevation count maxfeatures startindex resulttype
		propertyname filter cql_filter featureid resourceid sortby where outfields returngeometry
		tilematrixset mapextent imagedisplay tolerance subset`) {
		names[name] = true
	}
	return names
}()

// layerNames are the names of a layer list in the services and their versions, made one.
var layerNames = map[string]string{
	"layers": "layers", "layer": "layers", "query_layers": "layers", "typename": "layers", "typenames": "layers",
	"coverage": "layers", "coverageid": "layers", "identifier": "layers",
}

// keyNames are the parameters by which servers of files name a thing, folded as foldName does.
var keyNames = map[string]bool{
	"filedatasetid": true, "interface": true, "id": true, "guid": true, "uuid": true, "fileid": true, "datasetid": true,
	"itemid": true, "recordid": true, "resourceid": true,
}

// An argument is a parameter of a service that says what is asked for. Layers are a list, of which
// a call has to name all that the catalogue's URL names.
type argument struct {
	name  string
	items []item
}

// An item is a value in lower case; of a layer, without the workspace that may stand before it.
type item struct{ workspace, name string }

func (i item) fits(other item) bool {
	return i.name == other.name && (i.workspace == other.workspace || i.workspace == "" || other.workspace == "")
}

// serviceEndings are the last segments by which one server offers the same layers as different
// services.
var serviceEndings = map[string]bool{"wms": true, "wfs": true, "wcs": true, "wmts": true, "ows": true}

// A place is what the URL of a service comes to: where it is asked, and what it names.
type place struct {
	key       string // host and path as far as they are one service, in lower case
	ending    string // wms, wfs and so on, where the path ends with it
	workspace string
	isPicture bool // of an ArcGIS service
	naming    []argument
}

// placeOf reads the URL of a service, the catalogue's and a call's alike. Layers may stand in the
// query or in the path: /MapServer/3/query, /wmts/LAYER/..., /geoserver/WORKSPACE/LAYER/wms.
func placeOf(u URL) place {
	p := place{naming: readNaming(u.Query)}
	segments := strings.Split(strings.ToLower(strings.Trim(u.Path, "/")), "/")
	var layers []item
	if i := slices.IndexFunc(segments, isArcGIS); i >= 0 {
		if i+1 < len(segments) && isNumber(segments[i+1]) {
			layers = append(layers, item{"", segments[i+1]})
		}
		segments = segments[:i+1]
		p.isPicture = segments[i] != "featureserver"
		p.naming = arcGISLayers(p.naming)
	} else if i := slices.Index(segments, "wmts"); i >= 0 {
		if !strings.Contains(u.Path, "Capabilities") {
			for _, segment := range segments[i+1:] {
				layers = append(layers, layerItem(segment))
			}
		}
		segments = segments[:i+1]
	}
	if last := segments[len(segments)-1]; serviceEndings[last] {
		p.ending = last
		segments = segments[:len(segments)-1]
	}
	if i := slices.Index(segments, "geoserver"); i >= 0 && p.ending != "" {
		if below := segments[i+1:]; len(below) > 0 && below[0] != "gwc" {
			p.workspace = below[0]
			for _, layer := range below[1:] {
				layers = append(layers, item{p.workspace, layer})
			}
		}
		segments = segments[:i+1]
	}
	p.key = u.Host + "/" + strings.Join(segments, "/")
	if len(layers) > 0 {
		p.naming = append(p.naming, argument{"layers", layers})
	}
	for _, a := range p.naming {
		for i := range a.items {
			if a.name == "layers" && a.items[i].workspace == "" {
				a.items[i].workspace = p.workspace
			}
		}
	}
	return p
}

// readNaming reads the naming parameters of a canonical query.
func readNaming(query string) []argument {
	var naming []argument
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(strings.ToLower(pair), "=")
		if value == "" || protocolNames[name] {
			continue
		}
		if layerNames[name] == "" {
			naming = append(naming, argument{name, []item{{"", value}}})
			continue
		}
		a := argument{name: layerNames[name]}
		for layer := range strings.SplitSeq(value, ",") {
			a.items = append(a.items, layerItem(layer))
		}
		naming = append(naming, a)
	}
	return naming
}

func layerItem(text string) item {
	colon := strings.LastIndexByte(text, ':')
	return item{strings.ToLower(text[:max(colon, 0)]), strings.ToLower(text[colon+1:])}
}

// arcGISLayers reads the layer lists of ArcGIS: show:1,2 and all:1,2 name layers, hide:1 and
// visible name none.
func arcGISLayers(naming []argument) []argument {
	return slices.DeleteFunc(naming, func(a argument) bool {
		if a.name != "layers" {
			return false
		}
		mode := a.items[0].workspace
		a.items[0].workspace = ""
		return mode == "hide" || mode == "exclude" || !slices.ContainsFunc(a.items, func(i item) bool { return isNumber(i.name) })
	})
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

func isArcGIS(segment string) bool {
	return segment == "mapserver" || segment == "featureserver" || segment == "imageserver"
}

// aboutOperations ask a service about itself, or a catalogue (CSW) about its records.
var aboutOperations = []string{
	"getcapabilities", "describefeaturetype", "describelayer", "describecoverage", "describesensor", "getlegendgraphic",
	"getstyles", "getmetadata", "liststoredqueries", "describestoredqueries", "getrecordbyid", "getrecords", "describerecord", "getdomain",
}

// dataOperations are the folders of an ArcGIS service that give data or a picture of it.
var dataOperations = []string{
	"export", "exportimage", "exporttiles", "query", "queryrelatedrecords", "identify", "find", "tile", "getsamples",
	"computehistograms", "createreplica", "extractchanges", "download", "image",
}

// callKind says whether a call of a service takes data or asks about the service.
func callKind(u URL) string {
	operation := strings.ToLower(queryValue(u.Query, "request"))
	switch {
	case operation != "":
		return kindIf(!slices.Contains(aboutOperations, operation))
	}
	segments := strings.Split(strings.ToLower(strings.Trim(u.Path, "/")), "/")
	if i := slices.IndexFunc(segments, isArcGIS); i >= 0 {
		isData := func(part string) bool { return slices.Contains(dataOperations, part) }
		return kindIf(slices.ContainsFunc(segments[i+1:], isData))
	}
	if i := slices.Index(segments, "wmts"); i >= 0 && i+1 < len(segments) {
		return kindIf(!strings.Contains(segments[len(segments)-1], "capabilities")) // A tile, by its path.
	}
	isOGC := queryValue(u.Query, "service") != "" || serviceEndings[segments[len(segments)-1]]
	return kindIf(!isOGC) // An OGC call without an operation gets an error or a page.
}

func kindIf(isRequest bool) string {
	if isRequest {
		return Request
	}
	return Investigation
}

package simulate

import (
	"fmt"
	"strings"
)

// format is a way in which data is offered.
type format struct {
	name, extension, mime string
}

var dataFormats = []format{
	{"CSV", "csv", "text/csv"},
	{"CSV", "csv", "text/csv"},
	{"CSV", "csv", "text/csv"},
	{"ZIP", "zip", "application/zip"},
	{"GeoJSON", "geojson", "application/geo+json"},
	{"XLSX", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"SHP", "zip", "application/zip"},
	{"GML", "gml", "application/gml+xml"},
	{"ODS", "ods", "application/vnd.oasis.opendocument.spreadsheet"},
	{"JSON", "json", "application/json"},
	{"KML", "kml", "application/vnd.google-earth.kml+xml"},
}

var documentFormats = []format{
	{"PDF", "pdf", "application/pdf"},
	{"HTML", "html", "text/html"},
	{"PDF", "pdf", "application/pdf"},
	{"DOCX", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
}

// place gives a dataset its resources, on the hosts that its kind asks for.
func (w *World) place(d dice, s *dataset) {
	switch s.kind {
	case KindNoResources:
		s.rate = 0
		return
	case KindDocumentsOnly:
		s.rate = 0
		for range d.between(1, 2) {
			s.resources = append(s.resources, w.document(d, s))
		}
		return
	case KindUnlogged, KindRedirected:
		for range d.between(1, 2) {
			host := pick(d, []string{archiveHost, archiveHost, partnerHost})
			s.resources = append(s.resources, w.file(d, s, host))
		}
	case KindPartlyLogged:
		s.resources = append(s.resources, w.logged(d, s), w.file(d, s, archiveHost))
	case KindSeries:
		s.resources = append(s.resources, w.service(d, s, wmsRoute))
	case KindRelinked:
		r := w.file(d, s, FilesHost)
		r.oldTarget = strings.Replace(r.target, "/", "/old/", 1)
		s.resources = append(s.resources, r)
	case KindShared:
		s.resources = append(s.resources, w.file(d, s, FilesHost))
	default:
		for range 1 + d.poisson(0.35) {
			s.resources = append(s.resources, w.logged(d, s))
		}
	}
	if s.kind != KindShared && d.chance(0.35) {
		s.resources = append(s.resources, w.document(d, s))
	}
}

// logged is a resource with data on a host that keeps a log.
func (w *World) logged(d dice, s *dataset) resource {
	switch u := d.Float64(); {
	case u < 0.40:
		return w.file(d, s, FilesHost)
	case u < 0.70:
		return w.upload(d, s, uploadRoute)
	case u < 0.82:
		return w.upload(d, s, tableRoute)
	case u < 0.93:
		return w.service(d, s, wmsRoute)
	default:
		return w.service(d, s, featuresRoute)
	}
}

func (w *World) file(d dice, s *dataset, host string) resource {
	f := pick(d, dataFormats)
	r := newResource(d, f, host)
	r.route = fileRoute
	stem := fmt.Sprintf("%s-%d", s.name, d.between(2014, 2025))
	if d.chance(0.15) {
		// Some servers name files in the query.
		r.target = fmt.Sprintf("/api/file/download?fileDataSetId=%s&fileName=%s.%s", d.uuid(), stem, f.extension)
	} else {
		r.target = fmt.Sprintf("/%s/%s/%s.%s", w.publishers[s.publisher].name, s.id[:8], stem, f.extension)
	}
	return r
}

func (w *World) upload(d dice, s *dataset, way route) resource {
	f := dataFormats[0]
	if way == uploadRoute {
		f = pick(d, dataFormats)
	}
	r := newResource(d, f, PortalHost)
	r.route = way
	r.target = fmt.Sprintf("/dataset/%s/resource/%s/download/%s.%s", s.id, r.id, strings.ReplaceAll(s.name, "-", "_"), f.extension)
	return r
}

func (w *World) service(d dice, s *dataset, way route) resource {
	r := newResource(d, format{"WMS", "", ""}, MapsHost)
	r.route = way
	base := fmt.Sprintf("/ows/%s/%s", w.publishers[s.publisher].name, s.id[:8])
	r.target = base + "/wms?service=WMS&version=1.3.0&request=GetCapabilities"
	if way == featuresRoute {
		r.format = "WFS"
		r.target = base + "/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=" + layer(s) + "&outputFormat=application/json"
	}
	r.size = int64(d.between(8_000, 90_000))
	return r
}

// layer is the name of a dataset's layer in a service.
func layer(s *dataset) string { return "env:" + strings.ReplaceAll(slug(s.title), "-", "_") }

func (w *World) document(d dice, s *dataset) resource {
	f := pick(d, documentFormats)
	r := newResource(d, f, PortalHost)
	r.role, r.route = documentRole, uploadRoute
	name := pick(d, []string{"guidance", "metadata", "technical-note", "licence-terms", "user-guide"})
	r.name = strings.ReplaceAll(name, "-", " ")
	r.target = fmt.Sprintf("/dataset/%s/resource/%s/download/%s.%s", s.id, r.id, name, f.extension)
	if f.name == "HTML" {
		r.host, r.route = archiveHost, fileRoute
		r.target = "/guidance/" + s.name
	}
	r.size = int64(d.between(40_000, 2_000_000))
	return r
}

func newResource(d dice, f format, host string) resource {
	return resource{
		id: d.uuid(), name: f.name + " " + pick(d, []string{"download", "extract", "data", "full table", "by area"}),
		format: f.name, mime: f.mime, host: host, size: int64(d.logUniform(2_000, 400e6)),
	}
}

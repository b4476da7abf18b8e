package ckan

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// dataset is what is kept of a package. Absent texts are empty, absent times zero.
type dataset struct {
	id, name, title   string
	publisherID       string
	kind              string // dataset, series, service, document
	guid, parentGUID  string
	created, modified time.Time
	resources         []resource
	views             views     // of its page
	readAt            time.Time // when the portal answered
}

// resource is what is kept of a package's resource.
type resource struct {
	id, datasetID, name, format, url       string
	urlType, locatorFunction, resourceType string
	isDatastoreActive                      bool
	created                                time.Time
	views                                  views // clicks on its link
}

// publisher is what is kept of an organization.
type publisher struct {
	id, name, title string
	created         time.Time
}

// packageJSON is a package as the Action API answers it, from CKAN 2.6 to 2.12: fields may be
// missing or null, and what is a number or a list in one version is text in another.
type packageJSON struct {
	ID               text             `json:"id"`
	Name             text             `json:"name"`
	Title            text             `json:"title"`
	Type             text             `json:"type"`
	State            text             `json:"state"`
	Private          flag             `json:"private"`
	OwnerOrg         text             `json:"owner_org"`
	Organization     organizationJSON `json:"organization"`
	MetadataCreated  text             `json:"metadata_created"`
	MetadataModified text             `json:"metadata_modified"`
	Resources        []resourceJSON   `json:"resources"`
	Extras           extras           `json:"extras"`
	Views            views            `json:"tracking_summary"`
	// Some portals' schemas lift these extras to the top.
	GUID           text `json:"guid"`
	ResourceType   text `json:"resource-type"`
	HierarchyLevel text `json:"hierarchylevel"`
}

type resourceJSON struct {
	ID              text  `json:"id"`
	Name            text  `json:"name"`
	Format          text  `json:"format"`
	URL             text  `json:"url"`
	URLType         text  `json:"url_type"`
	State           text  `json:"state"`
	Created         text  `json:"created"`
	LocatorFunction text  `json:"resource_locator_function"`
	ResourceType    text  `json:"resource_type"`
	ResourceTypeUK  text  `json:"resource-type"` // data.gov.uk's spelling
	DatastoreActive flag  `json:"datastore_active"`
	Views           views `json:"tracking_summary"`
}

type organizationJSON struct {
	ID      text `json:"id"`
	Name    text `json:"name"`
	Title   text `json:"title"`
	State   text `json:"state"`
	Created text `json:"created"`
}

// UnmarshalJSON takes an object; a name alone (as the search index holds it) says no more than
// owner_org does and is left out.
func (o *organizationJSON) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	type plain organizationJSON
	return json.Unmarshal(data, (*plain)(o))
}

// publisher is the organization's record; its id is empty where there is none.
func (o organizationJSON) publisher() publisher {
	return publisher{id: string(o.ID), name: string(o.Name), title: string(o.Title), created: parseTime(o.Created)}
}

// notData are package types that list no data: where a portal harvests from, and what others made
// with its data.
var notData = map[string]bool{"harvest": true, "showcase": true, "application": true}

// isListed says whether a package is a dataset that the public sees.
func (p packageJSON) isListed() bool {
	return !bool(p.Private) && (p.State == "" || p.State == "active") && !notData[strings.ToLower(string(p.Type))]
}

// dataset makes the record of a package.
func (p packageJSON) dataset() dataset {
	d := dataset{
		id: string(p.ID), name: string(p.Name), title: string(p.Title),
		publisherID: string(p.Organization.ID),
		guid:        cmp.Or(string(p.GUID), p.Extras["guid"]),
		parentGUID:  cmp.Or(p.Extras["parentguid"], p.Extras["parentidentifier"]),
		created:     parseTime(p.MetadataCreated),
		modified:    parseTime(p.MetadataModified),
		views:       p.Views,
	}
	if d.publisherID == "" {
		d.publisherID = string(p.OwnerOrg)
	}
	d.kind = recordKind(cmp.Or(string(p.ResourceType), p.Extras["resourcetype"], string(p.HierarchyLevel), p.Extras["hierarchylevel"], string(p.Type)))
	for _, r := range p.Resources {
		if r.ID == "" || (r.State != "" && r.State != "active") {
			continue
		}
		created := parseTime(r.Created)
		if created.IsZero() {
			created = d.created
		}
		d.resources = append(d.resources, resource{
			id: string(r.ID), datasetID: d.id, name: string(r.Name), format: string(r.Format), url: strings.TrimSpace(string(r.URL)),
			urlType: string(r.URLType), locatorFunction: string(r.LocatorFunction),
			resourceType:      cmp.Or(string(r.ResourceType), string(r.ResourceTypeUK)),
			isDatastoreActive: bool(r.DatastoreActive), created: created, views: r.Views,
		})
	}
	return d
}

// recordKind reads the scope of ISO 19115 and INSPIRE, or CKAN's own type of package.
func recordKind(scope string) string {
	switch strings.ToLower(scope) {
	case "series":
		return "series"
	case "service":
		return "service"
	case "document", "publication", "report":
		return "document"
	default: // dataset, nonGeographicDataset, tile, model, a schema of the portal's own
		return "dataset"
	}
}

// text is a JSON string, or the text of what stands in its place: a number or boolean as written,
// of translations by language the English one or else the first, of null and lists nothing. NUL,
// which no column can use, is left out.
type text string

// UnmarshalJSON accepts any value.
func (t *text) UnmarshalJSON(data []byte) error {
	*t = ""
	switch data[0] {
	case '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = text(strings.ReplaceAll(s, "\x00", ""))
	case '{':
		var translations map[string]any
		if err := json.Unmarshal(data, &translations); err != nil {
			return err
		}
		for _, language := range append([]string{"en"}, slices.Sorted(maps.Keys(translations))...) {
			if s, ok := translations[language].(string); ok && *t == "" {
				*t = text(strings.ReplaceAll(s, "\x00", ""))
			}
		}
	case '[', 'n':
	default:
		*t = text(data)
	}
	return nil
}

// flag is a JSON boolean, also written as text or number.
type flag bool

// UnmarshalJSON accepts any value; what does not say yes is no.
func (f *flag) UnmarshalJSON(data []byte) error {
	switch strings.ToLower(string(bytes.Trim(data, `"`))) {
	case "true", "1", "yes":
		*f = true
	default:
		*f = false
	}
	return nil
}

// extras are a package's own fields by key, in lower case without "-" and "_", since catalogues
// spell them in every way. Only those with a value that is text are kept.
type extras map[string]string

// UnmarshalJSON takes a list of key and value (the Action API) or one object (older answers).
func (e *extras) UnmarshalJSON(data []byte) error {
	*e = extras{}
	switch data[0] {
	case '[':
		var list []struct {
			Key   text `json:"key"`
			Value text `json:"value"`
		}
		if err := json.Unmarshal(data, &list); err != nil {
			return err
		}
		for _, item := range list {
			e.put(item.Key, item.Value)
		}
	case '{':
		var object map[string]text
		if err := json.Unmarshal(data, &object); err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			e.put(text(key), object[key])
		}
	}
	return nil
}

// wanted are the extras that are read; the others (boxes, contacts) would only fill memory.
var wanted = map[string]bool{"guid": true, "resourcetype": true, "hierarchylevel": true, "parentguid": true, "parentidentifier": true}

func (e *extras) put(key, value text) {
	plain := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(string(key)))
	if wanted[plain] && value != "" {
		(*e)[plain] = strings.Trim(string(value), `"`) // old portals kept extras as JSON texts
	}
}

// layouts are how CKAN has written times: UTC without saying so, with or without microseconds.
var layouts = []string{
	"2006-01-02T15:04:05.999999999",
	time.RFC3339Nano,
	"2006-01-02 15:04:05.999999999",
	"2006-01-02",
}

// parseTime reads a time of the catalogue in UTC; zero where there is none that can be read.
func parseTime(t text) time.Time {
	for _, layout := range layouts {
		if parsed, err := time.Parse(layout, string(t)); err == nil {
			return parsed.UTC().Truncate(time.Microsecond)
		}
	}
	return time.Time{}
}

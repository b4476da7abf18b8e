package simulate

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// The shapes of CKAN 2.12's answers: names and order of the keys are CKAN's.
type (
	ckanPackage struct {
		Author           string       `json:"author"`
		AuthorEmail      string       `json:"author_email"`
		CreatorUserID    string       `json:"creator_user_id"`
		ID               string       `json:"id"`
		IsOpen           bool         `json:"isopen"`
		LicenseID        string       `json:"license_id"`
		LicenseTitle     string       `json:"license_title"`
		Maintainer       *string      `json:"maintainer"`
		MaintainerEmail  *string      `json:"maintainer_email"`
		MetadataCreated  string       `json:"metadata_created"`
		MetadataModified string       `json:"metadata_modified"`
		Name             string       `json:"name"`
		Notes            string       `json:"notes"`
		NumResources     int          `json:"num_resources"`
		NumTags          int          `json:"num_tags"`
		Organization     organization `json:"organization"`
		OwnerOrg         string       `json:"owner_org"`
		Private          bool         `json:"private"`
		State            string       `json:"state"`
		Title            string       `json:"title"`
		Type             string       `json:"type"`
		URL              *string      `json:"url"`
		Version          string       `json:"version"`
		Extras           []extra      `json:"extras"`
		Resources        []ckanFile   `json:"resources"`
		Tags             []struct{}   `json:"tags"`
		Groups           []struct{}   `json:"groups"`
		AsSubject        []struct{}   `json:"relationships_as_subject"`
		AsObject         []struct{}   `json:"relationships_as_object"`

		Tracking *trackingSummary `json:"tracking_summary,omitempty"`
	}
	ckanFile struct {
		CacheLastUpdated *string `json:"cache_last_updated"`
		CacheURL         *string `json:"cache_url"`
		Created          string  `json:"created"`
		DatastoreActive  bool    `json:"datastore_active"`
		Description      *string `json:"description"`
		Format           string  `json:"format"`
		Hash             string  `json:"hash"`
		ID               string  `json:"id"`
		LastModified     *string `json:"last_modified"`
		LocatorFunction  string  `json:"resource_locator_function"`
		MetadataModified string  `json:"metadata_modified"`
		Mimetype         *string `json:"mimetype"`
		MimetypeInner    *string `json:"mimetype_inner"`
		Name             string  `json:"name"`
		PackageID        string  `json:"package_id"`
		Position         int     `json:"position"`
		ResourceType     *string `json:"resource_type"`
		Size             *int64  `json:"size"`
		State            string  `json:"state"`
		URL              string  `json:"url"`
		URLType          *string `json:"url_type"`

		Tracking *trackingSummary `json:"tracking_summary,omitempty"`
	}
	organization struct {
		ID             string `json:"id"`
		Name           string `json:"name"`
		Title          string `json:"title"`
		Type           string `json:"type"`
		Description    string `json:"description"`
		ImageURL       string `json:"image_url"`
		Created        string `json:"created"`
		IsOrganization bool   `json:"is_organization"`
		ApprovalStatus string `json:"approval_status"`
		State          string `json:"state"`
	}
	organizationEntry struct {
		organization
		DisplayName     string  `json:"display_name"`
		ImageDisplayURL string  `json:"image_display_url"`
		NumFollowers    int     `json:"num_followers"`
		PackageCount    int     `json:"package_count"`
		Extras          []extra `json:"extras"`
	}
	extra struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
)

// stamp spells Unix microseconds as CKAN does: UTC without saying so, and no fraction if it is 0.
func stamp(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.999999")
}

func (w *World) organization(number int) organization {
	p := &w.publishers[number]
	return organization{
		ID: p.id, Name: p.name, Title: p.title, Type: "organization", Description: p.description,
		Created: stamp(p.created * 1e6), IsOrganization: true, ApprovalStatus: "approved", State: "active",
	}
}

// publishersByTitle is the order in which CKAN lists organizations.
func (w *World) publishersByTitle() []int {
	order := make([]int, len(w.publishers))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(w.publishers[a].title, w.publishers[b].title), cmp.Compare(a, b))
	})
	return order
}

// packageAt is a dataset as the API shows it at a moment in which it is live.
func (w *World) packageAt(number int, at int64) ckanPackage {
	s := &w.datasets[number]
	organization := w.organization(s.publisherAt(at))
	p := ckanPackage{
		CreatorUserID: "4f4e6a9e-7a2b-4c58-9c19-5f0d4f1f6b10", ID: s.id, IsOpen: true, LicenseID: "uk-ogl",
		LicenseTitle:    "Open Government Licence",
		MetadataCreated: stamp(s.created*1e6 + s.micros), MetadataModified: stamp(s.modifiedAt(at)),
		Name: s.nameAt(at), Notes: s.notes, NumResources: len(s.resources), Organization: organization, OwnerOrg: organization.ID,
		State: "active", Title: s.title, Type: "dataset", Extras: []extra{}, Resources: []ckanFile{},
		Tags: []struct{}{}, Groups: []struct{}{}, AsSubject: []struct{}{}, AsObject: []struct{}{},
	}
	if s.guid != "" {
		p.Extras = append(p.Extras, extra{"guid", s.guid}, extra{"resource-type", s.recordKind})
	}
	if s.parent >= 0 {
		p.Extras = append(p.Extras, extra{"parent_guid", w.datasets[s.parent].guid})
	}
	for i := range s.resources {
		p.Resources = append(p.Resources, fileAt(s, i, at))
	}
	return p
}

func fileAt(s *dataset, position int, at int64) ckanFile {
	r := &s.resources[position]
	created := stamp(s.created*1e6 + s.micros + int64(position+1)*137_000)
	f := ckanFile{
		Created: created, DatastoreActive: r.route == tableRoute, Format: r.format, ID: r.id, MetadataModified: created,
		Name: r.name, PackageID: s.id, Position: position, State: "active",
		URL: "https://" + r.host + s.targetAt(r, at), LocatorFunction: "download",
	}
	if r.mime != "" {
		f.Mimetype = &r.mime
	}
	switch r.route {
	case uploadRoute, tableRoute:
		upload := "upload"
		f.URLType, f.Size, f.LastModified = &upload, &r.size, &created
	case wmsRoute, featuresRoute:
		f.LocatorFunction = "" // publishers seldom say it of services
	}
	if r.role == documentRole {
		f.LocatorFunction = "information"
	}
	return f
}

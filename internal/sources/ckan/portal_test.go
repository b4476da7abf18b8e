package ckan

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"footfall/internal/sources/sourcestest"
)

type object = map[string]any

// portal is an invented CKAN on loopback. Its answers have the shape of CKAN 2.12, unless a test
// edits its packages into another.
type portal struct {
	mu            sync.Mutex
	packages      []object
	organizations []object
	rowsMax       int // 1,000, as in CKAN
	claims        int // more datasets than there are
	users         map[string]string
	// fault answers in place of CKAN where it returns true; n counts all requests from 1.
	fault func(n int, w http.ResponseWriter, r *http.Request) bool
	// served is called after each page of package_search.
	served   func(n int)
	requests []string // paths and queries asked for
	// tracking is how the portal gives its counts: "listed" as from CKAN 2.11 on, "single" as
	// before; empty: not at all. counts are they, by a dataset's id or a resource's URL.
	tracking string
	counts   map[string]int64
	server   *httptest.Server
}

func newPortal(t *testing.T) *portal {
	t.Helper()
	p := &portal{rowsMax: 1000}
	for _, name := range []string{"river-survey", "farm-payments"} {
		p.organizations = append(p.organizations, object{
			"id": "org-" + name, "name": name, "title": "The " + name, "state": "active", "created": "2024-01-01T00:00:00.000001",
			"is_organization": true, "package_count": 3,
		})
	}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	return p
}

// add appends a dataset with two resources and returns it for edits.
func (p *portal) add(number int, organization string) object {
	id := fmt.Sprintf("0000%04d-aaaa-4bbb-8ccc-000000000000", number)
	pkg := object{
		"id": id, "name": fmt.Sprint("dataset-", number), "title": fmt.Sprintf("Dataset %d – éà", number), "type": "dataset",
		"state": "active", "private": false, "owner_org": "org-" + organization, "notes": "Invented.", "extras": []object{},
		"metadata_created":  fmt.Sprintf("2025-01-%02dT08:00:00.123456", 1+number%28),
		"metadata_modified": fmt.Sprintf("2025-02-%02dT08:00:00.123456", 1+number%28),
	}
	resources := []object{}
	for i := range 2 {
		resources = append(resources, object{
			"id": fmt.Sprintf("r%d-%s", i, id), "package_id": id, "name": fmt.Sprint("File ", i), "format": "CSV", "size": nil,
			"url": fmt.Sprintf("https://files.example.org/%d/%d.csv", number, i), "url_type": nil, "state": "active",
			"created": "2025-01-30T09:00:00.5", "resource_type": nil, "datastore_active": i == 0, "position": i,
		})
	}
	pkg["resources"] = resources
	p.packages = append(p.packages, pkg)
	return pkg
}

func (p *portal) fill(count int) *portal {
	for i := range count {
		p.add(i+1, []string{"river-survey", "farm-payments"}[i%2])
	}
	return p
}

// dataset finds a package by its number.
func (p *portal) dataset(number int) object {
	for _, pkg := range p.packages {
		if strings.HasPrefix(pkg["id"].(string), fmt.Sprintf("0000%04d-", number)) {
			return pkg
		}
	}
	return nil
}

// edit changes a dataset as an editor would, at a time.
func (p *portal) edit(number int, at string, change func(object)) {
	pkg := p.dataset(number)
	change(pkg)
	pkg["metadata_modified"] = at
}

func (p *portal) remove(number int) {
	id := p.dataset(number)["id"]
	p.packages = slices.DeleteFunc(p.packages, func(pkg object) bool { return pkg["id"] == id })
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, r.URL.Path+"?"+r.URL.RawQuery)
	if p.fault != nil && p.fault(len(p.requests), w, r) {
		return
	}
	query := r.URL.Query()
	switch strings.TrimPrefix(r.URL.Path, "/api/3/action/") {
	case "package_search":
		answer(w, 200, object{"success": true, "result": p.search(query.Get("fq"), query.Get("rows"), query.Get("start"), query.Get("sort"))})
		if p.served != nil {
			p.served(len(p.requests))
		}
	case "package_show":
		for _, pkg := range p.packages {
			if pkg["id"] == query.Get("id") {
				answer(w, 200, object{"success": true, "result": p.shown(pkg, p.tracking == "single" && query.Get("include_tracking") == "true")})
				return
			}
		}
		answer(w, 404, object{"success": false, "error": object{"__type": "Not Found Error", "message": "Not found"}})
	case "organization_list":
		offset, limit := number(query.Get("offset")), min(number(query.Get("limit")), 25)
		offset = min(offset, len(p.organizations))
		answer(w, 200, object{"success": true, "result": p.organizations[offset:min(offset+limit, len(p.organizations))]})
	case "status_show":
		answer(w, 200, object{"success": true, "result": object{"ckan_version": "2.12.0", "site_url": "https://data.example.org", "extensions": []string{"activity", "tracking"}}})
	case "am_following_dataset":
		if p.users[r.Header.Get("Authorization")] == "" {
			answer(w, 403, object{"success": false, "error": object{"__type": "Authorization Error", "message": "Access denied"}})
			return
		}
		answer(w, 200, object{"success": true, "result": false})
	default:
		answer(w, 400, "Bad request: Action name not known: "+r.URL.Path)
	}
}

// search does what package_search does for the parameters that a pull uses.
func (p *portal) search(fq, rows, start, sort string) object {
	var found []object
	for _, pkg := range p.packages {
		if matches(pkg, fq) {
			found = append(found, pkg)
		}
	}
	by, direction := "metadata_modified", -1 // as CKAN does by itself: an edit moves a dataset to the front
	if sort == "id asc" {
		by, direction = "id", 1
	}
	slices.SortStableFunc(found, func(a, b object) int {
		if sort == "views_total desc" {
			return int(p.counts[b["id"].(string)] - p.counts[a["id"].(string)])
		}
		return direction * strings.Compare(fmt.Sprint(a[by]), fmt.Sprint(b[by]))
	})
	from := min(number(start), len(found))
	to := min(from+min(number(rows), p.rowsMax), len(found))
	results := []object{}
	for _, pkg := range found[from:to] {
		results = append(results, p.shown(pkg, p.tracking == "listed"))
	}
	return object{"count": len(found) + p.claims, "sort": sort, "facets": object{}, "search_facets": object{}, "results": results}
}

// shown is a package as answers hold it.
func (p *portal) shown(pkg object, withCounts bool) object {
	shown := maps.Clone(pkg)
	for _, o := range p.organizations {
		if _, edited := pkg["organization"]; !edited && o["id"] == pkg["owner_org"] {
			shown["organization"] = o
		}
	}
	if !withCounts {
		return shown
	}
	summary := func(key string) object { return object{"total": p.counts[key], "recent": 99} }
	if _, edited := pkg["tracking_summary"]; !edited {
		shown["tracking_summary"] = summary(pkg["id"].(string))
	}
	resources := []object{}
	for _, r := range pkg["resources"].([]object) {
		r = maps.Clone(r)
		r["tracking_summary"] = summary(r["url"].(string))
		resources = append(resources, r)
	}
	shown["resources"] = resources
	return shown
}

// matches reads a filter query of clauses joined by AND: organization:… and metadata_modified:[… TO *].
func matches(pkg object, fq string) bool {
	for clause := range strings.SplitSeq(fq, " AND ") {
		field, value, _ := strings.Cut(clause, ":")
		switch field {
		case "organization":
			names := strings.Split(strings.Trim(value, "()"), " OR ")
			if !slices.Contains(names, strings.TrimPrefix(pkg["owner_org"].(string), "org-")) {
				return false
			}
		case "metadata_modified":
			from := strings.TrimSuffix(strings.TrimPrefix(value, "["), "Z TO *]")
			if pkg["metadata_modified"].(string) < from {
				return false
			}
		}
	}
	return true
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a reader that went away is the test's doing
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// noon is the first day that the tests pull; days are counted from it.
var noon = time.Date(2025, time.March, 1, 12, 0, 0, 0, time.UTC)

// warehouse remembers what pulls brought, as the real one does.
type warehouse struct {
	portal *portal
	known  Known
	config Config
	waits  []time.Duration // asked for by retries, and not slept
}

func newWarehouse(p *portal) *warehouse {
	return &warehouse{portal: p, config: Config{Name: "test", SiteURL: "https://data.example.org", MaxRetries: 6, MinShare: 0.5}, known: Known{
		Datasets: map[string]Version{}, Resources: map[string]Version{}, Publishers: map[string]Version{},
	}}
}

// source is a fresh source at noon of a day.
func (h *warehouse) source(day int) *Source {
	config := h.config
	if config.URL == "" {
		config.URL = h.portal.server.URL
	}
	return &Source{
		Config: config, Known: h.known, Client: h.portal.server.Client(),
		Now:   func() time.Time { return noon.AddDate(0, 0, day) },
		pause: func(asked time.Duration) time.Duration { h.waits = append(h.waits, asked); return 0 },
	}
}

// pull loads what the portal offers that day.
func (h *warehouse) pull(t *testing.T, day int) sourcestest.Tables {
	t.Helper()
	units := sourcestest.Units(t, h.source(day))
	if len(units) != 1 {
		t.Fatalf("%d units, want 1", len(units))
	}
	tables := sourcestest.Drain(t, units[0])
	h.keep(t, tables)
	return tables
}

// fail expects no unit and returns the error's text.
func (h *warehouse) fail(t *testing.T, day int) string {
	t.Helper()
	for unit, err := range h.source(day).Units(t.Context()) {
		if err != nil {
			return err.Error()
		}
		t.Fatalf("unit %s is offered, want an error", unit.Name)
	}
	t.Fatal("neither a unit nor an error")
	return ""
}

// keep stores the last versions, as staging would see them.
func (h *warehouse) keep(t *testing.T, tables sourcestest.Tables) {
	t.Helper()
	for table, known := range map[string]map[string]Version{
		"dataset": h.known.Datasets, "resource": h.known.Resources, "publisher": h.known.Publishers,
	} {
		for _, row := range tables["raw."+table] {
			version := Version{Hash: row["version_hash"].(int64), IsGone: row["is_gone"].(bool)}
			if table == "resource" {
				version.DatasetID = row["dataset_id"].(string)
			}
			known[row[table+"_id"].(string)] = version
			if modified, ok := row["modified_at"].(time.Time); ok && modified.After(h.known.LastModified) {
				h.known.LastModified = modified
			}
		}
	}
	pull, unit := tables["ledger.source_pull"][0], tables["ledger.unit"][0]
	h.known.Pulls++
	h.known.LastPull = pull["pulled_at"].(time.Time)
	if pull["pull_kind"] == full {
		h.known.LastFull = h.known.LastPull
		h.known.Path = unit["path"].(string)
	}
}

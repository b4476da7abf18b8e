package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rowsMax and organizationsMax are what CKAN cuts answers to, without saying so.
const (
	rowsMax          = 1000
	organizationsMax = 25
)

// Handler serves the portal's Action API in the shapes of CKAN 2.12, as of the moment that at
// returns for each request: status_show, package_search, package_show, package_list,
// organization_list. Everybody is anonymous. Times are taken to the second.
func (w *World) Handler(at func() time.Time) http.Handler {
	p := portal{w: w, at: at, tracking: w.newTracking()}
	actions := map[string]action{
		"status_show": p.status, "package_search": p.search, "package_show": p.show,
		"package_list": p.list, "organization_list": p.organizations,
	}
	mux := http.NewServeMux()
	serve := func(out http.ResponseWriter, r *http.Request) { p.serve(out, r, actions) }
	mux.HandleFunc("/api/3/action/{action}", serve)
	mux.HandleFunc("/api/action/{action}", serve)
	mux.HandleFunc("/api/3", func(out http.ResponseWriter, _ *http.Request) {
		answer(out, http.StatusOK, map[string]int{"version": 3})
	})
	mux.HandleFunc("/", func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		out.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(out, "<!DOCTYPE html><html lang=\"en\"><title>404 Not Found</title><h1>404 Not Found</h1></html>\n")
	})
	return mux
}

type portal struct {
	w        *World
	at       func() time.Time
	tracking *tracking // nil: it has none
}

// action answers one action as of a moment (Unix seconds).
type action func(at int64, q query) (any, *fault)

// query holds the parameters of an action, as text.
type query map[string]string

// fault is an answer that is an error. Fields stand for CKAN's messages about parameters.
type fault struct {
	status        int
	kind, message string
	fields        map[string][]string
}

func (p portal) serve(out http.ResponseWriter, r *http.Request, actions map[string]action) {
	name := r.PathValue("action")
	act, ok := actions[name]
	if !ok {
		answer(out, http.StatusBadRequest, "Bad request: Action name not known: "+name)
		return
	}
	q, err := parameters(r)
	if err != nil {
		answer(out, http.StatusBadRequest, "Bad request: JSON Error: Error decoding JSON data. Error: "+err.Error())
		return
	}
	help := "https://" + PortalHost + "/api/3/action/help_show?name=" + name
	result, wrong := act(p.at().Unix(), q)
	if wrong == nil {
		answer(out, http.StatusOK, struct {
			Help    string `json:"help"`
			Success bool   `json:"success"`
			Result  any    `json:"result"`
		}{help, true, result})
		return
	}
	body := map[string]any{"__type": wrong.kind}
	if wrong.message != "" {
		body["message"] = wrong.message
	}
	for field, messages := range wrong.fields {
		body[field] = messages
	}
	answer(out, wrong.status, struct {
		Help    string         `json:"help"`
		Error   map[string]any `json:"error"`
		Success bool           `json:"success"`
	}{help, body, false})
}

func answer(out http.ResponseWriter, status int, body any) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		http.Error(out, err.Error(), http.StatusInternalServerError)
		return
	}
	out.Header().Set("Content-Type", "application/json;charset=utf-8")
	out.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	out.Header().Set("Vary", "Cookie")
	out.WriteHeader(status)
	_, _ = out.Write(b.Bytes()) // a client that went away hears nothing
}

// parameters reads an action's parameters from the URL and, of a POST, from a body of JSON or of
// a form.
func parameters(r *http.Request) (query, error) {
	q := query{}
	if r.Method == http.MethodPost && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		var body map[string]any
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&body); err != nil {
			return nil, err
		}
		for name, value := range body {
			q[name] = fmt.Sprint(value)
		}
		return q, nil
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	for name := range r.Form {
		q[name] = r.Form.Get(name)
	}
	return q, nil
}

// natural is a parameter that counts something, or what it is where it is not given.
func (q query) natural(name string, otherwise int) (int, *fault) {
	text, given := q[name]
	if !given {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, &fault{409, "Validation Error", "", map[string][]string{name: {"Invalid integer", "Please enter an integer value"}}}
	case n < 0:
		return 0, &fault{409, "Validation Error", "", map[string][]string{name: {"Must be a natural number"}}}
	}
	return n, nil
}

func (q query) flag(name string) bool {
	switch strings.ToLower(q[name]) {
	case "true", "yes", "t", "y", "1":
		return true
	}
	return false
}

// window is the part of a list that offset and limit leave.
func window[T any](list []T, offset, limit int) []T {
	list = list[min(offset, len(list)):]
	return list[:min(limit, len(list))]
}

func (p portal) status(int64, query) (any, *fault) {
	extensions := []string{"activity", "datastore"}
	if p.tracking != nil {
		extensions = append(extensions, "tracking")
	}
	return map[string]any{
		"ckan_version": "2.12.0", "site_url": "https://" + PortalHost, "site_title": "Open data of land and water",
		"site_description": "", "locale_default": "en", "extensions": extensions, "error_emails_to": "",
	}, nil
}

func (p portal) list(at int64, q query) (any, *fault) {
	offset, wrong := q.natural("offset", 0)
	if wrong != nil {
		return nil, wrong
	}
	limit, wrong := q.natural("limit", len(p.w.datasets))
	if wrong != nil {
		return nil, wrong
	}
	names := []string{}
	for i := range p.w.datasets {
		if s := &p.w.datasets[i]; s.liveAt(at) {
			names = append(names, s.nameAt(at))
		}
	}
	slices.Sort(names)
	return window(names, offset, limit), nil
}

func (p portal) show(at int64, q query) (any, *fault) {
	id := q["id"]
	if id == "" {
		id = q["name_or_id"]
	}
	if id == "" {
		return nil, &fault{409, "Validation Error", "", map[string][]string{"name_or_id": {"Missing value"}}}
	}
	number, ok := p.w.byID[id]
	for i := 0; !ok && i < len(p.w.datasets); i++ {
		if s := &p.w.datasets[i]; s.liveAt(at) && s.nameAt(at) == id {
			number, ok = i, true
		}
	}
	switch {
	case !ok || at < p.w.datasets[number].created:
		return nil, &fault{http.StatusNotFound, "Not Found Error", "Not found", nil}
	case !p.w.datasets[number].liveAt(at):
		return nil, &fault{http.StatusForbidden, "Authorization Error", "Access denied: User  not authorized to read package " + id, nil}
	}
	one := []ckanPackage{p.w.packageAt(number, at)}
	p.track(one, at)
	return one[0], nil
}

func (p portal) organizations(at int64, q query) (any, *fault) {
	offset, wrong := q.natural("offset", 0)
	if wrong != nil {
		return nil, wrong
	}
	all := q.flag("all_fields")
	most := rowsMax
	if all {
		most = organizationsMax
	}
	limit, wrong := q.natural("limit", most)
	if wrong != nil {
		return nil, wrong
	}
	part := window(p.w.publishersByTitle(), offset, min(limit, most))
	if !all {
		names := []string{}
		for _, i := range part {
			names = append(names, p.w.publishers[i].name)
		}
		return names, nil
	}
	counts := make([]int, len(p.w.publishers))
	for i := range p.w.datasets {
		if s := &p.w.datasets[i]; s.liveAt(at) {
			counts[s.publisherAt(at)]++
		}
	}
	list := []organizationEntry{}
	for _, i := range part {
		list = append(list, organizationEntry{
			organization: p.w.organization(i), DisplayName: p.w.publishers[i].title, PackageCount: counts[i], Extras: []extra{},
		})
	}
	return list, nil
}

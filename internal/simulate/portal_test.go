package simulate

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// site is a portal on loopback whose clock the test sets.
type site struct {
	*httptest.Server
	world *World
	now   time.Time
}

func newSite(t *testing.T, o Options) *site {
	t.Helper()
	s := &site{world: New(o), now: o.Start}
	s.Server = httptest.NewServer(s.world.Handler(func() time.Time { return s.now }))
	t.Cleanup(s.Close)
	return s
}

func (s *site) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return send(t, request)
}

func send(t *testing.T, request *http.Request) (status int, body string) {
	t.Helper()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, strings.TrimSpace(string(text))
}

type page struct {
	Success bool
	Result  struct {
		Count   int
		Results []ckanPackage
		Sort    string
	}
}

func (s *site) search(t *testing.T, parameters url.Values) page {
	t.Helper()
	status, body := s.get(t, "/api/3/action/package_search?"+parameters.Encode())
	var p page
	if err := json.Unmarshal([]byte(body), &p); err != nil || status != http.StatusOK || !p.Success {
		t.Fatalf("package_search?%s: %d %.200s (%v)", parameters.Encode(), status, body, err)
	}
	return p
}

func TestSearchPagesThroughAllOnce(t *testing.T) {
	o := Small()
	o.Datasets = 2300
	s := newSite(t, o)
	var ids []string
	count := 0
	for {
		p := s.search(t, url.Values{"rows": {"5000"}, "sort": {"id asc"}, "start": {strconv.Itoa(len(ids))}})
		count = p.Result.Count
		if len(p.Result.Results) == 0 {
			break
		}
		if len(p.Result.Results) > rowsMax {
			t.Fatalf("a page of %d rows", len(p.Result.Results))
		}
		for _, one := range p.Result.Results {
			ids = append(ids, one.ID)
			if one.NumResources != len(one.Resources) || one.Organization.ID != one.OwnerOrg {
				t.Errorf("%s does not agree with itself", one.Name)
			}
		}
	}
	if len(ids) != count || !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != count {
		t.Errorf("%d ids in %d pages' order, want %d sorted and distinct", len(ids), len(ids), count)
	}
	live := 0
	for _, truth := range s.world.Truth() {
		if truth.IsLive(s.now) {
			live++
		}
	}
	if count != live {
		t.Errorf("count is %d, want the %d that are live", count, live)
	}
}

func TestSearchAsOfTwoMoments(t *testing.T) {
	o := Small()
	o.Datasets = 400 // several of each kind, so that some are changed by nothing else
	s := newSite(t, o)
	everything := func() map[string]ckanPackage {
		all := map[string]ckanPackage{}
		for _, one := range s.search(t, url.Values{"rows": {"1000"}, "sort": {"id asc"}}).Result.Results {
			all[one.ID] = one
		}
		return all
	}
	before := everything()
	s.now = s.world.End()
	after := everything()
	modified := s.search(t, url.Values{
		"rows": {"1000"}, "sort": {"metadata_modified asc, id asc"},
		"fq": {"metadata_modified:[" + s.world.options.Start.Format(time.RFC3339) + " TO *]"},
	}).Result.Results
	listed := map[string]bool{}
	for i, one := range modified {
		listed[one.ID] = true
		if i > 0 && one.MetadataModified < modified[i-1].MetadataModified {
			t.Errorf("%s is out of order", one.Name)
		}
	}
	for _, truth := range s.world.Truth() {
		old, was := before[truth.DatasetID]
		now, is := after[truth.DatasetID]
		var right bool
		switch truth.Kind {
		case KindNew, KindRecent:
			right = !was && is && listed[truth.DatasetID]
		case KindUnborn:
			right = !was && !is
		case KindDeleted:
			right = was && !is && !listed[truth.DatasetID]
		case KindRenamed:
			right = was && is && old.Name != now.Name && listed[truth.DatasetID]
		case KindMoved:
			right = was && is && old.OwnerOrg != now.OwnerOrg && listed[truth.DatasetID]
		case KindRelinked:
			right = was && is && old.Resources[0].URL != now.Resources[0].URL && listed[truth.DatasetID]
		default:
			right = was && is && (old.MetadataModified != now.MetadataModified) == listed[truth.DatasetID]
			old.MetadataModified = now.MetadataModified
			if diff := cmp.Diff(old, now); diff != "" {
				t.Errorf("%s (%s) changed (-before +after):\n%s", truth.Name, truth.Kind, diff)
			}
		}
		if !right {
			t.Errorf("%s (%s): before %v, after %v, listed as modified %v", truth.Name, truth.Kind, was, is, listed[truth.DatasetID])
		}
	}
	s.now = s.world.End().Add(time.Hour)
	if n := len(everything()) - len(after); n != 1 {
		t.Errorf("%d datasets were born in the hour after the last day, want 1", n)
	}
}

func TestSearchFilters(t *testing.T) {
	s := newSite(t, Small())
	w := s.world
	one := w.packageAt(w.idOrder[7], s.now.Unix())
	other := w.packageAt(w.idOrder[8], s.now.Unix())
	count := func(fq string) int { return s.search(t, url.Values{"fq": {fq}, "rows": {"0"}}).Result.Count }
	all, a, b := count(""), count("organization:"+w.publishers[0].name), count("organization:"+w.publishers[1].name)
	if a == 0 || b == 0 || a+b >= all {
		t.Fatalf("%d and %d of %d datasets: the test needs two publishers and others", a, b, all)
	}
	for fq, want := range map[string]int{
		"organization:(" + w.publishers[0].name + " OR " + w.publishers[1].name + ")":       a + b,
		"organization:" + w.publishers[0].name + " OR organization:" + w.publishers[1].name: a + b,
		"+organization:\"" + w.publishers[0].name + "\" +state:active":                      a,
		"-organization:" + w.publishers[0].name:                                             all - a,
		"organization:" + w.publishers[0].name + " organization:" + w.publishers[1].name:    0,
		"id:" + one.ID: 1,
		"name:" + one.Name + " OR name:" + other.Name:                   2,
		"owner_org:" + w.publishers[1].id + " AND dataset_type:dataset": b,
		"metadata_created:[* TO 2000-01-01T00:00:00Z]":                  0,
		"metadata_created:[2000-01-01T00:00:00Z TO *]":                  all,
		"capacity:private": 0,
	} {
		if got := count(fq); got != want {
			t.Errorf("fq=%s counts %d, want %d", fq, got, want)
		}
	}
}

func TestOrganizationsArePaged(t *testing.T) {
	o := Small()
	o.Publishers, o.Datasets = 60, 500
	s := newSite(t, o)
	names := []string{}
	packages := 0
	for {
		_, body := s.get(t, "/api/3/action/organization_list?all_fields=true&limit=1000&offset="+strconv.Itoa(len(names)))
		var list struct{ Result []organizationEntry }
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Result) == 0 {
			break
		}
		if len(list.Result) > organizationsMax {
			t.Fatalf("%d organizations in one answer", len(list.Result))
		}
		for _, one := range list.Result {
			names = append(names, one.Name)
			packages += one.PackageCount
		}
	}
	_, body := s.get(t, "/api/3/action/organization_list")
	var list struct{ Result []string }
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(list.Result, names); diff != "" || len(names) != 60 {
		t.Errorf("%d names; in one go and by pages they differ (-one +pages):\n%s", len(names), diff)
	}
	if count := s.search(t, url.Values{"rows": {"0"}}).Result.Count; packages != count {
		t.Errorf("the organizations have %d datasets, want %d", packages, count)
	}
}

func TestErrorsAreThoseOfCKAN(t *testing.T) {
	s := newSite(t, Small())
	var deleted, unborn string
	for _, truth := range s.world.Truth() {
		switch truth.Kind {
		case KindDeleted:
			deleted = truth.DatasetID
		case KindUnborn:
			unborn = truth.DatasetID
		}
	}
	s.now = s.world.End()
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"package_search?rows=abc":         {409, `"rows":["Invalid integer","Please enter an integer value"]`},
		"package_search?start=-5":         {409, `"start":["Must be a natural number"]`},
		"package_search?nosuch=1":         {400, `"__type":"Search Query Error"`},
		"package_search?fq=name:%5B":      {409, `"__type":"Search Error"`},
		"package_search?fq=(a":            {409, `"__type":"Search Error"`},
		"package_search?fq=%22a":          {409, `"__type":"Search Error"`},
		"package_search?sort=id+upwards":  {400, `"__type":"Search Query Error"`},
		"package_search?sort=nosuch+asc":  {200, `"success":true`},
		"package_show":                    {409, `"name_or_id":["Missing value"]`},
		"package_show?id=nosuch":          {404, `"error":{"__type":"Not Found Error","message":"Not found"},"success":false`},
		"package_show?id=" + deleted:      {403, `"__type":"Authorization Error"`},
		"package_show?id=" + unborn:       {404, `"__type":"Not Found Error"`},
		"no_such_action":                  {400, `"Bad request: Action name not known: no_such_action"`},
		"package_search/?rows=0":          {404, "<h1>404 Not Found</h1>"},
		"status_show":                     {200, `"ckan_version":"2.12.0"`},
		"package_list?limit=1&offset=999": {200, `"result":[]`},
	} {
		if status, body := s.get(t, "/api/3/action/"+path); status != want.status || !strings.Contains(body, want.body) {
			t.Errorf("%s: %d %.300s\nwant %d with %s", path, status, body, want.status, want.body)
		}
	}
}

func TestShowFindsByNameAndID(t *testing.T) {
	s := newSite(t, Small())
	w := s.world
	for i := range w.datasets {
		if w.datasets[i].kind != KindRenamed {
			continue
		}
		d := &w.datasets[i]
		for _, step := range []struct {
			at   int64
			id   string
			want int
		}{{d.renamed - 1, d.oldName, 200}, {d.renamed - 1, d.name, 404}, {d.renamed, d.oldName, 404}, {d.renamed, d.name, 200}, {d.renamed, d.id, 200}} {
			s.now = time.Unix(step.at, 0)
			if status, body := s.get(t, "/api/action/package_show?id="+step.id); status != step.want {
				t.Errorf("package_show?id=%s: %d %.100s, want %d", step.id, status, body, step.want)
			}
		}
	}
}

func TestActionsTakePosts(t *testing.T) {
	s := newSite(t, Small())
	for name, post := range map[string]struct {
		kind, body string
		status     int
	}{
		"json":        {"application/json", `{"rows": 2, "sort": "name asc"}`, 200},
		"form":        {"application/x-www-form-urlencoded", "rows=2&sort=name+asc", 200},
		"broken json": {"application/json", `{"rows": 2,`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/api/3/action/package_search", strings.NewReader(post.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", post.kind)
			status, body := send(t, request)
			var p page
			err = json.Unmarshal([]byte(body), &p)
			if status != post.status || status == 200 && (err != nil || len(p.Result.Results) != 2) {
				t.Errorf("%d %.200s", status, body)
			}
		})
	}
}

// Whatever a filter lets through, its negation keeps out, and nothing stops the server.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{"*:*", "name:a OR -b", "+(organization:x)", "metadata_modified:[* TO *]", `title:"a b`, "a AND (b OR NOT c)", "[", "x:y:z"} {
		f.Add(seed)
	}
	w := New(Small())
	f.Fuzz(func(t *testing.T, text string) {
		yes, err := w.filter(text)
		if err != nil {
			return
		}
		no, err := w.filter("NOT (" + text + ")")
		if strings.TrimSpace(text) == "" {
			return
		}
		if err != nil {
			t.Fatalf("%q is a filter, its negation is not: %v", text, err)
		}
		for i := range w.datasets {
			if at := w.start + day; yes(i, at) == no(i, at) {
				t.Errorf("%q and its negation agree on %s", text, w.datasets[i].name)
			}
		}
	})
}

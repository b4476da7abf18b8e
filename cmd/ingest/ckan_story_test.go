//go:build ckan

package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A story is a real CKAN that editors change and readers browse, a day after the other, and what
// was done there. Its days are steps: `ingest run` is told that each is a day later than the one
// before, and what CKAN tracked before is moved a day back.
type story struct {
	*servers
	site    *site
	ids     map[string]string // of datasets and resources, by a name of the test's own
	dates   []string          // of each step, UTC
	visits  []visit
	current int
}

// A visit is a reader's look at a page, or click on a file: one a day of each reader is counted.
type visit struct {
	step         int
	reader, path string // path of a page, URL of a file
	of           string // the dataset; of a file with several: all of them
	isFile       bool
}

func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{servers: startCKAN(t), site: &site{t: t, dir: t.TempDir()}, ids: map[string]string{}}
	s.site.write("footfall.yaml", "portal:\n  name: city\n  url: "+s.url+"\nmemory_limit: 256MB\n")
	return s
}

// call asks CKAN to do something, as its editor.
func (s *story) call(action string, args map[string]any) map[string]any {
	s.t.Helper()
	body, err := json.Marshal(args)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.send(action, "application/json", bytes.NewReader(body))
}

func (s *story) send(action, contentType string, body io.Reader) map[string]any {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/api/3/action/"+action, body)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", s.token)
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	var answer struct {
		Success bool
		Result  any
	}
	if err != nil || json.Unmarshal(text, &answer) != nil || !answer.Success {
		s.t.Fatalf("%s: %v: %s", action, err, text)
	}
	result, _ := answer.Result.(map[string]any)
	return result
}

// organization makes a publisher.
func (s *story) organization(name string) {
	s.t.Helper()
	s.ids[name] = s.call("organization_create", map[string]any{"name": name, "title": "Title of " + name})["id"].(string)
}

// dataset makes a dataset with resources that link elsewhere. A resource is known by the last part
// of its URL, and by that of the dataset where the URL is not its own.
func (s *story) dataset(name, organization string, urls ...string) {
	s.t.Helper()
	resources := []map[string]any{}
	for _, u := range urls {
		resources = append(resources, map[string]any{"name": "A file", "url": u, "format": "CSV"})
	}
	made := s.call("package_create", map[string]any{
		"name": name, "title": "Title of " + name, "owner_org": s.ids[organization], "resources": resources,
	})
	s.ids[name] = made["id"].(string)
	for i, r := range made["resources"].([]any) {
		s.ids[name+"/"+urls[i][strings.LastIndex(urls[i], "/")+1:]] = r.(map[string]any)["id"].(string)
	}
}

// upload adds a file that the portal keeps itself, and returns its address.
func (s *story) upload(dataset, file string) string {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for key, value := range map[string]string{"package_id": s.ids[dataset], "name": "A file", "format": "CSV"} {
		if err := form.WriteField(key, value); err != nil {
			s.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("upload", file)
	if err == nil {
		_, err = io.WriteString(part, "kind,height\noak,12\n")
	}
	if err != nil || form.Close() != nil {
		s.t.Fatal(err)
	}
	made := s.send("resource_create", form.FormDataContentType(), &body)
	s.ids[dataset+"/"+file] = made["id"].(string)
	return made["url"].(string)
}

// page has readers look at a page of a dataset: its browser tells CKAN, as the portal's script does.
func (s *story) page(dataset, path string, readers ...string) {
	s.t.Helper()
	s.track(visit{path: path, of: dataset}, "page", readers)
}

// file has readers click on the link of a file of these datasets.
func (s *story) file(datasets, address string, readers ...string) {
	s.t.Helper()
	s.track(visit{path: address, of: datasets, isFile: true}, "resource", readers)
}

func (s *story) track(v visit, kind string, readers []string) {
	s.t.Helper()
	for _, reader := range readers {
		form := url.Values{"url": {v.path}, "type": {kind}}
		request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/_tracking", strings.NewReader(form.Encode()))
		if err != nil {
			s.t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("User-Agent", "Invented/1.0 (of "+reader+")")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			s.t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusMethodNotAllowed { // 2.12 counts, and says 405
			s.t.Fatalf("a visit of %s: status %d", v.path, response.StatusCode)
		}
		v.step, v.reader = s.current, reader
		s.visits = append(s.visits, v)
	}
}

// step ends a day: CKAN sums up its visits, as an operator's cron has it, and Footfall runs.
func (s *story) step(args ...string) result {
	s.t.Helper()
	now := time.Now().UTC()
	s.ckan("tracking", "update", now.AddDate(0, 0, -2).Format(time.DateOnly)) // without a date the first one goes through 15 years
	clock := now.AddDate(0, 0, s.current)
	s.dates = append(s.dates, clock.Format(time.DateOnly))
	got := s.site.ingest(append([]string{"--clock", clock.Format(time.RFC3339), "run"}, args...)...).wantCode(s.t, exitDone)
	s.query("update tracking_raw set access_timestamp = access_timestamp - interval '1 day'")
	s.query("update tracking_summary set tracking_date = tracking_date - 1")
	s.current++
	return got
}

// query changes CKAN's database.
func (s *story) query(text string) {
	s.t.Helper()
	s.run(exec.Command("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", text, s.database))
}

// lines are the rows of a query, with the test's own names for ids, days for dates and PORTAL for
// the address of the portal.
func (s *story) lines(query string) (lines []string) {
	s.t.Helper()
	var names []string
	for name, id := range s.ids {
		names = append(names, id, name)
	}
	for i, date := range s.dates {
		names = append(names, date, fmt.Sprintf("day %d", i))
	}
	replace := strings.NewReplacer(append(names, s.url, "PORTAL")...)
	read(s.t, s.site.path("data/warehouse.duckdb"), func(db *sql.DB) {
		text := queryText(s.t, db, `select string_agg(line, chr(10)) from (`+query+`) as rows (line)`)
		lines = strings.Split(replace.Replace(text), "\n")
	})
	slices.Sort(lines)
	return lines
}

// truth is on how many days how many readers used a dataset after one step, up to another.
func (s *story) truth(dataset string, isFile bool, after, until int) int {
	seen := map[string]bool{}
	for _, v := range s.visits {
		if slices.Contains(strings.Fields(v.of), dataset) && v.isFile == isFile && v.step > after && v.step <= until {
			seen[fmt.Sprint(v.step, v.reader)] = true
		}
	}
	return len(seen)
}

// compare holds the lines of a query against those of a text.
func (s *story) compare(t *testing.T, query, want string) {
	t.Helper()
	wanted := strings.Split(strings.TrimSpace(want), "\n")
	slices.Sort(wanted)
	if diff := cmp.Diff(wanted, s.lines(query)); diff != "" {
		t.Errorf("what is known differs from what was done (-done +known):\n%s", diff)
	}
}

package simulate

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tagged is a world with both tags and a part of its data on hosts without logs.
func tagged(datasets, days int) *World {
	o := Small()
	o.Datasets, o.Days, o.Lines, o.Unlogged = datasets, days, 300*datasets, 0.4
	o.Tracking, o.Matomo = Tag{0.5, 0.5}, Tag{0.9, 1}
	return New(o)
}

// A tag counts the part of the client-days that the truth says, on hosts with logs and without.
func TestTagsSeeTheirShare(t *testing.T) {
	w := tagged(1500, 364)
	for name, tag := range map[string]struct {
		share  func(Truth) float64
		counts func(yield func(Count) bool)
	}{
		"tracking": {func(t Truth) float64 { return t.TrackingShare }, w.TrackingCounts()},
		"matomo":   {func(t Truth) float64 { return t.MatomoShare }, w.MatomoCounts()},
	} {
		t.Run(name, func(t *testing.T) {
			files, pages := map[string]int64{}, 0
			for c := range tag.counts {
				if c.ResourceID == "" {
					pages++
					continue
				}
				files[c.DatasetID] += c.Clients
			}
			var found, expected, all [2]float64
			var shares []float64
			for _, truth := range w.Truth() {
				i := 0
				switch truth.Kind {
				case KindUnlogged:
				case KindPlain:
					i = 1
				default:
					continue
				}
				days := truth.Rate * float64(w.options.Days) / quarterDay
				found[i], expected[i], all[i] = found[i]+float64(files[truth.DatasetID]), expected[i]+days*tag.share(truth), all[i]+days
				shares = append(shares, tag.share(truth))
			}
			for i := range found {
				if math.Abs(found[i]-expected[i]) > 4*math.Sqrt(burstDays*expected[i]) || expected[i] > 0.7*all[i] || expected[i] < 1000 {
					t.Errorf("%.0f counted, want %.0f of %.0f", found[i], expected[i], all[i])
				}
			}
			mean, variation := moments(shares)
			if mean < 0.25 || mean > 0.5 || variation < 0.4 || variation > 0.7 || pages == 0 {
				t.Errorf("shares have the mean %.2f and the variation %.2f, and %d pages were seen", mean, variation, pages)
			}
		})
	}
}

func moments(all []float64) (mean, variation float64) {
	var square float64
	for _, x := range all {
		mean, square = mean+x/float64(len(all)), square+x*x/float64(len(all))
	}
	return mean, math.Sqrt(square-mean*mean) / mean
}

func TestGamma(t *testing.T) {
	d := newDice(1, forTags, 0)
	for _, variation := range []float64{0, 0.3, 1, 2} {
		all := make([]float64, 200_000)
		for i := range all {
			all[i] = d.gamma(variation)
		}
		if mean, got := moments(all); math.Abs(mean-1) > 0.02 || math.Abs(got-variation) > 0.03*(1+variation) {
			t.Errorf("variation %.1f: mean %.3f, variation %.3f", variation, mean, got)
		}
	}
}

// The portal shows the sums of the days that are over; a dataset's total is that of the URL seen
// last, so that it falls after a renaming.
func TestTrackingSummary(t *testing.T) {
	w := tagged(900, 300)
	now := w.options.Start
	server := httptest.NewServer(w.Handler(func() time.Time { return now }))
	t.Cleanup(server.Close)
	totals := func(days int) (pages, files map[string]int64) {
		now = w.options.Start.AddDate(0, 0, days).Add(6 * time.Hour)
		_, body := fetch(t, server.URL+"/api/3/action/package_search?q=*:*&rows=1000")
		var answer struct {
			Result struct{ Results []ckanPackage }
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil || len(answer.Result.Results) == 0 {
			t.Fatalf("%v: %.200s", err, body)
		}
		pages, files = map[string]int64{}, map[string]int64{}
		for _, p := range answer.Result.Results {
			pages[p.ID] = p.Tracking.Total
			for _, r := range p.Resources {
				files[r.URL] = r.Tracking.Total
			}
		}
		return pages, files
	}
	want, shown, hits, clients := map[string]int64{}, map[string]string{}, int64(0), int64(0)
	for c := range w.TrackingCounts() {
		if c.Day >= 200 {
			break
		}
		want[c.URL] += c.Clients
		hits, clients = hits+c.Hits, clients+c.Clients
		if c.ResourceID == "" {
			shown[c.DatasetID] = c.URL
		}
	}
	pages, files := totals(200)
	for id, total := range pages {
		if total != want[shown[id]] {
			t.Errorf("%s: total %d, want %d of %s", id, total, want[shown[id]], shown[id])
		}
	}
	for address, total := range files {
		if total != want[address] {
			t.Errorf("%s: total %d, want %d", address, total, want[address])
		}
	}
	if clients == 0 || hits == clients {
		t.Errorf("%d clients and %d hits: nobody came twice a day", clients, hits)
	}
	fell := 0
	earlier, _ := totals(150)
	later, _ := totals(300)
	for _, truth := range w.Truth() {
		if later[truth.DatasetID] < earlier[truth.DatasetID] && truth.IsLive(now) {
			fell++
		}
	}
	if again, _ := totals(150); !cmp.Equal(again, earlier) || fell == 0 {
		t.Errorf("%d totals fell, want some; an earlier moment shows (-before +again): %.500s", fell, cmp.Diff(earlier, again))
	}
	_, body := fetch(t, server.URL+"/api/3/action/status_show")
	if !strings.Contains(body, `"tracking"`) {
		t.Errorf("status_show names no tracking: %s", body)
	}
	without := newSite(t, Small())
	if _, body := fetch(t, without.URL+"/api/3/action/package_search?rows=5"); strings.Contains(body, "tracking") {
		t.Errorf("a portal without tracking shows counts: %.500s", body)
	}
}

func fetch(t *testing.T, address string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return send(t, request)
}

func TestMatomoAnswers(t *testing.T) {
	w := tagged(200, 60)
	now := w.options.Start.AddDate(0, 0, 31).Add(6 * time.Hour)
	server := httptest.NewServer(w.MatomoHandler(func() time.Time { return now }))
	t.Cleanup(server.Close)
	ask := func(method, date, token string) string {
		form := url.Values{"module": {"API"}, "format": {"JSON"}, "idSite": {"1"}, "period": {"day"}, "method": {method}, "date": {date}, "token_auth": {token}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/index.php", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		status, body := send(t, request)
		if status != http.StatusOK {
			t.Errorf("%s: status %d", method, status)
		}
		return body
	}
	rows := func(method string) (rows []matomoRow) {
		if err := json.Unmarshal([]byte(ask(method, "2025-10-31", MatomoToken)), &rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	want, got := map[string]int64{}, map[string]int64{}
	for c := range w.MatomoCounts() {
		if c.Day == 30 {
			want[c.URL] = c.Clients
		}
	}
	visits := int64(0)
	for _, method := range []string{"Actions.getPageUrls", "Actions.getDownloads", "Actions.getOutlinks"} {
		all := rows(method)
		if len(all) == 0 {
			t.Errorf("%s lists nothing", method)
		}
		for _, r := range all {
			got[r.URL] = r.Visitors
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	for _, r := range rows("Referrers.getReferrerType") {
		visits += r.Visits
	}
	if body := ask("VisitsSummary.get", "2025-10-31", MatomoToken); !strings.Contains(body, fmt.Sprintf(`"nb_visits":%d`, visits)) || visits == 0 {
		t.Errorf("%d visits by origin, and %s", visits, body)
	}
	for name, c := range map[string]struct{ method, date, token, want string }{
		"a wrong token":        {"Actions.getPageUrls", "2025-10-31", "x", `"result":"error"`},
		"a day not over":       {"Actions.getPageUrls", "2025-11-01", MatomoToken, `[]`},
		"a day before":         {"Actions.getPageUrls", "2025-09-30", MatomoToken, `[]`},
		"an unknown method":    {"Actions.getNothing", "2025-10-31", MatomoToken, `does not exist`},
		"no date":              {"Actions.getPageUrls", "yesterday", MatomoToken, `not a valid date`},
		"the site, in its own": {"SitesManager.getSiteFromId", "", MatomoToken, `"timezone":"UTC"`},
	} {
		if body := ask(c.method, c.date, c.token); !strings.Contains(body, c.want) {
			t.Errorf("%s: %.200s, want %s", name, body, c.want)
		}
	}
}

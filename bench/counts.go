package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	countedDatasets = 13_000
	countedRows     = countedDatasets * 11 / 5 // a day: the page and a file of each, and a link of every fifth
	countsConfig    = `data_dir: .
published: usage.duckdb
counts:
  - name: stats
    kind: matomo
    url: %s
    site: "1"
    site_url: https://data.example.org
    token_file: token
    since: %s
    until: %s
`
)

// countedDays are how many days of answers are loaded, each into a warehouse of its own: what the
// memory of the longer history is compared with, and the history.
var countedDays = []int{30, 90}

// measureCounts loads the answers of a Matomo of a portal of 13,000 datasets, each of which was seen
// and taken on every day: more than any tool has of a real portal.
func (p *plan) measureCounts(ctx context.Context, out io.Writer, now func() time.Time, all *results) error {
	server := httptest.NewServer(http.HandlerFunc(answerAsMatomo))
	defer server.Close()
	for _, days := range countedDays {
		c := contender{
			name: fmt.Sprintf("%d days", days), folder: filepath.Join(p.dir, "work", "counts"),
			rows: func(string) (int64, error) { return int64(days * countedRows), nil },
		}
		c.command = func(sample) ([]string, error) {
			first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			last := first.AddDate(0, 0, days-1)
			config := filepath.Join(c.folder, "footfall.yaml")
			text := fmt.Sprintf(countsConfig, server.URL, first.Format(time.DateOnly), last.Format(time.DateOnly))
			return []string{p.ingest, "counts", "--config", config, "--clock", "2026-12-01T06:00:00Z"}, errors.Join(
				os.WriteFile(config, []byte(text), 0o600), os.WriteFile(filepath.Join(c.folder, "token"), []byte("invented"), 0o600))
		}
		taken := make([]measurement, p.rounds)
		for round := range taken {
			var err error
			if taken[round], err = measure(ctx, c, sample{}, now); err != nil {
				return err
			}
		}
		r := result{form: "counts", name: c.name, measurement: median(taken)}
		r.lines = int(r.rows)
		*all = append(*all, r)
		if err := r.print(out); err != nil {
			return err
		}
	}
	return nil
}

// A countedURL is a row of a Matomo's report.
type countedURL struct {
	method, url string
	visitors    int
}

// countedOf are the rows of a day.
func countedOf(date string) (rows []countedURL) {
	rows = make([]countedURL, 0, countedRows)
	for i := range countedDatasets {
		visitors := 1 + (i*int(date[len(date)-1]))%9
		rows = append(rows,
			countedURL{"Actions.getPageUrls", fmt.Sprintf("https://data.example.org/dataset/dataset-%05d", i), visitors},
			countedURL{"Actions.getDownloads", fmt.Sprintf("https://files.example.org/%05d/table.csv", i), visitors})
		if i%5 == 0 {
			rows = append(rows, countedURL{"Actions.getOutlinks", fmt.Sprintf("https://agency-%02d.example.com/data/%05d", i%80, i), visitors})
		}
	}
	return rows
}

func answerAsMatomo(w http.ResponseWriter, r *http.Request) {
	method, date := r.PostFormValue("method"), r.PostFormValue("date")
	switch method {
	case "SitesManager.getSiteFromId":
		fmt.Fprint(w, `{"idsite":1,"name":"bench","main_url":"https://data.example.org","timezone":"UTC","ts_created":"2025-01-01 00:00:00"}`)
	case "VisitsSummary.get":
		fmt.Fprint(w, `{"nb_visits":5000}`)
	case "Referrers.getReferrerType":
		fmt.Fprint(w, `[{"label":"Direct Entry","nb_visits":5000,"nb_uniq_visitors":5000,"referrer_type":1}]`)
	case "Actions.get":
		sums := map[string]int{}
		for _, row := range countedOf(date) {
			sums[row.method] += row.visitors
		}
		fmt.Fprintf(w, `{"nb_pageviews":%d,"nb_downloads":%d,"nb_outlinks":%d}`,
			sums["Actions.getPageUrls"], sums["Actions.getDownloads"], sums["Actions.getOutlinks"])
	default:
		var text strings.Builder
		for _, row := range countedOf(date) {
			if row.method == method {
				fmt.Fprintf(&text, `,{"label":%q,"nb_visits":%d,"nb_uniq_visitors":%d,"nb_hits":%d,"url":%q}`,
					row.url, row.visitors, row.visitors, row.visitors, row.url)
			}
		}
		fmt.Fprint(w, "["+strings.TrimPrefix(text.String(), ",")+"]")
	}
}

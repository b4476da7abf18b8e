package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// newGA4 is an invented Data API on loopback with one page and one file a day, beside a sign-in for
// the service account whose key file it returns. Its quota is used up while isEmpty says so.
func newGA4(t *testing.T, isEmpty *atomic.Bool) (address, key string) {
	t.Helper()
	const token = "ya29.invented"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			fmt.Fprintf(w, `{"access_token":%q,"expires_in":3599,"token_type":"Bearer"}`, token)
			return
		}
		body, _ := io.ReadAll(r.Body)
		row := func(dimensions string, metrics ...int) string {
			var values []string
			for _, m := range metrics {
				values = append(values, fmt.Sprintf(`{"value":"%d"}`, m))
			}
			return fmt.Sprintf(`{"dimensionValues":[{"value":"%s"}],"metricValues":[%s]}`, strings.ReplaceAll(dimensions, "|", `"},{"value":"`), strings.Join(values, ","))
		}
		var rows []string
		switch {
		case isEmpty.Load():
			w.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(w, `{"error":{"code":429,"message":"Exhausted property tokens per day.","status":"RESOURCE_EXHAUSTED"}}`)
			return
		case r.Header.Get("Authorization") != "Bearer "+token || r.URL.Path != "/v1beta/properties/123:runReport":
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"error":{"code":403,"message":"No.","status":"PERMISSION_DENIED"}}`)
			return
		case bytes.Contains(body, []byte(`"sessionSource"`)):
			rows = []string{row("data.example.org|/dataset/otters|google|organic", 2, 3)}
		case bytes.Contains(body, []byte(`"hostName"`)):
			rows = []string{row("data.example.org|/dataset/otters", 2, 3)}
		case bytes.Contains(body, []byte(`"file_download"`)):
			rows = []string{row("https://data.example.org/otters.csv", 1, 2)}
		case bytes.Contains(body, []byte(`"click"`)):
		default:
			rows = []string{row("page_view", 3), row("file_download", 2)}
		}
		fmt.Fprintf(w, `{"rows":[%s],"rowCount":%d,"metadata":{"timeZone":"UTC"}}`, strings.Join(rows, ","), len(rows))
	}))
	t.Cleanup(server.Close)
	return server.URL, keyFile(t, server.URL+"/token")
}

// keyFile is the key file of an invented service account that signs in at an address.
func keyFile(t *testing.T, tokenURI string) string {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "reader@project.example.com", "token_uri": tokenURI,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// A quota that is used up leaves the rest to the next run, and the sources after it are asked all the same.
func TestCountsOfGA4(t *testing.T) {
	var isEmpty, isDown atomic.Bool
	s := newSite(t)
	address, key := newGA4(t, &isEmpty)
	s.write("key.json", key)
	s.write("matomo.token", "5ecret5ecret")
	s.write("footfall.yaml", "counts:\n  - {name: google, kind: ga4, url: "+address+", site: \"123\", site_url: https://data.example.org, token_file: key.json, since: 2026-09-20, retries: 0}\n"+
		"  - {name: stats, kind: matomo, url: "+newMatomo(t, "5ecret5ecret", &isDown)+", site: \"1\", site_url: https://data.example.org, token_file: matomo.token}\n")
	isEmpty.Store(true)
	used := s.ingest("--clock", "2026-09-30T06:00:00Z", "counts").wantCode(t, exitAttention)
	if said := used.out + used.err; strings.Count(said, "quota of the property is used up") == 0 || strings.Contains(said, "PRIVATE") || !strings.Contains(said, "stats: 4 answers") {
		t.Errorf("the run says\n%s", said)
	}
	doctorSays := func(texts ...string) {
		said := s.ingest("--clock", "2026-09-30T06:00:00Z", "doctor").out
		for _, text := range texts {
			if !strings.Contains(said, text) {
				t.Errorf("%q is missing in what the doctor says:\n%s", text, said)
			}
		}
	}
	doctorSays("FAIL  counts: google: ", "RESOURCE_EXHAUSTED", "ok    counts: stats: Matomo answers for site 1")
	isEmpty.Store(false)
	s.ingest("--clock", "2026-09-30T06:00:00Z", "counts", "--source", "google").wantCode(t, exitDone)
	doctorSays("ok    counts: google: Google Analytics answers for property 123, signed in as reader@project.example.com")
	read(t, s.path("data/warehouse.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, `
			select string_agg(concat_ws(' ', metric, days, final, value), ', ' order by metric)
			from (
				select metric, count(*) as days, count(*) filter (is_final) as final, sum(total_value) as value
				from ledger.count_pull where source = 'google' group by metric
			)`)
		if want := "file_events 10 7 10, outlinks 10 7 0, pages 10 7 20, referrals 10 7 20"; got != want {
			t.Errorf("pulls are\n%s\nwant\n%s", got, want)
		}
		got = queryText(t, db, `select distinct concat_ws(' ', medium, referrer_name, url.path) from raw.referral_count join raw.url using (url_id) where source = 'google'`)
		if want := "search Google /dataset/otters"; got != want {
			t.Errorf("referrals are %q, want %q", got, want)
		}
	})
}

func TestConfigOfGA4(t *testing.T) {
	for name, test := range map[string]struct {
		entry string
		want  []string
	}{
		"nothing but a kind": {"{name: google, kind: ga4}", []string{"counts[0].site", "Property details", "counts[0].site_url", "counts[0].token_file", "FOOTFALL_TOKEN_GOOGLE"}},
		"another key file":   {"{name: google, kind: ga4, site: \"1\", site_url: https://data.example.org, token_file: other.json}", []string{"counts[0].token_file", "not that of a service account"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("other.json", `{"installed": {}}`)
			s.write("footfall.yaml", "counts:\n  - "+test.entry+"\n")
			s.ingest("counts").wantCode(t, exitUsage).wantErr(t, test.want...)
		})
	}
}

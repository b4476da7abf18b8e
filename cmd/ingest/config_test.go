package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"footfall/internal/sources/accesslog"
)

const goodConfig = `
data_dir: work
portal:
  url: https://data.example.org
logs:
  - name: web
    paths: [access.log]
    host: data.example.org
`

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "footfall.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReadConfig(t *testing.T) {
	file := writeConfig(t, goodConfig)
	c, err := readConfig(file, []string{"FOOTFALL_VERDICT_THRESHOLD=8", "FOOTFALL_PORTAL_TOKEN=s3cret", "HOME=/root"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Verdict.Threshold != 8 {
		t.Errorf("threshold %d, want 8 from the environment", c.Verdict.Threshold)
	}
	if token, err := c.token(); err != nil || token != "s3cret" {
		t.Errorf("token %q, %v", token, err)
	}
	if want := filepath.Join(filepath.Dir(file), "work", "warehouse.duckdb"); c.warehouse() != want {
		t.Errorf("warehouse %s, want %s", c.warehouse(), want)
	}
	if c.Portal.FullEvery != 7*24*time.Hour || c.RetainHits != 90 || c.SaltDays != 14 {
		t.Errorf("defaults: %+v", c)
	}
	if l := c.Logs[0]; l.Role != "direct" || l.ReplicaGroup != "all" {
		t.Errorf("defaults of a log: %+v", l)
	}
}

// YAML takes a date without quotes for a time.
func TestDatesNeedNoQuotes(t *testing.T) {
	for name, text := range map[string]string{"none": "2015-05-21", "double": `"2015-05-21"`, "single": "'2015-05-21'"} {
		c, err := readConfig(writeConfig(t, goodConfig+"as_of: "+text+"\n"), nil)
		if err != nil || c.AsOf != "2015-05-21" {
			t.Errorf("%s: as_of %+v, %v", name, c, err)
		}
	}
	if c, err := readConfig(writeConfig(t, goodConfig), []string{"FOOTFALL_AS_OF=2015-05-21"}); err != nil || c.AsOf != "2015-05-21" {
		t.Errorf("from the environment: %+v, %v", c, err)
	}
}

func TestReadConfigOfALogsFormat(t *testing.T) {
	c, err := readConfig(writeConfig(t, goodConfig+`
    format: 'nginx: [$time_local] "$request" $status'
    time_zone: Europe/London
  - name: api
    paths: [api.log]
    host: api.example.org
    json: {time: Request.At, uri: Request.Path, agent: headers.User-Agent.0}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	web, api := newLog(c, c.Logs[0]).Config, newLog(c, c.Logs[1]).Config
	if web.Format != `nginx: [$time_local] "$request" $status` || web.Zone.String() != "Europe/London" {
		t.Errorf("format %q, zone %v", web.Format, web.Zone)
	}
	// The names of keys are the log's: their capitals are kept.
	if want := (accesslog.JSONKeys{Time: "Request.At", URI: "Request.Path", Agent: "headers.User-Agent.0"}); api.JSON != want {
		t.Errorf("keys %+v, want %+v", api.JSON, want)
	}
}

func TestReadConfigNamesTheKeyAndTheFix(t *testing.T) {
	for name, test := range map[string]struct {
		config  string
		environ []string
		want    []string
	}{
		"unknown key":             {config: goodConfig + "treshold: 5\n", want: []string{"treshold: no such key; the nearest is "}},
		"unknown nested key":      {config: strings.Replace(goodConfig, "  url:", "  ulr: x\n  url:", 1), want: []string{"portal.ulr: no such key; the nearest is url"}},
		"unknown key of a log":    {config: strings.Replace(goodConfig, "    host:", "    pahts: [x]\n    host:", 1), want: []string{"logs[0].pahts: no such key; the nearest is paths"}},
		"unknown variable":        {config: goodConfig, environ: []string{"FOOTFALL_SALT_DAY=3"}, want: []string{"FOOTFALL_SALT_DAY: no such setting; the nearest is FOOTFALL_SALT_DAYS"}},
		"a secret in the file":    {config: strings.Replace(goodConfig, "  url:", "  token: s3cret\n  url:", 1), want: []string{"portal.token", "FOOTFALL_PORTAL_TOKEN"}},
		"bad URL":                 {config: strings.Replace(goodConfig, "https://data", "data", 1), want: []string{"portal.url", "https://data.example.org"}},
		"password in a URL":       {config: strings.Replace(goodConfig, "https://data", "https://u:hunter2@data", 1), want: []string{"portal.url", "portal.token_file"}},
		"bad time zone":           {config: goodConfig + "time_zone: Europe/Lundon\n", want: []string{"time_zone", "Europe/London"}},
		"bad date":                {config: goodConfig + "as_of: 30/09/2026\n", want: []string{"as_of", "2026-09-30"}},
		"a time, no date":         {config: goodConfig + "as_of: 2026-09-30T12:00:00Z\n", want: []string{"as_of", "2026-09-30"}},
		"missing list":            {config: goodConfig + "counter_robots: robots.json\n", want: []string{"counter_robots", "robots.json"}},
		"no datasets an hour":     {config: goodConfig + "verdict: {suspect_datasets_per_hour: 0}\n", want: []string{"verdict.suspect_datasets_per_hour", "at least 1"}},
		"missing file":            {config: goodConfig + "networks: nets.csv\n", want: []string{"networks", "nets.csv"}},
		"missing register":        {config: goodConfig + "context: notes.csv\n", want: []string{"context", "notes.csv", "leave the key out"}},
		"missing token file":      {config: strings.Replace(goodConfig, "  url:", "  token_file: nope\n  url:", 1), want: []string{"portal.token_file", "nope"}},
		"no host":                 {config: strings.Replace(goodConfig, "    host: data.example.org\n", "", 1), want: []string{"logs[0].host"}},
		"host with scheme":        {config: strings.Replace(goodConfig, "host: data", "host: https://data", 1), want: []string{"logs[0].host", "without scheme"}},
		"two logs, one name":      {config: goodConfig + "  - name: web\n    paths: [b]\n    host: data.example.org\n", want: []string{"logs[1].name", "taken"}},
		"unknown role":            {config: goodConfig + "    role: cdn\n", want: []string{"logs[0].role", "direct, edge, origin"}},
		"forwarded, no proxy":     {config: goodConfig + "    client_address: forwarded\n", want: []string{"logs[0].trusted_proxies"}},
		"bad proxy":               {config: goodConfig + "    trusted_proxies: [10.0.0.300]\n", want: []string{"logs[0].trusted_proxies", "192.0.2.0/24"}},
		"unknown format":          {config: goodConfig + "    format: combind\n", want: []string{"logs[0].format", "combined, common", "log_format"}},
		"format without time":     {config: goodConfig + "    format: '$remote_addr \"$request\"'\n", want: []string{"logs[0].format", "$time_local"}},
		"format of two sides":     {config: goodConfig + "    format: '%t %r%{Foo}i'\n", want: []string{"logs[0].format", "%r", "%{Foo}i"}},
		"format of nowhere":       {config: goodConfig + "    format: '%t %r %Y'\n", want: []string{"logs[0].format", "%Y"}},
		"keys without time":       {config: goodConfig + "    json: {uri: path}\n", want: []string{"logs[0].json", "time"}},
		"an unknown part":         {config: goodConfig + "    json: {time: ts, url: path}\n", want: []string{"logs[0].json.url", "uri"}},
		"keys and a format":       {config: goodConfig + "    format: caddy\n    json: {time: ts, uri: path}\n", want: []string{"logs[0].json", "caddy"}},
		"zone of a log":           {config: goodConfig + "    time_zone: Local\n", want: []string{"logs[0].time_zone", "Europe/London"}},
		"bad number":              {config: goodConfig + "retain_hits_days: soon\n", want: []string{"retain_hits_days"}},
		"too small":               {config: goodConfig + "verdict: {threshold: 0}\n", want: []string{"verdict.threshold"}},
		"published over all":      {config: goodConfig + "published: work/warehouse.duckdb\n", want: []string{"published", "would overwrite"}},
		"published, its log":      {config: goodConfig + "published: work/warehouse.duckdb.wal\n", want: []string{"published", "would overwrite"}},
		"published, a folder":     {config: goodConfig + "published: .\n", want: []string{"published", "is a directory"}},
		"life of a log":           {config: goodConfig + "    from: 2026-05-01\n    until: 2026-04-01\n", want: []string{"logs[0].until", "before from"}},
		"nothing to load":         {config: "data_dir: x\n", want: []string{"portal.url, logs"}},
		"no YAML":                 {config: "a: [", want: []string{"footfall.yaml"}},
		"all at once":             {config: goodConfig + "time_zone: X\nas_of: Y\nfoo: 1\n", want: []string{"time_zone", "as_of", "foo"}},
		"rule of a relative path": {config: goodConfig + "targets:\n  - host: h.example.org\n    path_prefix: x/\n    dataset: a\n", want: []string{"targets[0].path_prefix", "begins with /"}},
		"rule of a URL":           {config: goodConfig + "targets:\n  - host: a.example.org\n    path_prefix: /\n    kind: none\n  - host: https://h.example.org/x\n    path_prefix: /\n    dataset: a\n", want: []string{"targets[1].host", "no host name"}},
		"bad permalinks":          {config: goodConfig + "permalinks: ['https://id.example.org/']\n", want: []string{"permalinks[0]", "no host name"}},
		"bad rule":                {config: goodConfig + "targets:\n  - host: h.example.org\n    path_regexp: '('\n", want: []string{"targets[0].path_regexp", "targets[0].dataset"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readConfig(writeConfig(t, test.config), test.environ)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in:\n%v", want, err)
				}
			}
			for _, secret := range []string{"hunter2", "s3cret"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error tells the secret: %v", err)
				}
			}
		})
	}
	if _, err := readConfig(filepath.Join(t.TempDir(), "footfall.yaml"), nil); err == nil || !strings.Contains(err.Error(), "--config") {
		t.Errorf("a missing file: %v", err)
	}
}

// The sample shows every key that there is, be it in a comment.
func TestSampleHasEveryKey(t *testing.T) {
	sample := readFile(t, filepath.Join("..", "..", "data", "sample", "footfall.yaml"))
	var check func(of reflect.Type, path string)
	check = func(of reflect.Type, path string) {
		for key, field := range taggedFields(of) {
			if !regexp.MustCompile(`\b` + key + `\b`).MatchString(sample) {
				t.Errorf("the sample lacks %s%s", path, key)
			}
			if field.Kind() == reflect.Slice {
				field = field.Elem()
			}
			if field.Kind() == reflect.Struct {
				check(field, path+key+".")
			}
		}
	}
	check(reflect.TypeFor[config](), "")
}

func TestDistance(t *testing.T) {
	f := func(a, b string, want int) {
		t.Helper()
		if got := distance(a, b); got != want {
			t.Errorf("distance(%q, %q) = %d, want %d", a, b, got, want)
		}
	}
	f("", "", 0)
	f("abc", "abc", 0)
	f("abc", "", 3)
	f("kitten", "sitting", 3)
	f("paths", "pahts", 2)
}

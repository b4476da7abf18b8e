package accesslog

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources/sourcestest"
	"footfall/internal/traffic"
)

// hostileNetworks tell by its class whether an address was understood.
const hostileNetworks = `cidr,network_class,valid_from,note
203.0.113.0/24,academic,2026-01-01,IPv4 as it comes
198.51.100.0/24,contractor,2026-01-01,what must not be taken for the client
2001:db8::/32,cloud,2026-01-01,IPv6
fe80::/10,government,2026-01-01,with a zone
`

// hostileFormats are the formats of the fixtures: the header that files of it begin with, and a
// line without hostility.
var hostileFormats = map[string]struct{ format, header, usual string }{
	"combined": {format: "combined", usual: requests("/usual")},
	"common":   {format: "common", usual: strings.Replace(requests("/usual"), ` "https://www.example.net/search?q=x" "curl/8.5.0"`, "", 1)},
	"w3c": {
		format: "w3c", header: "#Fields: date time c-ip cs-username cs-method cs-uri-stem cs-uri-query sc-status sc-bytes cs(User-Agent) cs(Referer)\n",
		usual: "2026-01-05 10:00:00 203.0.113.9 - GET /usual - 200 512 curl/8.5.0 -\n",
	},
	"cloudfront": {
		format: "cloudfront",
		header: "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header x-forwarded-for\n",
		usual:  "2026-01-05\t10:00:00\tLHR61-C1\t512\t203.0.113.9\tGET\td1.example.net\t/usual\t200\t-\tcurl/8.5.0\t-\tdata.example.org\t-\n",
	},
	"caddy": {
		format: "caddy",
		usual:  `{"ts":1767607200,"msg":"handled request","request":{"remote_ip":"203.0.113.9","method":"GET","host":"data.example.org","uri":"/usual","headers":{"User-Agent":["x"]}},"size":512,"status":200}` + "\n",
	},
	"traefik": {
		format: "traefik",
		usual:  `{"ClientHost":"203.0.113.9","DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/usual","StartUTC":"2026-01-05T10:00:00Z"}` + "\n",
	},
	"nginx_json": {
		format: "nginx_json",
		usual:  `{"time_iso8601":"2026-01-05T10:00:00+00:00","remote_addr":"203.0.113.9","request":"GET /usual HTTP/1.1","status":200,"http_user_agent":"x"}` + "\n",
	},
	"nginx_string": {
		format: `$time_iso8601|$remote_addr|$remote_user|$host|"$request"|$status|$body_bytes_sent|"$http_user_agent" $request_time`,
		usual:  `2026-01-05T10:00:00+00:00|203.0.113.9|-|data.example.org|"GET /usual HTTP/1.1"|200|512|"x" 0.013` + "\n",
	},
	"apache_string": {
		format: `%h %u [%{%Y-%m-%dT%H:%M:%S%z}t] "%r" %>s %b "%{User-Agent}i" %D`,
		usual:  `203.0.113.9 - [2026-01-05T10:00:00+0000] "GET /usual HTTP/1.1" 200 512 "x" 1300` + "\n",
	},
}

// Lines on which parsers are known to fail, a file each in testdata/hostile/FORMAT, end in the
// warehouse's rows as a right parser ends: the line, then what is wanted of it. A line must come
// to the same in a file of its own and between others.
func TestHostileFixtures(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "hostile", "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		formatName := filepath.Base(filepath.Dir(file))
		t.Run(formatName+"/"+filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			const mark = "-- want --\n"
			line, want, isMarked := strings.Cut(string(content), mark)
			if !isMarked {
				t.Fatal("the file does not say what is wanted")
			}
			got := hostileRows(t, formatName, line)
			if *update {
				if err := os.WriteFile(file, []byte(line+mark+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			usual := hostileFormats[formatName].usual
			usualRows := hostileRows(t, formatName, usual)
			wantBoth := want + usualRows
			if strings.HasPrefix(line, string(byteOrderMark)) {
				return // It means something at a file's start only.
			}
			if got := hostileRows(t, formatName, usual+line); sortedLines(got) != sortedLines(wantBoth) {
				t.Errorf("after another line: %s, want: %s", got, wantBoth)
			}
			if got := hostileRows(t, formatName, line+usual); sortedLines(got) != sortedLines(wantBoth) {
				t.Errorf("before another line: %s, want: %s", got, wantBoth)
			}
		})
	}
}

func sortedLines(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(text)), "")
}

// hostileRows tells what becomes of a file, a line for each hit, rejected and dropped one.
func hostileRows(t *testing.T, formatName, text string) string {
	t.Helper()
	s := newSite(t)
	of := hostileFormats[formatName]
	s.config.Format = of.format
	s.write("access.log", of.header+text)
	source := s.source()
	networks, err := traffic.ReadNetworks(strings.NewReader(hostileNetworks), "networks.csv")
	if err != nil {
		t.Fatal(err)
	}
	source.Networks = networks
	var said strings.Builder
	for _, unit := range sourcestest.Units(t, source) {
		tables := sourcestest.Drain(t, unit)
		texts := map[string]string{"0": "none"}
		for _, row := range tables["raw.url"] {
			text := fmt.Sprint(row["host"], row["path"])
			if row["query"] != "" {
				text += fmt.Sprint("?", row["query"])
			}
			texts[fmt.Sprint(row["url_id"])] = short(text)
		}
		for _, row := range tables["raw.agent"] {
			texts[fmt.Sprint(row["agent_id"])] = short(fmt.Sprint(row["user_agent"]))
		}
		for _, row := range tables["raw.referrer"] {
			texts[fmt.Sprint(row["referrer_id"])] = short(fmt.Sprint(row["host"], row["path"]))
		}
		for _, row := range tables.Text("raw.hit", "hit_at", "method", "url_id", "status", "response_bytes", "referrer_id", "agent_id", "network_class") {
			fields := strings.Split(row, "|")
			fmt.Fprintf(&said, "hit %s %s %s status %s bytes %s from %s by %s (%s)\n",
				fields[0], fields[1], texts[fields[2]], fields[3], fields[4], texts[fields[5]], texts[fields[6]], fields[7])
		}
		for _, reason := range tables.Text("ledger.rejected_line", "reason") {
			fmt.Fprintf(&said, "rejected %s\n", reason)
		}
		for _, reason := range tables.Text("ledger.dropped_count", "reason") {
			if reason == string(droppedComment) && of.header != "" {
				continue
			}
			fmt.Fprintf(&said, "dropped %s\n", reason)
		}
	}
	return said.String()
}

// short is a text whose length may be the point.
func short(text string) string {
	if len(text) <= 100 {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:40], len(text))
}

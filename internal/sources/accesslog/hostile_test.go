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
			usual := requests("/usual")
			if formatName == "common" {
				usual = strings.Replace(usual, ` "https://www.example.net/search?q=x" "curl/8.5.0"`, "", 1)
			}
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
	s.config.Format = formatName
	s.write("access.log", text)
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

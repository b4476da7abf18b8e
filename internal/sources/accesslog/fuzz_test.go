package accesslog

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"footfall/internal/sources/sourcestest"
)

// FuzzUnits: whatever is in a file, each of its lines is a hit, rejected, dropped or blank, and
// it is the same whether the file is plain or compressed, read at once or in pieces.
func FuzzUnits(f *testing.F) {
	f.Add([]byte(requests("/a", "/b.css")+"# x\n\n\x00\x00garbage\n"), uint16(100))
	f.Add([]byte("\n\r\n"+requests("/a")+"\xff\xfe"), uint16(1))
	f.Fuzz(func(t *testing.T, content []byte, unitBytes uint16) {
		if _, err := unpack(t, string(content)); err != nil || !isText(content) {
			return
		}
		content = append(bytes.Clone(content), '\n')
		texts := map[string]string{"plain": string(content), "gzip": packed(string(content)), "zstd": zstdPacked(string(content))}
		var want string
		for _, name := range []string{"plain", "gzip", "zstd"} {
			for _, size := range []int64{0, int64(unitBytes)} {
				s := newSite(t)
				s.config.Format, s.config.AcceptRejects, s.config.UnitBytes = "combined", true, size
				s.write("access.log", texts[name])
				got := strings.Join(allRows(t, s), "\n")
				if want == "" {
					want = got
				}
				if got != want {
					t.Errorf("%s in units of %d:\n%s\nwant:\n%s", name, size, got, want)
				}
			}
		}
	})
}

// allRows are the hits and counts of all units; each unit's lines must add up.
func allRows(t *testing.T, s *site) []string {
	t.Helper()
	var rows []string
	var lines, hits, rejected, dropped, blank int64
	for _, unit := range sourcestest.Units(t, s.source()) {
		tables := sourcestest.Drain(t, unit)
		row := tables["ledger.unit"][0]
		add := func(total *int64, column string) int64 {
			count, _ := row[column].(int64)
			*total += count
			return count
		}
		n := add(&lines, "line_count")
		if sum := add(&hits, "hit_count") + add(&rejected, "rejected_count") + add(&dropped, "dropped_count") + add(&blank, "blank_count"); sum != n {
			t.Errorf("unit %s: %d lines, %d accounted for", unit.Name, n, sum)
		}
		rows = append(rows, tables.Text("raw.hit", "hit_at", "url_id", "agent_id", "status")...)
		rows = append(rows, tables.Text("ledger.rejected_line", "line_offset", "line_length", "reason")...)
	}
	if n := int64(strings.Count(s.read("access.log"), "\n")); s.isPlain() && lines > n {
		t.Errorf("%d lines of %d", lines, n)
	}
	slices.Sort(rows)
	return append(rows, fmt.Sprint(lines, " lines ", hits, " hits ", rejected, " rejected ", dropped, " dropped ", blank, " blank"))
}

func (s *site) isPlain() bool { return isText([]byte(s.read("access.log"))) }

// isText says that the content does not begin as an archive does.
func isText(content []byte) bool {
	for magic := range magics {
		if bytes.HasPrefix(content, []byte(magic)) {
			return false
		}
	}
	return !bytes.Contains(content[:min(len(content), 4)], []byte(skippedFrame))
}

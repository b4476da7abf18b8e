package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources/sourcestest"
	"footfall/internal/traffic"
)

func mustDay(t *testing.T, text string) Day {
	t.Helper()
	day, err := ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func TestClients(t *testing.T) {
	networks, err := traffic.ReadNetworks(strings.NewReader(
		"cidr,network_class,valid_from,note\n198.51.100.0/24,own_group,2026-01-01,office\n2001:db8:5::/48,academic,2026-01-01,lab\n"), "networks.csv")
	if err != nil {
		t.Fatal(err)
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/28"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	cases := map[string]struct {
		address, forwarded string
		isForwarded        bool
		want               string // class and address
	}{
		"an address":                      {"203.0.113.7", "", false, "other 203.0.113.7"},
		"of a known network":              {"198.51.100.7", "", false, "own_group 198.51.100.7"},
		"of IPv6":                         {"2001:DB8:5:0:0::7", "", false, "academic 2001:db8:5::7"},
		"mapped into IPv6":                {"::ffff:198.51.100.7", "", false, "own_group 198.51.100.7"},
		"with a zone":                     {"fe80::1%eth0", "", false, "other fe80::1"},
		"with a port":                     {"198.51.100.7:5123", "", false, "own_group 198.51.100.7"},
		"a host name":                     {"PC7.example.net", "", false, "other pc7.example.net"},
		"a field that nobody asked for":   {"192.0.2.1", "198.51.100.7", false, "other 192.0.2.1"},
		"forwarded by a proxy":            {"192.0.2.1", "198.51.100.7", true, "own_group 198.51.100.7"},
		"forwarded by somebody":           {"203.0.113.7", "198.51.100.7", true, "other 203.0.113.7"},
		"forwarded twice":                 {"192.0.2.1", "198.51.100.7, 192.0.2.2", true, "own_group 198.51.100.7"},
		"forwarded, and forged":           {"192.0.2.1", "198.51.100.7, 203.0.113.8, 192.0.2.2", true, "other 203.0.113.8"},
		"forwarded from nowhere":          {"192.0.2.1", "-", true, "other 192.0.2.1"},
		"forwarded from an unknown place": {"192.0.2.1", "198.51.100.7, unknown, 192.0.2.2", true, "other 192.0.2.2"},
		"forwarded among proxies":         {"192.0.2.1", "192.0.2.3, 192.0.2.2", true, "other 192.0.2.3"},
		"forwarded by a local socket":     {"unix:", "198.51.100.7", true, "own_group 198.51.100.7"},
		"forwarded over IPv6":             {"2001:db8:ffff::1", "2001:db8:5::7", true, "academic 2001:db8:5::7"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			c := &clients{networks: networks, proxies: proxies, isForwarded: test.isForwarded}
			e := &Entry{Address: []byte(test.address)}
			if test.forwarded != "" {
				e.Forwarded = []byte(test.forwarded)
			}
			for _, from := range []string{"first seen", "from the cache"} {
				class, address := c.find(e)
				if got := class + " " + string(address); got != test.want {
					t.Errorf("%s: %s, want %s", from, got, test.want)
				}
			}
		})
	}
}

// One client has one key on a day, whatever form its address is written in, and another one on
// the next day, with another agent, or from another address.
func TestClientKeys(t *testing.T) {
	s := newSite(t)
	line := func(address, at, agent string) string {
		return fmt.Sprintf("%s - - [%s +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"%s\"\n", address, at, agent)
	}
	day1, day2 := "05/Jan/2026:10:00:00", "06/Jan/2026:10:00:00"
	s.write("access.log", line("192.0.2.1", day1, "x")+line("::ffff:192.0.2.1", day1, "x")+
		line("192.0.2.1", day2, "x")+line("192.0.2.1", day1, "y")+line("192.0.2.2", day1, "x"))
	keys := s.one(t).Text("raw.hit", "client_key")
	if keys[0] != keys[1] {
		t.Error("the same client has two keys on a day")
	}
	distinct := map[string]bool{}
	for _, key := range keys {
		distinct[key] = true
	}
	if len(distinct) != 4 {
		t.Errorf("%d keys, want 4", len(distinct))
	}
}

func TestNoAddressIsLeft(t *testing.T) {
	s := newSite(t)
	s.write("access.log", "203.0.113.77 - - [05/Jan/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n203.0.113.77 cut off\n")
	if err := os.Symlink(s.path("missing"), s.path("access.log.1")); err != nil {
		t.Fatal(err)
	}
	units := 0
	for unit, err := range s.source().Units(t.Context()) {
		if err != nil {
			t.Log(err)
			continue
		}
		units++
		for table, rows := range sourcestest.Drain(t, unit) {
			if strings.Contains(fmt.Sprint(rows), "203.0.113.77") {
				t.Errorf("%s holds the address", table)
			}
		}
	}
	if units != 1 {
		t.Fatalf("%d units, want 1", units)
	}
	err := filepath.WalkDir(s.path("salts"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.Contains(s.read(filepath.Join("salts", entry.Name())), "203.0.113.77") {
			t.Errorf("%s holds the address", path)
		}
		return err
	})
	if err != nil || strings.Contains(s.said.String(), "203.0.113.77") {
		t.Errorf("%v; the log says: %s", err, s.said)
	}
}

func TestSalts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "salts")
	day, next := mustDay(t, "2026-01-05"), mustDay(t, "2026-01-06")
	salts, err := OpenSalts(dir)
	if err != nil {
		t.Fatal(err)
	}
	first, err := salts.forDay(day, false, noon)
	if err != nil {
		t.Fatal(err)
	}
	again, err := salts.forDay(day, true, noon)
	if err != nil || first != again {
		t.Errorf("the salt of a day changed: %v", err)
	}
	if other, err := salts.forDay(next, false, noon); err != nil || other.key == first.key {
		t.Errorf("two days have one salt: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "2026-01-05.salt"))
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("salt file: %v, %v; want mode 0600", info, err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("salt directory: %v, %v; want mode 0700", info, err)
	}
	reopened, err := OpenSalts(dir)
	if err != nil {
		t.Fatal(err)
	}
	if read, err := reopened.forDay(day, true, noon.Add(time.Hour)); err != nil || read != first {
		t.Errorf("read from disk: %v, %v; want %v", read, err, first)
	}
	days, err := reopened.Days()
	if diff := cmp.Diff([]Day{day, next}, days); err != nil || diff != "" {
		t.Errorf("days: %v (-want +got):\n%s", err, diff)
	}
	for range 2 { // The second time it is gone already.
		if err := reopened.Destroy(day); err != nil {
			t.Error(err)
		}
	}
	if days, err := reopened.Days(); err != nil || len(days) != 1 {
		t.Errorf("days after one was destroyed: %v, %v", days, err)
	}
	late, err := reopened.forDay(day, true, noon)
	if err != nil || !late.isResalted || late.key == first.key {
		t.Errorf("a late line's salt: %v, %v; want a new one, marked", late, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "2026-01-07.salt"), []byte("salt 00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := reopened.forDay(mustDay(t, "2026-01-07"), false, noon); err == nil || !strings.Contains(err.Error(), "delete the file") {
		t.Errorf("a damaged salt: %v", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSalts(dir); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("an open directory: %v", err)
	}
}

func TestLateLines(t *testing.T) {
	s := newSite(t)
	s.write("access.log", requests("/a"))
	s.mustRun("/a")
	if err := s.salts.Destroy(mustDay(t, "2026-01-05")); err != nil {
		t.Fatal(err)
	}
	s.days.Loaded[mustDay(t, "2026-01-05")] = true
	s.add("access.log", requests("/b"))
	wantRows(t, s.one(t), "ledger.resalted_day", "day", "2026-01-05T00:00:00")
	s.mustRun("/a", "/b")

	s.days.Pruned[mustDay(t, "2026-01-05")] = true
	s.add("access.log", requests("/c", "/main.css"))
	tables := s.one(t)
	wantRows(t, tables, "ledger.dropped_count", "reason line_count", "static_asset|1", "too_late|1")
	wantRows(t, tables, "ledger.resalted_day", "day")
	s.mustRun("/a", "/b")
}

func TestStreamKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stream.key")
	if _, err := ReadStreamKey(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no key yet: %v", err)
	}
	made, err := NewStreamKey(path, bytes.NewReader([]byte("0123456789abcdef")))
	if err != nil {
		t.Fatal(err)
	}
	if read, err := ReadStreamKey(path); err != nil || read != made || read == (StreamKey{}) {
		t.Errorf("read %v, %v; want %v", read, err, made)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v; want mode 0600", info, err)
	}
	if _, err := NewStreamKey(path, bytes.NewReader([]byte("0123456789abcdef"))); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a key is replaced: %v", err)
	}
	if err := os.WriteFile(path, []byte("0123\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadStreamKey(path); err == nil || !strings.Contains(err.Error(), "32 hex digits") {
		t.Errorf("a damaged key: %v", err)
	}
}

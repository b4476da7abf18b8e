package simulate

import (
	"fmt"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSameSeedSameWorld(t *testing.T) {
	write := func(o Options) map[string]string {
		dir := t.TempDir()
		w := New(o)
		if err := w.WriteLogs(dir, o.Start, w.End()); err != nil {
			t.Fatal(err)
		}
		if err := w.WriteTruth(filepath.Join(dir, "truth.csv")); err != nil {
			t.Fatal(err)
		}
		return readTree(t, dir)
	}
	first := write(Small())
	if diff := cmp.Diff(first, write(Small())); diff != "" {
		t.Errorf("two worlds of one seed differ (-first +second):\n%.2000s", diff)
	}
	other := Small()
	other.Seed = 2
	second := write(other)
	for _, name := range []string{"truth.csv", "portal/access.log", "files-1/access.log", "maps/maps.log"} {
		if first[name] == second[name] {
			t.Errorf("%s is the same for two seeds", name)
		}
	}
}

func TestEveryKindOccurs(t *testing.T) {
	smallest := Small()
	smallest.Datasets = 0
	for name, o := range map[string]Options{"full": Full(), "small": Small(), "least": smallest} {
		t.Run(name, func(t *testing.T) {
			counts := map[string]int{}
			w := New(o)
			for _, one := range w.Truth() {
				counts[string(one.Kind)]++
				counts[string(one.Shape)]++
				counts[one.Class]++
				counts["measurable "+one.Measurable]++
				if one.IsLive(w.End()) != (one.Kind != KindUnborn && one.Kind != KindDeleted) {
					t.Errorf("a dataset of kind %s: IsLive at the end = %v", one.Kind, one.IsLive(w.End()))
				}
			}
			for _, want := range []string{
				"plain", "new", "recent", "unborn", "deleted", "renamed", "moved", "relinked", "broken", "flaky", "no_resources",
				"documents_only", "unlogged", "redirected", "partly_logged", "series", "child", "shared",
				"steady", "bursts", "polled", "seasonal", "campaign",
				"used", "little_used", "not_measurable", "measurable yes", "measurable partly", "measurable no",
			} {
				if counts[want] == 0 {
					t.Errorf("no dataset is %s", want)
				}
			}
			if counts["broken"] < 2 { // as a kind and as a class
				t.Errorf("no dataset is broken at the end")
			}
		})
	}
}

// The rates of the truth are those of the lines: whoever counts distinct clients by dataset and
// day in what the servers were asked finds them, within what chance allows.
func TestRatesAreThoseOfTheLines(t *testing.T) {
	o := Small()
	o.Datasets, o.Days, o.Lines = 1500, 364, 300_000
	w := New(o)
	days := clientDays(w)
	type sum struct{ found, expected float64 }
	sums := map[Shape]*sum{}
	var above, below sum
	for i, truth := range w.Truth() {
		if truth.Kind != KindPlain && truth.Kind != KindRenamed && truth.Kind != KindMoved && truth.Kind != KindChild {
			continue
		}
		expected := truth.Rate * float64(o.Days) / quarterDay
		for _, s := range []*sum{sums[truth.Shape], &above, &below} {
			switch {
			case s == nil:
				sums[truth.Shape] = &sum{float64(days[i]), expected}
			case s == &above && truth.Rate < o.Threshold, s == &below && truth.Rate >= o.Threshold:
			default:
				s.found += float64(days[i])
				s.expected += expected
			}
		}
	}
	// How much more than a Poisson count each shape varies: a cluster counts all at once.
	spread := map[Shape]float64{ShapeSteady: 1, ShapeBursts: burstDays, ShapePolled: 0.7 + 0.3*pollDays, ShapeSeasonal: 1, ShapeCampaign: 1}
	check := func(name string, s sum, spread float64) {
		t.Helper()
		bound := 4*math.Sqrt(spread*s.expected) + 0.005*s.expected
		if s.expected < 100 || math.Abs(s.found-s.expected) > bound {
			t.Errorf("%s: %.0f client-days, want %.0f within %.0f", name, s.found, s.expected, bound)
		}
	}
	for shape, s := range sums {
		check(string(shape), *s, spread[shape])
	}
	check("at or above the threshold", above, 2)
	check("below the threshold", below, 2)
}

var lineForm = regexp.MustCompile(`^(?:files\.example\.org:443 )?(\S+) - - \[(\d\d/\w+/\d{4}):\S+ \S+\] "GET (\S+) HTTP/[12].[01]" (\d+) \S+ "[^"]*" "(.*)"\n$`)

// clientDays counts the client-days of each dataset from the text of the lines, before any is lost.
func clientDays(w *World) map[int]int {
	targets := map[string]int{}
	tables := map[string]int{}
	for i := range w.datasets {
		s := &w.datasets[i]
		for _, j := range s.data {
			targets[s.resources[j].host+s.resources[j].target] = i
			if s.resources[j].route == wmsRoute { // its maps; that it was asked what there is, is no use
				delete(targets, s.resources[j].host+s.resources[j].target)
				base, _, _ := strings.Cut(s.resources[j].target, "?")
				targets[s.resources[j].host+base+" GetMap"] = i
			}
			tables[s.resources[j].id] = i
		}
	}
	var own []netip.Prefix
	for _, n := range networks {
		if n.class == "own_group" || n.class == "contractor" {
			own = append(own, netip.MustParsePrefix(n.cidr))
		}
	}
	hosts := [...]string{portalLog: PortalHost, files1Log: FilesHost, files2Log: FilesHost, mapsLog: MapsHost}
	inQuery := regexp.MustCompile(`^/api/3/action/datastore_search\?resource_id=([0-9a-f-]+)|^/datastore/dump/([0-9a-f-]+)`)
	seen := map[string]bool{}
	counts := map[int]int{}
	g := w.generator()
	for number := range w.options.Days {
		g.makeDay(number)
		for _, e := range g.events {
			m := lineForm.FindStringSubmatch(string(g.text[e.from:e.to]))
			if m == nil || m[4] != "200" && m[4] != "206" && m[4] != "304" {
				continue
			}
			if strings.Contains(m[5], "bot") || strings.Contains(m[5], "Bot") || strings.Contains(m[5], "LinkChecker") {
				continue
			}
			address := netip.MustParseAddr(m[1]).Unmap()
			if own[0].Contains(address) || own[1].Contains(address) || own[2].Contains(address) {
				continue
			}
			dataset, ok := targets[hosts[e.log]+m[3]]
			if base, query, _ := strings.Cut(m[3], "?"); strings.Contains(query, "request=GetMap") {
				dataset, ok = targets[hosts[e.log]+base+" GetMap"]
			}
			if in := inQuery.FindStringSubmatch(m[3]); in != nil {
				dataset, ok = tables[in[1]+in[2]]
			}
			key := fmt.Sprint(dataset, " ", w.dayOf(e.asked), " ", address, m[5])
			if ok && !seen[key] {
				seen[key] = true
				counts[dataset]++
			}
		}
	}
	return counts
}

func TestAddressesAreForDocumentation(t *testing.T) {
	var reserved []netip.Prefix
	for _, text := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"} {
		reserved = append(reserved, netip.MustParsePrefix(text))
	}
	w := New(Small())
	known := map[netip.Addr]bool{}
	for a := range w.Addresses() {
		if known[a] {
			t.Fatal("an address comes twice")
		}
		known[a] = true
		if !reserved[0].Contains(a) && !reserved[1].Contains(a) && !reserved[2].Contains(a) && !reserved[3].Contains(a) {
			t.Fatalf("the address %s is somebody's", a)
		}
	}
	for line := range strings.Lines(w.Networks()) {
		if text, _, _ := strings.Cut(line, ","); text != "cidr" {
			p := netip.MustParsePrefix(text)
			if !reserved[0].Overlaps(p) && !reserved[1].Overlaps(p) && !reserved[2].Overlaps(p) && !reserved[3].Overlaps(p) {
				t.Errorf("the network %s is somebody's", p)
			}
		}
	}
	g := w.generator()
	for number := range w.options.Days {
		g.makeDay(number)
		for _, e := range g.events {
			fields := strings.Fields(strings.TrimPrefix(string(g.text[e.from:e.to]), FilesHost+":443 "))
			if len(fields) > 0 && !known[netip.MustParseAddr(fields[0]).Unmap()] {
				t.Fatalf("the log has an address that Addresses does not: %s", fields[0])
			}
		}
	}
}

func TestLinesAreAsManyAsAsked(t *testing.T) {
	for name, o := range map[string]Options{
		"small": Small(),
		"many":  {Datasets: 300, Publishers: 4, Start: Small().Start, Days: 100, Lines: 400_000, Threshold: 5},
	} {
		t.Run(name, func(t *testing.T) {
			w := New(o)
			g := w.generator()
			lines := 0
			for number := range o.Days {
				g.makeDay(number)
				lines += len(g.events)
			}
			if lines < o.Lines || lines > o.Lines*13/10 {
				t.Errorf("%d lines, want at least %d and not many more", lines, o.Lines)
			}
		})
	}
}

// readTree reads all files below a directory, by their path within it.
func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		tree[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func BenchmarkDay(b *testing.B) {
	w := New(Full())
	g := w.generator()
	g.makeDay(100)
	b.SetBytes(int64(len(g.text)))
	b.ReportAllocs()
	for b.Loop() {
		g.fill(101)
	}
}

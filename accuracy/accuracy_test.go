package main

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/simulate"
)

// The limits are those of the literature's worked examples of Wilson's interval.
func TestWilson(t *testing.T) {
	for name, c := range map[string]struct {
		s         share
		z         float64
		low, high float64
	}{
		"none of ten":       {share{0, 10}, 1.96, 0, 27.75},
		"all of ten":        {share{10, 10}, 1.96, 72.25, 100},
		"five of a hundred": {share{5, 100}, 1.96, 2.15, 11.18},
		"no width":          {share{5, 100}, 0, 5, 5},
	} {
		t.Run(name, func(t *testing.T) {
			low, high := c.s.wilson(c.z)
			if math.Abs(low-c.low) > 0.01 || math.Abs(high-c.high) > 0.01 {
				t.Errorf("%.2f to %.2f, want %.2f to %.2f", low, high, c.low, c.high)
			}
		})
	}
	if got := (share{}).String(); got != "none" {
		t.Errorf("a share of nothing is %q", got)
	}
}

func TestClassOf(t *testing.T) {
	truth := func(rate float64) simulate.Truth {
		return simulate.Truth{Rate: rate, Kind: simulate.KindPlain, Measurable: simulate.MeasurableYes}
	}
	broken, partly := truth(6), truth(0)
	broken.Kind, partly.Measurable = simulate.KindBroken, simulate.MeasurablePartly
	for name, c := range map[string]struct {
		truth    simulate.Truth
		measured int
		want     class
	}{
		"no use":                        {truth(0), 365, hardly},
		"a quarter of T":                {truth(1.25), 365, hardly},
		"just above":                    {truth(1.26), 365, little},
		"just below T":                  {truth(4.99), 365, little},
		"T":                             {truth(5), 365, enough},
		"1.5 T":                         {truth(7.5), 365, enough},
		"more":                          {truth(7.51), 365, plenty},
		"a day not measured":            {truth(6), 364, other},
		"broken":                        {broken, 365, other},
		"a part on a host without logs": {partly, 0, unmeasured},
	} {
		t.Run(name, func(t *testing.T) {
			if got := classOf(c.truth, c.measured, 365); got != c.want {
				t.Errorf("class %s, want %s", classNames[got], classNames[c.want])
			}
		})
	}
}

// A result with so many of a hundred of each class called low.
func resultOf(low map[class]int) *result {
	r := &result{outcomes: map[int][]outcome{}, dispersion: map[int][]float64{365: {1, 3, 2}}}
	for c := range class(classes) {
		for i := range 100 {
			o := outcome{class: c, rate: float64(i), status: "borderline"}
			if i < low[c] {
				o.status = "unused"
			}
			r.outcomes[365] = append(r.outcomes[365], o)
		}
	}
	return r
}

func TestMissed(t *testing.T) {
	changed := resultOf(map[class]int{hardly: 100})
	changed.extra = &extra{datasets: 100, changed: 1}
	for name, c := range map[string]struct {
		truth   string
		isShort bool
		r       *result
		want    []string
	}{
		"all met":                         {"steady", false, resultOf(map[class]int{enough: 5, hardly: 95}), nil},
		"too many wrongly":                {"polled", false, resultOf(map[class]int{enough: 6, hardly: 95}), []string{"polled: of those with T to 1.5 T"}},
		"too many by chance":              {"polled", true, resultOf(map[class]int{enough: 6, hardly: 95}), nil},
		"far too many":                    {"polled", true, resultOf(map[class]int{enough: 20, hardly: 95}), []string{"polled: of those with T to 1.5 T"}},
		"too few found":                   {"steady", false, resultOf(map[class]int{hardly: 94}), []string{"steady: of those with up to T/4"}},
		"too few by chance":               {"steady", true, resultOf(map[class]int{hardly: 94}), nil},
		"few found where none must be":    {"campaigns", false, resultOf(nil), nil},
		"one that was not measured":       {"mix", true, resultOf(map[class]int{unmeasured: 1}), []string{"mix, 365 days: of those not fully measurable"}},
		"a status changed by robots":      {"steady", true, changed, []string{"steady: robots, staff and double clicks"}},
		"nobody there to be called wrong": {"mix", false, &result{}, []string{"mix: of those with T to 1.5 T", "mix, 365 days: of those not"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan{exposures: []int{365}, isShort: c.isShort}
			var got []string
			for i, err := range p.missed(truth{name: c.truth}, c.r) {
				text := err.Error()
				if i < len(c.want) {
					text = text[:min(len(text), len(c.want[i]))]
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTables(t *testing.T) {
	r := resultOf(map[class]int{hardly: 95, enough: 2})
	r.extra = &extra{datasets: 50, lines: 1000, walked: map[string][]outcome{walkers[0].name: r.outcomes[365]}, alone: r.outcomes[365]}
	p := plan{exposures: []int{365}}
	got := p.tables(truth{name: "steady", text: "each use on its own"}, r)
	want := `
### steady: each use on its own

| days | dispersion, and its range | T to 1.5 T, called low | up to T/4, called low | T/4 to T, called low | not fully measurable, called low |
|---|---|---|---|---|---|
| 365 | 2.00 (1.00 to 3.00) | 2.0 % (0.6 to 7.0) of 100 | 95.0 % (88.8 to 97.8) of 100 | 0.0 % (0.0 to 3.7) of 100 | 0.0 % (0.0 to 3.7) of 100 |

| status after 365 days | datasets | true rate: 5 %, median, 95 % | up to T/4 | T/4 to T | T to 1.5 T | over 1.5 T | not fully measurable | new, broken or changed |
|---|---|---|---|---|---|---|---|---|
| borderline | 503 | 5.0, 51.0, 96.0 | 5 | 100 | 98 | 100 | 100 | 100 |
| unused | 97 | 3.0, 46.0, 89.0 | 95 | 0 | 2 | 0 | 0 | 0 |

Through log files (1000 lines: robots, staff, monitors and noise besides, every request twice), one portal: 0 of 50 statuses differ.
With an unlisted crawler besides (600 datasets an hour, all of them every 30 days), the same portal: up to T/4, called low: 95.0 % (88.8 to 97.8) of 100; without it 95.0 % (88.8 to 97.8) of 100.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCommandLine(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown truth":  {[]string{"-truths", "steady,calm"}, "-truths steady,calm: the truths are steady, week-bursts,"},
		"falling days":   {[]string{"-days", "365,90"}, "-days 365,90: it must be rising numbers from 1 to 365"},
		"words for days": {[]string{"-days", "year"}, "-days year: it must be rising"},
		"no program":     {[]string{"-short", "-datasets", "40", "-truths", "steady", "-dir", "DIR", "-ingest", "DIR/none"}, "steady: seed 1: DIR/none catalogue"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			args := strings.Split(strings.ReplaceAll(strings.Join(c.args, "\n"), "DIR", dir), "\n")
			var out strings.Builder
			err := run(t.Context(), args, &out, &out)
			if got := fmt.Sprint(err); !strings.HasPrefix(got, strings.ReplaceAll(c.want, "DIR", dir)) {
				t.Errorf("error %q, want %q", got, c.want)
			}
		})
	}
}

package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"footfall/internal/simulate"
)

// A tagCase is how well the portal's own tracking and a Matomo see the people of a portal, half of
// whose datasets no log covers.
type tagCase struct{ share, variation float64 }

var tagCases = []tagCase{{0.08, 0.5}, {0.08, 1}, {0.5, 0.5}, {0.5, 1}, {0.9, 0.5}, {0.9, 1}}

// tagTruths are the truths under which they are tried, by name: use that a tag sees best, and a mix.
var tagTruths = []string{"steady", "mix"}

func (c tagCase) String() string {
	return strconv.FormatFloat(c.share, 'g', -1, 64) + "/" + strconv.FormatFloat(c.variation, 'g', -1, 64)
}

// words are for the table.
func (c tagCase) words() string {
	by := "half its mean"
	if c.variation == 1 {
		by = "its mean"
	}
	return fmt.Sprintf("%g, by %s", c.share, by)
}

// chosenTags are the cases of a list of names, such as 0.5/1,0.9/1, and the truths that they are tried
// under. The short form tries those in which something can be judged, and one in which nothing can.
func (p *plan) chosenTags(names string) (cases []tagCase, under []string, err error) {
	switch {
	case names == "none":
		return nil, nil, nil
	case names == "" && p.isShort:
		return []tagCase{{0.08, 0.5}, {0.5, 0.5}, {0.9, 0.5}, {0.9, 1}}, tagTruths[:1], nil
	case names == "":
		return tagCases, tagTruths, nil
	}
	var some []tagCase
	var known []string
	wanted := strings.Split(names, ",")
	for _, c := range tagCases {
		known = append(known, c.String())
		if slices.Contains(wanted, c.String()) {
			some = append(some, c)
		}
	}
	if len(some) != len(wanted) {
		return nil, nil, fmt.Errorf("-tags %s: they are none, or some of %s", names, strings.Join(known, ", "))
	}
	return some, tagTruths, nil
}

// tagWorld is the portal of a seed on which both tags see that much.
func (p *plan) tagWorld(t truth, c tagCase, seed int) simulate.Options {
	o := p.worldOf(t, seed)
	o.Unlogged, o.IsTwice = 0.5, false
	o.Tracking = simulate.Tag{Share: c.share, Variation: c.variation}
	o.Matomo = o.Tracking
	return o
}

// tagThresholds are T in uses a quarter, by the scenario of a build whose threshold is the middle one.
var tagThresholds = []struct {
	scenario string
	t        float64
}{{"half", 5}, {"base", 10}, {"double", 20}}

// tagThreshold is that of the build.
const tagThreshold = 10

// Ways to tell the program what a source sees.
const (
	configured = "configured"
	measured   = "measured"
)

var bases = []string{measured, configured}

// tagClass is the class of a dataset that no log covers, by its true rate.
func tagClass(t simulate.Truth, threshold float64) class {
	if t.Kind != simulate.KindUnlogged {
		return other
	}
	return byRate(t.Rate, threshold)
}

// trueEnds are the 5th and the 95th percentile of the part of all use that a tag sees, between datasets.
func trueEnds(world *simulate.World, share func(simulate.Truth) float64) (low, high float64) {
	var all []float64
	for _, t := range world.Truth() {
		if t.Kind == simulate.KindUnlogged {
			all = append(all, share(t))
		}
	}
	slices.Sort(all)
	return quantile(all, 0.05), quantile(all, 0.95)
}

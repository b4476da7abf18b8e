package main

import (
	"fmt"
	"slices"
	"strings"
)

// tagHeading says how to read the tables of tags.
func (p *plan) tagHeading(t truth) string {
	return fmt.Sprintf(`
### Judged by counts alone, %s: %s

The portal's tracking and a Matomo, each of which sees a share of the people, and no program; %d portals of %d datasets,
half of them without a log. The share is measured on the other half, or configured as the 5 %% and the 95 %% of it are. Both
tags count at once: a verdict rests on one of them. For each T: of the datasets with T to 1.5 T, called unused and barely
used; of those with up to T/4, called either; of all, with a verdict (used, unused or barely used).

| share of people, and how it varies | given | Matomo sees at least | in truth | dispersion |%s
|---|---|---|---|---|%s
`, t.name, t.text, p.tagSeeds, p.datasets, thresholdHeads(), strings.Repeat("---|---|---|", len(tagThresholds)))
}

func thresholdHeads() string {
	var b strings.Builder
	for _, one := range tagThresholds {
		fmt.Fprintf(&b, " T = %g: T to 1.5 T | up to T/4 | judged |", one.t)
	}
	return b.String()
}

// tagRows are the rows of a case.
func tagRows(c tagCase, r *tagResult) string {
	var b strings.Builder
	for _, basis := range bases {
		fmt.Fprintf(&b, "| %s | %s | %.3f | %.3f | %.2f |", c.words(), basis, median(r.low[basis]), median(r.trueLow[basis]), median(r.dispersion[basis]))
		for _, one := range tagThresholds {
			all := r.outcomes[basis][one.t]
			unused, barely := statusShare(all, enough, "unused"), statusShare(all, enough, "barely_used")
			fmt.Fprintf(&b, " %.1f %% and %.1f %% of %d | %.0f %% of %d | %.1f %% |", unused.percent(), barely.percent(), unused.of,
				lowShare(all, hardly).percent(), lowShare(all, hardly).of, judgedShare(all).percent())
		}
		b.WriteString("\n")
	}
	return b.String()
}

func median(all []float64) float64 { return quantile(slices.Sorted(slices.Values(all)), 0.5) }

// statusShare is the share of a class that has a status.
func statusShare(all []outcome, c class, status string) (s share) {
	for _, o := range all {
		if o.class == c {
			s.of++
			if o.status == status {
				s.part++
			}
		}
	}
	return s
}

// judgedShare is the share of those with a verdict.
func judgedShare(all []outcome) (s share) {
	for _, o := range all {
		s.of++
		if o.status == "used" || isLow(o.status) {
			s.part++
		}
	}
	return s
}

// missedTags are the bounds that a case breaks; the short form allows for chance.
func (p *plan) missedTags(t truth, c tagCase, r *tagResult) (all []error) {
	z := 0.0
	if p.isShort {
		z = 3
	}
	for _, basis := range bases {
		for _, one := range tagThresholds {
			for _, status := range []string{"unused", "barely_used"} {
				wrong := statusShare(r.outcomes[basis][one.t], enough, status)
				if low, _ := wrong.wilson(z); wrong.of == 0 || low > 5 {
					all = append(all, fmt.Errorf("%s, tags that see %s (%s), T = %g: of those with T to 1.5 T, %s are called %s, at most 5 %% may be",
						t.name, c.words(), basis, one.t, wrong, status))
				}
			}
		}
	}
	return all
}

package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// statuses, in the order they are shown.
var statuses = []string{"used", "borderline", "barely_used", "unused", "insufficient_evidence", "unreachable", "not_measurable"}

func isLow(status string) bool { return status == "unused" || status == "barely_used" }

// A share is a part of a number of datasets.
type share struct{ part, of int }

// lowShare is the share of a class that is called unused or barely used.
func lowShare(all []outcome, c class) (s share) {
	for _, o := range all {
		if o.class == c {
			s.of++
			if isLow(o.status) {
				s.part++
			}
		}
	}
	return s
}

func (s share) percent() float64 { return 100 * float64(s.part) / float64(s.of) }

// wilson are the limits of the share, in percent, at z standard errors (Wilson's score interval).
func (s share) wilson(z float64) (low, high float64) {
	n, share := float64(s.of), float64(s.part)/float64(s.of)
	middle := share + z*z/(2*n)
	reach := z * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return 100 * max(0, middle-reach) / (1 + z*z/n), 100 * (middle + reach) / (1 + z*z/n)
}

func (s share) String() string {
	if s.of == 0 {
		return "none"
	}
	low, high := s.wilson(1.96)
	return fmt.Sprintf("%.1f %% (%.1f to %.1f) of %d", s.percent(), low, high, s.of)
}

// heading says how to read the tables.
func (p *plan) heading() string {
	return fmt.Sprintf("T = %d uses a quarter; %d portals of %d datasets for each truth. Called low: unused or barely used.\n"+
		"Shares are of the datasets with that true rate, with 95 %% limits (Wilson).\n", threshold, p.seeds, p.datasets)
}

// tables are what came of a truth, as Markdown.
func (p *plan) tables(t truth, r *result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s: %s\n\n", t.name, t.text)
	b.WriteString("| days | dispersion, and its range | T to 1.5 T, called low | up to T/4, called low | T/4 to T, called low | not fully measurable, called low |\n" +
		"|---|---|---|---|---|---|\n")
	for _, days := range p.exposures {
		all := r.outcomes[days]
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s |\n", days, spread(r.dispersion[days]),
			lowShare(all, enough), lowShare(all, hardly), lowShare(all, little), lowShare(all, unmeasured))
	}
	fmt.Fprintf(&b, "\n| status after %d days | datasets | true rate: 5 %%, median, 95 %% | %s |\n", p.last(), strings.Join(classNames[:], " | "))
	b.WriteString("|---|---|---|" + strings.Repeat("---|", classes) + "\n")
	for _, status := range statuses {
		b.WriteString(statusRow(r.outcomes[p.last()], status))
	}
	if r.extra != nil {
		r.extra.report(&b)
	}
	return b.String()
}

// spread is the median and the range of some figures.
func spread(all []float64) string {
	sorted := slices.Sorted(slices.Values(all))
	return fmt.Sprintf("%.2f (%.2f to %.2f)", quantile(sorted, 0.5), sorted[0], sorted[len(sorted)-1])
}

// quantile is one of sorted numbers, of which there is at least one.
func quantile(sorted []float64, q float64) float64 {
	return sorted[int(math.Round(q*float64(len(sorted)-1)))]
}

func statusRow(all []outcome, status string) string {
	var rates []float64
	var counts [classes]int
	total := 0
	for _, o := range all {
		if o.status != status {
			continue
		}
		total++
		counts[o.class]++
		if int(o.class) < fullyClasses {
			rates = append(rates, o.rate)
		}
	}
	if total == 0 {
		return ""
	}
	slices.Sort(rates)
	truth := ""
	if len(rates) > 0 {
		truth = fmt.Sprintf("%.1f, %.1f, %.1f", quantile(rates, 0.05), quantile(rates, 0.5), quantile(rates, 0.95))
	}
	var row strings.Builder
	fmt.Fprintf(&row, "| %s | %d | %s |", status, total, truth)
	for _, n := range counts {
		fmt.Fprintf(&row, " %d |", n)
	}
	return row.String() + "\n"
}

func (e *extra) report(b *strings.Builder) {
	fmt.Fprintf(b, "\nThrough log files (%d lines: robots, staff, monitors and noise besides, every request twice), one portal: %d of %d statuses differ.\n",
		e.lines, e.changed, e.datasets)
	for _, w := range walkers {
		if all, isTried := e.walked[w.name]; isTried {
			fmt.Fprintf(b, "With an unlisted crawler besides (%s, all of them every 30 days), the same portal: up to T/4, called low: %s; without it %s.\n",
				w.name, lowShare(all, hardly), lowShare(e.alone, hardly))
		}
	}
}

// missed are the requirements that a truth does not meet. The short form has too few datasets for
// a point of the scale: there only what chance cannot explain is missed.
func (p *plan) missed(t truth, r *result) (all []error) {
	outcomes := r.outcomes[p.last()]
	z := 0.0
	if p.isShort {
		z = 3
	}
	wrong := lowShare(outcomes, enough)
	if low, _ := wrong.wilson(z); wrong.of == 0 || low > 5 {
		all = append(all, fmt.Errorf("%s: of those with T to 1.5 T, %s are called unused or barely used, at most 5 %% may be", t.name, wrong))
	}
	found := lowShare(outcomes, hardly)
	if _, high := found.wilson(z); t.name == "steady" && (found.of == 0 || high < 95) {
		all = append(all, fmt.Errorf("%s: of those with up to T/4, %s are called unused or barely used, at least 95 %% must be", t.name, found))
	}
	for _, days := range p.exposures {
		if s := lowShare(r.outcomes[days], unmeasured); s.of == 0 || s.part > 0 {
			all = append(all, fmt.Errorf("%s, %d days: of those not fully measurable, %d of %d are called unused or barely used, none may be", t.name, days, s.part, s.of))
		}
	}
	if r.extra != nil && r.extra.changed > 0 {
		all = append(all, fmt.Errorf("%s: robots, staff and double clicks in logs change %d statuses, none may change", t.name, r.extra.changed))
	}
	return all
}

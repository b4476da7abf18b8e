package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"footfall/internal/warehouse"
)

// shownGaps is how many gaps the status lists; the table source_gap has them all.
const shownGaps = 20

// statusHosts lists who speaks for which host, and how its days were judged.
func statusHosts(ctx context.Context, p process, _ *config, w *warehouse.Warehouse) error {
	hosts, err := w.HostStates(ctx)
	if err != nil {
		return err
	}
	t := newTable(p, "Hosts with a log", "host", "channel", "logs", "days")
	for _, h := range hosts {
		t.AppendRow(table.Row{h.Host, h.Channel, h.Logs, h.Days})
	}
	t.SetColumnConfigs([]table.ColumnConfig{
		{Number: 3, WidthMax: 60, WidthMaxEnforcer: text.WrapSoft}, {Number: 4, WidthMax: 40, WidthMaxEnforcer: text.WrapSoft},
	})
	t.Render()
	return nil
}

// statusCounts lists how far the sources of counts are known.
func statusCounts(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	states, err := w.CountStates(ctx)
	if err != nil || len(states) == 0 && len(conf.Counts) == 0 {
		return err
	}
	t := newTable(p, "Counts of others (days of the tool's own zone)", "source", "metric", "first day", "last day",
		"days known", "unknown", "may still change", "rare left out", "counted", "of no address")
	for _, s := range states {
		t.AppendRow(table.Row{
			s.Source, s.Metric, s.First.Format(time.DateOnly), s.Last.Format(time.DateOnly), s.Known, s.Unknown, s.Provisional,
			s.HidesTail, thousands(s.Counts), thousands(s.Unmatched),
		})
	}
	t.Render()
	return nil
}

// statusGaps lists what the logs missed and what that costs.
func statusGaps(ctx context.Context, p process, _ *config, w *warehouse.Warehouse) error {
	gaps, err := w.Gaps(ctx)
	if err != nil {
		return err
	}
	if len(gaps) == 0 {
		_, err := fmt.Fprintln(p.out, "No log has a gap in the last 365 days.")
		return err
	}
	t := newTable(p, "What logs missed in the last 365 days (UTC), and what it costs",
		"log", "why", "from", "to", "hours", "lines lost", "datasets", "dataset days not measured", "judged otherwise")
	for _, g := range gaps[:min(len(gaps), shownGaps)] {
		hours := "-"
		if g.Hours > 0 {
			hours = thousands(g.Hours)
		}
		t.AppendRow(table.Row{
			g.Log, g.Coverage, hourText(g.From), hourText(g.To), hours, thousands(g.Lines),
			thousands(g.Datasets), thousands(g.DatasetDays), thousands(g.Verdicts),
		})
	}
	t.Render()
	if more := len(gaps) - shownGaps; more > 0 {
		if _, err := fmt.Fprintf(p.out, "and %s that cost less; the table source_gap has them all\n", plural(more, "run of days", "runs of days")); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(p.out, "Judged otherwise: at most so many datasets would get a verdict if those days had been seen and nobody had come.\n"+
		"Load the missing logs if they can be had; where nothing was lost, see ingest days accept --help.")
	return err
}

func hourText(at time.Time) string { return at.UTC().Format("2006-01-02 15:04") }

// statusOverrides lists the operator's words that still hold for a day.
func statusOverrides(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	all, err := w.Overrides(ctx)
	if err != nil {
		return err
	}
	var held []warehouse.Override
	for _, o := range all {
		if o.InForce > 0 && o.Verdict != "withdraw" {
			held = append(held, o)
		}
	}
	if len(held) > 0 {
		printWords(p, conf, "Days accepted or voided by word", held)
	}
	return nil
}

// statusPruned says of which days the hits are gone, and by which definitions their facts stay.
func statusPruned(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	days, err := w.PrunedDays(ctx)
	if err != nil {
		return err
	}
	if len(days) == 0 {
		_, err := fmt.Fprintf(p.out, "No hits were pruned yet: they stay for %d days.\n", conf.RetainHits)
		return err
	}
	_, err = fmt.Fprintf(p.out, "The hits of %s are pruned (%s); their facts stay.\n",
		plural(len(days), "day", "days"), strings.Join(spans(days), ", "))
	return err
}

// spans are the runs of consecutive days, given in order; of many only the first and the last.
func spans(days []time.Time) (runs []string) {
	from := days[0]
	for i, day := range days {
		if i+1 < len(days) && days[i+1].Sub(day) <= 24*time.Hour {
			continue
		}
		runs = append(runs, span(from, day))
		if i+1 < len(days) {
			from = days[i+1]
		}
	}
	if len(runs) > 6 {
		runs = append(runs[:3], "…", runs[len(runs)-1])
	}
	return runs
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"footfall/internal/sources/accesslog"
	"footfall/internal/warehouse"
	footfallsql "footfall/sql"
)

func statusCommand(p process) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say what was loaded, what failed, and what can be seen",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			return withWarehouse(c.Context(), p, conf, "status", printStatus)
		},
	}
}

// withWarehouse takes the lock and opens the warehouse for a command that only looks at it.
func withWarehouse(
	ctx context.Context, p process, conf *config, command string,
	look func(context.Context, process, *config, *warehouse.Warehouse) error,
) (err error) {
	if _, err := os.Stat(conf.warehouse()); err != nil {
		return fmt.Errorf("%w: nothing was loaded yet; start with `ingest doctor`, then `ingest run`", err)
	}
	release, err := takeLock(conf.lock(), command, p.now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	schema, err := fs.Sub(footfallsql.Files, "schema")
	if err != nil {
		return err
	}
	w, err := warehouse.Open(ctx, conf.warehouse(), warehouse.Options{Schema: schema, MemoryLimit: conf.MemoryLimit, Now: p.now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return look(ctx, p, conf, w)
}

func printStatus(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	for _, section := range []func(context.Context, process, *config, *warehouse.Warehouse) error{
		statusRuns, statusSources, statusLogs, statusCounts, statusHosts, statusGaps, statusOverrides, statusFailures, statusPruned, statusFiles,
	} {
		if err := section(ctx, p, conf, w); err != nil {
			return err
		}
	}
	return nil
}

func statusRuns(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	runs, err := w.Runs(ctx, 5)
	if err != nil {
		return err
	}
	t := newTable(p, "Last runs ("+conf.TimeZone+")", "run", "command", "started", "ended", "outcome")
	for _, r := range runs {
		t.AppendRow(table.Row{r.Run, r.Command, shown(conf, r.Started), shown(conf, r.Ended), r.Outcome()})
	}
	t.Render()
	return nil
}

func statusSources(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	pulls, err := w.Pulls(ctx, "ckan/"+conf.Portal.Name)
	if err != nil {
		return err
	}
	state, err := w.Catalogue(ctx, 0)
	if err != nil {
		return err
	}
	t := newTable(p, "Catalogue", "source", "pulls", "last", "last full", "datasets", "resources", "publishers")
	t.AppendRow(table.Row{
		"ckan/" + conf.Portal.Name, pulls.Count, shown(conf, pulls.LastAt), shown(conf, pulls.LastFullAt),
		thousands(state.Datasets), thousands(state.Resources), thousands(state.Publishers),
	})
	t.Render()
	return nil
}

func statusLogs(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	logs, err := w.LogStates(ctx)
	if err != nil {
		return err
	}
	t := newTable(p, "Logs", "log", "lines", "hits", "rejected", "too late", "first line", "last line", "days measured", "not measured", "resalted")
	for _, l := range logs {
		t.AppendRow(table.Row{
			l.Log, thousands(l.Lines), thousands(l.Hits), thousands(l.Rejected), thousands(l.TooLate), shown(conf, l.First), shown(conf, l.Last),
			l.Measured, l.Unmeasured, l.Resalted,
		})
	}
	t.Render()
	return nil
}

// statusFailures lists what the last run could not read.
func statusFailures(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	failures, err := w.Failures(ctx)
	if err != nil {
		return err
	}
	if len(failures) == 0 {
		_, err := fmt.Fprintln(p.out, "The last run read every source.")
		return err
	}
	t := newTable(p, "Not read by the last run: unknown, not zero", "source", "since", "what happened")
	for _, f := range failures {
		t.AppendRow(table.Row{f.Source, shown(conf, f.At), f.Message})
	}
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 3, WidthMax: 90, WidthMaxEnforcer: text.WrapSoft}})
	t.Render()
	return nil
}

func statusFiles(_ context.Context, p process, conf *config, _ *warehouse.Warehouse) error {
	t := newTable(p, "Files", "file", "bytes", "changed")
	for _, file := range []string{conf.warehouse(), conf.published()} {
		info, err := os.Stat(file)
		if err != nil {
			t.AppendRow(table.Row{file, "none", ""})
			continue
		}
		t.AppendRow(table.Row{file, thousands(info.Size()), shown(conf, info.ModTime())})
	}
	salts, err := accesslog.OpenSalts(conf.salts())
	if err != nil {
		return err
	}
	days, err := salts.Days()
	if err != nil {
		return err
	}
	t.AppendRow(table.Row{conf.salts(), plural(len(days), "salt", "salts"), ""})
	t.Render()
	return nil
}

func newTable(p process, title string, header ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(p.out)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.SetTitle(title)
	t.AppendHeader(table.Row(header))
	return t
}

// shown is a time in the configured zone; none is a dash.
func shown(conf *config, at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.In(conf.zone).Format("2006-01-02 15:04")
}

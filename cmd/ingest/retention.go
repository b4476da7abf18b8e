package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"footfall/internal/metrics"
	"footfall/internal/sources/accesslog"
)

func pruneCommand(p process) *cobra.Command {
	return &cobra.Command{
		Use:   "prune",
		Short: "Destroy salts and hits whose time is over (every run does so too)",
		Long: `Destroy the salts of days last loaded more than salt_days ago, and the hits of days more than
retain_hits_days old. The facts built from them stay. Every run does so at its end.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			return withPipeline(c.Context(), p, conf, options{}, "prune", retain)
		},
	}
}

// retain ends the time of what is personal: the salts of days last loaded salt_days ago, then the
// hits of days retain_hits_days old. Days whose facts were not built yet keep their hits.
func retain(ctx context.Context, l *pipeline) error {
	if err := l.destroySalts(ctx); err != nil {
		return err
	}
	days, err := l.warehouse.PrunableDays(ctx, l.now(), l.config.RetainHits)
	if err != nil || len(days) == 0 {
		return err
	}
	models, err := metrics.Models(ctx, l.warehouse.DB(), l.files)
	if err != nil {
		return err
	}
	var clientTables []string
	for _, m := range models {
		if m.HoldsClients && !m.IsView {
			clientTables = append(clientTables, m.Name)
		}
	}
	if err := l.warehouse.Prune(ctx, days, clientTables, l.now()); err != nil {
		return err
	}
	return l.printf("pruned the hits of %s, to %s; their facts stay",
		plural(len(days), "day", "days"), days[len(days)-1].Format(time.DateOnly))
}

func (l *pipeline) destroySalts(ctx context.Context) error {
	salts, err := accesslog.OpenSalts(l.config.salts())
	if err != nil {
		return err
	}
	loaded, err := l.warehouse.LoadedDays(ctx)
	if err != nil {
		return err
	}
	last := map[accesslog.Day]time.Time{}
	for day, at := range loaded {
		last[accesslog.DayOf(day)] = at
	}
	held, err := salts.Days()
	if err != nil {
		return err
	}
	var failed []error
	for _, day := range held {
		// The salt of a day without hits belongs to a load that failed: nothing was hashed with it
		// that is kept, and last is zero.
		if l.now().Sub(last[day]) > time.Duration(l.config.SaltDays)*24*time.Hour {
			failed = append(failed, salts.Destroy(day))
		}
	}
	return errors.Join(failed...)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"footfall/internal/sources"
)

// runCommand is the whole job, for cron.
func runCommand(p process) *cobra.Command {
	var o options
	var dryRun bool
	var asOf string
	command := &cobra.Command{
		Use:   "run",
		Short: "Load what is new, build and check the models, publish",
		Long: `Load what is new in the catalogue and the logs, classify, build and check the models, publish.

Safe to run at any time and any number of times: a line is counted once. What could not be read is
written down as unknown and named at the end (exit code 3); the rest is loaded and published.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			if err := setAsOf(conf, asOf); err != nil {
				return err
			}
			if dryRun {
				return withPipeline(c.Context(), p, conf, o, "run --dry-run", dryRunAll)
			}
			return withPipeline(c.Context(), p, conf, o, "run", runAll)
		},
	}
	loadFlags(command, &o)
	command.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be loaded, and load nothing")
	asOfFlag(command, &asOf)
	return command
}

func loadFlags(command *cobra.Command, o *options) {
	command.Flags().BoolVar(&o.acceptTruncated, "accept-truncated", false, "take the readable part of compressed logs that are cut short")
	command.Flags().BoolVar(&o.acceptRejects, "accept-rejects", false, "load logs even where more lines than max_rejected_share cannot be parsed")
	command.Flags().BoolVar(&o.acceptShrink, "accept-shrink", false, "believe a catalogue that lost more than portal.min_share of its datasets")
	command.Flags().BoolVar(&o.fullSync, "full-sync", false, "read the whole catalogue, whenever that was last done")
}

func asOfFlag(command *cobra.Command, asOf *string) {
	command.Flags().StringVar(asOf, "as-of", "", "last day that counts, such as 2026-09-30 (default yesterday, UTC)")
}

func setAsOf(conf *config, asOf string) error {
	if asOf == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, asOf); err != nil {
		return usageError{fmt.Errorf("--as-of %q is no date: write it as 2026-09-30", asOf)}
	}
	conf.AsOf = asOf
	return nil
}

// asOf is the last day that counts: as configured, or the last complete UTC day of the run's
// clock. A day that is not over is refused: it would look like a day without use.
func (l *pipeline) asOf() (time.Time, error) {
	complete := l.now().UTC().AddDate(0, 0, -1).Truncate(24 * time.Hour)
	if l.config.AsOf == "" {
		return complete, nil
	}
	asOf, err := time.Parse(time.DateOnly, l.config.AsOf)
	if err == nil && asOf.After(complete) {
		err = usageError{fmt.Errorf("as-of %s is not over yet: the last complete day is %s", l.config.AsOf, complete.Format(time.DateOnly))}
	}
	return asOf, err
}

func catalogueCommand(p process) *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "catalogue",
		Short: "Load the portal's catalogue only",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			if conf.Portal.URL == "" {
				return usageError{fmt.Errorf("%s: portal.url is not set: there is no catalogue to load", conf.file)}
			}
			return withPipeline(c.Context(), p, conf, o, "catalogue", loadCatalogue)
		},
	}
	loadFlags(command, &o)
	return command
}

// runAll is `ingest run`: sources, classify, models, checks, publish, and what must go by now.
// Salts go whatever failed before; hits wait until their facts are built.
func runAll(ctx context.Context, l *pipeline) error {
	if _, err := l.asOf(); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *pipeline) error{loadCatalogue, loadLogs, loadCounts, buildModels, publish} {
		if err := step(ctx, l); err != nil {
			return errors.Join(err, l.destroySalts(context.WithoutCancel(ctx)))
		}
	}
	// What was published stays published.
	if err := retain(ctx, l); err != nil {
		l.attention = append(l.attention, "retention: "+err.Error())
	}
	return nil
}

func loadCatalogue(ctx context.Context, l *pipeline) error {
	if l.config.Portal.URL == "" {
		return nil
	}
	source, err := openCatalogue(ctx, l)
	if err != nil {
		return err
	}
	sum, err := l.load(ctx, source.name, source.Source)
	if err != nil {
		return err
	}
	return l.printCatalogue(ctx, source.name, sum)
}

func loadLogs(ctx context.Context, l *pipeline) (err error) {
	remove, err := l.spoolInput(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	logs, err := openLogs(ctx, l)
	if err != nil {
		return err
	}
	var all loaded
	for i, log := range logs {
		logs[i] = namedSource{} // What it remembers of its lines is free when the next one begins.
		sum, err := l.load(ctx, log.name, log.Source)
		if err != nil {
			return err
		}
		if err := log.keep(ctx); err != nil {
			return err
		}
		if sum.units == 0 {
			if err := l.printf("%s: nothing new", log.name); err != nil {
				return err
			}
			continue
		}
		if sum.dropped, err = l.warehouse.Dropped(ctx, l.run, log.name); err != nil {
			return err
		}
		all.merge(sum)
		if err := l.printf("%s", sum.conservation(log.name)); err != nil {
			return err
		}
	}
	if len(logs) > 1 && all.units > 0 {
		return l.printf("%s", all.conservation("all logs"))
	}
	return nil
}

func (s *loaded) merge(other loaded) {
	s.units += other.units
	s.receipt.Lines += other.receipt.Lines
	s.receipt.Hits += other.receipt.Hits
	s.receipt.Rejected += other.receipt.Rejected
	s.receipt.Dropped += other.receipt.Dropped
	s.receipt.Blank += other.receipt.Blank
	if s.dropped == nil {
		s.dropped = map[string]int64{}
	}
	for reason, count := range other.dropped {
		s.dropped[reason] += count
	}
}

// printCatalogue says what the pull brought, and what is now known.
func (l *pipeline) printCatalogue(ctx context.Context, name string, sum loaded) error {
	c, err := l.warehouse.Catalogue(ctx, l.run)
	if err != nil {
		return err
	}
	if sum.units == 0 {
		return l.printf("%s: no answer that could be used; the catalogue stays as it was (%s)", name, plural(int(c.Datasets), "dataset", "datasets"))
	}
	return l.printf("%s: %s sync; %s and %s of %s; %s new versions, %s gone", name, c.Kind,
		plural(int(c.Datasets), "dataset", "datasets"), plural(int(c.Resources), "resource", "resources"),
		plural(int(c.Publishers), "publisher", "publishers"), thousands(c.Changed), thousands(c.Gone))
}

// dryRunAll lists the units that a run would load.
func dryRunAll(ctx context.Context, l *pipeline) error {
	if l.config.Portal.URL != "" {
		if err := l.printf("%s: would read the catalogue at %s", l.config.Portal.Name, l.config.Portal.URL); err != nil {
			return err
		}
	}
	logs, err := openLogs(ctx, l)
	if err != nil {
		return err
	}
	for _, log := range logs {
		if err := l.printUnits(ctx, log.name, log.Source); err != nil {
			return err
		}
	}
	return nil
}

func (l *pipeline) printUnits(ctx context.Context, name string, source sources.Source) error {
	count := 0
	for unit, err := range source.Units(ctx) {
		if err != nil {
			l.attention = append(l.attention, name+": "+err.Error())
			continue
		}
		count++
		if err := l.printf("%s: would load %s from byte %s on", name, unit.Name, thousands(unit.Start)); err != nil {
			return err
		}
	}
	if count == 0 {
		return l.printf("%s: nothing new", name)
	}
	return nil
}

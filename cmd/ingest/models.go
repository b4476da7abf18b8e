package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"footfall/internal/metrics"
	"footfall/internal/warehouse"
)

func modelsCommand(p process) *cobra.Command {
	var o options
	var asOf string
	var slowest int
	command := &cobra.Command{
		Use:   "models",
		Short: "Classify, build and check the models; publish nothing",
		Long: `Classify, build and check the models; publish nothing.

Only the days with news are built, each model as soon as those it is made from are. With --select only the
models that you name are: NAME, NAME+ with all models made from it, +NAME with all it is made from. The others
stay as they were, so that no check is run, and nothing is published until all models have been built again.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			if err := setAsOf(conf, asOf); err != nil {
				return err
			}
			return withPipeline(c.Context(), p, conf, o, "models", func(ctx context.Context, l *pipeline) error {
				built, err := l.build(ctx)
				if err != nil {
					return err
				}
				if slowest > 0 {
					printSlowest(p, built.Models, slowest)
				}
				if built.Left > 0 {
					return l.printf("%s stay as they were: nothing was checked, and nothing is published until ingest models or ingest run has built all",
						plural(built.Left, "model", "models"))
				}
				return checkModels(ctx, l)
			})
		},
	}
	command.Flags().BoolVar(&o.fullModels, "full", false, "build every day again whose hits are kept")
	command.Flags().StringSliceVar(&o.selected, "select", nil, "build these only: NAME, NAME+ (downstream too), +NAME (upstream too)")
	command.Flags().IntVar(&slowest, "slowest", 0, "list the N models that took longest")
	asOfFlag(command, &asOf)
	return command
}

func publishCommand(p process) *cobra.Command {
	return &cobra.Command{
		Use:   "publish",
		Short: "Check the models as they are, and publish them",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			return withPipeline(c.Context(), p, conf, options{}, "publish", func(ctx context.Context, l *pipeline) error {
				isWhole, err := l.warehouse.IsBuilt(ctx)
				if err != nil {
					return err
				}
				if !isWhole {
					return errors.New("the last build of the models did not come to its end: run ingest models, or ingest run")
				}
				if err := checkModels(ctx, l); err != nil {
					return err
				}
				return publish(ctx, l)
			})
		},
	}
}

func (l *pipeline) builder() *metrics.Builder {
	return &metrics.Builder{SQL: l.files, Log: l.log, Now: l.now, Version: version}
}

// buildModels classifies, builds and checks.
func buildModels(ctx context.Context, l *pipeline) error {
	if _, err := l.build(ctx); err != nil {
		return err
	}
	return checkModels(ctx, l)
}

// build classifies and builds.
func (l *pipeline) build(ctx context.Context) (metrics.Result, error) {
	if err := l.classify(ctx); err != nil {
		return metrics.Result{}, err
	}
	asOf, err := l.asOf()
	if err != nil {
		return metrics.Result{}, err
	}
	v := l.config.Verdict
	built, err := l.builder().Build(ctx, l.warehouse.DB(), metrics.Settings{
		AsOf: asOf, Threshold: v.Threshold, PageThreshold: v.PageThreshold, PhiDefault: v.PhiDefault,
		FullYearDays: v.FullYearDays, YearStartMonth: v.YearStartMonth, SuspectHour: v.SuspectHour,
		Full: l.options.fullModels, Select: l.options.selected,
	}, l.run)
	if err != nil {
		return metrics.Result{}, fmt.Errorf("nothing was published, the file that is there stays: %w", err)
	}
	return built, l.printf("models: %s built as of %s", plural(len(built.Models), "model", "models"), asOf.Format(time.DateOnly))
}

// printSlowest lists the models that took longest. Two are built at a time, so that times overlap.
func printSlowest(p process, models []metrics.Built, count int) {
	slices.SortStableFunc(models, func(a, b metrics.Built) int { return cmp.Compare(b.Seconds, a.Seconds) })
	t := newTable(p, "Slowest models", "model", "seconds", "rows")
	for _, m := range models[:min(count, len(models))] {
		t.AppendRow(table.Row{m.Name, fmt.Sprintf("%.2f", m.Seconds), thousands(m.Rows)})
	}
	t.Render()
}

// checkModels runs the checks. A broken promise blocks publishing; a warning is published with.
func checkModels(ctx context.Context, l *pipeline) error {
	results, err := l.builder().Check(ctx, l.warehouse.DB(), l.run)
	if err != nil {
		return err
	}
	var broken []error
	warned := 0
	for _, r := range results {
		switch {
		case r.Failing == 0:
		case r.Severity == "error":
			broken = append(broken, fmt.Errorf("check %s: %s it: %s", r.Name, plural(int(r.Failing), "row breaks", "rows break"), r.Summary))
		default:
			warned++
			l.warnings = append(l.warnings, fmt.Sprintf("check %s: %s: %s", r.Name, plural(int(r.Failing), "row", "rows"), r.Summary))
		}
	}
	if len(broken) > 0 {
		return fmt.Errorf("nothing was published, the file that is there stays: %w", errors.Join(broken...))
	}
	l.attention = append(l.attention, l.warnings...)
	return l.printf("checks: %d kept, %d warned", len(results)-warned, warned)
}

// publish writes the allow-listed columns to the published file.
func publish(ctx context.Context, l *pipeline) error {
	tables, err := l.published(ctx)
	if err != nil {
		return err
	}
	info, err := l.buildInfo(ctx)
	if err != nil {
		return err
	}
	if err := l.warehouse.Publish(ctx, l.config.published(), tables, info); err != nil {
		return err
	}
	return l.printf("published %s", l.config.published())
}

// published reads the allow-list, and orders each table by its model's grain.
func (l *pipeline) published(ctx context.Context) (tables []warehouse.PublishedTable, err error) {
	const name = "published.csv"
	f, err := l.files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	models, err := metrics.Models(ctx, l.warehouse.DB(), l.files)
	if err != nil {
		return nil, err
	}
	grains := map[string][]string{}
	for _, m := range models {
		grains[m.Name] = m.Grain
	}
	reader := csv.NewReader(f)
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, row := range rows[1:] {
		if last := len(tables) - 1; last >= 0 && tables[last].Name == row[0] {
			tables[last].Columns = append(tables[last].Columns, row[1])
			continue
		}
		tables = append(tables, warehouse.PublishedTable{Name: row[0], Columns: row[1:2], OrderBy: grains[row[0]]})
	}
	return tables, nil
}

// buildInfo says what the published file was made by, from and as of. It is handed out, so that
// it names the sources that could not be read, and not where they are.
func (l *pipeline) buildInfo(ctx context.Context) ([][2]string, error) {
	setting, err := l.warehouse.BuildSetting(ctx)
	if err != nil {
		return nil, err
	}
	failures, err := l.warehouse.Failures(ctx)
	if err != nil {
		return nil, err
	}
	var unread []string
	for _, f := range failures {
		if text := f.Source + " could not be read in full: what it would have shown is unknown"; !slices.Contains(unread, text) {
			unread = append(unread, text)
		}
	}
	digest, err := digestOf(l.files)
	if err != nil {
		return nil, err
	}
	lists, err := l.listInfo(ctx)
	if err != nil {
		return nil, err
	}
	return append(append(setting, lists...),
		[2]string{"built_at", l.now().UTC().Format(time.RFC3339)},
		[2]string{"version", version},
		[2]string{"sql_digest", digest},
		[2]string{"needs_attention", strings.Join(append(unread, l.warnings...), "\n")},
	), nil
}

// digestOf is a digest of all SQL files, names included.
func digestOf(files fs.FS) (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".sql" && path.Ext(name) != ".csv" {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		_, err = io.WriteString(hash, name+"\x00"+string(text)+"\x00")
		return err
	})
	if err != nil {
		return "", fmt.Errorf("digest of the SQL files: %w", err)
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"

	_ "github.com/duckdb/duckdb-go/v2" // to read the published file back
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"footfall/internal/simulate"
)

// report prints what the published file says, and holds it against the truth.
func (d *demo) report(ctx context.Context, conf *config) (err error) {
	db, err := sql.Open("duckdb", conf.published()+"?access_mode=READ_ONLY")
	if err != nil {
		return fmt.Errorf("demo: %s: %w", conf.published(), err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, question := range []struct {
		title, query string
		isText       bool
	}{
		{"What can be said of the datasets that are live now", `
			select status, count(*) as datasets, cast(round(100.0 * count(*) / sum(count(*)) over ()) as integer) || ' %' as share,
				count(*) filter (where is_provisional) as provisional,
				count(*) filter (where evidence_source = 'log') as by_log, count(*) filter (where evidence_source <> 'log') as by_tracking
			from dataset_status group by status order by datasets desc, status`, false},
		{"The first ten rows of review_list", `
			select title, publisher, status, evidence, suggested_action from review_list order by review_rank limit 10`, true},
	} {
		if err := d.printQuery(ctx, db, question.title, question.query, question.isText); err != nil {
			return err
		}
	}
	if err := d.compare(ctx, db, float64(conf.Verdict.Threshold)); err != nil {
		return err
	}
	if err := d.restsOn(ctx, db); err != nil {
		return err
	}
	for _, file := range []string{conf.warehouse(), conf.published()} {
		info, err := os.Stat(file)
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if _, err := fmt.Fprintf(d.p.out, "%s: %s bytes\n", file, thousands(info.Size())); err != nil {
			return err
		}
	}
	return nil
}

// truthClasses, in the order they are shown; the live datasets of the world's last moment.
var truthClasses = []string{
	"used, 1.5 T a quarter or more", "used, T to 1.5 T", "little used, T/4 to T", "little used, up to T/4",
	"partly measurable", simulate.ClassBroken, "by tracking only, T or more", "by tracking only, below T", simulate.ClassNotMeasurable,
}

// trueClass is the row of the comparison that a dataset belongs to; T is the threshold.
func trueClass(t simulate.Truth, threshold float64) string {
	switch {
	case t.Kind == simulate.KindUnlogged && t.Rate >= threshold:
		return truthClasses[6]
	case t.Kind == simulate.KindUnlogged:
		return truthClasses[7]
	case t.Class == simulate.ClassNotMeasurable, t.Class == simulate.ClassBroken:
		return t.Class
	case t.Measurable == simulate.MeasurablePartly:
		return "partly measurable"
	case t.Rate >= 1.5*threshold:
		return truthClasses[0]
	case t.Rate >= threshold:
		return truthClasses[1]
	case t.Rate > threshold/4:
		return truthClasses[2]
	default:
		return truthClasses[3]
	}
}

// compare holds each status against the truth and prints how many of each class got which.
func (d *demo) compare(ctx context.Context, db *sql.DB, threshold float64) (err error) {
	statuses := map[string]string{}
	rows, err := db.QueryContext(ctx, `select dataset_id, status from dataset_status`)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id, status string
		if err := rows.Scan(&id, &status); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		statuses[id] = status
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	columns := []string{"used", "borderline", "barely_used", "unused", "unreachable", "insufficient_evidence", "not_measurable"}
	counts := map[string]map[string]int{}
	for _, class := range truthClasses {
		counts[class] = map[string]int{}
	}
	missing := 0
	for _, truth := range d.world.Truth() {
		if !truth.IsLive(d.world.End()) {
			continue
		}
		status, isKnown := statuses[truth.DatasetID]
		if !isKnown {
			missing++
			continue
		}
		counts[trueClass(truth, threshold)][status]++
	}
	header := []any{"truth, then status"}
	for _, column := range columns {
		header = append(header, column)
	}
	t := newTable(d.p, fmt.Sprintf("How the statuses compare with the truth (T = %.0f client-days a quarter)", threshold), header...)
	for _, class := range truthClasses {
		row := table.Row{class}
		for _, column := range columns {
			row = append(row, thousands(int64(counts[class][column])))
		}
		t.AppendRow(row)
	}
	t.Render()
	_, err = fmt.Fprintf(d.p.out, `Called unused or barely used, of the datasets whose hosts all have logs:
  wrongly, with a true rate of T to 1.5 T:  %s
  rightly, with a true rate of up to T/4:   %s
By the portal's page tracking alone: a verdict for %s; called unused or barely used wrongly, with a
  true rate of T or more: %s
Live, but first seen by a sync after the last day judged, so without a status yet: %d
`, share(counts[truthClasses[1]]), share(counts[truthClasses[3]]),
		judged(counts[truthClasses[6]], counts[truthClasses[7]]), share(counts[truthClasses[6]]), missing)
	return err
}

// judged says how many of some classes got a verdict: used, barely used or unused.
func judged(all ...map[string]int) string {
	verdicts, total := 0, 0
	for _, counts := range all {
		for status, n := range counts {
			total += n
			if status == "used" || status == "barely_used" || status == "unused" {
				verdicts += n
			}
		}
	}
	return fmt.Sprintf("%s of %s", thousands(int64(verdicts)), thousands(int64(total)))
}

// restsOn prints what the statuses depend on: how use clusters, who is not counted, and what other
// rules would say.
func (d *demo) restsOn(ctx context.Context, db *sql.DB) error {
	var text string
	err := db.QueryRowContext(ctx, `
		select format('What the statuses rest on (query run sensitivity):
  the log for {:,} datasets, the portal''s page tracking for {:,}; it sees {:.0f} to {:.0f} % of use, by what a log saw too
  dispersion {:.2f}, from {:,} datasets near T (1: clients come one by one): it widens all limits
  not counted: {:,} client-days with a request by robots, {:,} by suspected ones, {:,} by own staff
  unused or barely used: {:,}; with T/2 {:,}, with 2 T {:,}, without machines {:,},
    if suspected robots counted {:,}, if own staff did {:,}
', by_log, by_tracking, 100 * share_low, 100 * share_high, dispersion, pool_datasets, robots, suspected, staff, low['base'], low['half'], low['double'], low['without_machines'],
			low['with_suspected_robots'], low['with_staff'])
		from (select dispersion, pool_datasets from dispersion where window_label = 'current' and scenario = 'base')
		cross join (
			select count(*) filter (where evidence_source = 'log') as by_log, count(*) filter (where evidence_source <> 'log') as by_tracking,
				sum(robot_client_days)::bigint as robots, sum(suspected_client_days)::bigint as suspected, sum(staff_client_days)::bigint as staff
			from dataset_status
		)
		cross join (
			select coalesce(max(share_low), 0) as share_low, coalesce(max(share_high), 0) as share_high from count_source where metric_kind = 'files'
		)
		cross join (
			select map_from_entries(list((scenario, datasets))) as low
			from (
				select scenario, sum(if(status in ('unused', 'barely_used'), dataset_count, 0))::bigint as datasets
				from threshold_sensitivity group by scenario
			)
		)`).Scan(&text)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	_, err = io.WriteString(d.p.out, text)
	return err
}

// share says how many of a class were called unused or barely used.
func share(counts map[string]int) string {
	all := 0
	for _, n := range counts {
		all += n
	}
	low := counts["unused"] + counts["barely_used"]
	if all == 0 {
		return "none"
	}
	return fmt.Sprintf("%d of %s (%.1f %%)", low, thousands(int64(all)), 100*float64(low)/float64(all))
}

// printQuery prints the rows of a query as a table; rows of text get lines between them.
func (d *demo) printQuery(ctx context.Context, db *sql.DB, title, query string, isText bool) (err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("demo: %s: %w", title, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return fmt.Errorf("demo: %s: %w", title, err)
	}
	header := make([]any, len(names))
	widths := make([]table.ColumnConfig, len(names))
	for i, name := range names {
		header[i] = name
		widths[i] = table.ColumnConfig{Number: i + 1, WidthMax: 44, WidthMaxEnforcer: text.WrapSoft}
	}
	t := newTable(d.p, title, header...)
	t.SetColumnConfigs(widths)
	t.Style().Options.SeparateRows = isText
	values := make([]any, len(names))
	targets := make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return fmt.Errorf("demo: %s: %w", title, err)
		}
		t.AppendRow(append(table.Row{}, values...))
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("demo: %s: %w", title, err)
	}
	t.Render()
	return nil
}

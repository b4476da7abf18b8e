package metrics

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// linesAtOnce is how many lines of logs a day-grained model is built from at a time: its days are
// independent, so that a year takes no more memory than a part of it, and nothing goes to the disk
// in between.
const linesAtOnce = 10_000_000

// A batch is a run of the days to build, both included.
type batch struct{ first, last string }

// days divides build_day into batches of at most so many lines, or of a day that has more.
func days(ctx context.Context, db querier, lines int64) (all []batch, err error) {
	rows, err := db.QueryContext(ctx, `
		with loaded as (
			select cast(hour_at as date) as day, sum(line_count) as line_count
			from ledger.unit_hour
			group by cast(hour_at as date)
		),
		summed as (
			select day, sum(coalesce(loaded.line_count, 0)) over (order by day) // $1 as place
			from build_day
			left join loaded using (day)
		)
		select cast(min(day) as varchar), cast(max(day) as varchar)
		from summed
		group by place
		order by place`, lines)
	if err != nil {
		return nil, fmt.Errorf("batches: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one batch
		if err := rows.Scan(&one.first, &one.last); err != nil {
			return nil, fmt.Errorf("batches: %w", err)
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// inBatches does work for each batch of days, once where there is none, and tests the key of what
// it made. To the statements of the transaction, build_day holds the days of the batch alone: a
// temporary table of this name hides the one of the warehouse.
func (b *build) inBatches(ctx context.Context, tx *sql.Tx, m *Model, work func(isFirst bool) error) error {
	workAndTest := func(i int) error {
		if err := work(i == 0); err != nil || len(b.batches) == 0 {
			return err
		}
		one := b.batches[i]
		return testKey(ctx, tx, m, ` where day between date `+quoteText(one.first)+` and date `+quoteText(one.last))
	}
	if len(b.batches) < 2 {
		return workAndTest(0)
	}
	if _, err := tx.ExecContext(ctx, `create temporary table days_to_build as select day from build_day`); err != nil {
		return err
	}
	for i, one := range b.batches {
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`create or replace temporary table build_day as
			select day from days_to_build where day between date %s and date %s`, quoteText(one.first), quoteText(one.last)))
		if err != nil {
			return err
		}
		if err := workAndTest(i); err != nil {
			return err
		}
	}
	for _, table := range []string{"build_day", "days_to_build"} {
		if _, err := tx.ExecContext(ctx, `drop table temp.main.`+table); err != nil {
			return err
		}
	}
	return nil
}

// writeDays replaces the days of build_day, and takes out days that are not, or no longer, to be
// in the table: those after as_of_date, and the clients of pruned days. The facts of a pruned day
// are never taken out: nothing could bring them back.
func (b *build) writeDays(ctx context.Context, tx *sql.Tx, m *Model) error {
	table := quote(m.Name)
	isPruned := `day in (select day from ledger.pruned_day)`
	old := `delete from ` + table + ` where (day in (select day from build_day)
		or day > (select as_of_date from build_setting))`
	if m.HoldsClients {
		old += ` or ` + isPruned
	} else {
		old += ` and not ` + isPruned
	}
	if _, err := tx.ExecContext(ctx, old); err != nil {
		return err
	}
	return b.inBatches(ctx, tx, m, func(bool) error { return appendDays(ctx, tx, m) })
}

// appendDays adds the rows of the days of build_day.
func appendDays(ctx context.Context, tx *sql.Tx, m *Model) error {
	_, err := tx.ExecContext(ctx, `insert into `+quote(m.Name)+` by name `+m.Text)
	return err
}

// create makes the table or view anew.
func (b *build) create(ctx context.Context, tx *sql.Tx, m *Model, kind string) error {
	create := func() error {
		if _, err := tx.ExecContext(ctx, `create or replace `+kind+` `+quote(m.Name)+` as `+m.Text); err != nil {
			return err
		}
		return describe(ctx, tx, m, kind)
	}
	if m.Incremental {
		return b.inBatches(ctx, tx, m, func(isFirst bool) error {
			if isFirst {
				return create()
			}
			return appendDays(ctx, tx, m)
		})
	}
	if err := create(); err != nil || m.IsView {
		return err
	}
	return testKey(ctx, tx, m, "")
}

// testKey tests that the grain is a key: not null, and unique. Of a day-grained model only a
// batch is read (rows), since the others were tested when they were built; a range of days can be
// looked up. Almost always the hashes of the keys differ, which takes less to see than that the
// keys do.
func testKey(ctx context.Context, tx *sql.Tx, m *Model, rows string) error {
	if len(m.Grain) == 0 {
		return nil
	}
	keys := make([]string, len(m.Grain))
	for i, key := range m.Grain {
		keys[i] = quote(key)
	}
	list := strings.Join(keys, ", ")
	isNull := strings.Join(keys, ` is null or `) + ` is null`
	from := ` from ` + quote(m.Name) + rows
	differ := `count(*) = (select count(*) from (select distinct hash(` + list + `)` + from + `)) and `
	if m.IsGrouped {
		differ = ""
	}
	var isKey bool
	err := tx.QueryRowContext(ctx, `select `+differ+`count(*) filter (where `+isNull+`) = 0`+from).Scan(&isKey)
	if err != nil || isKey {
		return err
	}
	// Nulls, a key that occurs twice, or two keys that happen to have one hash.
	query := `select count(*) from (select ` + list + from + `)
		group by ` + list + ` having count(*) > 1 or ` + isNull + ` limit 1`
	var exists bool
	if err := tx.QueryRowContext(ctx, `select exists (`+query+`)`).Scan(&exists); err != nil || !exists {
		return err
	}
	return fmt.Errorf("its grain (%s) is not a key: a value is null or occurs more than once", strings.Join(m.Grain, ", "))
}

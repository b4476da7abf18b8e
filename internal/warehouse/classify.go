package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"
)

// A Step says what the distinct texts of one raw table mean.
type Step struct {
	Name    string   // of the step, in messages and in traffic.classified
	Version string   // of rules and lists: where it differs from last time, all texts are done again
	Texts   string   // the raw table of texts, such as raw.url
	Key     string   // its id, which raw.hit has too
	Read    []string // its text columns
	Into    string   // the table of traffic, with Key and rules_version
	Write   []string // its text columns
	// Changes is the table that remembers which datasets gained or lost a URL that hits of pruned
	// days had, since no such day is ever built again; empty: none. Only traffic.url_target has one.
	Changes string
	// Classify is given the text columns of one id and adds any number of rows, each with a
	// value for every column of Write; an empty value is null.
	Classify func(read []string, add func(write ...string))
}

// Classified is what a step did.
type Classified struct {
	IsFull bool // all texts were done again
	Texts  int64
	Rows   int64
}

// textsAtOnce bounds the memory of a step.
const textsAtOnce = 200_000

// Classify does a step for the texts that are new, or for all of them where the version differs,
// in one transaction. The days whose hits then mean something else are added to
// traffic.changed_day, for the build.
func (w *Warehouse) Classify(ctx context.Context, step Step) (done Classified, err error) {
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return Classified{}, fmt.Errorf("classify %s: %w", step.Name, err)
	}
	defer conn.Close() // hands the connection back
	if _, err := conn.ExecContext(ctx, `begin transaction`); err != nil {
		return Classified{}, fmt.Errorf("classify %s: %w", step.Name, err)
	}
	if done, err = classify(ctx, conn, step, w.options.Now()); err != nil {
		_, rollback := conn.ExecContext(context.WithoutCancel(ctx), `rollback`)
		return Classified{}, errors.Join(fmt.Errorf("classify %s: %w", step.Name, err), rollback)
	}
	if _, err := conn.ExecContext(ctx, `commit`); err != nil {
		return Classified{}, fmt.Errorf("classify %s: %w", step.Name, err)
	}
	return done, nil
}

func classify(ctx context.Context, conn *sql.Conn, step Step, now time.Time) (done Classified, err error) {
	var version sql.NullString
	var last, newest int64
	err = conn.QueryRowContext(ctx, `
		select max(rules_version), coalesce(max(last_unit_id), 0), (select coalesce(max(unit_id), 0) from ledger.unit)
		from traffic.classified where step = ?`, step.Name).Scan(&version, &last, &newest)
	if err != nil {
		return done, err
	}
	done.IsFull = version.String != step.Version
	if !done.IsFull && newest == last {
		return done, nil
	}
	if done.IsFull {
		last = 0
	}
	fresh := `fresh_` + step.Name
	if _, err := conn.ExecContext(ctx, `create temporary table `+fresh+` as select * from `+step.Into+` limit 0`); err != nil {
		return done, err
	}
	var count int64
	if err := conn.QueryRowContext(ctx, `select count(*) from `+step.Texts+` where unit_id > ?`, last).Scan(&count); err != nil {
		return done, err
	}
	slices := count/textsAtOnce + 1
	for slice := range slices {
		texts, rows, err := classifySlice(ctx, conn, step, fresh, last, slice, slices)
		if err != nil {
			return done, err
		}
		done.Texts += texts
		done.Rows += rows
	}
	if step.Changes != "" {
		if err := rememberChanges(ctx, conn, step, fresh, done.IsFull, now); err != nil {
			return done, err
		}
	}
	var statements []string
	if done.IsFull {
		statements = append(statements, `insert into `+fresh+` select * from `+step.Into+` where `+step.Key+` in (`+forgottenTexts(step)+`)`)
		columns := step.Key + ", " + strings.Join(step.Write, ", ")
		statements = append(statements, fmt.Sprintf(`
			insert into traffic.changed_day
			select distinct cast(hit_at as date) from raw.hit
			where %[1]s in (
				select %[1]s from (
					(select %[2]s from %[3]s except select %[2]s from %[4]s)
					union all
					(select %[2]s from %[4]s except select %[2]s from %[3]s)
				)
			)`, step.Key, columns, step.Into, fresh), `delete from `+step.Into)
	} else {
		// A text that was forgotten and came again is classified again.
		statements = append(statements, fmt.Sprintf(`delete from %s where %[2]s in (select %[2]s from %[3]s)`, step.Into, step.Key, fresh))
	}
	statements = append(statements, `insert into `+step.Into+` select * from `+fresh, `drop table `+fresh,
		`delete from traffic.classified where step = `+quoteText(step.Name),
		fmt.Sprintf(`insert into traffic.classified values (%s, %s, %d)`, quoteText(step.Name), quoteText(step.Version), newest))
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return done, err
		}
	}
	return done, nil
}

// rememberChanges writes down what the classification is about to change for URLs of pruned days,
// as the table of the models that outlives hits has them. Texts that were forgotten keep what they had.
func rememberChanges(ctx context.Context, conn *sql.Conn, step Step, fresh string, isFull bool, now time.Time) error {
	var isPruned bool
	err := conn.QueryRowContext(ctx, `
		select exists (from ledger.pruned_day)
			and exists (from duckdb_tables() where database_name = current_database() and table_name = 'int_url_day')`).Scan(&isPruned)
	if err != nil || !isPruned {
		return err
	}
	classified := `url_id not in (` + forgottenTexts(step) + `)`
	if !isFull {
		classified = `url_id in (select url_id from ` + fresh + `)`
	}
	const columns = `url_id, dataset_id, usage_kind`
	_, err = conn.ExecContext(ctx, fmt.Sprintf(`
		insert into %[1]s (%[2]s, is_gained, changed_at)
		select %[2]s, is_gained, ?
		from (
			select *, true as is_gained from (select %[2]s from %[3]s except select %[2]s from %[4]s)
			union all
			select *, false as is_gained from (select %[2]s from %[4]s where %[5]s except select %[2]s from %[3]s)
		)
		where dataset_id is not null
			and url_id in (select url_id from main.int_url_day where day in (select day from ledger.pruned_day))`,
		step.Changes, columns, fresh, step.Into, classified), now.UTC())
	return err
}

// classifySlice does the texts whose id falls into one slice of all ids.
func classifySlice(
	ctx context.Context, conn *sql.Conn, step Step, into string, last, slice, slices int64,
) (texts, count int64, err error) {
	read := make([]string, len(step.Read))
	for i, column := range step.Read {
		read[i] = `coalesce(any_value(` + column + `), '')`
	}
	query := fmt.Sprintf(`
		select %[1]s, %[2]s from %[3]s as texts
		where unit_id > %[4]d and hash(%[1]s) %% %[6]d = %[5]d and %[7]s
			and not exists (select 1 from %[3]s as known where known.%[1]s = texts.%[1]s and known.unit_id <= %[4]d and %[8]s)
		group by %[1]s order by %[1]s`, step.Key, strings.Join(read, ", "), step.Texts, last, slice, slices,
		hasText(step, "texts"), hasText(step, "known"))
	table := newTextTable(step)
	defer table.release()
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var id int64
	values := make([]string, len(step.Read))
	targets := []any{&id}
	for i := range values {
		targets = append(targets, &values[i])
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return 0, 0, err
		}
		texts++
		step.Classify(values, func(write ...string) { table.add(id, write) })
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return 0, 0, err
	}
	reader, err := table.reader()
	if err != nil {
		return 0, 0, err
	}
	defer reader.Release()
	count, err = insert(ctx, conn, Rows{Table: into, Reader: reader}, "incoming_"+step.Name,
		"cast("+quoteText(step.Version)+" as varchar) as rules_version")
	return texts, count, err
}

// textTable collects rows of an id and texts in Arrow's columns.
type textTable struct {
	builder *array.RecordBuilder
	count   int
	batches []arrow.RecordBatch
}

func newTextTable(step Step) *textTable {
	fields := []arrow.Field{{Name: step.Key, Type: arrow.PrimitiveTypes.Int64}}
	for _, column := range step.Write {
		fields = append(fields, arrow.Field{Name: column, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	// DuckDB reads the buffers, so they must be C's memory.
	return &textTable{builder: array.NewRecordBuilder(mallocator.NewMallocator(), arrow.NewSchema(fields, nil))}
}

func (t *textTable) add(id int64, texts []string) {
	t.builder.Field(0).(*array.Int64Builder).Append(id)
	for i, text := range texts {
		column := t.builder.Field(i + 1).(*array.StringBuilder)
		if text == "" {
			column.AppendNull()
		} else {
			column.Append(text)
		}
	}
	if t.count++; t.count == 122_880 { // DuckDB's row group
		t.flush()
	}
}

func (t *textTable) flush() {
	t.batches = append(t.batches, t.builder.NewRecordBatch())
	t.count = 0
}

func (t *textTable) reader() (array.RecordReader, error) {
	t.flush()
	return array.NewRecordReader(t.builder.Schema(), t.batches)
}

func (t *textTable) release() {
	for _, batch := range t.batches {
		batch.Release()
	}
	t.builder.Release()
}

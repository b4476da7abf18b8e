package metrics

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// A Builder builds and checks the models of SQL in a warehouse.
type Builder struct {
	SQL     fs.FS            // the folders staging, intermediate, marts, checks
	Log     *slog.Logger     // one line a model, at debug
	Now     func() time.Time // for the ledger: when a model was built, and how long it took
	Version string           // of the program, part of every definition's ledger row's meaning
	// LinesAtOnce is how many lines of logs a day-grained model is built from at a time, which
	// bounds its memory; 0: ten million.
	LinesAtOnce int64
}

// A Result says what a build did.
type Result struct {
	AsOf, First time.Time // the period, both days included
	Days        int64     // days that the day-grained models built
	IsFull      bool      // every open day was built
	Left        int       // models that were not selected and stay as they were; 0: the build is whole
	Models      []Built
}

// Built is one model as it was built.
type Built struct {
	Name       string
	Definition string // digest of its file, those upstream, the configured logs, and settings that days depend on
	Rows       int64  // rows of its table; 0 for a view
	Seconds    float64
}

// Build brings every model up to date with the warehouse and the settings. Each model is built
// in a transaction of its own: after a crash the next build begins where this one began, and
// until a build has come to its end its days stay to be built. A second build without news
// leaves every table as it is. A last day (as-of) before a day whose hits were pruned is refused.
// A build of selected models only never comes to its end: a whole one has to follow.
//
// Errors name the model, and the statement's own error follows.
func (b *Builder) Build(ctx context.Context, db *sql.DB, s Settings, runID int64) (Result, error) {
	if err := s.valid(); err != nil {
		return Result{}, err
	}
	models, err := Models(ctx, db, b.SQL)
	if err != nil {
		return Result{}, fmt.Errorf("models: %w", err)
	}
	logs, err := logDigest(ctx, db)
	if err != nil {
		return Result{}, err
	}
	build := &build{Builder: b, db: db, runID: runID, definitions: definitions(models, logs+" "+s.dayDefinition())}
	if err := build.readState(ctx); err != nil {
		return Result{}, fmt.Errorf("models: %w", err)
	}
	selected, err := choose(models, s.Select)
	if err != nil {
		return Result{}, err
	}
	if err := build.hasUpstream(models, selected); err != nil {
		return Result{}, err
	}
	result := Result{AsOf: s.AsOf.UTC().Truncate(24 * time.Hour), IsFull: s.Full, Left: len(models) - len(selected)}
	for _, m := range selected {
		result.IsFull = result.IsFull || m.Incremental && !build.isCurrent(m)
	}
	if result.First, result.Days, err = prepare(ctx, db, s, result.IsFull); err != nil {
		return Result{}, fmt.Errorf("models: prepare: %w", err)
	}
	if build.batches, err = days(ctx, db, cmp.Or(b.LinesAtOnce, linesAtOnce)); err != nil {
		return Result{}, fmt.Errorf("models: %w", err)
	}
	if result.Models, err = build.all(ctx, selected); err != nil {
		return Result{}, err
	}
	if result.Left > 0 {
		return result, nil
	}
	if err := build.finish(ctx, result, models); err != nil {
		return Result{}, fmt.Errorf("models: %w", err)
	}
	return result, nil
}

// A build is one run of a Builder.
type build struct {
	*Builder
	db          *sql.DB
	runID       int64
	definitions map[string]string
	lastUnit    int64             // the last unit that this build sees
	known       map[string]string // definition that each model was last built with
	relations   map[string]string // name to BASE TABLE or VIEW, in the schema main
	batches     []batch           // of the days to build
}

func (b *build) readState(ctx context.Context) (err error) {
	if err := b.db.QueryRowContext(ctx, `select coalesce(max(unit_id), 0) from ledger.unit`).Scan(&b.lastUnit); err != nil {
		return err
	}
	b.known, err = pairs(ctx, b.db, `
		select model, max_by(definition_version, (run_id, built_at)) from ledger.model_build group by model`)
	if err != nil {
		return err
	}
	b.relations, err = pairs(ctx, b.db, `
		select table_name, table_type from information_schema.tables
		where table_catalog = current_database() and table_schema = 'main'`)
	return err
}

// isCurrent says whether a model's table is there and was built by the definition it has now.
func (b *build) isCurrent(m *Model) bool {
	return b.relations[m.Name] == "BASE TABLE" && b.known[m.Name] == b.definitions[m.Name]
}

// model builds one model, compares it with its header, tests its key and writes its receipt.
func (b *build) model(ctx context.Context, m *Model) (Built, error) {
	started := b.Now()
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return Built{}, err
	}
	defer tx.Rollback() //nolint:errcheck // no effect after Commit
	if err := b.write(ctx, tx, m); err != nil {
		return Built{}, err
	}
	built := Built{Name: m.Name, Definition: b.definitions[m.Name]}
	if !m.IsView {
		if err := tx.QueryRowContext(ctx, `select count(*) from `+quote(m.Name)).Scan(&built.Rows); err != nil {
			return Built{}, err
		}
	}
	ended := b.Now()
	built.Seconds = ended.Sub(started).Seconds()
	_, err = tx.ExecContext(ctx, `insert into ledger.model_build
			(run_id, model, definition_version, row_count, seconds, built_at) values (?, ?, ?, ?, ?, ?)`,
		b.runID, m.Name, built.Definition, built.Rows, built.Seconds, ended.UTC())
	if err != nil {
		return Built{}, err
	}
	if err := tx.Commit(); err != nil {
		return Built{}, err
	}
	b.Log.DebugContext(ctx, "model", "name", m.Name, "rows", built.Rows, "seconds", built.Seconds)
	return built, nil
}

func (b *build) write(ctx context.Context, tx *sql.Tx, m *Model) error {
	kind := "table"
	if m.IsView {
		kind = "view"
	}
	relation := b.relations[m.Name]
	if relation != "" && (relation == "VIEW") != m.IsView {
		old := map[bool]string{true: "view", false: "table"}[relation == "VIEW"]
		if _, err := tx.ExecContext(ctx, `drop `+old+` `+quote(m.Name)); err != nil {
			return err
		}
		relation = ""
	}
	if m.Incremental && b.isCurrent(m) {
		return b.writeDays(ctx, tx, m)
	}
	keeps := m.Incremental && relation == "BASE TABLE" && !m.HoldsClients
	if keeps {
		_, err := tx.ExecContext(ctx, `create temporary table kept_rows as select * from `+quote(m.Name)+`
			where day in (select day from ledger.pruned_day)`)
		if err != nil {
			return err
		}
	}
	if err := b.create(ctx, tx, m, kind); err != nil {
		return err
	}
	if keeps {
		return b.keepRows(ctx, tx, m)
	}
	return nil
}

// keepRows brings back the facts of pruned days after a definition changed: they cannot be built
// again. Columns that the new definition does not have are dropped, new ones are null; which
// definition a pruned day has is the one in the ledger when it was pruned.
func (b *build) keepRows(ctx context.Context, tx *sql.Tx, m *Model) error {
	rows, err := texts(ctx, tx, `select column_name from (describe kept_rows)`)
	if err != nil {
		return err
	}
	var shared []string
	for _, name := range rows {
		if m.has(name) {
			shared = append(shared, quote(name))
		}
	}
	_, err = tx.ExecContext(ctx, `insert into `+quote(m.Name)+` by name
		select `+strings.Join(shared, ", ")+` from kept_rows`)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `drop table kept_rows`)
	return err
}

// finish marks the build as whole: its days are built, and the next one starts after its units.
func (b *build) finish(ctx context.Context, r Result, models []*Model) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // no effect after Commit
	_, err = tx.ExecContext(ctx, `
		insert into ledger.build (build_id, run_id, last_unit_id, first_date, as_of_date, day_count, version, built_at)
		select coalesce(max(build_id), 0) + 1, ?, ?, cast(? as date), cast(? as date), ?, ?, ?
		from ledger.build`,
		b.runID, b.lastUnit, date(r.First), date(r.AsOf), r.Days, b.Version, b.Now().UTC())
	if err != nil {
		return err
	}
	for _, table := range []string{"build_day", "traffic.changed_day"} {
		if _, err := tx.ExecContext(ctx, `delete from `+table); err != nil {
			return err
		}
	}
	if err := writeLineage(ctx, tx, models, b.definitions); err != nil {
		return err
	}
	return tx.Commit()
}

// describe compares the table with the model's header and turns the header into comments.
func describe(ctx context.Context, tx *sql.Tx, m *Model, kind string) error {
	have, err := texts(ctx, tx, `select column_name from (describe `+quote(m.Name)+`)`)
	if err != nil {
		return err
	}
	want := make([]string, len(m.Columns))
	for i, column := range m.Columns {
		want[i] = column.Name
	}
	if !slices.Equal(have, want) {
		return fmt.Errorf("the header describes (%s), the result has (%s): make them the same, in the same order",
			strings.Join(want, ", "), strings.Join(have, ", "))
	}
	statements := []string{`comment on ` + kind + ` ` + quote(m.Name) + ` is ` + quoteText(m.Summary)}
	for _, column := range m.Columns {
		statements = append(statements,
			`comment on column `+quote(m.Name)+`.`+quote(column.Name)+` is `+quoteText(column.Text))
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func pairs(ctx context.Context, db querier, query string) (all map[string]string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	all = map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		all[key] = value
	}
	return all, rows.Err()
}

func texts(ctx context.Context, db querier, query string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, rows.Err()
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteText(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }

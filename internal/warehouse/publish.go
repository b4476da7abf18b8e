package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A PublishedTable is what of a table may leave the warehouse: the allow-list.
type PublishedTable struct {
	Name    string   // of the table in the warehouse's schema main, and in the published file
	Columns []string // no column that is not named is copied
	OrderBy []string // the grain, so that the same rows make the same file
}

// Publish writes the tables, with their column comments, to a new database beside file and
// renames it into place: a reader that holds the old file open keeps it, and nobody ever sees
// half of a new one. info becomes the table build_info(key, value).
//
// A file left behind by a run that was killed here is overwritten.
func (w *Warehouse) Publish(ctx context.Context, file string, tables []PublishedTable, info [][2]string) error {
	building := file + ".building"
	if err := removeDatabase(building); err != nil {
		return fmt.Errorf("publish %s: %w", file, err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("publish %s: %w", file, err)
	}
	if err := w.build(ctx, building, tables, info); err != nil {
		return errors.Join(fmt.Errorf("publish %s: %w", file, err), removeDatabase(building))
	}
	if _, err := os.Stat(building + ".wal"); err == nil {
		return fmt.Errorf("publish %s: %s.wal is left after the checkpoint: the file is not whole, the old one stays", file, building)
	}
	// Everyone may read it: no hit, no client, nothing at visitor level is in it.
	if err := os.Chmod(building, 0o644); err != nil {
		return fmt.Errorf("publish %s: %w", file, err)
	}
	if err := renameDurably(building, file); err != nil {
		return fmt.Errorf("publish %s: %w", file, err)
	}
	return nil
}

func (w *Warehouse) build(ctx context.Context, file string, tables []PublishedTable, info [][2]string) error {
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // hands the connection back
	if _, err := conn.ExecContext(ctx, `attach `+quoteText(file)+` as published`); err != nil {
		return err
	}
	// Whatever happens, the file is let go of.
	defer conn.ExecContext(context.WithoutCancel(ctx), `detach database if exists published`) //nolint:errcheck // after an error only
	for _, table := range tables {
		if err := copyTable(ctx, conn, table); err != nil {
			return fmt.Errorf("table %s: %w", table.Name, err)
		}
	}
	if _, err := conn.ExecContext(ctx, `create table published.main.build_info (key varchar, value varchar)`); err != nil {
		return err
	}
	for _, comment := range []string{
		`comment on table published.main.build_info is 'What the file was made by, from and as of.'`,
		`comment on column published.main.build_info.key is 'as_of_date, version, sql_digest, needs_attention, …'`,
		`comment on column published.main.build_info.value is 'its value, as a text'`,
	} {
		if _, err := conn.ExecContext(ctx, comment); err != nil {
			return err
		}
	}
	for _, pair := range info {
		if _, err := conn.ExecContext(ctx, `insert into published.main.build_info values (?, ?)`, pair[0], pair[1]); err != nil {
			return err
		}
	}
	if _, err := conn.ExecContext(ctx, `checkpoint published`); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `detach database published`)
	return err
}

func copyTable(ctx context.Context, conn *sql.Conn, table PublishedTable) error {
	columns := quoteNames(table.Columns)
	statement := fmt.Sprintf(`create table published.main.%s as select %s from main.%s`,
		quoteName(table.Name), columns, quoteName(table.Name))
	if len(table.OrderBy) > 0 {
		statement += ` order by ` + quoteNames(table.OrderBy)
	}
	if _, err := conn.ExecContext(ctx, statement); err != nil {
		return err
	}
	comments, err := readComments(ctx, conn, table)
	if err != nil {
		return err
	}
	for _, comment := range comments {
		if _, err := conn.ExecContext(ctx, comment); err != nil {
			return err
		}
	}
	return nil
}

// readComments returns the statements that give the published table the comments of its source.
func readComments(ctx context.Context, conn *sql.Conn, table PublishedTable) (statements []string, err error) {
	const query = `
		select '', comment from duckdb_tables()
		where database_name = current_database() and schema_name = 'main' and table_name = $1 and comment is not null
		union all
		select column_name, comment from duckdb_columns()
		where database_name = current_database() and schema_name = 'main' and table_name = $1 and comment is not null`
	rows, err := conn.QueryContext(ctx, query, table.Name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	allowed := map[string]bool{"": true}
	for _, column := range table.Columns {
		allowed[column] = true
	}
	for rows.Next() {
		var column, comment string
		if err := rows.Scan(&column, &comment); err != nil {
			return nil, err
		}
		if !allowed[column] {
			continue
		}
		target := `table published.main.` + quoteName(table.Name)
		if column != "" {
			target = `column published.main.` + quoteName(table.Name) + `.` + quoteName(column)
		}
		statements = append(statements, `comment on `+target+` is `+quoteText(comment))
	}
	return statements, rows.Err()
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteText(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }

func quoteNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quoteName(name)
	}
	return strings.Join(quoted, ", ")
}

// removeDatabase removes a database file and what DuckDB keeps beside it.
func removeDatabase(file string) error {
	var failed []error
	for _, name := range []string{file, file + ".wal"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// renameDurably renames from to to so that after a power cut one of the two is there, whole.
func renameDurably(from, to string) error {
	if err := syncFile(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFile(filepath.Dir(to))
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

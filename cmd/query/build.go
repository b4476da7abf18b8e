package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// buildFooter says which build the file at path holds, from its table build_info. A DuckDB file
// without that table was not published and is refused: it may be the private warehouse. What
// needs attention in the build, as a source that failed, is said with every answer.
func buildFooter(ctx context.Context, e *engine, path string) (string, error) {
	found, err := e.rows(ctx, `select 1 from duckdb_tables() where table_name = 'build_info'`, nil)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("%s is no published file (it has no table build_info): "+
			"`ingest run` publishes one, by default %s", path, defaultDatabase)
	}
	info, err := e.rows(ctx, `select key, value from build_info`, nil)
	if err != nil {
		return "", err
	}
	value := map[string]string{}
	for _, row := range info {
		value[row["key"]] = row["value"]
	}
	lines := []string{fmt.Sprintf("As of %s. Built %s by footfall %s.", known(value["as_of_date"]),
		known(value["built_at"]), known(value["version"]))}
	for problem := range strings.Lines(value["needs_attention"]) {
		lines = append(lines, "This build needs attention: "+printable(strings.TrimSpace(problem)))
	}
	return strings.Join(lines, "\n"), nil
}

func known(s string) string {
	if s == "" {
		return "an unknown date"
	}
	return printable(s)
}

// row is a short answer's row: the text of each column by name, null as "".
type row map[string]string

// rows reads a whole short answer.
func (e *engine) rows(ctx context.Context, text string, values args) ([]row, error) {
	s, err := e.query(ctx, text, values)
	if err != nil {
		return nil, err
	}
	defer s.close()
	var answer []row
	for {
		batch, err := s.next(ctx)
		if batch == nil || err != nil {
			return answer, err
		}
		answer = appendRows(answer, batch)
		batch.Release()
	}
}

func appendRows(answer []row, batch arrow.RecordBatch) []row {
	for i := range int(batch.NumRows()) {
		r := row{}
		for c, column := range batch.Columns() {
			r[batch.ColumnName(c)] = strings.Clone(string(appendText(nil, column, i)))
		}
		answer = append(answer, r)
	}
	return answer
}

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// tablesSQL has the first sentence of what a table is; describing the table gives all of it.
const tablesSQL = `
select
    table_name as "table",
    estimated_size as "rows",
    column_count as columns,
    regexp_extract(comment || ' ', '^(.*?[.]) ', 1) as meaning
from duckdb_tables()
where schema_name = 'main' and not internal
order by table_name`

const columnsSQL = `
select
    column_name as "column",
    lower(data_type) as type,
    comment as meaning
from duckdb_columns()
where schema_name = 'main' and not internal and table_name = $table
order by column_index`

func (a *app) describeCommand() *cobra.Command {
	var out output
	describe := &cobra.Command{
		Use:   "describe [TABLE]",
		Short: "Say what there is to select from: the tables, or a table's columns",
		Args:  atMostOne("the name of a table"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.answer(cmd.Context(), tablesSQL, nil, &out)
			}
			return a.describeTable(cmd.Context(), args[0], &out)
		},
	}
	addOutputFlags(describe, &out)
	return describe
}

// describeTable lists the columns of a table, under what the table is where a person reads it.
func (a *app) describeTable(ctx context.Context, name string, out *output) error {
	return a.answerWith(ctx, out, func(e *engine) (*stream, error) {
		tables, err := e.rows(ctx, `
			select table_name, comment
			from duckdb_tables()
			where schema_name = 'main' and not internal
			order by table_name`, nil)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, table := range tables {
			names = append(names, table["table_name"])
			if table["table_name"] != strings.ToLower(name) {
				continue
			}
			if out.path == "" && out.format == "table" {
				if _, err := fmt.Fprintln(a.stdout, printable(table["comment"])); err != nil {
					return nil, err
				}
			}
			return e.query(ctx, columnsSQL, args{"table": table["table_name"]})
		}
		return nil, fmt.Errorf("no table is called %s (query describe lists them)%s",
			name, suggest(name, names))
	})
}

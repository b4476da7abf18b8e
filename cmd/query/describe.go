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
		Long: `Say what there is to select from: the tables; or of one table what it holds, its grain, what it is made
from, what is made from it, and its columns. Tables that are not in this file stay in the warehouse, and are put in
parentheses.`,
		Args: atMostOne("the name of a table"),
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
				lineage, err := lineageOf(ctx, e, table["table_name"])
				if err != nil {
					return nil, err
				}
				if _, err := fmt.Fprint(a.stdout, printable(table["comment"]), "\n", lineage); err != nil {
					return nil, err
				}
			}
			return e.query(ctx, columnsSQL, args{"table": table["table_name"]})
		}
		return nil, fmt.Errorf("no table is called %s (query describe lists them)%s",
			name, suggest(name, names))
	})
}

// lineageSQL has the neighbours of a table; those that are not in the file are in parentheses.
const lineageSQL = `
with neighbours as (
    select 1 as side, reads as name from build_read where model = $table
    union all
    select 2, model from build_read where reads = $table
)
select side,
    string_agg(case when name in (select table_name from duckdb_tables()) then name else '(' || name || ')' end,
        ', ' order by name) as names
from neighbours
group by side
order by side`

// lineageOf says what a table's grain is, what it is made from, and what is made from it. Of a
// table that no model made, as the calendar, there is less to say.
func lineageOf(ctx context.Context, e *engine, name string) (string, error) {
	var text strings.Builder
	models, err := e.rows(ctx, `select grain, is_by_day, definition_version from build_model where model = $table`, args{"table": name})
	if err != nil {
		return "", err
	}
	for _, m := range models {
		fmt.Fprintf(&text, "One row for each: %s\n", orNone(printable(m["grain"])))
		if m["is_by_day"] == "true" {
			text.WriteString("Built by days: those with news are built again.\n")
		}
	}
	sides, err := e.rows(ctx, lineageSQL, args{"table": name})
	if err != nil {
		return "", err
	}
	for _, side := range sides {
		title := map[string]string{"1": "Made from", "2": "Goes into"}[side["side"]]
		fmt.Fprintf(&text, "%s: %s\n", title, printable(side["names"]))
	}
	for _, m := range models {
		fmt.Fprintf(&text, "Definition: %s\n", printable(m["definition_version"]))
	}
	return text.String(), nil
}

func orNone(text string) string {
	if text == "" {
		return "no key"
	}
	return text
}

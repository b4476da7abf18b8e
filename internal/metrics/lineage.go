package metrics

import (
	"context"
	"database/sql"
	"strings"
)

// writeLineage writes how the tables were made, for those who have the published file only:
//
//   - build_model: each model with its layer, grain, and the digest of its definition, which is
//     that of its file and of all it is made from
//   - build_read: which table reads which
//   - build_definition: by which definition the facts of how many days were made. Facts whose hits
//     are gone keep the one they were made by.
func writeLineage(ctx context.Context, tx *sql.Tx, models []*Model, definitions map[string]string) error {
	for _, statement := range []string{
		`create or replace table build_model
			(model varchar, layer varchar, grain varchar, is_by_day boolean, holds_clients boolean, is_stored boolean, definition_version varchar)`,
		`create or replace table build_read (model varchar, reads varchar)`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	for _, m := range models {
		_, err := tx.ExecContext(ctx, `insert into build_model values (?, ?, ?, ?, ?, ?, ?)`,
			m.Name, m.Layer, strings.Join(m.Grain, ", "), m.Incremental, m.HoldsClients, !m.IsView, definitions[m.Name])
		if err != nil {
			return err
		}
		for _, name := range m.Reads {
			if _, err := tx.ExecContext(ctx, `insert into build_read values (?, ?)`, m.Name, name); err != nil {
				return err
			}
		}
	}
	if _, err := tx.ExecContext(ctx, writeDefinitions); err != nil {
		return err
	}
	return comment(ctx, tx)
}

// writeDefinitions finds the definition of each day. An open day is built again whenever the
// definition changes; a pruned day has the last one that was built before its hits went.
const writeDefinitions = `
	create or replace table build_definition as
	with facts as (
		select model, definition_version from build_model where is_by_day and not holds_clients
	),
	pruned as (select day, min(pruned_at) as pruned_at from ledger.pruned_day group by day),
	kept as (
		select facts.model, times.pruned_at, max_by(build.definition_version, (build.built_at, build.run_id)) as definition_version
		from facts
		cross join (select distinct pruned_at from pruned) as times
		join ledger.model_build as build on build.model = facts.model and build.built_at <= times.pruned_at
		group by all
	),
	days as (
		select facts.model, dim_date.day,
			case when pruned.day is null then facts.definition_version else kept.definition_version end as definition_version,
			facts.definition_version as now
		from facts
		cross join dim_date
		left join pruned on pruned.day = dim_date.day
		left join kept on kept.model = facts.model and kept.pruned_at = pruned.pruned_at
	)
	select model, coalesce(definition_version, 'unknown') as definition_version, min(day) as first_day, max(day) as last_day,
		count(*) as day_count, coalesce(bool_and(definition_version = now), false) as is_current
	from days
	group by all
	order by all`

// comments are those of the tables that no model's header describes.
var comments = [][3]string{
	{"dim_date", "", "Every day of the period, with its quarter."},
	{"dim_date", "day", "UTC day"},
	{"dim_date", "weekday", "1 Monday to 7 Sunday"},
	{"dim_date", "month_start_date", "first day of its month"},
	{"dim_date", "quarter_start_date", "first day of its quarter"},
	{"dim_date", "quarter_end_date", "last day of its quarter"},
	{"dim_date", "quarter_label", "2026Q1; where the year does not begin in January, 2026/27Q1"},
	{"dim_date", "days_before", "days before as_of_date, which is 0"},
	{"build_setting", "", "What the tables were built with, besides the data. One row."},
	{"build_setting", "as_of_date", "last day that counts, UTC"},
	{"build_setting", "first_date", "first day of the period, UTC"},
	{"build_setting", "threshold", "uses a quarter from which a dataset is used"},
	{"build_setting", "page_threshold", "the same for visits of its page"},
	{"build_setting", "phi_default", "dispersion where too little is known of it"},
	{"build_setting", "full_year_days", "measured days below which a low status is provisional"},
	{"build_setting", "year_start_month", "month that the first quarter of a year begins with"},
	{"build_model", "", "Each model that the tables were built by."},
	{"build_model", "model", "its name, and that of its table or view"},
	{"build_model", "layer", "staging, intermediate or marts"},
	{"build_model", "grain", "its key: one row for each"},
	{"build_model", "is_by_day", "only days with news are built again"},
	{"build_model", "holds_clients", "its rows name clients, so they go with the hits; such a table is never published"},
	{"build_model", "is_stored", "false: a view"},
	{"build_model", "definition_version", "digest of its file, of all it is made from, and of the configured logs"},
	{"build_read", "", "Which model reads which table."},
	{"build_read", "model", "the model"},
	{"build_read", "reads", "a table or model that it reads"},
	{"build_definition", "", "By which definition the facts of how many days were made. Facts whose hits are gone keep the one they were made by."},
	{"build_definition", "model", "the table with the facts"},
	{"build_definition", "definition_version", "see build_model; unknown: older than the ledger"},
	{"build_definition", "first_day", "first day made by it, UTC"},
	{"build_definition", "last_day", "last day made by it, UTC"},
	{"build_definition", "day_count", "days made by it"},
	{"build_definition", "is_current", "it is the definition of now"},
}

func comment(ctx context.Context, tx *sql.Tx) error {
	for _, c := range comments {
		target := `table ` + c[0]
		if c[1] != "" {
			target = `column ` + c[0] + `.` + c[1]
		}
		if _, err := tx.ExecContext(ctx, `comment on `+target+` is `+quoteText(c[2])); err != nil {
			return err
		}
	}
	return nil
}

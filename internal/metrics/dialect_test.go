package metrics

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	files "footfall/sql"
)

// allowedFunctions are what DuckDB and Trino have in common and agree on; operators are functions
// too. Add one only after trying it on both.
var allowedFunctions = func() map[string]bool {
	allowed := map[string]bool{}
	for name := range strings.FieldsSeq(`
		+ - * / || ~~ !~~ like_escape not_like_escape
		abs any_value bool_and bool_or ceil coalesce count count_star date_diff floor hour length lower max
		max_by min min_by mod nullif power replace reverse round row_number sign sqrt starts_with strpos
		substr sum trim upper trunc to_days to_hours to_seconds to_months lag lead first_value last_value rank`) {
		allowed[name] = true
	}
	return allowed
}()

// allowedTypes are the types a cast or a literal may have.
var allowedTypes = map[string]bool{
	"BIGINT": true, "DOUBLE": true, "VARCHAR": true, "DATE": true, "TIMESTAMP": true, "BOOLEAN": true, "INTEGER": true, "INTERVAL": true,
}

// TestDialect holds models, checks and report sections to the subset of SQL that DuckDB and Trino share, by the
// engine's own parse: the same files can then run on a cluster.
func TestDialect(t *testing.T) {
	for _, m := range catalogued(t) {
		for _, problem := range foreign(t, m.Text) {
			t.Errorf("%s/%s.sql: %s", m.Layer, m.Name, problem)
		}
	}
	names, err := fs.Glob(files.Files, "report/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("sql/report has %d files: %v", len(names), err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range foreign(t, string(text)) {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

// TestDialectFinds shows that the test above can fail.
func TestDialectFinds(t *testing.T) {
	for text, want := range map[string]string{
		"select list_sum([1]) as x":                                        "function list_sum",
		"select median(a) as x from t":                                     "function median",
		"select a::bigint as x from t":                                     "::",
		"select cast(a as uinteger) as x from t":                           "type UINTEGER",
		"select 1.5 as x":                                                  "type DECIMAL",
		"select * from t":                                                  "select *",
		"select a from t group by all":                                     "group by all",
		"select a from t qualify row_number() over (order by a) = 1":       "qualify",
		"select a from t join u using (a)":                                 "using",
		"select sum(a) filter (where b) over (partition by c) as x from t": "filter on a window",
		"select a from t where a not in (select b from u)":                 "not in",
		"select a from t natural join u":                                   "natural",
		"select a from t asof join u on t.b >= u.b":                        "ASOF",
		"select cast(a - interval '1' quarter as date) as x from t":        "quarter",
		"select date_trunc('week', a) as x from t":                         "function date_trunc",
		"select date_diff('month', a, b) as x from t":                      "date_diff",
		"select now() as x":                                                "function now",
		"select distinct on (a) a, b from t":                               "distinct on",
		"select lag(a ignore nulls) over (order by b) as x from t":         "ignore nulls",
		"select a from t order by a limit 5":                               "limit",
		"select a from t using sample 5":                                   "sample",
		"select greatest(a, b) as x from t":                                "function greatest",
		"select try_cast(a as bigint) as x from t":                         "",
		"select current_date as x":                                         "current_date",
	} {
		problems := strings.Join(foreign(t, text), "; ")
		if want == "" && problems != "" || !strings.Contains(problems, want) {
			t.Errorf("%s: found %q, want %q", text, problems, want)
		}
	}
}

var plainLines = regexp.MustCompile(`(?m)--.*$|'[^']*[^'0-9][^']*'`)

// foreign says what in a text is not in both dialects.
func foreign(t *testing.T, text string) []string {
	t.Helper()
	problems := map[string]bool{}
	report := func(format string, args ...any) { problems[fmt.Sprintf(format, args...)] = true }
	code := strings.ToLower(plainLines.ReplaceAllString(text, ""))
	// The parser makes these of an interval literal; nobody may write them.
	for _, word := range []string{"select *", ".*", "trunc(", "to_days(", "to_hours(", "to_seconds(", "to_months(", "::", "interval 1", "interval 3", "current_date", "current_timestamp", "1 quarter", "' quarter", " natural ", " asof "} {
		if strings.Contains(code, word) {
			report("%s is not in both dialects", strings.TrimSpace(word))
		}
	}
	tree, err := parse(t.Context(), openSchema(t), text)
	if err != nil {
		return []string{err.Error()}
	}
	walk(tree, func(_ string, node map[string]any) { foreignNode(node, report) })
	return slices.Sorted(maps.Keys(problems))
}

func foreignNode(node map[string]any, report func(string, ...any)) {
	switch node["class"] {
	case "FUNCTION":
		name := fmt.Sprint(node["function_name"])
		if !allowedFunctions[name] {
			report("function %s is not one of those allowed", name)
		}
		if name == "date_diff" && !strings.Contains(fmt.Sprint(node["children"]), "value:day") {
			report("date_diff counts days only")
		}
	case "WINDOW":
		name := fmt.Sprint(node["function_name"])
		if !allowedFunctions[name] {
			report("function %s is not one of those allowed", name)
		}
		if node["filter_expr"] != nil {
			report("a filter on a window")
		}
		if node["ignore_nulls"] == true {
			report("ignore nulls")
		}
	case "LAMBDA":
		report("a lambda")
	case "CAST":
		foreignType(node["cast_type"], report)
	case "CONSTANT":
		if value, isValue := node["value"].(map[string]any); isValue {
			foreignType(value["type"], report)
		}
	case "SUBQUERY":
		if node["subquery_type"] == "NOT_ANY" || node["subquery_type"] == "ANY" {
			report("in (select …), whose negation not in forgets nulls: join instead")
		}
	}
	if node["type"] == "OPERATOR_NOT" && strings.Contains(fmt.Sprint(node["children"]), "subquery_type:ANY") {
		report("not in (select …) forgets nulls: left join instead")
	}
	if node["aggregate_handling"] == "FORCE_AGGREGATES" {
		report("group by all")
	}
	if node["qualify"] != nil {
		report("qualify")
	}
	if node["sample"] != nil {
		report("sample")
	}
	if columns, isList := node["using_columns"].([]any); isList && len(columns) > 0 {
		report("using: a column behind it may not be qualified in Trino; write on")
	}
	switch node["type"] {
	case "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER":
		report("limit: a model has all its rows")
	case "DISTINCT_MODIFIER":
		if targets, isList := node["distinct_on_targets"].([]any); isList && len(targets) > 0 {
			report("distinct on")
		}
	case "JOIN":
		if node["ref_type"] != "REGULAR" && node["ref_type"] != "CROSS" {
			report("a join of the kind %v", node["ref_type"])
		}
	}
}

func foreignType(node any, report func(string, ...any)) {
	kind, isType := node.(map[string]any)
	if !isType {
		return
	}
	if id := fmt.Sprint(kind["id"]); !allowedTypes[id] && id != "NULL" && id != "SQLNULL" {
		report("type %s", id)
	}
}

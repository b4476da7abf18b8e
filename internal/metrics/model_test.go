package metrics

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const header = `-- What it is,
-- in two lines.
--
-- More of it.
--
-- grain: a, day
-- incremental: day
-- clients: yes
--
-- a    first; with a colon: yes
-- day  second,
--     gone on with

select 1 as a, 2 as day
`

func TestHeader(t *testing.T) {
	got, err := parseModel("marts", "thing", header)
	if err != nil {
		t.Fatal(err)
	}
	want := &Model{
		Name: "thing", Layer: "marts", Text: header, Summary: "What it is, in two lines.\n\nMore of it.",
		Grain: []string{"a", "day"}, Incremental: true, HoldsClients: true,
		Columns: []Column{{"a", "first; with a colon: yes"}, {"day", "second, gone on with"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestModelsRefuses(t *testing.T) {
	good := "-- Is.\n--\n-- grain: x\n--\n-- x  it\n\nselect 1 as x\n"
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a circle": {map[string]string{
			"marts/one.sql": strings.ReplaceAll(good, "1 as x", "x from two"),
			"marts/two.sql": strings.ReplaceAll(good, "1 as x", "x from one"),
		}, "one reads two reads one"},
		"no select":              {map[string]string{"marts/one.sql": strings.ReplaceAll(good, "select 1 as x", "drop table x")}, "marts/one.sql: it is not one select"},
		"a broken select":        {map[string]string{"marts/one.sql": strings.ReplaceAll(good, "1 as x", "from where")}, "marts/one.sql: it is not one select"},
		"two statements":         {map[string]string{"marts/one.sql": good + "; select 2"}, "2 statements"},
		"one name twice":         {map[string]string{"marts/one.sql": good, "staging/one.sql": good}, "would be one table"},
		"a CTE hides a model":    {map[string]string{"marts/one.sql": good, "marts/two.sql": strings.ReplaceAll(good, "select 1 as x", "with one as (select 1 as x) select x from one")}, "its CTE one"},
		"no sentence":            {map[string]string{"marts/one.sql": "-- grain: x\n--\n-- x  it\n\nselect 1 as x\n"}, "sentence"},
		"no columns":             {map[string]string{"marts/one.sql": "-- Is.\n--\n-- grain: none\n\nselect 1 as x\n"}, "no column"},
		"a grain nobody has":     {map[string]string{"marts/one.sql": strings.ReplaceAll(good, "grain: x", "grain: y")}, "grain names y"},
		"one space":              {map[string]string{"marts/one.sql": strings.ReplaceAll(good, "-- x  it", "-- x it")}, "one.sql:5"},
		"an unknown value":       {map[string]string{"marts/one.sql": strings.ReplaceAll(good, "grain: x", "grain: x\n-- incremental: hour")}, "hour"},
		"no day to be built by":  {map[string]string{"marts/one.sql": strings.ReplaceAll(good, "grain: x", "grain: x\n-- incremental: day")}, "column day"},
		"incremental and unkept": {map[string]string{"marts/one.sql": strings.ReplaceAll(header, "clients: yes", "stored: no")}, "not stored"},
		"severity of a model":    {map[string]string{"marts/one.sql": strings.ReplaceAll(good, "grain: x", "grain: x\n-- severity: error")}, "only a check"},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			for file, text := range test.files {
				files[file] = &fstest.MapFile{Data: []byte(text)}
			}
			_, err := Models(t.Context(), openSchema(t), files)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestOrderAndReads(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"marts/a.sql":        "with c as (select x from b), d as (with e as (select x from c) select x from e) select d.x from d join raw.hit as hit on true",
		"intermediate/b.sql": "select x from s",
		"staging/s.sql":      "select url_id as x from raw.url",
	} {
		files[name] = &fstest.MapFile{Data: []byte("-- Is.\n--\n-- grain: x\n--\n-- x  it\n\n" + text)}
	}
	models, err := Models(t.Context(), openSchema(t), files)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	var order []string
	for _, m := range models {
		order = append(order, m.Name)
		got[m.Name] = m.Reads
	}
	want := map[string][]string{"a": {"b", "raw.hit"}, "b": {"s"}, "s": {"raw.url"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reads (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"s", "b", "a"}, order); diff != "" {
		t.Errorf("order (-want +got)\n%s", diff)
	}
}

// A select that groups by columns of its grain, whatever these are made of, has it as its key.
func TestModelsAreGrouped(t *testing.T) {
	for text, want := range map[string]bool{
		"select x, y, count(*) as n from raw.t group by x, y":                              true,
		"select t.x, coalesce(t.z, 1) as y from raw.t as t group by t.x, coalesce(t.z, 1)": true,
		"select x, min(y) as y from raw.t group by x":                                      true,
		"select x, coalesce(z, 1) as y from raw.t group by x, coalesce(z, 2)":              false,
		"select x, min(y) as y, z from raw.t group by x, z":                                false,
		"select x, min(y) as y from raw.t group by x, y":                                   false,
		"select x, y from raw.t":                                                           false,
		"select max(x) as x, max(y) as y from raw.t":                                       false,
		"select x, y from raw.t group by x, y union all select x, y from raw.u":            false,
		"select x, y from raw.t group by grouping sets ((x), (y))":                         false,
	} {
		tree, err := parse(t.Context(), openSchema(t), text)
		if err != nil {
			t.Fatal(err)
		}
		if got := isGrouped(tree, []string{"x", "y"}); got != want {
			t.Errorf("%s: grouped %v, want %v", text, got, want)
		}
	}
}

// A header and a result that differ, and a key that is none, end a build.
func TestBuildHoldsModelsToTheirHeaders(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"another column":    {"-- Is.\n--\n-- grain: x\n--\n-- x  it\n\nselect 1 as y\n", "the result has (y)"},
		"another order":     {"-- Is.\n--\n-- grain: x\n--\n-- x  it\n-- y  it\n\nselect 1 as y, 2 as x\n", "in the same order"},
		"a key twice":       {"-- Is.\n--\n-- grain: x\n--\n-- x  it\n\nselect 1 as x union all select 1 as x\n", "is not a key"},
		"a null in a group": {"-- Is.\n--\n-- grain: x\n--\n-- x  it\n\nselect x from (select cast(null as bigint) as x) as t group by x\n", "is not a key"},
		"a null key":        {"-- Is.\n--\n-- grain: x\n--\n-- x  it\n\nselect cast(null as bigint) as x\n", "is not a key"},
	} {
		t.Run(name, func(t *testing.T) {
			b := quietBuilder(fstest.MapFS{"marts/one.sql": {Data: []byte(test.text)}})
			_, err := b.Build(t.Context(), openSchema(t), DefaultSettings(b.Now()), 1)
			if err == nil || !strings.Contains(err.Error(), "model one") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one of model one with %q", err, test.want)
			}
		})
	}
}

// The header becomes comments, which the published file carries on.
func TestBuildCommentsColumns(t *testing.T) {
	db := openSchema(t)
	b := quietBuilder(fstest.MapFS{"marts/one.sql": {Data: []byte("-- What it's for.\n--\n-- grain: x\n--\n-- x  the x's meaning\n\nselect 1 as x\n")}})
	if _, err := b.Build(t.Context(), db, DefaultSettings(b.Now()), 1); err != nil {
		t.Fatal(err)
	}
	got, err := texts(t.Context(), db, `
		select comment from duckdb_tables() where table_name = 'one'
		union all
		select comment from duckdb_columns() where table_name = 'one'`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"What it's for.", "the x's meaning"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func FuzzHeader(f *testing.F) {
	f.Add(header)
	f.Add("-- Is.\n-- severity: error\n-- x  it\nselect 1 as x")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parseModel("marts", "thing", text)
		if err != nil {
			return
		}
		if m.Summary == "" || len(m.Columns) == 0 {
			t.Errorf("accepted %q without a sentence or a column", text)
		}
		for _, key := range m.Grain {
			if !m.has(key) {
				t.Errorf("accepted %q with the grain %s, which it does not describe", text, key)
			}
		}
	})
}

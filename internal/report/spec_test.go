package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const header = `-- Datasets by status
--
-- One row for each status,
-- in order.
--
-- key: 1
-- for: portal
--
-- status  Status (word): What can be said.
-- uses    Uses (all) of it (count, client-days): Client-days with a request,
--     on any day.
-- place   Place: A text; with a colon: yes.

select 'used' as status, 1 as uses, '' as place
`

func TestSpec(t *testing.T) {
	got, err := parseSpec("02_status", header)
	if err != nil {
		t.Fatal(err)
	}
	want := []Column{
		{Name: "status", Title: "Status", Kind: word, Description: "What can be said."},
		{Name: "uses", Title: "Uses (all) of it", Kind: Count, Unit: "client-days", Description: "Client-days with a request, on any day."},
		{Name: "place", Title: "Place", Kind: Text, Description: "A text; with a colon: yes."},
	}
	if diff := cmp.Diff(want, got.columns); diff != "" {
		t.Errorf("columns (-want +got)\n%s", diff)
	}
	if got.title != "Datasets by status" || got.description != "One row for each status, in order." || got.key != 1 || got.scope != forPortal {
		t.Errorf("got %q, %q, key %d, for %s", got.title, got.description, got.key, got.scope)
	}
}

func TestSpecRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no header":           {"select 1 as a\n", "line 1: the header is a title"},
		"no column":           {"-- A title\n--\n-- A row.\n\nselect 1 as a\n", "names no column"},
		"one blank":           {strings.Replace(header, "status  Status", "status Status", 1), "write a column as"},
		"an unknown kind":     {strings.Replace(header, "(word)", "(words)", 1), "words is no kind of column"},
		"for nobody":          {strings.Replace(header, "for: portal", "for: nobody", 1), "write for: portal, publisher or reader"},
		"a key that is none":  {strings.Replace(header, "key: 1", "key: one", 1), `"key: one"`},
		"a column without it": {strings.Replace(header, "place   Place: A text; with a colon: yes.", "place   Place", 1), "write a column as"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseSpec("02_status", test.text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// A null has a mark, a code its phrase, and datasets of one title their names.
func TestResult(t *testing.T) {
	s, err := parseSpec("04_review", `-- Review list
--
-- One row for each dataset.
--
-- key: 1
--
-- dataset  Dataset: The dataset.
-- status   Status (word): Its status.
-- uses     Uses (count): Its uses.
-- share    Share (share): A share.

select 1
`)
	if err != nil {
		t.Fatal(err)
	}
	columns := []string{"dataset", "dataset_link", "_name", "status", "status_mark", "uses", "uses_mark", "share"}
	r, err := newResult(s, columns, [][]any{
		{"Hedges", "https://example.org/a", "hedges-a", "barely_used", "[p]", int64(1), "[z]", int64(1)},
		{"Hedges", nil, "hedges-b", "a_new_code", "", nil, "[z]", nil},
		{"Tides", nil, "tides", "used", "", nil, "", 0.5},
		{"Tides", nil, "tides", "used", "", nil, "", 0.5},
	}, map[string]bool{"Hedges": true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]Cell{
		{{Value: "Hedges (hedges-a)", Link: "https://example.org/a"}, {Value: "barely used", Marks: []string{"[p]"}}, {Value: int64(1)}, {Value: 1.0}},
		{{Value: "Hedges (hedges-b)"}, {Value: "a new code"}, {Marks: []string{"[z]"}}, {Marks: []string{"[x]"}}},
		{{Value: "Tides"}, {Value: "used"}, {Marks: []string{"[x]"}}, {Value: 0.5}},
		{{Value: "Tides (2)"}, {Value: "used"}, {Marks: []string{"[x]"}}, {Value: 0.5}},
	}
	if diff := cmp.Diff(want, r.table.Rows); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := newResult(s, columns[1:], nil, nil); err == nil || !strings.Contains(err.Error(), "its header has a column dataset and its select has not") {
		t.Errorf("a column that is missing: %v", err)
	}
}

package warehouse

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A dataset has the resources of its last version now; one that is gone had its last ones.
func TestResourcesThatAreLast(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	exec(t, w.DB(),
		`insert into raw.dataset (dataset_id, is_gone, seen_at, unit_id) values
			('here', false, '2026-01-01', 1), ('gone', false, '2026-01-01', 1), ('gone', true, '2026-02-01', 2)`,
		`insert into raw.resource (resource_id, dataset_id, url, version_hash, is_gone, seen_at, unit_id) values
			('moved', 'here', 'old', 1, false, '2026-01-01', 1), ('moved', 'here', 'new', 2, false, '2026-02-01', 2),
			('dropped', 'here', 'a', 3, false, '2026-01-01', 1), ('dropped', 'here', null, 0, true, '2026-02-01', 2),
			('lost', 'gone', 'b', 4, false, '2026-01-01', 1), ('lost', 'gone', null, 0, true, '2026-02-01', 2)`)
	resources, err := w.Resources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, r := range resources {
		got[r.ID+" "+r.URL] = r.IsLast
	}
	want := map[string]bool{"moved old": false, "moved new": true, "dropped a": false, "lost b": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestGroupsAndNotesAreReplaced(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	migration, err := os.ReadFile(filepath.Join("..", "..", "sql", "schema", "0005_groups_and_context.sql"))
	if err != nil {
		t.Fatal(err)
	}
	exec(t, w.DB(), string(migration))
	for _, groups := range []map[string]string{{"a": "a", "b": "a"}, {"c": "c", "d'": "c"}} {
		if err := w.SetGroups(t.Context(), groups); err != nil {
			t.Fatal(err)
		}
	}
	for _, notes := range [][]Context{{{"a", "other", "x"}}, {{"a", "seasonal", "it's June"}}, nil} {
		if err := w.SetContext(t.Context(), notes); err != nil {
			t.Fatal(err)
		}
	}
	if got := text(t, w.DB(), `select string_agg(dataset_id || group_id, ' ' order by dataset_id) from traffic.dataset_group`); got != "cc d'c" {
		t.Errorf("groups %q", got)
	}
	if got := text(t, w.DB(), `select count(*) from raw.dataset_context`); got != "0" {
		t.Errorf("%s notes are left", got)
	}
}

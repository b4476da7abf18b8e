package main

import (
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/simulate"
)

// What real exports hold, all the way to the dataset: one page under several titles, hosts and
// queries, a translated copy, a preview, ids that a redaction took digits from. What fits none, or is
// no address, is said.
func TestDirtOfCounts(t *testing.T) {
	s := newSite(t)
	s.run().wantCode(t, exitDone)
	var name, resource, redacted, owner string
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		name = queryText(t, db, `select min(name) from dim_dataset where is_live`)
		resource = queryText(t, db, `select min(resource_id) from dim_resource join dim_dataset using (dataset_id) where dim_dataset.name = '`+name+`'`)
		owner = queryText(t, db, `select min(dataset_id) from dim_dataset where is_live and name <> '`+name+`' and regexp_matches(dataset_id, '[0-9]{6}')`)
	})
	redacted = regexp.MustCompile(`[0-9]{6}`).ReplaceAllString(owner, "[date]")
	if redacted == owner || resource == "" {
		t.Fatalf("the world has no id to redact: %q, %q", owner, resource)
	}
	portal := "https://" + simulate.PortalHost
	rows := []string{
		"Otters," + portal + "/dataset/" + name + ",5",
		"Otters - renamed," + portal + "/dataset/" + name + ",3",
		"Otters," + portal + "/dataset/" + name + "?page=2,1",
		"Otters,https://staging.example.org/dataset/" + name + ",2",
		"Otters,https://" + strings.NewReplacer("-", "--", ".", "-").Replace(simulate.PortalHost) + ".translate.goog/dataset/" + name + "?_x_tr_sl=en,2",
		"Preview," + portal + "/datafile/" + resource + "/preview,4",
		"Moles," + portal + "/dataset/" + redacted + "/moles,7",
		"Lost," + portal + "/dataset/[date]4567-0000-4000-8000-000000000000/lost,6",
		"Lost,(not set),9",
	}
	s.write("views.csv", "Page title,Page location,Views\n"+strings.Join(rows, "\n")+"\n,,39,Grand total\n")
	s.write("footfall.yaml", readFile(t, s.path("footfall.yaml"))+fmt.Sprintf(
		"counts:\n  - {name: tag, kind: countsfile, files: [views.csv], preset: ga4_exploration, unit: client_days, period: %s, rows: all, hosts: [staging.example.org]}\n", s.asOf))
	if got := s.ingest("counts").wantCode(t, exitDone); !strings.Contains(got.out, "9 counted of no address") {
		t.Errorf("the counts say\n%s", got.out)
	}
	s.run().wantCode(t, exitDone)
	read(t, s.path("warehouse.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, fmt.Sprintf(`
			select string_agg(concat_ws(' ', if(name = '%s', 'otters', 'moles'), usage_kind, value_low, value_high), ', ' order by value_low)
			from fct_dataset_period join dim_dataset using (dataset_id) where source = 'tag' and dataset_id in ('%s', (select dataset_id from dim_dataset where name = '%[1]s'))`, name, owner))
		if diff := cmp.Diff("otters investigation 5 17, moles investigation 7 7", got); diff != "" {
			t.Errorf("uses (-want +got):\n%s", diff)
		}
	})
	list := s.ingest("unattributed", "--host", simulate.PortalHost).wantCode(t, exitDone)
	if !strings.Contains(list.out, "tag") || !strings.Contains(list.out, "/dataset/%5Bdate%5D4567-0000-4000-8000-000000000000/lost") {
		t.Errorf("what found no dataset is\n%s", list.out)
	}
	if status := s.ingest("status").wantCode(t, exitDone); !regexp.MustCompile(`tag .*pages .* 9 `).MatchString(status.out) {
		t.Errorf("the status says\n%s", status.out)
	}
}

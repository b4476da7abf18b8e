//go:build ckan

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestCKAN fills a real CKAN, browses it, runs `ingest run` in between, and holds what Footfall
// knows in the end against what was done.
func TestCKAN(t *testing.T) {
	s := newStory(t)
	const files = "https://files.example.org/"
	s.organization("rivers")
	s.organization("parks")
	s.dataset("otters", "rivers", files+"otters-1.csv", files+"otters-2.csv")
	s.dataset("levels", "rivers", files+"shared.csv")
	s.dataset("lakes", "rivers", files+"shared.csv")
	s.dataset("trees", "parks")
	s.dataset("paths", "parks", files+"paths.csv")
	s.dataset("soon-gone", "parks", files+"soon-gone.csv")
	s.dataset("old-name", "parks", files+"renamed.csv")
	s.dataset("bilingual", "parks", files+"bilingual.csv")
	s.dataset("rare", "parks", files+"rare.csv")
	s.dataset("never", "parks", files+"never.csv")
	trees := s.upload("trees", "trees.csv")
	s.page("old-name", "/dataset/old-name", "ann", "ben", "cay")
	s.page("bilingual", "/dataset/bilingual", "ann", "ben", "cay")
	s.page("rare", "/dataset/rare", "ann")
	s.file("otters", files+"otters-1.csv", "ann")
	s.step()

	s.page("otters", "/dataset/otters", "ann", "ben", "ann")
	s.file("otters", files+"otters-1.csv", "ann")
	s.file("otters", files+"otters-2.csv", "ann", "ben")
	s.file("levels lakes", files+"shared.csv", "cay")
	s.page("bilingual", "/dataset/bilingual", "dan")
	s.page("paths", "/dataset/paths", "ann")
	s.page("rare", "/fr/dataset/rare", "ben") // whose total is 1 as well
	s.step()

	s.page("soon-gone", "/dataset/soon-gone", "ann")
	s.file("soon-gone", files+"soon-gone.csv", "ann")
	s.file("otters", files+"otters-2.csv", "cay")
	s.call("package_delete", map[string]any{"id": s.ids["soon-gone"]})
	s.call("package_patch", map[string]any{"id": s.ids["old-name"], "name": "new-name"})
	s.call("package_patch", map[string]any{"id": s.ids["levels"], "owner_org": s.ids["parks"]})
	s.call("package_patch", map[string]any{"id": s.ids["paths"], "private": true})
	s.call("resource_patch", map[string]any{"id": s.ids["otters/otters-2.csv"], "url": files + "otters-3.csv"})
	s.dataset("newcomer", "rivers", files+"newcomer.csv")
	s.page("old-name", "/dataset/new-name", "ann")
	s.page("bilingual", "/fr/dataset/bilingual", "ann", "ben")
	s.page("newcomer", "/dataset/newcomer", "ann", "ben")
	s.file("newcomer", files+"newcomer.csv", "ann")
	s.step("--full-sync", "--accept-shrink")

	if got := s.step(); !strings.Contains(got.out, "city-tracking: nothing new") {
		t.Errorf("after a day without visits the run says\n%s", got.out)
	}

	s.call("package_patch", map[string]any{"id": s.ids["paths"], "private": false})
	s.page("bilingual", "/fr/dataset/bilingual", "cay")
	s.file("trees", trees, "ann", "ben")
	s.file("otters", files+"otters-3.csv", "ann")
	s.step("--full-sync")

	s.page("otters", "/dataset/otters", "ann")
	s.page("old-name", "/dataset/new-name", "ann", "ben")
	s.file("levels lakes", files+"shared.csv", "ann", "ben")
	s.step()

	if got := s.site.ingest("doctor"); !strings.Contains(got.out, "portal.tracking: the portal counts visits, and its list of datasets has them") {
		t.Errorf("the doctor says\n%s\n%s", got.out, got.err)
	}
	t.Run("history", s.checkHistory)
	t.Run("readings", s.checkReadings)
	t.Run("use", s.checkUse)
}

func (s *story) checkHistory(t *testing.T) {
	const held = `strftime(valid_from, '%Y-%m-%d'), 'to', coalesce(strftime(valid_to, '%Y-%m-%d'), 'now'), case when is_gone then 'gone' end`
	s.compare(t, `select concat_ws(' ', dataset_id, held.name, publisher_id, `+held+`) from stg_dataset as held`, `
bilingual bilingual parks day 0 to now
lakes lakes rivers day 0 to now
levels levels rivers day 0 to day 2
levels levels parks day 2 to now
never never parks day 0 to now
newcomer newcomer rivers day 2 to now
old-name old-name parks day 0 to day 2
old-name new-name parks day 2 to now
otters otters rivers day 0 to now
paths paths parks day 0 to day 2
paths day 2 to day 4 gone
paths paths parks day 4 to now
rare rare parks day 0 to now
soon-gone soon-gone parks day 0 to day 2
soon-gone day 2 to now gone
trees trees parks day 0 to now`)
	s.compare(t, `select concat_ws(' ', resource_id, url, `+held+`) from stg_resource where dataset_id in (
		select dataset_id from stg_dataset where name in ('lakes', 'otters', 'paths', 'soon-gone', 'trees', 'newcomer'))`, `
lakes/shared.csv https://files.example.org/shared.csv day 0 to now
newcomer/newcomer.csv https://files.example.org/newcomer.csv day 2 to now
otters/otters-1.csv https://files.example.org/otters-1.csv day 0 to now
otters/otters-2.csv https://files.example.org/otters-2.csv day 0 to day 2
otters/otters-2.csv https://files.example.org/otters-3.csv day 2 to now
paths/paths.csv https://files.example.org/paths.csv day 0 to day 2
paths/paths.csv day 2 to day 4 gone
paths/paths.csv https://files.example.org/paths.csv day 4 to now
soon-gone/soon-gone.csv https://files.example.org/soon-gone.csv day 0 to day 2
soon-gone/soon-gone.csv day 2 to now gone
trees/trees.csv PORTAL/dataset/trees/resource/trees/trees.csv/download/trees.csv day 0 to now`)
	s.compare(t, `select concat_ws(' ', dataset_id, is_live, dim_dataset.name, dim_publisher.name) from dim_dataset join dim_publisher using (publisher_id)`, `
bilingual true bilingual parks
lakes true lakes rivers
levels true levels parks
never true never parks
newcomer true newcomer rivers
old-name true new-name parks
otters true otters rivers
paths true paths parks
rare true rare parks
soon-gone false soon-gone parks
trees true trees parks`)
}

// checkReadings wants of each counter its value on each day, and no reading of the day on which
// nothing was counted. A page's total is that of the address that was seen last.
func (s *story) checkReadings(t *testing.T) {
	const values = `string_agg(concat(strftime(read_at, '%Y-%m-%d'), ': ', value), ', ' order by read_at)`
	s.compare(t, `select concat_ws(' ', subject, 'as', counted_as, `+values+`) from raw.counter_reading where metric = 'pages' group by subject, counted_as`, `
bilingual as bilingual day 0: 3, day 1: 4, day 2: 2, day 4: 3, day 5: 3
lakes as lakes day 0: 0, day 1: 0, day 2: 0, day 4: 0, day 5: 0
levels as levels day 0: 0, day 1: 0, day 2: 0, day 4: 0, day 5: 0
never as never day 0: 0, day 1: 0, day 2: 0, day 4: 0, day 5: 0
newcomer as newcomer day 2: 2, day 4: 2, day 5: 2
old-name as old-name day 0: 3, day 1: 3
old-name as new-name day 2: 1, day 4: 1, day 5: 3
otters as otters day 0: 0, day 1: 2, day 2: 2, day 4: 2, day 5: 3
paths as paths day 0: 0, day 1: 1, day 4: 1, day 5: 1
rare as rare day 0: 1, day 1: 1, day 2: 1, day 4: 1, day 5: 1
soon-gone as soon-gone day 0: 0, day 1: 0
trees as trees day 0: 0, day 1: 0, day 2: 0, day 4: 0, day 5: 0`)
	s.compare(t, `select concat_ws(' ', subject, 'as', split_part(counted_as, '/', -1), `+values+`) from raw.counter_reading where metric = 'downloads'
		group by subject, counted_as`, `
bilingual/bilingual.csv as bilingual.csv day 0: 0, day 1: 0, day 2: 0, day 4: 0, day 5: 0
lakes/shared.csv as shared.csv day 0: 0, day 1: 1, day 2: 1, day 4: 1, day 5: 3
levels/shared.csv as shared.csv day 0: 0, day 1: 1, day 2: 1, day 4: 1, day 5: 3
never/never.csv as never.csv day 0: 0, day 1: 0, day 2: 0, day 4: 0, day 5: 0
newcomer/newcomer.csv as newcomer.csv day 2: 1, day 4: 1, day 5: 1
otters/otters-1.csv as otters-1.csv day 0: 1, day 1: 2, day 2: 2, day 4: 2, day 5: 2
otters/otters-2.csv as otters-2.csv day 0: 0, day 1: 2
otters/otters-2.csv as otters-3.csv day 2: 0, day 4: 1, day 5: 1
old-name/renamed.csv as renamed.csv day 0: 0, day 1: 0, day 2: 0, day 4: 0, day 5: 0
paths/paths.csv as paths.csv day 0: 0, day 1: 0, day 4: 0, day 5: 0
rare/rare.csv as rare.csv day 0: 0, day 1: 0, day 2: 0, day 4: 0, day 5: 0
soon-gone/soon-gone.csv as soon-gone.csv day 0: 0, day 1: 0
trees/trees.csv as trees.csv day 0: 0, day 1: 0, day 2: 0, day 4: 2, day 5: 2`)
}

// checkUse wants the truth between the ends that the models give, and where they give none, no use.
func (s *story) checkUse(t *testing.T) {
	s.compare(t, `select concat_ws(' ', usage_kind, dataset_id, strftime(period_start, '%Y-%m-%d'), 'to', strftime(period_end, '%Y-%m-%d'),
		concat(value_low, '..', value_high)) from fct_dataset_period`, `
investigation bilingual day 0 to day 1 1..
investigation bilingual day 1 to day 2 0..
investigation bilingual day 2 to day 4 1..
investigation bilingual day 4 to day 5 0..
investigation newcomer day 1 to day 2 0..
investigation newcomer day 2 to day 5 0..
investigation old-name day 0 to day 1 0..
investigation old-name day 1 to day 2 0..
investigation old-name day 2 to day 4 0..
investigation old-name day 4 to day 5 1..
investigation otters day 0 to day 1 1..
investigation otters day 1 to day 4 0..
investigation otters day 4 to day 5 1..
investigation paths day 0 to day 1 1..
investigation paths day 1 to day 4 0..
investigation paths day 4 to day 5 0..
investigation rare day 0 to day 5 0..
investigation soon-gone day 1 to day 5 0..
request lakes day 0 to day 1 1..1
request lakes day 4 to day 5 2..2
request levels day 0 to day 1 1..1
request levels day 4 to day 5 2..2
request newcomer day 1 to day 2 0..1
request otters day 0 to day 1 2..3
request otters day 1 to day 5 0..
request otters day 2 to day 4 1..1
request paths day 1 to day 4 0..
request soon-gone day 1 to day 5 0..
request trees day 2 to day 4 2..2`)
	type period struct{ after, until int }
	known := map[string][]period{} // with a row, by kind of use and dataset
	day := func(text string) int { return int(text[len("day ")] - '0') }
	for _, line := range s.lines(`select concat_ws(',', usage_kind, dataset_id, strftime(period_start, '%Y-%m-%d'), strftime(period_end, '%Y-%m-%d'),
		value_low, coalesce(value_high, 1000)) from fct_dataset_period`) {
		var low, high int
		row := strings.Split(line, ",")
		if _, err := fmt.Sscan(row[4]+" "+row[5], &low, &high); err != nil {
			t.Fatal(err)
		}
		p := period{day(row[2]), day(row[3])}
		if truth := s.truth(row[1], row[0] == "request", p.after, p.until); truth < low || truth > high {
			t.Errorf("%s: %d client-days of truth", line, truth)
		}
		known[row[0]+row[1]] = append(known[row[0]+row[1]], p)
	}
	readings := []int{0, 1, 2, 4, 5}
	for i, until := range readings[1:] {
		for _, v := range s.visits {
			for dataset := range strings.FieldsSeq(v.of) {
				kind := map[bool]string{true: "request", false: "investigation"}[v.isFile]
				isOpen := slices.ContainsFunc(known[kind+dataset], func(p period) bool { return p.after <= readings[i] && until <= p.until })
				if truth := s.truth(dataset, v.isFile, readings[i], until); truth > 0 && !isOpen {
					t.Errorf("%s of %s from day %d to day %d: %d client-days of truth, and nothing says so", kind, dataset, readings[i], until, truth)
				}
			}
		}
	}
}

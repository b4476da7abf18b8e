package warehouse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// agents classes an agent by its first word, and none that begins with "?".
func agents(version string) Step {
	return Step{
		Name: "agent_class", Version: version, Texts: "raw.agent", Key: "agent_id", Read: []string{"user_agent"},
		Into: "traffic.agent_class", Write: []string{"agent_class", "agent_name"},
		Classify: func(read []string, add func(...string)) {
			if word, _, _ := strings.Cut(read[0], " "); word != "?" {
				add(word+version, "")
			}
		},
	}
}

func TestClassifyDoesNewTextsOnceAndAllWhenRulesChange(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	const classes = `select string_agg(agent_id || agent_class, ' ' order by agent_id) from traffic.agent_class`
	const changed = `select string_agg(day, ' ' order by day) from (select distinct day from traffic.changed_day)`
	step := func(name, version, wantClasses, wantChanged string, wantTexts int64) {
		t.Helper()
		done, err := w.Classify(t.Context(), agents(version))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if done.Texts != wantTexts {
			t.Errorf("%s: %d texts done, want %d", name, done.Texts, wantTexts)
		}
		if got := text(t, w.DB(), classes); got != wantClasses {
			t.Errorf("%s: classes %q, want %q", name, got, wantClasses)
		}
		if got := text(t, w.DB(), changed); got != wantChanged {
			t.Errorf("%s: changed days %q, want %q", name, got, wantChanged)
		}
		exec(t, w.DB(), `delete from traffic.changed_day`)
	}
	exec(t, w.DB(),
		`insert into ledger.unit (unit_id, stream_id, start_offset) values (1, 's', 0)`,
		`insert into raw.agent values (1, 'curl 8', 1), (2, '? x', 1), (1, 'curl 8', 1)`,
		`insert into raw.hit (hit_at, agent_id) values ('2026-01-01 10:00:00', 1), ('2026-01-02 10:00:00', 2)`)
	step("first", "A", "1curlA", "2026-01-01", 2)
	step("nothing new", "A", "1curlA", "", 0)
	exec(t, w.DB(),
		`insert into ledger.unit (unit_id, stream_id, start_offset) values (2, 's', 9)`,
		`insert into raw.agent values (3, 'wget 1', 2), (1, 'curl 8', 2)`,
		`insert into raw.hit (hit_at, agent_id) values ('2026-01-03 10:00:00', 3)`)
	step("one new text", "A", "1curlA 3wgetA", "", 1)
	step("new rules", "B", "1curlB 3wgetB", "2026-01-01 2026-01-03", 3)
	step("same rules", "B", "1curlB 3wgetB", "", 0)
}

// targets says what dataset a URL is of: its path's first letter, after what the rules say it is.
func targets(version string, dataset map[string]string) Step {
	return Step{
		Name: "url_target", Version: version, Texts: "raw.url", Key: "url_id", Read: []string{"path"},
		Into: "traffic.url_target", Write: []string{"dataset_id", "resource_id", "usage_kind", "rule"},
		Changes: "traffic.target_change",
		Classify: func(read []string, add func(...string)) {
			if id := dataset[read[0]]; id != "" {
				add(id, "", "request", "configured")
			}
		},
	}
}

// What a URL of a day without hits comes to serve, or serves no longer, is remembered once; of
// other URLs nothing is, since their days are built again.
func TestClassifyRemembersWhatPrunedDaysGain(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	schema, err := os.ReadFile(filepath.Join("..", "..", "sql", "schema", "0006_target_change.sql"))
	if err != nil {
		t.Fatal(err)
	}
	exec(t, w.DB(), string(schema),
		`insert into ledger.unit (unit_id, stream_id, start_offset) values (1, 's', 0)`,
		`insert into raw.url values (1, 'h', '/old', '', 1), (2, 'h', '/open', '', 1), (3, 'h', '/none', '', 1)`,
		`insert into ledger.pruned_day values (date '2026-01-01', timestamp '2026-04-01')`)
	step := func(name, version string, dataset map[string]string, want string) {
		t.Helper()
		if _, err := w.Classify(t.Context(), targets(version, dataset)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		const changes = `select coalesce(string_agg(url_id || ' ' || dataset_id || ' ' || usage_kind || ' ' || is_gained, ', ' order by url_id, dataset_id), '') from traffic.target_change`
		if got := text(t, w.DB(), changes); got != want {
			t.Errorf("%s: changes %q, want %q", name, got, want)
		}
		exec(t, w.DB(), `delete from traffic.target_change`)
	}
	step("before any build", "A", map[string]string{"/open": "a"}, "")
	exec(t, w.DB(), `create table int_url_day as select * from (values (1, date '2026-01-01'), (3, date '2026-01-01'), (2, date '2026-04-02')) as days (url_id, day)`)
	step("found", "B", map[string]string{"/open": "b", "/old": "b"}, "1 b request true")
	step("the same", "B", map[string]string{"/open": "b", "/old": "b"}, "")
	step("of another", "C", map[string]string{"/open": "b", "/old": "c"}, "1 b request false, 1 c request true")
	step("lost", "D", nil, "1 c request false")
}

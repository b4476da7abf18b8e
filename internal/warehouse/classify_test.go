package warehouse

import (
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

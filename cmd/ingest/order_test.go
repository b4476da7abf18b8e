package main

import (
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// later is a moment at which the hits of the small world, loaded at its end, are due to go.
func (s *site) later() string { return s.world.End().AddDate(0, 0, 100).Format(time.RFC3339) }

func (s *site) runAt(clock string) result {
	s.t.Helper()
	return s.ingest("run", "--as-of", s.asOf, "--clock", clock)
}

func (s *site) count(query string) (count string) {
	s.t.Helper()
	read(s.t, s.path("warehouse.duckdb"), func(db *sql.DB) { count = queryText(s.t, db, query) })
	return count
}

func TestPruningKeepsFactsAndForgetsClients(t *testing.T) {
	s := newSite(t)
	s.runAt(s.at.Format(time.RFC3339)).wantCode(t, exitDone)
	before := tables(t, s.path("usage.duckdb"))
	pruned := s.runAt(s.later()).wantCode(t, exitDone)
	if !strings.Contains(pruned.out, "pruned the hits of ") {
		t.Errorf("nothing was pruned:\n%s", pruned.out)
	}
	for _, table := range []string{"raw.hit", "int_click", "int_error", "int_session"} {
		day := map[bool]string{true: "cast(hit_at as date)", false: "day"}[table == "raw.hit"]
		if n := s.count(`select count(*) from ` + table + ` where ` + day + ` <= date '` + s.asOf + `'`); n != "0" {
			t.Errorf("%s rows of pruned clients are left in %s", n, table)
		}
	}
	if left, err := os.ReadDir(s.path("salts")); err != nil || len(left) != 0 {
		t.Errorf("salts are left: %v, %v", left, err)
	}
	s.runAt(s.later()).wantCode(t, exitDone)
	if diff := cmp.Diff(before, tables(t, s.path("usage.duckdb"))); diff != "" {
		t.Errorf("facts went with the hits (-before +after):\n%s", diff)
	}
}

func TestAsOfBeforePrunedDaysIsRefused(t *testing.T) {
	s := newSite(t)
	s.runAt(s.at.Format(time.RFC3339)).wantCode(t, exitDone)
	s.runAt(s.later()).wantCode(t, exitDone)
	before := tables(t, s.path("usage.duckdb"))
	s.ingest("run", "--as-of", "2025-10-20", "--clock", s.later()).wantCode(t, exitFailed).wantErr(t, "2025-10-20", "pruned")
	s.runAt(s.later()).wantCode(t, exitDone)
	if diff := cmp.Diff(before, tables(t, s.path("usage.duckdb"))); diff != "" {
		t.Errorf("facts of pruned days were lost (-before +after):\n%s", diff)
	}
}

func TestKilledWhilePruning(t *testing.T) {
	s := newSite(t)
	s.runAt(s.at.Format(time.RFC3339)).wantCode(t, exitDone)
	kept := filepath.Join(t.TempDir(), "kept")
	copyFolder(t, s.dir, kept)
	started := time.Now()
	s.runAt(s.later()).wantCode(t, exitDone)
	whole := time.Since(started)
	want := tables(t, s.path("usage.duckdb"))
	random := rand.New(rand.NewPCG(3, 4))
	for range 12 {
		for _, name := range []string{"warehouse.duckdb", "warehouse.duckdb.wal", "usage.duckdb", "salts"} {
			if err := os.RemoveAll(s.path(name)); err != nil {
				t.Fatal(err)
			}
		}
		copyFolder(t, kept, s.dir)
		command := s.command(t.Context(), "run", "--as-of", s.asOf, "--clock", s.later())
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(whole/2 + time.Duration(random.Int64N(int64(whole)/2)))
		_ = command.Process.Kill() // it may be done
		var exit *exec.ExitError
		if err := command.Wait(); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		s.runAt(s.later()).wantCode(t, exitDone)
		if diff := cmp.Diff(want, tables(t, s.path("usage.duckdb"))); diff != "" {
			t.Fatalf("tables differ after a kill while pruning (-uninterrupted +killed):\n%s", diff)
		}
		if n := s.count(`select count(*) from raw.hit where cast(hit_at as date) <= date '` + s.asOf + `'`); n != "0" {
			t.Fatalf("%s hits are left", n)
		}
	}
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	for _, name := range []string{"warehouse.duckdb", "usage.duckdb"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(to, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(to, "salts"), os.DirFS(filepath.Join(from, "salts"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(to, "salts"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestHitsThatWereNotBuiltAreNotPruned(t *testing.T) {
	s := newSite(t)
	s.ingest("logs", "--clock", s.at.Format(time.RFC3339)).wantCode(t, exitDone)
	loaded := s.count(`select count(*) from raw.hit`)
	s.ingest("prune", "--clock", s.later()).wantCode(t, exitDone)
	if left := s.count(`select count(*) from raw.hit`); left != loaded || left == "0" {
		t.Errorf("%s hits are left of %s, though no facts were built from them", left, loaded)
	}
}

func TestAsOfMustBeOver(t *testing.T) {
	s := newSite(t)
	s.ingest("run", "--as-of", "2025-12-01", "--clock", "2025-12-01T12:00:00Z").wantCode(t, exitUsage).
		wantErr(t, "as-of 2025-12-01 is not over yet", "2025-11-30")
}

// TestForgottenSourcesAreRefused takes out of the configuration what was loaded before.
func TestForgottenSourcesAreRefused(t *testing.T) {
	s := newSite(t)
	s.run().wantCode(t, exitDone)
	before := tables(t, s.path("usage.duckdb"))
	whole := readFile(t, s.path("footfall.yaml"))
	for name, test := range map[string]struct{ old, new, want string }{
		"a log renamed":   {"name: maps", "name: maps-2", `log "maps" for host "maps.example.net"`},
		"another host":    {"host: maps.example.net", "host: www.example.net", `log "maps" for host "maps.example.net"`},
		"a portal gone":   {"  url: ", "  # url: ", `catalogue of "ckan/demo"`},
		"a portal's name": {"  name: demo", "  name: other", `catalogue of "ckan/demo"`},
	} {
		if !strings.Contains(whole, test.old) {
			t.Fatalf("%s: %q is not in the configuration", name, test.old)
		}
		s.write("footfall.yaml", strings.Replace(whole, test.old, test.new, 1))
		s.run().wantCode(t, exitUsage).wantErr(t, test.want)
	}
	// A server that is retired keeps its past.
	s.write("footfall.yaml", strings.Replace(whole, "name: maps\n", "name: maps\n    until: 2025-12-31\n", 1))
	s.run().wantCode(t, exitDone)
	if diff := cmp.Diff(before["dataset_status"], tables(t, s.path("usage.duckdb"))["dataset_status"]); diff != "" {
		t.Errorf("the end of a log changed its past: %s", diff)
	}
}

func TestPublishNeedsAWholeBuild(t *testing.T) {
	s := newSite(t)
	s.ingest("logs").wantCode(t, exitDone)
	s.ingest("publish").wantCode(t, exitFailed).wantErr(t, "run ingest models")
	s.ingest("models", "--as-of", "2025-11-20").wantCode(t, exitDone)
	s.ingest("publish").wantCode(t, exitDone)
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		if got := queryText(t, db, `select value from build_info where key = 'as_of_date'`); got != "2025-11-20" {
			t.Errorf("published as of %s, built as of 2025-11-20", got)
		}
	})
}

func TestARuleThatDoesNotFitIsLeftOut(t *testing.T) {
	s := newSite(t)
	s.write("footfall.yaml", readFile(t, s.path("footfall.yaml"))+"targets:\n  - host: files.example.org\n    path_prefix: /x/\n    dataset: nowhere\n")
	got := s.run().wantCode(t, exitAttention)
	got.wantErr(t, "targets[0] is left out", "nowhere")
	if !strings.Contains(got.out, "published ") {
		t.Errorf("nothing was published:\n%s", got.out)
	}
}

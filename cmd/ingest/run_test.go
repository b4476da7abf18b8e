package main

import (
	"database/sql"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRunTwiceLoadsNothingAndChangesNothing(t *testing.T) {
	s := newSite(t)
	first := s.run().wantCode(t, exitDone)
	if !regexp.MustCompile(`(?m)^portal: \d+ units?, [\d,]+ lines = [\d,]+ hits \+ `).MatchString(first.out) {
		t.Errorf("no conservation line for the portal's log:\n%s", first.out)
	}
	before := tables(t, s.path("usage.duckdb"))
	if len(before) < 5 {
		t.Fatalf("published tables: %v", before)
	}
	second := s.run().wantCode(t, exitDone)
	for _, log := range []string{"portal", "files-1", "files-2", "maps"} {
		if !strings.Contains(second.out, log+": nothing new\n") {
			t.Errorf("the second run loaded %s again:\n%s", log, second.out)
		}
	}
	if diff := cmp.Diff(before, tables(t, s.path("usage.duckdb"))); diff != "" {
		t.Errorf("the second run changed tables (-first +second):\n%s", diff)
	}
	s.ingest("models", "--full", "--as-of", s.asOf).wantCode(t, exitDone)
	s.ingest("publish").wantCode(t, exitDone)
	after := tables(t, s.path("usage.duckdb"))
	delete(before, "build_info")
	delete(after, "build_info")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a full build differs from the first (-first +full):\n%s", diff)
	}
}

// TestKilledRunsEndAsAnUninterruptedOne kills the program at random moments, again and again, and
// wants what one uninterrupted run with the same salts publishes.
func TestKilledRunsEndAsAnUninterruptedOne(t *testing.T) {
	s := newSite(t)
	started := time.Now()
	s.run().wantCode(t, exitDone)
	whole := time.Since(started)
	want := tables(t, s.path("usage.duckdb"))
	wantHits := hitCount(t, s)
	s.forget()
	random := rand.New(rand.NewPCG(1, 2))
	const kills = 30
	killed, completed := 0, 0
	for round := 0; killed < kills && round < 6*kills; round++ {
		started := time.Now()
		if s.runAndKill(time.Duration(random.Int64N(int64(whole)))) {
			killed++
			if exists(s.path("usage.duckdb")) {
				tables(t, s.path("usage.duckdb")) // whatever was published can be read
			}
			continue
		}
		// It was done before it could be killed: what it published must be right.
		completed++
		whole = min(whole, max(time.Since(started), 100*time.Millisecond))
		if diff := cmp.Diff(want, tables(t, s.path("usage.duckdb"))); diff != "" {
			t.Fatalf("tables differ after %d kills (-uninterrupted +killed):\n%s", killed, diff)
		}
		if got := hitCount(t, s); got != wantHits {
			t.Fatalf("%s hits after %d kills, want %s", got, killed, wantHits)
		}
		s.forget()
	}
	if killed < kills {
		t.Errorf("only %d runs were killed in time: the test proves little", killed)
	}
	s.run().wantCode(t, exitDone)
	if diff := cmp.Diff(want, tables(t, s.path("usage.duckdb"))); diff != "" {
		t.Errorf("tables differ after %d kills (-uninterrupted +killed):\n%s", killed, diff)
	}
	if got := hitCount(t, s); got != wantHits {
		t.Errorf("%s hits after %d kills, want %s", got, killed, wantHits)
	}
	t.Logf("%d runs killed, %d came to their end between", killed, completed)
}

// forget removes what was made; only the salts and the key of the streams stay.
func (s *site) forget() {
	s.t.Helper()
	for _, name := range []string{"warehouse.duckdb", "warehouse.duckdb.wal", "usage.duckdb"} {
		if err := os.Remove(s.path(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			s.t.Fatal(err)
		}
	}
}

// runAndKill starts a run and kills it after a time, unless it is done by then.
func (s *site) runAndKill(after time.Duration) (isKilled bool) {
	s.t.Helper()
	command := s.command(s.t.Context(), "run", "--as-of", s.asOf)
	if err := command.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			s.t.Fatalf("a run after a kill: %v", err)
		}
		return false
	case <-time.After(after):
	}
	if err := command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Fatal(err)
	}
	return <-ended != nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func hitCount(t *testing.T, s *site) (count string) {
	t.Helper()
	read(t, s.path("warehouse.duckdb"), func(db *sql.DB) {
		count = queryText(t, db, `select count(*) || ' of ' || (select sum(hit_count) from ledger.unit) from raw.hit`)
	})
	return count
}

func TestSecondRunNamesTheHolderOfTheLock(t *testing.T) {
	s := newSite(t)
	release, err := takeLock(s.path("ingest.lock"), "run", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	got := s.run().wantCode(t, exitLocked)
	got.wantErr(t, "another run holds the lock", "ingest run, process "+strconv.Itoa(os.Getpid()), s.path("ingest.lock"))
	if err := release(); err != nil {
		t.Fatal(err)
	}
	s.run().wantCode(t, exitDone)
}

func TestPortalDownLeavesTheCatalogueUnknown(t *testing.T) {
	s := newSite(t)
	s.write("footfall.yaml", strings.Replace(readFile(t, s.path("footfall.yaml")), "  name: demo\n", "  name: demo\n  retries: 0\n", 1))
	s.isDown = true
	down := s.run().wantCode(t, exitAttention)
	down.wantErr(t, "502", s.portal.URL)
	if !strings.Contains(down.out, "published ") {
		t.Errorf("nothing was published:\n%s", down.out)
	}
	if got := hitCount(t, s); strings.HasPrefix(got, "0 ") {
		t.Error("the logs were not loaded")
	}
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		if n := queryText(t, db, `select count(*) from dataset_status`); n != "0" {
			t.Errorf("%s datasets have a status, though no catalogue was read", n)
		}
	})
	s.ingest("status").wantCode(t, exitDone)
	s.isDown = false
	s.run().wantCode(t, exitDone)
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		if n := queryText(t, db, `select count(*) from dataset_status`); n == "0" {
			t.Error("no dataset has a status, though the portal is back")
		}
	})
}

// TestNoAddressAnywhere looks for every address the world used in all texts of all tables, in the
// files beside the database, and in what the program said. That it can find one is tried first.
func TestNoAddressAnywhere(t *testing.T) {
	s := newSite(t)
	s.write("logs/portal/access.log.9", `203.0.113.77 - - [01/Oct/2025:00:00:03 +0000] "GET /x\xff HTTP/1.1" 200 5 "-" "-"`+"\n"+
		`203.0.113.78 broken line`+"\n")
	said := s.run().wantCode(t, exitDone)
	addresses := map[string]bool{}
	for address := range s.world.Addresses() {
		addresses[address.String()] = true
	}
	addresses["203.0.113.77"], addresses["203.0.113.78"] = true, true
	pattern := regexp.MustCompile(`\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}`)
	find := func(text string) string {
		for _, found := range pattern.FindAllString(strings.ToLower(text), -1) {
			if addresses[found] {
				return found
			}
		}
		return ""
	}
	if find("x 203.0.113.77 y") == "" || find("["+firstV6(addresses)+"]") == "" {
		t.Fatal("the search finds nothing at all")
	}
	if found := find(said.out + said.err); found != "" {
		t.Errorf("the program said %s", found)
	}
	for _, file := range []string{"warehouse.duckdb", "usage.duckdb"} {
		read(t, s.path(file), func(db *sql.DB) { searchTexts(t, db, file, find) })
	}
	err := filepath.WalkDir(s.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(name, "/logs/") || strings.HasSuffix(name, "networks.csv") {
			return err
		}
		if found := find(readFile(t, name)); found != "" {
			t.Errorf("%s holds %s", name, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func firstV6(addresses map[string]bool) string {
	for address := range addresses {
		if strings.Contains(address, ":") {
			return address
		}
	}
	return ""
}

// searchTexts looks into every text column of every table.
func searchTexts(t *testing.T, db *sql.DB, file string, find func(string) string) {
	t.Helper()
	columns, err := db.QueryContext(t.Context(), `
		select '"' || schema_name || '"."' || table_name || '"', '"' || column_name || '"'
		from duckdb_columns() where data_type = 'VARCHAR' and not internal`)
	if err != nil {
		t.Fatal(err)
	}
	defer columns.Close()
	count := 0
	for columns.Next() {
		var table, column string
		if err := columns.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		count += searchColumn(t, db, table, column, func(text string) {
			if found := find(text); found != "" {
				t.Errorf("%s: %s.%s holds %s", file, table, column, found)
			}
		})
	}
	if err := columns.Err(); err != nil {
		t.Fatal(err)
	}
	if count < 100 {
		t.Errorf("%s: only %d texts were searched", file, count)
	}
}

func searchColumn(t *testing.T, db *sql.DB, table, column string, look func(string)) (count int) {
	t.Helper()
	texts, err := db.QueryContext(t.Context(), `select distinct `+column+` from `+table+` where `+column+` is not null`)
	if err != nil {
		t.Fatal(err)
	}
	defer texts.Close()
	for texts.Next() {
		var text string
		if err := texts.Scan(&text); err != nil {
			t.Fatal(err)
		}
		count++
		look(text)
	}
	if err := texts.Err(); err != nil {
		t.Fatal(err)
	}
	return count
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"footfall/internal/simulate"
)

// childMark makes the test binary behave as the program.
const childMark = "INGEST_TEST_IS_PROGRAM=1"

func TestMain(m *testing.M) {
	if slices.Contains(os.Environ(), childMark) {
		main()
		return
	}
	testscript.Main(m, map[string]func(){"ingest": main})
}

// TestScripts runs the program as an operator would, on the sample that the project ships.
func TestScripts(t *testing.T) {
	sample := os.DirFS(filepath.Join("..", "..", "data", "sample"))
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup:               func(env *testscript.Env) error { return os.CopyFS(env.WorkDir, sample) },
	})
}

// A site is an invented portal on loopback and a folder with its logs and a configuration.
type site struct {
	t      *testing.T
	dir    string
	world  *simulate.World
	portal *httptest.Server
	at     time.Time // of the portal
	isDown bool
	asOf   string
}

// newSite makes a small world with all of its logs written.
func newSite(t *testing.T) *site {
	t.Helper()
	o := simulate.Small()
	s := &site{t: t, dir: t.TempDir(), world: simulate.New(o)}
	s.at = s.world.End().Add(6 * time.Hour)
	s.asOf = s.world.End().AddDate(0, 0, -1).Format(time.DateOnly)
	answers := s.world.Handler(func() time.Time { return s.at })
	s.portal = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isDown {
			http.Error(w, "down for maintenance", http.StatusBadGateway)
			return
		}
		answers.ServeHTTP(w, r)
	}))
	t.Cleanup(s.portal.Close)
	if err := s.world.WriteLogs(filepath.Join(s.dir, "logs"), o.Start, s.at); err != nil {
		t.Fatal(err)
	}
	s.write("networks.csv", s.world.Networks())
	s.write("footfall.yaml", fmt.Sprintf(demoConfig, s.portal.URL, simulate.PortalHost,
		simulate.PortalHost, simulate.FilesHost, simulate.FilesHost, simulate.MapsHost)+"memory_limit: 256MB\n")
	return s
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.path(name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// result is what a finished process left.
type result struct {
	code     int
	out, err string
}

// command is the program as a process of its own.
func (s *site) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, os.Args[0], append(args, "--config", s.path("footfall.yaml"))...)
	command.Env = append(os.Environ(), childMark)
	return command
}

func finish(t *testing.T, command *exec.Cmd) result {
	t.Helper()
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{command.ProcessState.ExitCode(), out.String(), errs.String()}
}

// ingest runs the program to its end.
func (s *site) ingest(args ...string) result {
	s.t.Helper()
	return finish(s.t, s.command(s.t.Context(), args...))
}

// run is `ingest run` as of the world's last day.
func (s *site) run() result {
	s.t.Helper()
	return s.ingest("run", "--as-of", s.asOf)
}

func (r result) wantCode(t *testing.T, code int) result {
	t.Helper()
	if r.code != code {
		t.Fatalf("exit code %d, want %d\n%s\n%s", r.code, code, r.out, r.err)
	}
	return r
}

func (r result) wantErr(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(r.err, text) {
			t.Errorf("the errors do not say %q:\n%s", text, r.err)
		}
	}
	if strings.Contains(r.err, "panic:") || strings.Contains(r.err, "goroutine ") {
		t.Errorf("a panic:\n%s", r.err)
	}
}

// read opens a database that no process holds, and closes it again after the test's use.
func read(t *testing.T, file string, use func(*sql.DB)) {
	t.Helper()
	db, err := sql.Open("duckdb", file+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	use(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func queryText(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var value sql.NullString
	if err := db.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value.String
}

// tables is a digest of each published table's rows, whatever their order; build times left out.
func tables(t *testing.T, file string) map[string]string {
	t.Helper()
	digests := map[string]string{}
	read(t, file, func(db *sql.DB) {
		names := queryText(t, db, `select string_agg(table_name, ',') from duckdb_tables()`)
		for name := range strings.SplitSeq(names, ",") {
			rows := `"` + name + `"`
			if name == "build_info" {
				rows = `(from build_info where key not in ('built_at', 'needs_attention'))`
			}
			digests[name] = queryText(t, db, `select count(*) || ':' || coalesce(sum(hash(one)::hugeint), 0) from (select one from `+rows+` as one)`)
		}
	})
	return digests
}

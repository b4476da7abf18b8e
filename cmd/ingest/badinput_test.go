package main

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const goodLine = `192.0.2.7 - - [01/Oct/2025:10:00:00 +0000] "GET /dataset/a HTTP/1.1" 200 5 "-" "Mozilla/5.0"` + "\n"

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// logsOnly is a folder with one log of several files and no portal.
func logsOnly(t *testing.T, files map[string]string) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), asOf: "2025-10-31"}
	for name, text := range files {
		s.write(filepath.Join("logs", name), text)
	}
	s.write("footfall.yaml", "data_dir: data\npublished: data/usage.duckdb\nmemory_limit: 256MB\nlogs:\n"+
		"  - name: web\n    paths: [logs/*]\n    host: data.example.org\n")
	return s
}

func (s *site) loadedHits() (count string) {
	s.t.Helper()
	read(s.t, s.path("data/warehouse.duckdb"), func(db *sql.DB) {
		count = queryText(s.t, db, `select count(*) from raw.hit`)
	})
	return count
}

func TestBadInputIsNamedAndTheRestIsLoaded(t *testing.T) {
	broken := gzipped(t, strings.Repeat(goodLine, 5000))
	broken[len(broken)/2] ^= 0xff
	long := `192.0.2.7 - - [01/Oct/2025:10:00:00 +0000] "GET /` + strings.Repeat("x", 10<<20) + ` HTTP/1.1" 200 5 "-" "-"` + "\n"
	for name, test := range map[string]struct {
		files map[string]string
		setup func(*site)
		code  int
		hits  string
		says  []string
	}{
		"broken gzip":       {files: map[string]string{"b.gz": string(broken)}, code: exitAttention, hits: "1", says: []string{"b.gz", "byte"}},
		"truncated gzip":    {files: map[string]string{"b.gz": string(gzipped(t, strings.Repeat(goodLine, 5000))[:60])}, code: exitAttention, hits: "1", says: []string{"b.gz", "--accept-truncated"}},
		"a directory":       {setup: func(s *site) { s.write("logs/dir/inner.log", goodLine) }, code: exitAttention, hits: "1", says: []string{"logs/dir", "directory"}},
		"a line of 10 MB":   {files: map[string]string{"long.log": goodLine[:50] + "\n" + long + strings.Replace(goodLine, "/a", "/b", 1)}, code: exitDone, hits: "2"},
		"NUL bytes":         {files: map[string]string{"nul.log": strings.Replace(goodLine, "/a", "/a\x00b", 1) + "\x00\x00\x00\n"}, code: exitDone, hits: "2"},
		"Latin-1":           {files: map[string]string{"latin.log": strings.Replace(goodLine, "/a", "/caf\xe9", 1)}, code: exitDone, hits: "2"},
		"an empty file":     {files: map[string]string{"empty.log": ""}, code: exitDone, hits: "1"},
		"no log at all":     {files: map[string]string{"odd.log": strings.Repeat("this is no log\n", 300)}, code: exitAttention, hits: "1", says: []string{"odd.log"}},
		"a binary file":     {files: map[string]string{"photo.log": strings.Repeat("\x89PNG\r\n\x1a\n\x00\x01\x02", 3000)}, code: exitAttention, hits: "1", says: []string{"photo.log"}},
		"a dangling symbol": {setup: func(s *site) { _ = os.Symlink("nowhere", s.path("logs/gone.log")) }, code: exitAttention, hits: "1", says: []string{"gone.log"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"good.log": goodLine}
			maps.Copy(files, test.files)
			s := logsOnly(t, files)
			if test.setup != nil {
				test.setup(s)
			}
			got := s.run().wantCode(t, test.code)
			got.wantErr(t, test.says...)
			if hits := s.loadedHits(); hits != test.hits {
				t.Errorf("%s hits, want %s\n%s\n%s", hits, test.hits, got.out, got.err)
			}
			if strings.Contains(got.out+got.err, "192.0.2.7") {
				t.Errorf("an address was said:\n%s\n%s", got.out, got.err)
			}
			if !strings.Contains(got.out, "published ") {
				t.Errorf("nothing was published:\n%s", got.out)
			}
		})
	}
}

func TestMissingLogIsNoEmptyLog(t *testing.T) {
	s := logsOnly(t, map[string]string{"good.log": goodLine})
	if err := os.RemoveAll(s.path("logs")); err != nil {
		t.Fatal(err)
	}
	s.run().wantCode(t, exitAttention).wantErr(t, "logs/*")
}

// TestNoPermission runs as a user without rights to one file of two.
func TestNoPermission(t *testing.T) {
	s := logsOnly(t, map[string]string{"good.log": goodLine, "secret.log": strings.Replace(goodLine, "/a", "/b", 1)})
	if err := os.Chmod(s.path("logs/secret.log"), 0o000); err != nil {
		t.Fatal(err)
	}
	command := s.command(t.Context(), "run", "--as-of", s.asOf)
	if os.Getuid() == 0 {
		// Root may read everything, so another user runs it, from a copy of the program it can reach.
		program := s.path("program")
		text, err := os.ReadFile(os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(program, text, 0o755); err != nil {
			t.Fatal(err)
		}
		command.Path = program
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		for dir := s.dir; dir != filepath.Dir(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
			if info, err := os.Stat(dir); err == nil && dir != os.TempDir() {
				if err := os.Chmod(dir, info.Mode()|0o755); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := os.Mkdir(s.path("data"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(s.path("data"), 65534, 65534); err != nil {
			t.Fatal(err)
		}
		command.Dir = s.dir
	}
	finish(t, command).wantCode(t, exitAttention).wantErr(t, "secret.log", "permission")
	if hits := s.loadedHits(); hits != "1" {
		t.Errorf("%s hits, want those of the readable file", hits)
	}
}

// TestFullDisk limits the size of the files that the program may write.
func TestFullDisk(t *testing.T) {
	s := newSite(t)
	run := func(limit string) result {
		command := s.command(t.Context(), "run", "--as-of", s.asOf)
		shell := exec.CommandContext(t.Context(), "sh", append([]string{"-c", "ulimit -f " + limit + ` && exec "$0" "$@"`}, command.Args...)...)
		shell.Env = command.Env
		return finish(t, shell)
	}
	// In blocks of 512 bytes: the warehouse alone needs more.
	full := run("2048")
	if full.code != exitFailed && full.code != exitAttention {
		t.Errorf("exit code %d on a full disk\n%s\n%s", full.code, full.out, full.err)
	}
	full.wantErr(t, "warehouse.duckdb")
	if _, err := os.Stat(s.path("usage.duckdb")); err == nil {
		t.Error("something was published")
	}
	s.run().wantCode(t, exitDone)
	reference := tables(t, s.path("usage.duckdb"))
	for _, name := range []string{"warehouse.duckdb", "usage.duckdb"} {
		if err := os.Remove(s.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	s.run().wantCode(t, exitDone)
	if again := tables(t, s.path("usage.duckdb")); again["dataset_status"] != reference["dataset_status"] {
		t.Error("after a full disk the result differs from that of a run from scratch")
	}
}

package simulate

import (
	"bytes"
	"compress/gzip"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestManyVisitsLeaveWhatOneGoLeaves(t *testing.T) {
	o := Small()
	w := New(o)
	once, often := t.TempDir(), t.TempDir()
	if err := w.WriteLogs(once, o.Start, w.End()); err != nil {
		t.Fatal(err)
	}
	from := o.Start
	for _, stop := range []time.Duration{
		3*time.Hour + 17*time.Second,   // within a day
		4*24*time.Hour + rotateAt*1e9,  // as the logs are rotated (1 October 2025 is a Wednesday)
		11*24*time.Hour + 7*time.Hour,  // just after
		31*24*time.Hour + 10*time.Hour, // weeks later
		59 * 24 * time.Hour,
		60 * 24 * time.Hour,
	} {
		to := o.Start.Add(stop)
		if err := w.WriteLogs(often, from, to); err != nil {
			t.Fatal(err)
		}
		from = to
	}
	want := readTree(t, once)
	if diff := cmp.Diff(want, readTree(t, often)); diff != "" {
		t.Errorf("logs written in pieces differ from those written at once (-once +pieces):\n%.2000s", diff)
	}
	for _, name := range []string{"portal/access.log", "portal/access.log.1", "portal/access.log.8.gz", "maps/maps.log-20251001.gz", "maps/maps.log-20251101"} {
		if want[name] == "" {
			t.Errorf("%s is missing or empty", name)
		}
	}
}

func TestLinesWrittenAreThoseMade(t *testing.T) {
	o := Small()
	w := New(o)
	want := make([]int, len(w.logs))
	lost := make([]int, len(w.logs))
	late := 0
	g := w.generator()
	for number := range o.Days {
		g.makeDay(number)
		for _, e := range g.events {
			switch {
			case w.logs[e.log].lost.holds(e.written):
				lost[e.log]++
			default:
				want[e.log]++
			}
			if e.written > e.asked {
				late++
			}
		}
	}
	dir := t.TempDir()
	if err := w.WriteLogs(dir, o.Start, w.End()); err != nil {
		t.Fatal(err)
	}
	tree := readTree(t, dir)
	for i := range w.logs {
		text := ""
		for name, content := range tree {
			if filepath.Dir(name) == filepath.ToSlash(filepath.Dir(w.logs[i].path)) {
				text += plain(t, name, content)
			}
		}
		if got := strings.Count(text, "\n"); got != want[i] {
			t.Errorf("%s has %d lines, want %d", w.logs[i].path, got, want[i])
		}
		if (lost[i] > 0) != (w.logs[i].lost.from != never) {
			t.Errorf("%s lost %d lines", w.logs[i].path, lost[i])
		}
	}
	if late == 0 {
		t.Error("no line was written later than it was asked for")
	}
}

// A download that goes on while the logs are rotated is written to the renamed file, which an
// earlier visitor has seen without it.
func TestRotatedFileStillGrows(t *testing.T) {
	o := Full()
	w := New(o)
	g := w.generator()
	spec := &w.logs[files1Log]
	for number := range o.Days {
		if !spec.rotates(number) {
			continue
		}
		rotation := w.midnight(number) + rotateAt
		g.makeDay(number)
		for _, e := range g.events {
			if e.log != files1Log || e.asked >= rotation || e.written <= rotation {
				continue
			}
			dir := t.TempDir()
			middle, end := time.Unix(rotation+1, 0), time.Unix(e.written+1, 0)
			if err := w.WriteLogs(dir, o.Start, middle); err != nil {
				t.Fatal(err)
			}
			before := readTree(t, dir)["files-1/access.log.1"]
			if err := w.WriteLogs(dir, middle, end); err != nil {
				t.Fatal(err)
			}
			tree := readTree(t, dir)
			line := string(g.text[e.from:e.to])
			if strings.Contains(before, line) || !strings.HasSuffix(tree["files-1/access.log.1"], line) || strings.Contains(tree["files-1/access.log"], line) {
				t.Errorf("the late line is not where it belongs: %q", line)
			}
			return
		}
	}
	t.Fatal("no download went on while the logs were rotated")
}

func TestWriteLogsKnowsItsPlace(t *testing.T) {
	o := Small()
	w := New(o)
	dir := t.TempDir()
	later := o.Start.AddDate(0, 0, 3)
	if err := w.WriteLogs(dir, later, later.AddDate(0, 0, 1)); err == nil || !strings.Contains(err.Error(), "write the days before") {
		t.Errorf("writing into an empty directory from the fourth day on: %v", err)
	}
	if err := w.WriteLogs(dir, o.Start, later); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteLogs(dir, o.Start, later); err == nil || !strings.Contains(err.Error(), "start with an empty directory") {
		t.Errorf("writing the first days twice: %v", err)
	}
	before := readTree(t, dir)
	if err := w.WriteLogs(dir, later, later); err != nil {
		t.Errorf("writing nothing: %v", err)
	}
	if diff := cmp.Diff(before, readTree(t, dir)); diff != "" {
		t.Errorf("writing nothing changed the logs:\n%.500s", diff)
	}
}

func plain(t *testing.T, name, content string) string {
	t.Helper()
	if !strings.HasSuffix(name, ".gz") {
		return content
	}
	in, err := gzip.NewReader(bytes.NewReader([]byte(content)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

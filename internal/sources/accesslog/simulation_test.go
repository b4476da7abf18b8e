package accesslog

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"footfall/internal/sources"
)

// A rotator is a server with its logrotate: it writes lines with a path each, and handles the
// files as rotation does, one step at a time. What it wrote is the truth.
type rotator struct {
	*site
	next    func(n int) int // a choice from 0 to n-1
	written map[string]int
	line    int
	rest    string // of the last line, not written yet
	isLate  bool   // the writer still has access.log.1 open
	pending func() // the second half of a copy or compression
}

const live = "access.log"

func (r *rotator) path1(n int) string {
	for _, suffix := range []string{"", ".gz", ".zst"} {
		if name := fmt.Sprintf("%s.%d%s", live, n, suffix); r.has(name) {
			return name
		}
	}
	return ""
}

func (r *rotator) has(name string) bool {
	_, err := os.Stat(r.path(name))
	return err == nil
}

// newLine is a line with a path of its own; it is in the truth from now on.
func (r *rotator) newLine() string {
	r.line++
	path := fmt.Sprintf("/line%d", r.line)
	r.written[path]++
	return requests(path)
}

func (r *rotator) write1(name string) {
	text := r.rest
	r.rest = ""
	for range 1 + r.next(30) {
		text += r.newLine()
	}
	if name == live && r.next(3) == 0 { // The last line is not complete yet.
		cut := len(text) - 1 - r.next(60)
		text, r.rest = text[:cut], text[cut:]
	}
	r.add(name, text)
}

// finish does the second half of what was begun, which may leave a third.
func (r *rotator) finish() {
	rest := r.pending
	r.pending = nil
	rest()
}

func (r *rotator) step() {
	if r.pending != nil {
		if r.next(2) == 0 {
			return
		}
		r.finish()
		return
	}
	switch r.next(12) {
	case 0, 1, 2, 3, 4:
		r.begin()
		r.write1(live)
	case 5:
		if r.isLate && r.path1(1) == live+".1" {
			r.add(live+".1", r.newLine())
		}
	case 6, 7:
		r.rotate()
	case 8, 9:
		r.copyAndTruncate()
	case 10:
		r.compressOne()
	case 11:
		if r.rest != "" {
			r.add(live, r.rest)
			r.rest = ""
		}
	}
}

// begin writes what all files of this log begin with: a comment, and a line that is always the
// same, with one of its own after it.
func (r *rotator) begin() {
	if r.has(live) && r.read(live) != "" {
		return
	}
	r.add(live, "#Software: example\n"+requests("/always")+r.newLine())
	r.written["/always"]++
}

func (r *rotator) shift() {
	last := 1
	for r.path1(last) != "" {
		last++
	}
	for n := last - 1; n >= 1; n-- {
		from := r.path1(n)
		r.rename(from, strings.Replace(from, fmt.Sprintf(".%d", n), fmt.Sprintf(".%d", n+1), 1))
	}
}

func (r *rotator) rotate() {
	if !r.has(live) || r.read(live) == "" {
		return
	}
	r.add(live, r.rest)
	r.rest = ""
	r.shift()
	r.rename(live, live+".1")
	r.isLate = true
}

func (r *rotator) copyAndTruncate() {
	if !r.has(live) || r.read(live) == "" || r.rest != "" {
		return
	}
	r.shift()
	r.isLate = false
	text := r.read(live)
	if r.next(2) == 0 {
		r.write(live+".1", text[:r.next(len(text))])
	}
	r.pending = func() {
		r.write(live+".1", text)
		if r.next(3) == 0 { // A run may come in between, with both files there.
			r.pending = func() { r.truncate(text) }
			return
		}
		r.truncate(text)
	}
}

func (r *rotator) truncate(text string) {
	if r.next(3) > 0 {
		r.write(live, "")
		return
	}
	// A writer that does not append leaves a hole.
	r.write(live, strings.Repeat("\x00", len(text))+requests("/always")+r.newLine())
	r.written["/always"]++
}

func (r *rotator) compressOne() {
	var plain []string
	for n := 1; r.path1(n) != ""; n++ {
		if name := r.path1(n); filepath.Ext(name) == fmt.Sprintf(".%d", n) {
			plain = append(plain, name)
		}
	}
	if len(plain) == 0 {
		return
	}
	name := plain[r.next(len(plain))]
	if name == live+".1" {
		r.isLate = false
	}
	pack, suffix := packed, ".gz"
	if r.next(2) == 0 {
		pack, suffix = zstdPacked, ".zst"
	}
	text := r.read(name)
	archive := pack(text)
	if r.next(3) == 0 { // In two members or frames.
		cut := r.next(len(text) + 1)
		archive = pack(text[:cut]) + pack(text[cut:])
	}
	r.write(name+suffix, archive[:r.next(len(archive)+1)])
	r.pending = func() {
		r.write(name+suffix, archive)
		if r.next(3) == 0 { // A run may come in between, with both files there.
			r.pending = func() { r.remove(name) }
			return
		}
		r.remove(name)
	}
}

// killedRun is a run that is killed after some units, in the middle of one: what was read of that
// one was not committed. What it noted of files may have been kept all the same.
func (r *rotator) killedRun() {
	left := r.next(3)
	source := r.source()
	defer func() {
		if r.next(2) == 0 {
			r.seen = source.FilesSeen()
		}
	}()
	for unit, err := range source.Units(context.Background()) {
		if err != nil {
			continue
		}
		if left == 0 {
			r.readSome(unit)
			return
		}
		if r.load(unit) != nil {
			return
		}
		left--
	}
}

func (r *rotator) readSome(unit sources.Unit) {
	rows, err := unit.Open(context.Background())
	if err != nil {
		return
	}
	rows[0].Reader.Next()
	for _, table := range rows {
		table.Reader.Release()
	}
}

func simulate(t *testing.T, steps int, next func(n int) int) {
	t.Helper()
	r := &rotator{site: newSite(t), next: next, written: map[string]int{}}
	r.config.UnitBytes = 3000
	for range steps {
		switch r.next(6) {
		case 0:
			r.isForgetful = r.next(3) == 0
			for _, err := range r.run() {
				if !errors.Is(err, errTruncated) && !strings.Contains(err.Error(), "no file matches") {
					t.Fatal(err)
				}
			}
		case 1:
			r.killedRun()
		default:
			r.step()
		}
	}
	for r.pending != nil {
		r.finish()
	}
	r.begin()
	r.add(live, r.rest)
	for range 2 {
		if errs := r.run(); len(errs) > 0 {
			t.Fatalf("errors: %v", errs)
		}
	}
	if len(r.written) == 0 {
		t.Fatal("nothing was written")
	}
	for path, count := range r.written {
		if r.paths[path] != count {
			t.Errorf("%s was loaded %d times, want %d", path, r.paths[path], count)
		}
	}
	if t.Failed() {
		files, _ := filepath.Glob(r.path("*"))
		t.Logf("files: %s\nlog: %s", strings.Join(files, "\n"), r.said)
	}
}

func TestSimulatedRotation(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			simulate(t, 200, rand.New(rand.NewPCG(seed, 7)).IntN)
		})
	}
}

// FuzzRotation lets the fuzzer choose the steps.
func FuzzRotation(f *testing.F) {
	f.Add([]byte("00112233445566778899"))
	f.Fuzz(func(t *testing.T, choices []byte) {
		choices = slices.Clone(choices[:min(len(choices), 400)])
		simulate(t, 60, func(n int) int {
			if len(choices) == 0 {
				return 0
			}
			choice := int(choices[0]) % n
			choices = choices[1:]
			return choice
		})
	})
}

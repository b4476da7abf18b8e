package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSamplesAreTheSameEachTime(t *testing.T) {
	for _, form := range []string{"plain", "gzip", "json"} {
		t.Run(form, func(t *testing.T) {
			var first, second []byte
			for _, into := range []*[]byte{&first, &second} {
				s, err := generate(t.TempDir(), form, 20_000)
				if err != nil {
					t.Fatal(err)
				}
				for _, path := range s.paths {
					text, err := os.ReadFile(path)
					if err != nil {
						t.Fatal(err)
					}
					*into = append(*into, text...)
				}
			}
			if !bytes.Equal(first, second) {
				t.Error("two samples of one size differ")
			}
			if lines := bytes.Count(first, []byte("\n")); form != "gzip" && lines != 20_000 {
				t.Errorf("%d lines, want 20000", lines)
			}
		})
	}
}

// The names are those that whoever reads the output looks for.
func TestRatios(t *testing.T) {
	var all results
	for i, r := range ratios {
		all = append(all, result{form: r.form, name: r.rival, lines: linesAtScale1, measurement: measurement{cpu: 4, wall: 2 + float64(i)}})
	}
	for _, form := range []string{"plain", "gzip", "json"} {
		all = append(all, result{form: form, name: "footfall", lines: linesAtScale1, measurement: measurement{cpu: 2, wall: 1, memory: 100}})
	}
	want := []string{
		"ratio plain_cpu_duckdb_regexp 2.00", "ratio plain_cpu_duckdb_split 2.00", "ratio plain_cpu_goaccess 2.00",
		"ratio gzip_cpu_duckdb_regexp 2.00", "ratio gzip_wall_duckdb_split 6.00", "ratio gzip_cpu_goaccess 2.00", "ratio json_cpu_duckdb 2.00",
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(all.ratios(linesAtScale1)), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	large := result{form: "plain", name: "footfall", lines: 10 * linesAtScale1, measurement: measurement{cpu: 20, memory: 110}}
	if got := append(all, large).ratios(10 * linesAtScale1); got != "ratio memory_20m_2m 1.10\n" {
		t.Errorf("ratios of the large sample: %q", got)
	}
}

func TestMarkdown(t *testing.T) {
	all := results{{form: "json", name: "footfall", lines: 2_000_000, measurement: measurement{cpu: 4, wall: 2.5, memory: 3 << 20, disk: 1 << 20}}}
	_, rows, _ := strings.Cut(all.markdown(), "---:|\n")
	if want := "| json | 2000000 | footfall | 4.00 | 2.50 | 500000 | 3 | 1 |\n"; rows != want {
		t.Errorf("rows are %q, want %q", rows, want)
	}
}

func TestMedian(t *testing.T) {
	got := median([]measurement{{cpu: 9, wall: 1}, {cpu: 1, wall: 3}, {cpu: 5, wall: 2}})
	if got.cpu != 5 || got.wall != 2 {
		t.Errorf("median is %+v, want cpu 5 and wall 2", got)
	}
}

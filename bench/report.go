package main

import (
	"fmt"
	"io"
	"strings"
)

// A result is what was measured of one contender on one form of the sample.
type result struct {
	form, name string
	lines      int
	measurement
}

func (r *result) print(out io.Writer) error {
	_, err := fmt.Fprintf(out, "%-6s %10d %-21s %8.2f %8.2f %12.0f %8d %8d %10d\n", r.form, r.lines, r.name, r.cpu, r.wall,
		float64(r.lines)/r.cpu, r.memory>>20, r.disk>>20, r.rows)
	return err
}

const heading = "form        lines contender                CPU s   wall s  lines/CPU s  MiB max MiB disk       rows\n"

// markdown is all that was measured as a table for docs/benchmarks.md.
func (all results) markdown() string {
	var text strings.Builder
	text.WriteString("| form | lines | contender | CPU s | wall s | lines per CPU s | MiB at most | MiB on disk |\n|---|---:|---|---:|---:|---:|---:|---:|\n")
	for _, r := range all {
		fmt.Fprintf(&text, "| %s | %d | %s | %.2f | %.2f | %.0f | %d | %d |\n", r.form, r.lines, r.name, r.cpu, r.wall,
			float64(r.lines)/r.cpu, r.memory>>20, r.disk>>20)
	}
	return text.String()
}

// A ratio compares a figure of a rival with Footfall's: above 1, Footfall takes less.
type ratio struct {
	name, form, rival string
	figure            func(measurement) float64
}

func cpu(m measurement) float64  { return m.cpu }
func wall(m measurement) float64 { return m.wall }

var ratios = []ratio{
	{"plain_cpu_duckdb_regexp", "plain", "duckdb regexp", cpu},
	{"plain_cpu_duckdb_split", "plain", "duckdb split", cpu},
	{"plain_cpu_goaccess", "plain", "goaccess", cpu},
	{"gzip_cpu_duckdb_regexp", "gzip", "duckdb regexp", cpu},
	{"gzip_wall_duckdb_split", "gzip", "duckdb split", wall},
	{"gzip_cpu_goaccess", "gzip", "goaccess", cpu},
	{"json_cpu_duckdb", "json", "duckdb read_json", cpu},
}

// results are all that were measured, in one run of this program.
type results []result

func (all results) find(form, name string, lines int) (measurement, bool) {
	for _, r := range all {
		if r.form == form && r.name == name && r.lines == lines {
			return r.measurement, true
		}
	}
	return measurement{}, false
}

// ratios are the closing lines. What was not measured is left out.
func (all results) ratios(lines int) string {
	var text strings.Builder
	for _, r := range ratios {
		ours, isMeasured := all.find(r.form, "footfall", lines)
		theirs, isThere := all.find(r.form, r.rival, lines)
		if isMeasured && isThere {
			fmt.Fprintf(&text, "ratio %s %.2f\n", r.name, r.figure(theirs)/r.figure(ours))
		}
	}
	small, isSmall := all.find("plain", "footfall", linesAtScale1)
	large, isLarge := all.find("plain", "footfall", 10*linesAtScale1)
	if isSmall && isLarge {
		fmt.Fprintf(&text, "ratio memory_20m_2m %.2f\n", float64(large.memory)/float64(small.memory))
	}
	short, isShort := all.find("counts", "30 days", 30*countedRows)
	long, isLong := all.find("counts", "90 days", 90*countedRows)
	if isShort && isLong {
		fmt.Fprintf(&text, "ratio memory_counts_90d_30d %.2f\n", float64(long.memory)/float64(short.memory))
	}
	return text.String()
}

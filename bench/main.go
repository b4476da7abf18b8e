// Command bench measures "ingest logs" side by side with others that read the same log, the
// models beside one plain statement over the same hits, how many days of counts take, and a report.
//
// Everything is measured from outside, as a process: processor seconds of user and system, wall
// seconds, memory and what is on the disk at the end. The contenders take turns, so that a busy
// moment of the machine falls on all of them, and the median of the rounds counts.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// plan is what the command line asks for.
type plan struct {
	scale, rounds int
	dir           string
	ingest, query string
	forms         []string
	rivals        bool
	self          string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, time.Now)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer, now func() time.Time) error {
	switch {
	case len(args) > 4 && args[0] == "duckdb":
		rows, err := runDuckDB(ctx, args[1], args[2], args[3], args[4:])
		if err == nil {
			_, err = fmt.Fprintln(out, rows)
		}
		return err
	case len(args) > 0 && args[0] == "models":
		return runModels(ctx, out, now, args[1:])
	}
	var p plan
	var forms string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&p.scale, "scale", 1, "times two million lines, and hits")
	flags.IntVar(&p.rounds, "rounds", 3, "runs of each contender and of the models; the slowest contenders run once")
	flags.StringVar(&p.dir, "dir", filepath.Join("data", "bench"), "where the logs and the results go")
	flags.StringVar(&p.ingest, "ingest", filepath.Join("bin", "ingest"), "the program to measure")
	flags.StringVar(&p.query, "query", filepath.Join("bin", "query"), "the program whose report is measured")
	flags.StringVar(&forms, "forms", "plain,gzip,json,models,counts,report", "forms of the log, the models, counts of a tool, and the report")
	flags.BoolVar(&p.rivals, "rivals", true, "measure the others too")
	if err := flags.Parse(args); err != nil {
		return err
	}
	p.forms = strings.Split(forms, ",")
	var err error
	if p.self, err = os.Executable(); err != nil {
		return err
	}
	return p.run(ctx, out, now)
}

func (p *plan) run(ctx context.Context, out io.Writer, now func() time.Time) error {
	if _, err := fmt.Fprint(out, heading); err != nil {
		return err
	}
	var all results
	lines := p.scale * linesAtScale1
	for _, form := range p.forms {
		if step, ok := map[string]func(context.Context, io.Writer, func() time.Time, *results) error{
			"models": p.measureModels, "counts": p.measureCounts, "report": p.measureReports,
		}[form]; ok {
			if err := step(ctx, out, now, &all); err != nil {
				return err
			}
			continue
		}
		found, missing := contenders(form, filepath.Join(p.dir, "work"), p.self, p.ingest)
		for _, name := range missing {
			if _, err := fmt.Fprintf(out, "%-6s %10d %-21s not installed\n", form, lines, name); err != nil {
				return err
			}
		}
		if !p.rivals {
			found = found[:1]
		}
		if form == "plain" && p.scale > 1 { // What its memory is compared with.
			if err := p.measure(ctx, out, now, &all, form, linesAtScale1, found[:1]); err != nil {
				return err
			}
		}
		if err := p.measure(ctx, out, now, &all, form, lines, found); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(out, "\nThe table of docs/benchmarks.md:\n\n"+all.markdown()+"\n"+all.ratios(lines))
	return err
}

// measure lets the contenders take turns on one sample.
func (p *plan) measure(ctx context.Context, out io.Writer, now func() time.Time, all *results, form string, lines int, found []contender) error {
	s, err := generate(p.dir, form, lines)
	if err != nil {
		return err
	}
	taken := make([][]measurement, len(found))
	for round := range p.rounds {
		for i, c := range found {
			if c.isOnce && round > 0 {
				continue
			}
			m, err := measure(ctx, c, s, now)
			if err != nil {
				return err
			}
			taken[i] = append(taken[i], m)
		}
	}
	for i, c := range found {
		r := result{form: form, name: c.name, lines: lines, measurement: median(taken[i])}
		*all = append(*all, r)
		if err := r.print(out); err != nil {
			return err
		}
	}
	return nil
}

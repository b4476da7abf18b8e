// Command accuracy measures how often the verdict is right, on invented portals whose truth is
// known.
//
// A truth says how use falls in time. For each truth many portals are invented, one a seed; their
// requests become rows of the warehouse, the real program builds the models, and each dataset's
// status is held against the rate that its use was made with. What is printed follows from the
// seeds alone, so that two runs of one version print the same.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// threshold is T, in uses a quarter: the default of the program, which the portals keep.
const threshold = 5

// plan is what the command line asks for.
type plan struct {
	seeds, early, datasets, workers int
	tagSeeds                        int // portals whose datasets are judged by counts
	dir, ingest                     string
	exposures                       []int // days, rising
	isShort                         bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "accuracy: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	var p plan
	var names, days, tagNames string
	flags := flag.NewFlagSet("accuracy", flag.ContinueOnError)
	flags.IntVar(&p.seeds, "seeds", 20, "portals for each truth")
	flags.IntVar(&p.early, "early", 5, "portals of them that are judged after the shorter exposures too")
	flags.IntVar(&p.datasets, "datasets", 1000, "datasets of a portal")
	flags.IntVar(&p.workers, "workers", 2, "portals at once")
	flags.StringVar(&days, "days", "90,180,365", "exposures after which the statuses are taken, rising")
	flags.StringVar(&p.dir, "dir", filepath.Join("data", "accuracy"), "where the portals go; each is removed again")
	flags.StringVar(&p.ingest, "ingest", filepath.Join("bin", "ingest"), "the program")
	flags.StringVar(&names, "truths", "", "the truths to try, by name, or none; empty: all")
	flags.StringVar(&tagNames, "tags", "", "the tags whose counts are tried, as share/variation, or none; empty: all")
	flags.IntVar(&p.tagSeeds, "tagseeds", 5, "portals for each tag")
	flags.BoolVar(&p.isShort, "short", false, "one portal for each truth, 365 days only; fails on gross misses only")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if p.isShort {
		p.seeds, p.tagSeeds, days = 1, 1, "365"
	}
	var err error
	if p.exposures, err = exposures(days); err != nil {
		return err
	}
	some, err := chosen(names)
	if err != nil {
		return err
	}
	tags, under, err := p.chosenTags(tagNames)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, p.heading()); err != nil {
		return err
	}
	var missed []error
	for i, t := range some {
		// The short form tries one truth in every way.
		r, err := p.measure(ctx, progress, t, !p.isShort || i == len(some)-1)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		if _, err := io.WriteString(out, p.tables(t, r)); err != nil {
			return err
		}
		missed = append(missed, p.missed(t, r)...)
	}
	more, err := p.tryTags(ctx, tags, under, out, progress)
	return errors.Join(append(append(missed, more...), err)...)
}

// tryTags judges datasets by counts alone, under truths of some names.
func (p *plan) tryTags(ctx context.Context, tags []tagCase, under []string, out, progress io.Writer) (missed []error, err error) {
	for _, t := range truths {
		if !slices.Contains(under, t.name) {
			continue
		}
		if _, err := io.WriteString(out, p.tagHeading(t)); err != nil {
			return missed, err
		}
		for _, c := range tags {
			r, err := p.measureTag(ctx, progress, t, c)
			if err != nil {
				return missed, fmt.Errorf("%s, tags %s: %w", t.name, c, err)
			}
			if _, err := io.WriteString(out, tagRows(c, r)); err != nil {
				return missed, err
			}
			missed = append(missed, p.missedTags(t, c, r)...)
		}
	}
	return missed, nil
}

// exposures reads a list of days, such as 90,180,365.
func exposures(list string) (all []int, err error) {
	for text := range strings.SplitSeq(list, ",") {
		days, err := strconv.Atoi(text)
		if err != nil || days < 1 || days > 365 || len(all) > 0 && days <= all[len(all)-1] {
			return nil, fmt.Errorf("-days %s: it must be rising numbers from 1 to 365", list)
		}
		all = append(all, days)
	}
	return all, nil
}

// chosen are the truths of a list of names, in the order of the table.
func chosen(names string) ([]truth, error) {
	switch names {
	case "":
		return truths, nil
	case "none":
		return nil, nil
	}
	var some []truth
	wanted := strings.Split(names, ",")
	for _, t := range truths {
		for _, name := range wanted {
			if name == t.name {
				some = append(some, t)
			}
		}
	}
	if len(some) != len(wanted) {
		var known []string
		for _, t := range truths {
			known = append(known, t.name)
		}
		return nil, fmt.Errorf("-truths %s: the truths are %s", names, strings.Join(known, ", "))
	}
	return some, nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"

	"footfall/internal/simulate"
)

// An outcome is one dataset: what was true of it, and what was said.
type outcome struct {
	class  class
	rate   float64 // uses a quarter
	status string
}

// A result is what came of one truth.
type result struct {
	outcomes   map[int][]outcome // of all portals, by exposure
	dispersion map[int][]float64 // of each portal, by exposure
	extra      *extra            // nil: not tried
}

// An extra is what came of one portal of a truth in other ways than as rows of use alone.
type extra struct {
	datasets, changed int                  // by log files with all that is in logs: statuses that differ
	lines             int64                // of those logs
	alone             []outcome            // as rows of use alone
	walked            map[string][]outcome // with an unlisted crawler besides, by its pace
}

// walkers are the unlisted crawlers: each walks through all datasets every month.
var walkers = []struct {
	name   string
	walker simulate.Walker
}{
	{"600 datasets an hour", simulate.Walker{Every: 30, Hourly: 600}},
	{"15 datasets an hour", simulate.Walker{Every: 30, Hourly: 15}},
}

// measure tries a truth with every seed, several portals at once; withExtra: the first one in
// every way.
func (p *plan) measure(ctx context.Context, progress io.Writer, t truth, withExtra bool) (*result, error) {
	said := make([]map[int]map[string]judgement, p.seeds) // by seed and exposure
	r := &result{outcomes: map[int][]outcome{}, dispersion: map[int][]float64{}}
	err := p.eachSeed(ctx, p.seeds, func(ctx context.Context, dir string, seed int) (err error) {
		exposures := p.exposures
		if seed >= p.early {
			exposures = []int{p.last()}
		}
		if said[seed], err = p.try(ctx, dir, p.worldOf(t, seed+1), exposures); err == nil && seed == 0 && withExtra {
			r.extra, err = p.tryExtra(ctx, progress, dir, t, said[seed][p.last()])
		}
		if err == nil {
			fmt.Fprintf(progress, "%s, seed %d\n", t.name, seed+1)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for seed := range p.seeds {
		world := simulate.New(p.worldOf(t, seed+1))
		for days := range said[seed] {
			outcomes, dispersion := compare(world, said[seed][days], days)
			r.outcomes[days] = append(r.outcomes[days], outcomes...)
			r.dispersion[days] = append(r.dispersion[days], dispersion)
		}
	}
	return r, nil
}

// eachSeed tries all seeds, counted from 0, several portals at once; each worker has a folder of its own.
// The first error ends it.
func (p *plan) eachSeed(ctx context.Context, seeds int, try func(ctx context.Context, dir string, seed int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int, seeds)
	for seed := range seeds {
		queue <- seed
	}
	close(queue)
	var workers sync.WaitGroup
	for worker := range p.workers {
		workers.Go(func() {
			dir := filepath.Join(p.dir, fmt.Sprintf("portal-%d", worker))
			for seed := range queue {
				if ctx.Err() != nil {
					return
				}
				if err := try(ctx, dir, seed); err != nil {
					cancel(fmt.Errorf("seed %d: %w", seed+1, err))
					return
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// last is the longest exposure.
func (p *plan) last() int { return p.exposures[len(p.exposures)-1] }

// try takes one portal through its year, as rows of use alone: after each exposure, what is said.
func (p *plan) try(ctx context.Context, dir string, o simulate.Options, exposures []int) (map[int]map[string]judgement, error) {
	all := map[int]map[string]judgement{}
	err := open(ctx, dir, p.ingest, o, func(portal *portal) error {
		l, err := portal.loader()
		if err != nil {
			return err
		}
		requests := slices.Collect(portal.world.Requests())
		from := 0
		for _, days := range exposures {
			if err := portal.do(ctx, days, "catalogue"); err != nil {
				return err
			}
			if err := l.load(ctx, requests, from, days); err != nil {
				return err
			}
			if err := portal.do(ctx, days, "models"); err != nil {
				return err
			}
			if all[days], err = portal.judgements(ctx); err != nil {
				return err
			}
			from = days
		}
		return nil
	})
	return all, err
}

// tryExtra takes a portal of a truth through the log files, with robots, staff, monitors, noise
// and every request twice; and through rows again, with unlisted crawlers.
func (p *plan) tryExtra(ctx context.Context, progress io.Writer, dir string, t truth, alone map[string]judgement) (*extra, error) {
	e := &extra{walked: map[string][]outcome{}}
	o := p.worldOf(t, 1)
	err := open(ctx, dir, p.ingest, o, func(portal *portal) error {
		year := p.last()
		if err := portal.world.WriteLogs(filepath.Join(dir, "logs"), o.Start, portal.morning(year)); err != nil {
			return err
		}
		for _, days := range p.exposures { // the catalogue as it was seen then
			if err := portal.do(ctx, days, "catalogue"); err != nil {
				return err
			}
		}
		if err := portal.do(ctx, year, "run"); err != nil {
			return err
		}
		said, err := portal.judgements(ctx)
		if err != nil {
			return err
		}
		e.datasets = len(alone)
		for id, j := range alone {
			if other := said[id]; other.status != j.status {
				e.changed++
				fmt.Fprintf(progress, "%s: dataset %s is %s by rows (%d uses on %d days) and %s by log files (%d on %d)\n",
					t.name, id, j.status, j.uses, j.measuredDays, other.status, other.uses, other.measuredDays)
			}
		}
		e.lines, err = portal.lines(ctx)
		return err
	})
	if err != nil || p.isShort {
		return e, err
	}
	e.alone, _ = compare(simulate.New(o), alone, p.last())
	year := []int{p.last()}
	for _, w := range walkers {
		o.Walkers = []simulate.Walker{w.walker}
		said, err := p.try(ctx, dir, o, year)
		if err != nil {
			return nil, err
		}
		e.walked[w.name], _ = compare(simulate.New(o), said[year[0]], year[0])
	}
	return e, nil
}

// compare holds what is said after so many days against the truth.
func compare(world *simulate.World, said map[string]judgement, days int) (outcomes []outcome, dispersion float64) {
	for _, t := range world.Truth() {
		if j, isJudged := said[t.DatasetID]; isJudged {
			outcomes = append(outcomes, outcome{classOf(t, j.measuredDays, days), t.Rate, j.status})
			dispersion = j.dispersion
		}
	}
	return outcomes, dispersion
}

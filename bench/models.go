package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A modelRun is what was measured of the models on one warehouse: the reference statement, a build
// of all days, and a build after one more day was loaded.
type modelRun struct {
	hits                    int // of all days but the new one
	reference, full, newDay measurement
	fullModels, newModels   []builtModel
}

// modelSizes are the hits to measure with. Below the 20 million the small one only.
func modelSizes(scale int) []int {
	if scale == 1 {
		return []int{linesAtScale1}
	}
	return []int{linesAtScale1, 5_000_000, scale * linesAtScale1}
}

// measureModels measures all sizes. The steps of a size take turns, each as a child process.
func (p *plan) measureModels(ctx context.Context, out io.Writer, now func() time.Time, all *results) error {
	var runs []modelRun
	for _, hits := range modelSizes(p.scale) {
		base, err := p.world(ctx, now, hits/worldDays)
		if err != nil {
			return err
		}
		var references, fulls, newDays []measurement
		run := modelRun{hits: hits}
		for range p.rounds {
			one, err := p.modelRound(ctx, now, base, hits/worldDays)
			if err != nil {
				return err
			}
			run.fullModels, run.newModels = one.fullModels, one.newModels
			references, fulls, newDays = append(references, one.reference), append(fulls, one.full), append(newDays, one.newDay)
		}
		run.reference, run.full, run.newDay = median(references), median(fulls), median(newDays)
		runs = append(runs, run)
		for _, r := range []result{
			{"models", "reference", hits, run.reference}, {"models", "full build", hits, run.full}, {"models", "new day", hits / worldDays, run.newDay},
		} {
			*all = append(*all, r)
			if err := r.print(out); err != nil {
				return err
			}
		}
	}
	var text strings.Builder
	for _, run := range runs {
		text.WriteString(run.slowest(12))
	}
	_, err := fmt.Fprint(out, text.String()+"\n"+modelRatios(runs))
	return err
}

// world is the warehouse of so many hits a day, which is kept for the next time.
func (p *plan) world(ctx context.Context, now func() time.Time, daily int) (string, error) {
	file := filepath.Join(p.dir, fmt.Sprintf("models-%d.duckdb", daily*worldDays))
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	// Written beside its place and renamed, so that an interrupted one is not taken for whole.
	unfinished := file + ".part"
	if err := errors.Join(os.RemoveAll(unfinished), os.MkdirAll(p.dir, 0o755)); err != nil {
		return "", fmt.Errorf("models: %w", err)
	}
	if _, _, err := child(ctx, now, p.self, "models", "fill", unfinished, fmt.Sprint(daily), "0", fmt.Sprint(worldDays)); err != nil {
		return "", err
	}
	return file, os.Rename(unfinished, file)
}

// modelRound measures each step once, on a copy of the warehouse.
func (p *plan) modelRound(ctx context.Context, now func() time.Time, base string, daily int) (run modelRun, err error) {
	folder := filepath.Join(p.dir, "work", "models")
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o755)); err != nil {
		return run, fmt.Errorf("models: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	file := filepath.Join(folder, "warehouse.duckdb")
	if err := copyFile(file, base); err != nil {
		return run, fmt.Errorf("models: %w", err)
	}
	days, next := fmt.Sprint(worldDays), fmt.Sprint(worldDays+1)
	build := func(days string) (m measurement, models []builtModel, err error) {
		m, text, err := child(ctx, now, p.self, "models", "build", file, days)
		if err != nil {
			return m, nil, err
		}
		if err := json.Unmarshal([]byte(text), &models); err != nil {
			return m, nil, fmt.Errorf("models: what the build says: %w", err)
		}
		for _, model := range models {
			m.rows += model.Rows
		}
		m.disk, err = sizeOf(folder)
		return m, models, err
	}
	if run.reference, _, err = child(ctx, now, p.self, "models", "reference", file); err != nil {
		return run, err
	}
	if run.full, run.fullModels, err = build(days); err != nil {
		return run, err
	}
	if _, _, err = child(ctx, now, p.self, "models", "fill", file, fmt.Sprint(daily), days, next); err != nil {
		return run, err
	}
	run.newDay, run.newModels, err = build(next)
	return run, err
}

func copyFile(to, from string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(file, source)
	return err
}

// shared gives each model its share of the processor seconds of a build, by what the process took
// while the model was built.
func shared(total float64, models []builtModel) map[string]float64 {
	sum := 0.0
	for _, m := range models {
		sum += m.Processor
	}
	shares := make(map[string]float64, len(models))
	for _, m := range models {
		shares[m.Name] = total * m.Processor / sum
	}
	return shares
}

// dayFacts are the processor seconds of the models that are built by the day.
func dayFacts(total float64, models []builtModel) (sum float64) {
	shares := shared(total, models)
	for _, m := range models {
		if m.IsDay {
			sum += shares[m.Name]
		}
	}
	return sum
}

// slowest lists the n models that take most of a full build, with what a new day takes.
func (r *modelRun) slowest(n int) string {
	full, newDay := shared(r.full.cpu, r.fullModels), shared(r.newDay.cpu, r.newModels)
	models := slices.Clone(r.fullModels)
	slices.SortFunc(models, func(a, b builtModel) int { return cmp.Compare(full[b.Name], full[a.Name]) })
	var text strings.Builder
	fmt.Fprintf(&text, "\nThe slowest models of %d hits: CPU s of the full build, of a new day, rows; d: built by the day\n", r.hits)
	for _, m := range models[:min(n, len(models))] {
		mark := ""
		if m.IsDay {
			mark = "d"
		}
		fmt.Fprintf(&text, "%8.2f %8.2f %10d %-1s %s\n", full[m.Name], newDay[m.Name], m.Rows, mark, m.Name)
	}
	return text.String()
}

// modelRatios are the closing lines: of the full build to the reference at most 20 for 2 million
// hits and 12 for 20 million are wanted, of the full build to a new day at least 20 and 5.
func modelRatios(runs []modelRun) string {
	var text strings.Builder
	for _, r := range runs {
		if size := r.hits / 1_000_000; size == 2 || size == 20 {
			fmt.Fprintf(&text, "ratio models_full_reference_%dm %.2f\n", size, r.full.cpu/r.reference.cpu)
		}
	}
	for _, r := range runs {
		if r.hits == 10*linesAtScale1 {
			fmt.Fprintf(&text, "ratio models_day_facts %.2f\n", dayFacts(r.full.cpu, r.fullModels)/dayFacts(r.newDay.cpu, r.newModels))
			fmt.Fprintf(&text, "ratio models_day_all %.2f\n", r.full.cpu/r.newDay.cpu)
		}
	}
	return text.String()
}

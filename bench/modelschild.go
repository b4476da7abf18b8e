package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strconv"
	"syscall"
	"time"

	"footfall/internal/metrics"
	"footfall/internal/warehouse"
	files "footfall/sql"
)

// engineMemory is DuckDB's limit: what the process takes besides must find room in 2 GiB.
const engineMemory = "1200MB"

// reference is what the build is compared with: one plain statement over the same hits, with what
// they mean, and no rules.
const reference = `
	create or replace table reference as
	select
		url_target.dataset_id,
		cast(hit.hit_at as date) as day,
		count(*) as hits,
		count(*) filter (where agent_class.agent_class = 'robot') as robot_hits,
		count(distinct hit.client_key) as clients
	from raw.hit as hit
	inner join traffic.url_target as url_target on url_target.url_id = hit.url_id
	inner join traffic.agent_class as agent_class on agent_class.agent_id = hit.agent_id
	group by url_target.dataset_id, cast(hit.hit_at as date)`

// A builtModel is what a child says of one model.
type builtModel struct {
	Name      string
	IsDay     bool // it is built by the day
	Rows      int64
	Processor float64 // seconds of processor that the process took meanwhile; two models are built at a time
}

// runModels is the child process that works on the warehouse of the models: fill FILE DAILY FROM TO,
// reference FILE, build FILE DAYS (full or new), or publishers FILE N, which leaves so many with datasets. What it did goes to out.
func runModels(ctx context.Context, out io.Writer, now func() time.Time, args []string) (err error) {
	if len(args) < 2 {
		return errors.New("models: no step and no file")
	}
	schema, err := fs.Sub(files.Files, "schema")
	if err != nil {
		return err
	}
	w, err := warehouse.Open(ctx, args[1], warehouse.Options{Schema: schema, MemoryLimit: engineMemory, Threads: 2, Now: now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	numbers := make([]int, 0, 3)
	for _, text := range args[2:] {
		number, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("models: %w", err)
		}
		numbers = append(numbers, number)
	}
	switch {
	case args[0] == "fill" && len(numbers) == 3:
		err = fillWorld(ctx, w.DB(), numbers[0], numbers[1], numbers[2])
	case args[0] == "reference" && len(numbers) == 0:
		_, err = w.DB().ExecContext(ctx, reference)
	case args[0] == "build" && len(numbers) == 1:
		err = buildWorld(ctx, out, w.DB(), numbers[0])
	case args[0] == "publishers" && len(numbers) == 1:
		_, err = w.DB().ExecContext(ctx, `update raw.dataset set publisher_id = 'p' || version_hash % ?`, numbers[0])
	default:
		err = fmt.Errorf("models: %q is no step", args)
	}
	if err != nil {
		return err
	}
	_, err = w.DB().ExecContext(ctx, `checkpoint`)
	return err
}

// buildWorld brings all models up to date with so many days.
func buildWorld(ctx context.Context, out io.Writer, db *sql.DB, days int) error {
	models, err := metrics.Models(ctx, db, files.Files)
	if err != nil {
		return err
	}
	isDay := map[string]bool{}
	for _, m := range models {
		isDay[m.Name] = m.Incremental
	}
	first, err := time.Parse(time.DateOnly, worldFirstDay)
	if err != nil {
		return err
	}
	b := metrics.Builder{SQL: files.Files, Log: slog.New(slog.DiscardHandler), Now: processorTime}
	done, err := b.Build(ctx, db, metrics.DefaultSettings(first.AddDate(0, 0, days-1)), int64(days))
	if err != nil {
		return err
	}
	built := make([]builtModel, len(done.Models))
	for i, m := range done.Models {
		built[i] = builtModel{m.Name, isDay[m.Name], m.Rows, m.Seconds}
	}
	return json.NewEncoder(out).Encode(built)
}

// processorTime is a clock that other processes do not disturb.
func processorTime() time.Time {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return time.Time{}
	}
	return time.Unix(0, usage.Utime.Nano()+usage.Stime.Nano())
}

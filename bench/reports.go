package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// worldPublishers are the publishers of the portal whose report is measured.
const worldPublishers = 60

// reportConfig is what ingest publish has to be told of the world.
const reportConfig = `data_dir: .
published: usage.duckdb
logs:
  - {name: portal, paths: [none], host: data.example.org}
  - {name: files, paths: [none], host: files.example.org}
`

// measureReports measures "query report": all files of a quarter, the workbook too, in both editions, from the published
// file of the models' world.
func (p *plan) measureReports(ctx context.Context, out io.Writer, now func() time.Time, all *results) (err error) {
	base, err := p.world(ctx, now, linesAtScale1/worldDays)
	if err != nil {
		return err
	}
	folder := filepath.Join(p.dir, "work", "report")
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o755)); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	warehouse, config := filepath.Join(folder, "warehouse.duckdb"), filepath.Join(folder, "footfall.yaml")
	if err := errors.Join(copyFile(warehouse, base), os.WriteFile(config, []byte(reportConfig), 0o600)); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for _, command := range [][]string{
		{p.self, "models", "publishers", warehouse, fmt.Sprint(worldPublishers)},
		{p.self, "models", "build", warehouse, fmt.Sprint(worldDays)},
		{p.ingest, "publish", "--config", config},
	} {
		if _, _, err := child(ctx, now, command...); err != nil {
			return err
		}
	}
	for _, edition := range []string{"internal", "public"} {
		var taken []measurement
		for range p.rounds {
			m, err := p.measureReport(ctx, now, folder, edition)
			if err != nil {
				return err
			}
			taken = append(taken, m)
		}
		r := result{form: "report", name: edition + " edition", lines: worldSize, measurement: median(taken)}
		*all = append(*all, r)
		if err := r.print(out); err != nil {
			return err
		}
	}
	return nil
}

// measureReport writes one report; its rows are the publishers' files.
func (p *plan) measureReport(ctx context.Context, now func() time.Time, folder, edition string) (measurement, error) {
	report := filepath.Join(folder, "report")
	m, _, err := child(ctx, now, p.query, "report", "--database", filepath.Join(folder, "usage.duckdb"),
		"--edition", edition, "--xlsx", "--out", report)
	if err != nil {
		return m, err
	}
	m.disk, err = sizeOf(report)
	if err != nil {
		return m, err
	}
	files, err := os.ReadDir(filepath.Join(report, "publishers"))
	m.rows = int64(len(files))
	return m, errors.Join(err, os.RemoveAll(report))
}

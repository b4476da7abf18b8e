package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // to read the statuses

	"footfall/internal/simulate"
)

// A portal is an invented one in a folder of its own, with the warehouse that is made of it.
type portal struct {
	dir, ingest string
	url         string // of its API
	world       *simulate.World
	start       time.Time
	clock       atomic.Pointer[time.Time] // as of when its API answers
}

// A judgement is what dataset_status says of a dataset.
type judgement struct {
	status       string
	measuredDays int
	uses         int
	dispersion   float64
}

// open makes a portal in a new folder and serves its API until the work is done.
func open(ctx context.Context, dir, ingest string, o simulate.Options, work func(*portal) error) (err error) {
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p := &portal{dir: dir, ingest: ingest, world: simulate.New(o), start: o.Start}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: p.world.Handler(func() time.Time { return *p.clock.Load() }), ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() {
		err = errors.Join(err, server.Close())
		if e := <-served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
	}()
	p.url = "http://" + listener.Addr().String()
	err = errors.Join(
		p.configure(threshold, "", ""),
		os.WriteFile(filepath.Join(dir, "networks.csv"), []byte(p.world.Networks()), 0o600))
	if err != nil {
		return err
	}
	return work(p)
}

// configure writes the configuration, with more keys of the portal and of the top level.
func (p *portal) configure(threshold int, ofPortal, more string) error {
	var conf strings.Builder
	fmt.Fprintf(&conf, "data_dir: .\npublished: usage.duckdb\nnetworks: networks.csv\nthreads: 1\nverdict:\n  threshold: %d\n", threshold)
	fmt.Fprintf(&conf, "portal:\n  name: accuracy\n  url: %s\n  site_url: https://%s\n%s%slogs:\n", p.url, simulate.PortalHost, ofPortal, more)
	for _, log := range []struct{ name, path, host, group string }{
		{"portal", "portal/access.log*", simulate.PortalHost, ""},
		{"files-1", "files-1/access.log*", simulate.FilesHost, "files"},
		{"files-2", "files-2/access.log*", simulate.FilesHost, "files"},
		{"maps", "maps/maps.log*", simulate.MapsHost, ""},
	} {
		fmt.Fprintf(&conf, "  - {name: %s, paths: [logs/%s], host: %s, replica_group: %q}\n", log.name, log.path, log.host, log.group)
	}
	return os.WriteFile(filepath.Join(p.dir, "footfall.yaml"), []byte(conf.String()), 0o600)
}

// morning is when the jobs run after so many days: six o'clock of the next one.
func (p *portal) morning(days int) time.Time { return p.start.AddDate(0, 0, days).Add(6 * time.Hour) }

// do runs a command of the program on the morning after so many days.
func (p *portal) do(ctx context.Context, days int, args ...string) error {
	at := p.morning(days)
	p.clock.Store(&at)
	args = append(args, "--config", filepath.Join(p.dir, "footfall.yaml"), "--clock", at.Format(time.RFC3339))
	command := exec.CommandContext(ctx, p.ingest, args...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	err := command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 { // done, and something needs attention
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", p.ingest, strings.Join(args, " "), err, last(complaints.String(), 1000))
	}
	return nil
}

func last(text string, bytes int) string { return text[max(0, len(text)-bytes):] }

func (p *portal) warehouse() string { return filepath.Join(p.dir, "warehouse.duckdb") }

// judgements are the rows of dataset_status, by dataset.
func (p *portal) judgements(ctx context.Context) (all map[string]judgement, err error) {
	db, err := sql.Open("duckdb", p.warehouse()+"?access_mode=READ_ONLY&threads=1")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(ctx, `
		select dataset_id, status, coalesce(measured_days, 0), coalesce(uses, 0), dispersion
		from dataset_status`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	all = map[string]judgement{}
	for rows.Next() {
		var id string
		var j judgement
		if err := rows.Scan(&id, &j.status, &j.measuredDays, &j.uses, &j.dispersion); err != nil {
			return nil, err
		}
		all[id] = j
	}
	return all, rows.Err()
}

// lines is how many lines of logs were read.
func (p *portal) lines(ctx context.Context) (lines int64, err error) {
	db, err := sql.Open("duckdb", p.warehouse()+"?access_mode=READ_ONLY&threads=1")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.QueryRowContext(ctx, `select cast(coalesce(sum(line_count), 0) as bigint) from ledger.unit where log <> ''`).Scan(&lines)
	return lines, err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"footfall/internal/warehouse"
	footfallsql "footfall/sql"
)

// version is that of the program; the release build sets it.
var version = "dev"

// options are what a command line adds to the configuration.
type options struct {
	acceptTruncated bool
	acceptRejects   bool
	acceptShrink    bool
	fullModels      bool
	fullSync        bool
	log             string    // the only log to load; empty: all
	paths           []string  // its files, in place of the configured ones; "-": standard input
	stdin           io.Reader // what "-" stands for
}

// pipeline is one run: the open warehouse, its number in the ledger, and what needs attention.
type pipeline struct {
	config    *config
	options   options
	files     fs.FS // of sql/
	warehouse *warehouse.Warehouse
	log       *slog.Logger
	out       io.Writer
	now       func() time.Time // the run's clock
	run       int64
	attention []string
	spool     string // what standard input brought; empty: it was not asked for
}

// withPipeline takes the lock, opens the warehouse, writes the run into the ledger, and does the
// work. What the work leaves in attention becomes the exit code 3.
func withPipeline(
	ctx context.Context, p process, conf *config, o options, command string,
	work func(context.Context, *pipeline) error,
) (err error) {
	release, err := takeLock(conf.lock(), command, p.now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	schema, err := fs.Sub(footfallsql.Files, "schema")
	if err != nil {
		return err
	}
	log := p.logger()
	w, err := warehouse.Open(ctx, conf.warehouse(), warehouse.Options{
		Schema: schema, MemoryLimit: conf.MemoryLimit, Threads: conf.Threads, Now: p.now, Log: log,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	l := &pipeline{config: conf, options: o, files: footfallsql.Files, warehouse: w, log: log, out: p.out, now: p.now}
	if l.run, err = w.BeginRun(ctx, command, version, p.now(), p.now()); err != nil {
		return err
	}
	if err := w.SetLogs(ctx, l.logHosts()); err != nil {
		return err
	}
	err = work(ctx, l)
	code, message := exitDone, ""
	switch {
	case err != nil:
		code, message = exitFailed, err.Error()
	case len(l.attention) > 0:
		err = attentionError{l.attention}
		code, message = exitAttention, strings.Join(l.attention, "\n")
	}
	// The context may be what ended the work.
	return errors.Join(err, w.EndRun(context.WithoutCancel(ctx), l.run, p.now(), code, message))
}

// logHosts are the configured logs as the warehouse keeps them.
func (l *pipeline) logHosts() (hosts []warehouse.LogHost) {
	for _, c := range l.config.Logs {
		for _, host := range c.hosts() {
			hosts = append(hosts, warehouse.LogHost{
				Log: c.Name, Host: host, Channel: c.Channel, Role: c.Role, ReplicaGroup: c.ReplicaGroup,
			})
		}
	}
	return hosts
}

// fail writes a failed piece of evidence into the ledger; the run goes on, and says so at its end.
func (l *pipeline) fail(ctx context.Context, source, name string, failure error) error {
	l.log.ErrorContext(ctx, "source", "source", source, "name", name, "error", failure.Error())
	l.attention = append(l.attention, source+": "+failure.Error())
	return l.warehouse.RecordFailure(ctx, l.run, source, name, failure.Error(), l.now())
}

// printf says what was done to whoever started the run.
func (l *pipeline) printf(format string, args ...any) error {
	if _, err := fmt.Fprintf(l.out, format+"\n", args...); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

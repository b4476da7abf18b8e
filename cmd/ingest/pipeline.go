package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
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
	selected        []string // models to build; none: all
	fullSync        bool
	log             string    // the only log to load; empty: all
	paths           []string  // its files, in place of the configured ones; "-": standard input
	stdin           io.Reader // what "-" stands for
	countSource     string    // the only source of counts to load; empty: all
	since           string    // first day to ask for; empty: as configured
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
	warnings  []string // of checks, a part of attention
	spool     string   // what standard input brought; empty: it was not asked for
}

// withPipeline takes the lock, opens the warehouse, writes the run into the ledger, and does the
// work. What the work leaves in attention becomes the exit code 3.
func withPipeline(
	ctx context.Context, p process, conf *config, o options, command string,
	work func(context.Context, *pipeline) error,
) (err error) {
	if err := makeFolders(conf); err != nil {
		return err
	}
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
		Schema: schema, MemoryLimit: conf.MemoryLimit, Threads: conf.Threads, Now: p.now,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	l := &pipeline{config: conf, options: o, files: footfallsql.Files, warehouse: w, log: log, out: p.out, now: p.now}
	if err := l.refuseForgotten(ctx); err != nil {
		return err
	}
	if l.run, err = w.BeginRun(ctx, command, version, p.now(), p.now()); err != nil {
		return err
	}
	if err := w.SetLogs(ctx, l.logHosts(), p.now()); err != nil {
		return err
	}
	if err := l.setCountSources(ctx); err != nil {
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
				From: c.from, Until: c.until,
			})
		}
	}
	return hosts
}

// makeFolders makes the folders of the configuration where they are not there. What is private in
// them has rights of its own; the folders may be looked into, so that the published file can be read.
func makeFolders(conf *config) error {
	for _, dir := range []string{conf.path(conf.DataDir), filepath.Dir(conf.published())} {
		if _, err := os.Stat(dir); err == nil {
			continue
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("folder: %w", err)
		}
		if err := os.Chmod(dir, 0o755); err != nil { // whatever the umask is
			return fmt.Errorf("folder: %w", err)
		}
	}
	return nil
}

// refuseForgotten refuses a configuration that lacks what was loaded before. The models judge the
// past by the logs and the portal that are configured now: without a log, its uses would be gone
// and the days it missed would look measured.
func (l *pipeline) refuseForgotten(ctx context.Context) error {
	var problems []string
	configured := map[[2]string]bool{}
	for _, h := range l.logHosts() {
		configured[[2]string{h.Log, h.Host}] = true
	}
	loaded, err := l.warehouse.LoadedLogHosts(ctx)
	if err != nil {
		return err
	}
	for _, h := range loaded {
		if !configured[[2]string{h.Log, h.Host}] {
			problems = append(problems, fmt.Sprintf("logs: log %q for host %q was loaded before: keep its entry under that name and host; where the server is retired, add until: and its last day", h.Log, h.Host))
		}
	}
	portals, err := l.warehouse.LoadedPortals(ctx)
	if err != nil {
		return err
	}
	for _, name := range portals {
		if name != "ckan/"+l.config.Portal.Name || l.config.Portal.URL == "" {
			problems = append(problems, fmt.Sprintf("portal: the catalogue of %q was loaded before: keep portal.name, and portal.url even where it no longer answers", name))
		}
	}
	counted, err := l.warehouse.LoadedCountSources(ctx)
	if err != nil {
		return err
	}
	for _, name := range counted {
		if name == l.config.trackingName() {
			continue
		}
		if !slices.ContainsFunc(l.config.Counts, func(c countConfig) bool { return c.Name == name }) {
			problems = append(problems, fmt.Sprintf("counts: source %q was loaded before: keep its entry under that name; where the tool is retired, add until: and its last day", name))
		}
	}
	if len(problems) > 0 {
		return usageError{fmt.Errorf("%s:\n  %s\nA new data_dir starts from nothing", l.config.file, strings.Join(problems, "\n  "))}
	}
	return nil
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

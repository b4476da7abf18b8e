package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"footfall/internal/sources/accesslog"
)

// stdinArgument stands for standard input among a command's files.
const stdinArgument = "-"

func logsCommand(p process) *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "logs [--log NAME [FILE|-]...]",
		Short: "Load the server logs only",
		Long: `Load the server logs only: all of them, or the one named by --log. Files and patterns given after it are
read in place of the configured ones, and - is standard input:

  ingest logs
  ingest logs --log web
  ingest logs --log web /mnt/archive/access.log-2026*.gz
  ssh web1 cat /var/log/nginx/access.log | ingest logs --log web -

However a line comes, it is loaded once: a log is known by its lines, not by where it lies.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			if len(conf.Logs) == 0 {
				return usageError{fmt.Errorf("%s: logs is empty: there is nothing to load", conf.file)}
			}
			o.paths, o.stdin = args, p.in
			if err := o.checkLog(conf); err != nil {
				return usageError{err}
			}
			return withPipeline(c.Context(), p, conf, o, "logs", loadLogs)
		},
	}
	loadFlags(command, &o)
	command.Flags().StringVar(&o.log, "log", "", "load this log only; needed where files or - are given")
	return command
}

// checkLog wants a log that is configured, and one where files have to be told whose they are.
func (o *options) checkLog(conf *config) error {
	return checkLogName(conf, o.log, len(o.paths) > 0)
}

func checkLogName(conf *config, name string, isNeeded bool) error {
	names := make([]string, len(conf.Logs))
	for i, l := range conf.Logs {
		names[i] = l.Name
	}
	switch {
	case name == "" && isNeeded:
		return fmt.Errorf("files and standard input need --log NAME, since a log's name tells whose lines they are: one of %s",
			strings.Join(names, ", "))
	case name != "" && !slices.Contains(names, name):
		return fmt.Errorf("--log %s: no such log in %s; the nearest is %s", name, conf.file, nearest(name, names))
	}
	return nil
}

// checkShared wants each file in one log only: in two, its lines would count twice.
func checkShared(conf *config) error {
	logOf := map[string]string{}
	for i, l := range conf.Logs {
		for _, pattern := range l.Paths {
			files, err := filepath.Glob(conf.path(pattern))
			if err != nil {
				continue // Whoever reads the log says so.
			}
			for _, file := range files {
				if other := logOf[file]; other != "" && other != l.Name {
					return fmt.Errorf("%s: logs[%d].paths: %s is in the log %s too, and its lines would count twice: let each file be in one log",
						conf.file, i, file, other)
				}
				logOf[file] = l.Name
			}
		}
	}
	return nil
}

// files are the paths without standard input.
func (o *options) files() []string {
	return slices.DeleteFunc(slices.Clone(o.paths), func(path string) bool { return path == stdinArgument })
}

// spoolInput keeps standard input in a file of the data directory, if the command line asks for
// it. The file holds addresses, so it goes when it was loaded, and one that a killed run left goes
// now.
func (l *pipeline) spoolInput(ctx context.Context) (remove func() error, err error) {
	spool := filepath.Join(l.config.path(l.config.DataDir), "stdin.spool")
	remove = func() error {
		if err := os.Remove(spool); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("standard input: %w: remove it by hand, since it holds addresses", err)
		}
		return nil
	}
	if !slices.Contains(l.options.paths, stdinArgument) {
		return remove, remove()
	}
	size, unfinished, err := accesslog.Spool(ctx, l.options.stdin, spool)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	l.spool = spool
	if size == 0 {
		return remove, l.fail(ctx, l.options.log, "standard input", errors.New("standard input is empty: see what was to write into it"))
	}
	if unfinished > 0 {
		l.log.WarnContext(ctx, "standard input ends within a line, which is not loaded until it comes whole",
			"log", l.options.log, "bytes", unfinished)
	}
	return remove, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// Exit codes, as the README lists them.
const (
	exitDone      = 0
	exitFailed    = 1 // nothing was published
	exitUsage     = 2 // bad usage or configuration
	exitAttention = 3 // published, but a source or a check needs attention
	exitLocked    = 4 // another run holds the lock
)

// process is what a command has of the world outside: streams, clock and environment.
type process struct {
	in         io.Reader
	out, err   io.Writer
	now        func() time.Time
	environ    []string
	isTerminal bool
}

// usageError is a mistake of the caller: exit code 2.
type usageError struct{ error }

// attentionError says what was published all the same, and what needs attention: exit code 3.
type attentionError struct{ messages []string }

func (e attentionError) Error() string {
	return fmt.Sprintf("done, but %s:\n  %s", plural(len(e.messages), "thing needs attention", "things need attention"),
		strings.Join(e.messages, "\n  "))
}

// execute runs one command line and returns its exit code. Errors go to p.err, once.
func execute(ctx context.Context, args []string, p process) int {
	root := rootCommand(p)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	fmt.Fprintln(p.err, "ingest: "+err.Error())
	var usage usageError
	var attention attentionError
	switch {
	case errors.As(err, &attention):
		return exitAttention
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, errLocked):
		return exitLocked
	default:
		return exitFailed
	}
}

func rootCommand(p process) *cobra.Command {
	var clock moment
	p.now = clock.orElse(p.now)
	root := &cobra.Command{
		Use:   "ingest",
		Short: "Load a portal's catalogue and logs, and publish which datasets are used",
		Long: `Load a portal's catalogue and logs, and publish which datasets are used.

Exit codes: 0 done; 1 failed, nothing published; 2 bad usage or configuration; 3 published, but a
source or a check needs attention; 4 another run holds the lock.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(c *cobra.Command, args []string) error {
			if err := cobra.NoArgs(c, args); err != nil {
				return usageError{err}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	// For tests: what a run does long after another one.
	root.PersistentFlags().Var(&clock, "clock", "run as if it were this moment, such as 2026-09-30T06:00:00Z")
	root.PersistentFlags().Lookup("clock").Hidden = true
	root.PersistentFlags().String("config", "", "configuration file (default footfall.yaml, or $FOOTFALL_CONFIG)")
	for _, command := range []*cobra.Command{
		runCommand(p), catalogueCommand(p), logsCommand(p), countsCommand(p), modelsCommand(p), publishCommand(p),
		pruneCommand(p), statusCommand(p), daysCommand(p), rejectedCommand(p), unattributedCommand(p), doctorCommand(p), demoCommand(p),
	} {
		check := command.Args
		command.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{err}
			}
			return nil
		}
		root.AddCommand(command)
	}
	return root
}

// moment is a flag's time; zero: not given.
type moment struct{ time.Time }

func (m *moment) Set(text string) (err error) {
	m.Time, err = time.Parse(time.RFC3339, text)
	return err
}

func (m *moment) Type() string { return "time" }

func (m *moment) String() string {
	if m.IsZero() {
		return ""
	}
	return m.Format(time.RFC3339)
}

// orElse is a clock that stands still at the moment, where it is given.
func (m *moment) orElse(now func() time.Time) func() time.Time {
	return func() time.Time {
		if m.IsZero() {
			return now()
		}
		return m.Time
	}
}

// configOf reads the configuration that a command line names.
func configOf(c *cobra.Command, p process) (*config, error) {
	file, err := c.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	if file == "" {
		for _, pair := range p.environ {
			if value, found := strings.CutPrefix(pair, environConfig+"="); found {
				file = value
			}
		}
	}
	if file == "" {
		file = "footfall.yaml"
	}
	conf, err := readConfig(file, p.environ)
	if err != nil {
		return nil, usageError{err}
	}
	return conf, nil
}

// logger writes text on a terminal, JSON otherwise.
func (p process) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if p.isTerminal {
		return slog.New(slog.NewTextHandler(p.err, options))
	}
	return slog.New(slog.NewJSONHandler(p.err, options))
}

// plural is "1 one" or "n many".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(int64(n)) + " " + many
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	digits := fmt.Sprint(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

package main

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"footfall/internal/sources/accesslog"
	"footfall/internal/warehouse"
)

// shownBytes is how much of a rejected line is shown.
const shownBytes = 1000

// rejectedOptions are the flags of `ingest rejected`.
type rejectedOptions struct {
	log, reason string
	show        int
}

func rejectedCommand(p process) *cobra.Command {
	var o rejectedOptions
	command := &cobra.Command{
		Use:   "rejected",
		Short: "List the log lines that could not be parsed, and show some",
		Long: `List the log lines that could not be parsed: how many of which log and file, and why.

The warehouse knows where such a line stands, never its text. With --show N, the last N lines of each log
and reason are read again from their files, wherever these are by now. They may hold addresses and other
personal data: they go to standard output only, and are kept nowhere.

A file with too many such lines is not loaded at all: see status, and max_rejected_share.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			if o.show < 0 {
				return usageError{fmt.Errorf("--show %d: a number of lines, 0 or more", o.show)}
			}
			return withWarehouse(c.Context(), p, conf, "rejected", o.print)
		},
	}
	command.Flags().StringVar(&o.log, "log", "", "of this log only")
	command.Flags().StringVar(&o.reason, "reason", "", "of this reason only")
	command.Flags().IntVar(&o.show, "show", 0, "show the text of the last N lines of each log and reason")
	return command
}

func (o *rejectedOptions) print(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	counts, err := w.RejectedCounts(ctx, o.log, o.reason)
	if err != nil {
		return err
	}
	if len(counts) == 0 {
		_, err := fmt.Fprintln(p.out, "No line was rejected.")
		return err
	}
	t := newTable(p, "Rejected lines", "log", "reason", "file when it was read", "lines")
	total := int64(0)
	for _, c := range counts {
		t.AppendRow(table.Row{c.Log, c.Reason, c.Path, thousands(c.Lines)})
		total += c.Lines
	}
	t.AppendFooter(table.Row{"", "", "", thousands(total)})
	t.Render()
	if o.show == 0 {
		return nil
	}
	lines, err := w.RejectedLines(ctx, o.log, o.reason, o.show)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(p.err, "ingest: the lines below may hold addresses and other personal data: pass on and keep no more of them than you must"); err != nil {
		return err
	}
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && lines[n].Log == lines[0].Log {
			n++
		}
		if err := showLines(ctx, p, conf, lines[:n]); err != nil {
			return err
		}
		lines = lines[n:]
	}
	return nil
}

// showLines shows rejected lines of one log.
func showLines(ctx context.Context, p process, conf *config, lines []warehouse.RejectedLine) error {
	places := make([]accesslog.Place, len(lines))
	for i, line := range lines {
		places[i] = accesslog.Place{Unit: accesslog.Progress(line.Unit), Path: line.Path, Offset: line.Offset, Length: line.Length}
	}
	source := &accesslog.Source{Config: accesslog.Config{Name: lines[0].Log}} // Of a log that is not configured any more.
	for _, c := range conf.Logs {
		if c.Name == lines[0].Log {
			source = newLog(conf, c)
		}
	}
	var err error
	if source.Key, err = accesslog.ReadStreamKey(conf.streamKey()); err != nil {
		return err
	}
	found, unread := source.Recall(ctx, places, shownBytes)
	if found == nil {
		return unread
	}
	if unread != nil {
		if _, err := fmt.Fprintf(p.err, "ingest: not looked into: %v\n", unread); err != nil {
			return err
		}
	}
	for i, line := range lines {
		if err := showLine(p, line, found[i]); err != nil {
			return err
		}
	}
	return nil
}

func showLine(p process, line warehouse.RejectedLine, found accesslog.Recalled) error {
	where := line.Path
	text := printable(found.Text)
	switch {
	case found.Path == "":
		text = "(gone: no file of the log has this line any more)"
	case found.Path != line.Path:
		where += " (now " + found.Path + ")"
	}
	if rest := line.Length - int64(len(found.Text)); found.Path != "" && rest > 0 {
		text += fmt.Sprintf(" … and %s bytes", thousands(rest))
	}
	_, err := fmt.Fprintf(p.out, "\n%s, %s: %s, byte %s, %s\n  %s\n",
		line.Log, line.Reason, where, thousands(line.Offset), plural(int(line.Length), "byte", "bytes"), text)
	return err
}

// printable is a text that does nothing to a terminal: what is no character to be seen, and what
// is no UTF-8, is written \xHH or \u{HH}.
func printable(text []byte) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1, r < ' ', r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		text = text[size:]
	}
	return b.String()
}

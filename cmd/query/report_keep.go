package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"footfall/internal/report"
)

// keepFlags are those that record a report as final, compare with one, or verify one.
type keepFlags struct {
	freeze            bool
	by, final, verify string
}

func (f *keepFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.freeze, "freeze", false, "record the report in --out DIR as final; with --quarter it is written first")
	flags.StringVar(&f.by, "by", "", "`NAME` of who says that it is final (default the user)")
	flags.StringVar(&f.final, "final", "", "`DIR` of the final report to mark revisions against (default the one in --out DIR)")
	flags.StringVar(&f.verify, "verify", "", "build the report in `DIR` again and say what differs, to the cell")
}

// freezeReport records the report in dir as final.
func (a *app) freezeReport(dir string, f keepFlags) error {
	by := f.by
	if by == "" {
		u, err := user.Current()
		if err != nil {
			return usageError{fmt.Errorf("who says that the report is final is not known: name them with --by: %w", err)}
		}
		by = u.Username
	}
	final, isNew, err := report.Freeze(dir, by, a.now())
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s: recorded as final by %s on %s", dir, printable(final.RecordedBy), longDay(final.RecordedAt))
	if !isNew {
		text += " already"
	}
	if final.IsProvisional {
		text += "; its figures are provisional, as it says"
	}
	_, err = fmt.Fprintln(a.stdout, text)
	return err
}

// verifyReport builds the report in a folder again from the published file, and says what differs.
func (a *app) verifyReport(ctx context.Context, f keepFlags) error {
	return a.withEngine(ctx, func(e *engine) error {
		verified, err := report.Verify(f.verify, f.final, func(m *report.Manifest) (*report.Report, error) {
			return a.buildReport(ctx, e, reportFlags{quarter: m.Quarter, edition: m.Edition, publisher: m.Publisher})
		})
		if err != nil {
			return err
		}
		lines := verified.Findings
		if len(lines) == 0 {
			lines = []string{f.verify + ": the published file gives this report, in every figure"}
		}
		if verified.Latest > 0 {
			lines = append(lines, grouped(int64(verified.Latest))+" values that tell of the last day of the published file, "+
				"such as advice, are others now: they may be every day")
		}
		for _, line := range lines {
			if _, err := fmt.Fprintln(a.stdout, line); err != nil {
				return err
			}
		}
		if n := len(verified.Findings); n > 0 {
			return fmt.Errorf("report %s is not what the published file gives: %s", f.verify, times(grouped(int64(n)), "difference", "differences"))
		}
		return nil
	})
}

// savedText says what was done with a report, for the one who asked for it.
func savedText(dir string, r *report.Report, saved *report.Saved) string {
	text := fmt.Sprintf("%s: %s, %s edition, %s files", dir, r.Title, r.Edition, grouped(int64(saved.Files)))
	final := ""
	if saved.Final != nil {
		final = fmt.Sprintf("the final report that %s recorded on %s", printable(saved.Final.RecordedBy), longDay(saved.Final.RecordedAt))
	}
	switch {
	case saved.IsFinal:
		return text + ". It is " + final + ", and no figure differs from it now: nothing was written"
	case saved.IsUnchanged:
		text += ". They are as they were"
	default:
		text += ". Open " + filepath.Join(dir, "index.html")
	}
	if final != "" {
		text += fmt.Sprintf(". %s from %s; each is marked [r] and listed under revisions", times(grouped(int64(saved.Revisions)), "value differs", "values differ"), final)
	}
	return text
}

func longDay(t time.Time) string { return t.UTC().Format("2 January 2006") }

// validKeep says which flags do not go together.
func (f *keepFlags) validKeep() error {
	switch {
	case f.by != "" && !f.freeze:
		return usageError{errors.New("--by says who records a report as final: it goes with --freeze")}
	case f.freeze && f.verify != "":
		return usageError{errors.New("--freeze and --verify do not go together: verify first")}
	}
	return nil
}

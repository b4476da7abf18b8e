package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"footfall/internal/warehouse"
)

// dayOptions are the flags of `ingest days accept`, void and withdraw.
type dayOptions struct {
	log, host, from, to, note, by string
}

func daysCommand(p process) *cobra.Command {
	command := &cobra.Command{
		Use:   "days",
		Short: "Accept or void days of a log or a host, and list what was said",
		Long: `Accept or void days of a log or a host, and list what was said.

A day counts as measured if the lines of its logs show no gap. Where you know better, say so: accept a day
whose silence lost nothing (the server was off, so nobody could use anything), void one that lines show as
whole though it was not (half a file was delivered, a load test ran). The last word on a day holds; withdraw
makes its lines decide again. Nothing is ever deleted from the list, and every word counts from the next
ingest run on. Notes are published with the days they explain; who wrote them is not.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "List all that was said of days, and which words still hold",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			return withWarehouse(c.Context(), p, conf, "days list", listDays)
		},
	}
	command.AddCommand(
		dayCommand(p, "accept", "Count days as measured although their logs have a gap"),
		dayCommand(p, "void", "Count days as not measured although their logs have no gap"),
		dayCommand(p, "withdraw", "Take back what was said: the days are judged by their lines again"),
		list,
	)
	return command
}

func noArguments(c *cobra.Command, args []string) error {
	if err := cobra.NoArgs(c, args); err != nil {
		return usageError{err}
	}
	return nil
}

func dayCommand(p process, verdict, short string) *cobra.Command {
	var o dayOptions
	command := &cobra.Command{
		Use:     verdict + " (--log NAME | --host HOST) --from DATE [--to DATE] --note TEXT",
		Short:   short,
		Example: "  ingest days " + verdict + " --log portal --from 2026-03-01 --to 2026-03-02 --note \"server moved, site was off\"",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			word, err := o.word(p, verdict)
			if err != nil {
				return usageError{err}
			}
			return withWarehouse(c.Context(), p, conf, "days "+verdict,
				func(ctx context.Context, p process, _ *config, w *warehouse.Warehouse) error {
					return sayOfDays(ctx, p, w, word)
				})
		},
	}
	flags := command.Flags()
	flags.StringVar(&o.log, "log", "", "name of the log, as configured")
	flags.StringVar(&o.host, "host", "", "name of the host")
	flags.StringVar(&o.from, "from", "", "first day, UTC, such as 2026-03-01")
	flags.StringVar(&o.to, "to", "", "last day, UTC (default the first)")
	flags.StringVar(&o.note, "note", "", "why, for those who will read the figures")
	flags.StringVar(&o.by, "by", "", "who says so (default the user that runs this)")
	return command
}

// word makes the flags into what is written down.
func (o *dayOptions) word(p process, verdict string) (warehouse.Override, error) {
	word := warehouse.Override{
		Kind: "log", Subject: o.log, Verdict: verdict, Note: strings.TrimSpace(o.note), By: strings.TrimSpace(o.by), At: p.now(),
	}
	if (o.log == "") == (o.host == "") {
		return word, errors.New("give either --log NAME or --host HOST")
	}
	if o.host != "" {
		word.Kind, word.Subject = "host", strings.ToLower(o.host)
	}
	if o.to == "" {
		o.to = o.from
	}
	var err error
	if word.From, err = dayOf("--from", o.from); err != nil {
		return word, err
	}
	if word.To, err = dayOf("--to", o.to); err != nil {
		return word, err
	}
	if word.To.Before(word.From) {
		return word, fmt.Errorf("--to %s is before --from %s", o.to, o.from)
	}
	if !word.To.Before(p.now().UTC().Truncate(24 * time.Hour)) {
		return word, fmt.Errorf("%s is not over yet: nobody can know what was seen of it", o.to)
	}
	if word.Note == "" {
		return word, errors.New("--note is empty: say why, for those who will read the figures")
	}
	if word.By == "" {
		word.By = environOf(p, "USER")
	}
	if word.By == "" {
		return word, errors.New("--by is empty, and so is $USER: say who you are")
	}
	word.Note, word.By = printable([]byte(word.Note)), printable([]byte(word.By))
	return word, nil
}

func dayOf(flag, text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, fmt.Errorf("%s %q is no date: write it as 2026-03-01", flag, text)
	}
	return day, nil
}

func environOf(p process, name string) string {
	for _, pair := range p.environ {
		if value, isIt := strings.CutPrefix(pair, name+"="); isIt {
			return value
		}
	}
	return ""
}

// unacceptable are the coverages that no word can make up for.
var unacceptable = map[string]string{
	"out_of_service": "the log was not in service by its from: or until:",
	"no_log":         "no log speaks for the host",
	"redirects":      "no log speaks for the host, only the portal's redirects",
	"behind_cache":   "only a log behind a cache speaks for the host",
}

// sayOfDays writes the word down, and tells what it can and cannot change.
func sayOfDays(ctx context.Context, p process, w *warehouse.Warehouse, word warehouse.Override) error {
	known, err := w.Subjects(ctx, word.Kind)
	if err != nil {
		return err
	}
	if !slices.Contains(known, word.Subject) {
		if len(known) > 20 {
			known = append(known[:20], "…")
		}
		return usageError{fmt.Errorf("no %s is called %q: known are %s", word.Kind, word.Subject, strings.Join(known, ", "))}
	}
	days, err := w.Coverage(ctx, word.Kind, word.Subject, word.From, word.To)
	if err != nil {
		return err
	}
	if err := w.Override(ctx, word); err != nil {
		return err
	}
	count := int(word.To.Sub(word.From)/(24*time.Hour)) + 1
	done := map[string]string{"accept": "accepted", "void": "voided", "withdraw": "withdrawn: what was said of"}[word.Verdict]
	_, err = fmt.Fprintf(p.out, "%s %s of %s %s, %s; it counts from the next ingest run on\nas last built: %s\n",
		done, plural(count, "day", "days"), word.Kind, word.Subject, span(word.From, word.To), coverageText(days, count))
	if err != nil || word.Verdict != "accept" {
		return err
	}
	for _, coverage := range sortedKeys(days) {
		if why, isUnacceptable := unacceptable[coverage]; isUnacceptable {
			_, err = fmt.Fprintf(p.out, "%s will not count as measured all the same: %s\n", plural(int(days[coverage]), "day", "days"), why)
		}
	}
	return err
}

// coverageText is "2 gap, 1 continuous", with the days that no build has judged.
func coverageText(days map[string]int64, count int) string {
	var parts []string
	for _, coverage := range sortedKeys(days) {
		parts = append(parts, fmt.Sprintf("%d %s", days[coverage], coverage))
		count -= int(days[coverage])
	}
	if count > 0 {
		parts = append(parts, fmt.Sprintf("%d not judged", count))
	}
	return strings.Join(parts, ", ")
}

// span is a day, or the first and the last of several.
func span(from, to time.Time) string {
	if from.Equal(to) {
		return from.Format(time.DateOnly)
	}
	return from.Format(time.DateOnly) + " to " + to.Format(time.DateOnly)
}

func listDays(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	words, err := w.Overrides(ctx)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		_, err := fmt.Fprintln(p.out, "Nothing was said of any day: all are judged by their lines.")
		return err
	}
	printWords(p, conf, "What was said of days; the last word on a day holds", words)
	return nil
}

func printWords(p process, conf *config, title string, words []warehouse.Override) {
	t := newTable(p, title, "no", "of", "days (UTC)", "word", "still holds for", "why", "who", "when")
	for _, o := range words {
		t.AppendRow(table.Row{
			o.ID, o.Kind + " " + o.Subject, span(o.From, o.To), o.Verdict, plural(int(o.InForce), "day", "days"), o.Note, o.By, shown(conf, o.At),
		})
	}
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 6, WidthMax: 60, WidthMaxEnforcer: text.WrapSoft}})
	t.Render()
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"footfall/internal/traffic"
	"footfall/internal/warehouse"
)

// unattributedOptions are the flags of `ingest unattributed`.
type unattributedOptions struct {
	host  string
	limit int
}

func unattributedCommand(p process) *cobra.Command {
	var o unattributedOptions
	command := &cobra.Command{
		Use:   "unattributed",
		Short: "List the traffic that found no dataset, biggest first",
		Long: `List the traffic that found no dataset, biggest first, as the last build left it: hits of the last
365 days that were answered, without robots and staff; and what sources of counts counted of no dataset.
The URLs of a folder are one line.

Where such traffic is use of a dataset, write a rule into targets, or correct the dataset's resource URLs in
the catalogue; docs/attribution.md says how. Paths can say who asked: keep the list to yourself.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			if o.limit < 1 {
				return usageError{fmt.Errorf("--limit %d: a number of lines, 1 or more", o.limit)}
			}
			return withWarehouse(c.Context(), p, conf, "unattributed", o.print)
		},
	}
	command.Flags().StringVar(&o.host, "host", "", "of this host only")
	command.Flags().IntVar(&o.limit, "limit", 20, "at most this many lines")
	return command
}

// unattributedFolder is what was asked in one folder.
type unattributedFolder struct {
	source           string // log, or a source of counts
	host, path, why  string // path: a pattern if there are several
	pattern          string
	urls             int
	hits, clientDays int64
	counted          int64 // by a source of counts
}

// whyNone says for people why a rule that found several datasets credited none.
var whyNone = map[string]string{
	"":                          "no rule fits",
	traffic.RuleSharedByTooMany: "a resource URL of more than 50 datasets",
	traffic.RuleSharedService:   "a service of several datasets; the layer names none",
	traffic.RuleNamingKey:       "fits files of several datasets",
	traffic.RuleSeveralIDs:      "names several datasets",
}

func (o *unattributedOptions) print(ctx context.Context, p process, conf *config, w *warehouse.Warehouse) error {
	isBuilt, err := w.IsBuilt(ctx)
	if err != nil {
		return err
	}
	if !isBuilt {
		return fmt.Errorf("the models were not built to their end yet: run `ingest models`, or `ingest run`")
	}
	urls, err := w.Unattributed(ctx, strings.ToLower(o.host))
	if err != nil {
		return err
	}
	all := groupByFolder(urls)
	if len(all) == 0 {
		_, err := fmt.Fprintln(p.out, "All traffic found a dataset, or is known to be none's.")
		return err
	}
	var folders, counted []*unattributedFolder
	for _, f := range all {
		if f.source == "log" {
			folders = append(folders, f)
		} else {
			counted = append(counted, f)
		}
	}
	if err := o.printCounted(p, counted); err != nil || len(folders) == 0 {
		return err
	}
	t := newTable(p, "Traffic that found no dataset, last 365 days", "host", "path", "why", "URLs", "hits", "client-days")
	for _, f := range folders[:min(o.limit, len(folders))] {
		t.AppendRow(table.Row{f.host, printable([]byte(f.path)), f.why, thousands(int64(f.urls)), thousands(f.hits), thousands(f.clientDays)})
	}
	t.Render()
	if err := o.printMore(p, len(folders)); err != nil {
		return err
	}
	for _, f := range folders[:min(o.limit, len(folders))] {
		if paths := f.paths(); paths != "" && !conf.isPortal(f.host) {
			_, err = fmt.Fprintf(p.out, "\nIf %s%s is of one dataset, add to %s (docs/attribution.md):\n\n%s", f.host, f.path, conf.file, f.rule(paths, len(conf.Targets) == 0))
			return err
		}
	}
	_, err = fmt.Fprintln(p.out, "\nHow to credit traffic to a dataset by a rule of your own: docs/attribution.md")
	return err
}

// printCounted lists what sources of counts counted of no dataset: apart from the logs, since both see
// the same visitors.
func (o *unattributedOptions) printCounted(p process, folders []*unattributedFolder) error {
	if len(folders) == 0 {
		return nil
	}
	t := newTable(p, "Counted by others, but found no dataset, last 365 days", "source", "host", "path", "why", "URLs", "counted")
	for _, f := range folders[:min(o.limit, len(folders))] {
		t.AppendRow(table.Row{f.source, f.host, printable([]byte(f.path)), f.why, thousands(int64(f.urls)), thousands(f.counted)})
	}
	t.Render()
	return o.printMore(p, len(folders))
}

func (o *unattributedOptions) printMore(p process, folders int) error {
	more := folders - o.limit
	if more <= 0 {
		return nil
	}
	_, err := fmt.Fprintf(p.out, "… and %s more: --limit %d shows all\n", thousands(int64(more)), folders)
	return err
}

// isPortal says whether the portal's pages are there. Its routes are known: what they do not find is
// of no dataset that the catalogue has.
func (c *config) isPortal(host string) bool {
	return c.siteURL != nil && strings.EqualFold(c.siteURL.Host, host)
}

// groupByFolder sums URLs up by source and folder, biggest first.
func groupByFolder(urls []warehouse.UnattributedURL) []*unattributedFolder {
	byKey := map[[4]string]*unattributedFolder{}
	var folders []*unattributedFolder
	for _, u := range urls {
		pattern := traffic.PathPattern(u.Path)
		key := [4]string{u.Source, u.Host, pattern, u.Rule}
		f, known := byKey[key]
		if !known {
			f = &unattributedFolder{source: u.Source, host: u.Host, path: u.Path, pattern: u.Path, why: cmp.Or(whyNone[u.Rule], u.Rule)}
			byKey[key] = f
			folders = append(folders, f)
		}
		if f.path != u.Path {
			f.path, f.pattern = pattern, pattern
		}
		f.urls++
		f.hits += u.Hits
		f.clientDays += u.ClientDays
		f.counted += u.Counted
	}
	for _, f := range folders {
		if f.path == "" {
			f.path = "(forgotten with its hits)"
		}
	}
	slices.SortFunc(folders, func(a, b *unattributedFolder) int {
		return cmp.Or(cmp.Compare(a.source, b.source), -cmp.Compare(a.hits+a.counted, b.hits+b.counted), cmp.Compare(a.host, b.host), cmp.Compare(a.path, b.path), cmp.Compare(a.why, b.why))
	})
	return folders
}

// paths is the part of a rule that fits what the folder shows and no more; empty: it would take a
// whole host.
func (f *unattributedFolder) paths() string {
	prefix := traffic.PatternPrefix(f.pattern)
	switch {
	case f.pattern == "" || f.pattern == "/":
		return ""
	case f.pattern != prefix && !strings.Contains(f.pattern, "*"):
		return fmt.Sprintf("path_regexp: '^%s$'", strings.ReplaceAll(regexp.QuoteMeta(f.pattern), "'", "''"))
	case prefix == "/":
		return ""
	}
	return fmt.Sprintf("path_prefix: %q", prefix)
}

// rule is an example of a rule for the folder.
func (f *unattributedFolder) rule(paths string, isFirst bool) string {
	head := ""
	if isFirst {
		head = "targets:\n"
	}
	return head + fmt.Sprintf("  - host: %s\n    %s\n    dataset: NAME   # its name or id\n    kind: request   # or investigation (about it), none (no use)\n", f.host, paths)
}

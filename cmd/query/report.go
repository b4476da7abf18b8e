package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"footfall/internal/report"
	"footfall/sql"
)

// reportFlags are those of query report.
type reportFlags struct {
	quarter, out, edition, publisher string
	withXLSX                         bool
	keepFlags
}

func (a *app) reportCommand() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report --out DIR",
		Short: "Write the usage report of a quarter",
		Long: `Write the usage report of a quarter: who uses what, what to mend, and how sure that is.

DIR gets pages (index.html, and one for each publisher), all tables as CSV with their metadata, a
spreadsheet, and manifest.json, which says what the report was made from.`,
		Example: `  query report --out report
  query report --quarter 2026Q3 --out report --edition public
  query report --out coast --publisher "Coast Office"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("report takes flags only, not %q (query report --help shows them)", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.valid(); err != nil {
				return err
			}
			if f.verify != "" {
				return a.verifyReport(cmd.Context(), f.keepFlags)
			}
			if !f.freeze || f.quarter != "" {
				if err := a.writeReport(cmd.Context(), f); err != nil {
					return err
				}
			}
			if f.freeze {
				return a.freezeReport(f.out, f.keepFlags)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.quarter, "quarter", "", "`QUARTER` such as 2026Q3 (default the last that is over)")
	flags.StringVar(&f.out, "out", "", "`DIR` to write to, which is made if it is not there")
	flags.StringVar(&f.edition, "edition", report.Internal, "internal, or public: without small counts of people")
	flags.StringVar(&f.publisher, "publisher", "", "`NAME` of the publisher, or part of it, whose datasets alone it is about")
	flags.BoolVar(&f.withXLSX, "xlsx", false, "write an Excel workbook too")
	f.add(flags)
	return cmd
}

func (f *reportFlags) valid() error {
	if f.out == "" && f.verify == "" {
		return usageError{errors.New("report needs --out DIR: the folder to write to")}
	}
	if f.edition != report.Internal && f.edition != report.Public {
		return usageError{fmt.Errorf("--edition %s: write internal or public", f.edition)}
	}
	return f.validKeep()
}

func (a *app) writeReport(ctx context.Context, f reportFlags) error {
	return a.withEngine(ctx, func(e *engine) error {
		r, err := a.buildReport(ctx, e, f)
		if err != nil {
			return err
		}
		saved, err := report.Save(r, f.out, f.final, f.withXLSX)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(a.stdout, savedText(f.out, r, saved))
		return err
	})
}

// buildReport makes the report that the flags say from the published file.
func (a *app) buildReport(ctx context.Context, e *engine, f reportFlags) (*report.Report, error) {
	options, err := a.reportOptions()
	if err != nil {
		return nil, err
	}
	options.Quarter, options.Edition = f.quarter, f.edition
	if f.publisher != "" {
		if options.Publisher, err = e.resolve(ctx, "publisher", f.publisher); err != nil {
			return nil, fmt.Errorf("--publisher: %w", err)
		}
	}
	info, err := e.rows(ctx, `select value from build_info where key = 'version'`, nil)
	if err != nil {
		return nil, err
	}
	if len(info) > 0 {
		options.Version = info[0]["value"]
	}
	return report.Read(ctx, sql.Files, e.ask, options)
}

// reportOptions are what the configuration says of the portal: report.portal (else the host of its pages),
// report.contact and report.licence. Without a configuration nothing is said.
func (a *app) reportOptions() (report.Options, error) {
	var o report.Options
	v, file, err := a.configuration()
	if err != nil || file == "" {
		return o, err
	}
	o.Portal, o.Contact, o.Licence = v.GetString("report.portal"), v.GetString("report.contact"), v.GetString("report.licence")
	for _, key := range []string{"portal.site_url", "portal.url"} {
		if u, err := url.Parse(v.GetString(key)); err == nil && o.Portal == "" {
			o.Portal = u.Hostname()
		}
	}
	return o, nil
}

// ask is a [report.Ask].
func (e *engine) ask(ctx context.Context, text string, params map[string]string) (columns []string, rows [][]any, err error) {
	values := args{}
	for name, value := range params {
		values[name] = value
	}
	s, err := e.query(ctx, text, values)
	if err != nil {
		return nil, nil, err
	}
	defer s.close()
	for _, field := range s.schema.Fields() {
		columns = append(columns, field.Name)
	}
	for {
		batch, err := s.next(ctx)
		if batch == nil || err != nil {
			return columns, rows, err
		}
		for i := range int(batch.NumRows()) {
			row := make([]any, len(columns))
			for c, column := range batch.Columns() {
				if row[c], err = plainValue(column, i); err != nil {
					batch.Release()
					return nil, nil, fmt.Errorf("column %s: %w", columns[c], err)
				}
			}
			rows = append(rows, row)
		}
		batch.Release()
	}
}

// plainValue is row i of a column as Go has it.
func plainValue(column arrow.Array, i int) (any, error) {
	if column.IsNull(i) {
		return nil, nil
	}
	switch c := column.(type) {
	case *array.String:
		return string([]byte(c.Value(i))), nil
	case *array.Int64:
		return c.Value(i), nil
	case *array.Int32:
		return int64(c.Value(i)), nil
	case *array.Float64:
		return c.Value(i), nil
	case *array.Boolean:
		return c.Value(i), nil
	case *array.Date32:
		return c.Value(i).ToTime().UTC(), nil
	case *array.Timestamp:
		return c.Value(i).ToTime(c.DataType().(*arrow.TimestampType).Unit).UTC().Truncate(24 * time.Hour), nil
	}
	return nil, fmt.Errorf("%s is no type of a report", column.DataType())
}

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"footfall/sql"
)

func (a *app) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list [NAME]",
		Short: "List the named questions and their parameters",
		Args:  atMostOne("the name of a question"),
		RunE: func(_ *cobra.Command, args []string) error {
			questions, err := readQuestions(sql.Files)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				q, err := find(questions, args[0])
				if err != nil {
					return err
				}
				return writeQuestion(a.stdout, q)
			}
			return writeList(a.stdout, questions)
		},
	}
}

func (a *app) runCommand() *cobra.Command {
	var out output
	var given []string
	run := &cobra.Command{
		Use:   "run NAME [--param NAME=VALUE]…",
		Short: "Answer a named question",
		Long:  "Answer a named question. query list shows the questions, query list NAME one with its SQL.",
		Example: `  query run barely-used --param publisher=coast
  query run unused --format csv --output unused.csv
  query run counter-report --param month=2026-03 --output report.tsv`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("run takes the name of one question (query list shows them) "+
					"and its parameters as --param NAME=VALUE, not %d arguments", len(args))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			questions, err := readQuestions(sql.Files)
			if err != nil {
				return err
			}
			q, err := find(questions, args[0])
			if err != nil {
				return err
			}
			values, err := q.bind(given)
			if err != nil {
				return err
			}
			prepare := q.prepare(&out)
			return a.answerWith(cmd.Context(), &out, func(e *engine) (*stream, error) {
				if err := q.resolve(cmd.Context(), e, values); err != nil {
					return nil, err
				}
				if err := prepare(cmd.Context(), e, values); err != nil {
					return nil, err
				}
				return e.query(cmd.Context(), q.sql, values)
			})
		},
	}
	run.Flags().StringArrayVarP(&given, "param", "p", nil, "value of a parameter, as `NAME=VALUE`")
	addOutputFlags(run, &out)
	return run
}

func find(questions []question, name string) (question, error) {
	var names []string
	for _, q := range questions {
		if q.name == name {
			return q, nil
		}
		names = append(names, q.name)
	}
	return question{}, usageError{fmt.Errorf("no question is called %s (query list shows them)%s",
		name, suggest(name, names))}
}

func writeList(w io.Writer, questions []question) error {
	lines := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, q := range questions {
		if _, err := fmt.Fprintf(lines, "%s\t%s\n", q.name, q.help); err != nil {
			return err
		}
		for _, p := range q.param {
			if _, err := fmt.Fprintf(lines, "\t  %s\n", p); err != nil {
				return err
			}
		}
	}
	if err := lines.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprint(w, "\nquery run NAME --param NAME=VALUE answers one; query list NAME shows its SQL.\n")
	return err
}

// writeQuestion shows a question whole, as something to start one's own from.
func writeQuestion(w io.Writer, q question) error {
	_, err := fmt.Fprintf(w, "%s\n", strings.TrimSpace(q.sql))
	return err
}

// String is the parameter as the list shows it.
func (p param) String() string {
	need := "required"
	switch {
	case p.isOptional:
		need = "optional"
	case p.byDefault != "":
		need = "default " + p.byDefault
	}
	return fmt.Sprintf("%s (%s, %s): %s", p.name, p.kind, need, p.help)
}

// atMostOne is for commands with one argument that may be left out.
func atMostOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usageError{fmt.Errorf("%s takes %s, not %d arguments", cmd.CommandPath(), what, len(args))}
		}
		return nil
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

const (
	exitDone  = 0
	exitError = 1 // the question has no answer: an error in SQL, no file, no such dataset
	exitUsage = 2 // flags, parameters or configuration are wrong
)

// run is query without its process: args are what follows the program's name.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, now func() time.Time) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, now: now}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	_, _ = fmt.Fprintf(stderr, "query: %v\n", err)
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	return exitError
}

// app is what the commands have in common: streams and the flags of all of them.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	database       string
	config         string
	memoryLimit    string
	isQuiet        bool
}

func (a *app) rootCommand() *cobra.Command {
	var out output
	root := &cobra.Command{
		Use:   `query "select …"`,
		Short: "Ask who uses which dataset",
		Long: `Ask who uses which dataset.

The answer comes from the file that ` + "`ingest run`" + ` publishes, which is only read. What there is to
select from: query describe. Questions that come up often, ready to run: query list.`,
		Example: `  query "select status, count(*) as datasets from dataset_status group by status"
  query "from review_list" --output review.csv
  query - < question.sql
  query run barely-used --param publisher=coast
  query dataset bathing-waters`,
		Args:          a.sqlArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			text, err := a.sqlText(args[0])
			if err != nil {
				return err
			}
			return a.answer(cmd.Context(), text, nil, &out)
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w (%s --help shows the flags)", err, cmd.CommandPath())}
	})
	root.CompletionOptions.DisableDefaultCmd = true
	flags := root.PersistentFlags()
	flags.StringVar(&a.database, "database", "",
		"published `FILE`; else FOOTFALL_PUBLISHED, the key published of the\nconfiguration, or "+defaultDatabase)
	flags.StringVar(&a.config, "config", "", "configuration `FILE`; else FOOTFALL_CONFIG (default ./footfall.yaml, if there)")
	flags.StringVar(&a.memoryLimit, "memory-limit", "1GB", "memory that a statement may use")
	flags.BoolVarP(&a.isQuiet, "quiet", "q", false, "leave out the line that says what the answer is based on")
	addOutputFlags(root, &out)
	root.AddCommand(a.listCommand(), a.runCommand(), a.datasetCommand(), a.reportCommand(), a.describeCommand())
	return root
}

func addOutputFlags(cmd *cobra.Command, out *output) {
	cmd.Flags().StringVarP(&out.format, "format", "f", "",
		formatNames+" (default what the name of --output says, else table)")
	cmd.Flags().StringVarP(&out.path, "output", "o", "", "write to `FILE`, which appears when it is complete")
	cmd.Flags().Int64Var(&out.limit, "limit", -1,
		fmt.Sprintf("rows at most, 0 for all (default %d in a table or markdown, else all)", defaultTableRows))
}

// sqlArgs takes one argument, and helps with SQL without quotes and with a command misspelt.
func (a *app) sqlArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError{fmt.Errorf("%d arguments where one is expected: put the SQL in quotes, "+
			`as in query "select 1"`, len(args))}
	}
	if len(args) == 0 || args[0] == "-" || strings.ContainsAny(args[0], " \t\n(") {
		return nil
	}
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return usageError{fmt.Errorf("%q is neither SQL nor a command%s", args[0], suggest(args[0], names))}
}

// sqlText is the argument itself, or standard input for a dash.
func (a *app) sqlText(arg string) (string, error) {
	if arg != "-" {
		return arg, nil
	}
	text, err := io.ReadAll(a.stdin)
	if err != nil {
		return "", fmt.Errorf("SQL on standard input: %w", err)
	}
	return string(text), nil
}

// answer runs one statement and writes its rows, then what they are based on.
func (a *app) answer(ctx context.Context, text string, values args, out *output) error {
	return a.answerWith(ctx, out, func(e *engine) (*stream, error) {
		return e.query(ctx, text, values)
	})
}

// answerWith is answer for a statement that ask finds.
func (a *app) answerWith(ctx context.Context, out *output, ask func(*engine) (*stream, error)) error {
	out.stdout, out.stderr, out.width = a.stdout, a.stderr, a.terminalWidth()
	database, err := a.databasePath()
	if err != nil {
		return err
	}
	if err := out.resolve(database); err != nil {
		return err
	}
	return a.withEngine(ctx, func(e *engine) error {
		s, err := ask(e)
		if err != nil {
			return err
		}
		defer s.close()
		return out.write(ctx, s)
	})
}

// withEngine opens the published file for do, and says on standard error which build it was.
func (a *app) withEngine(ctx context.Context, do func(*engine) error) error {
	path, err := a.databasePath()
	if err != nil {
		return err
	}
	e, err := openEngine(path, a.memoryLimit)
	if err != nil {
		return err
	}
	defer e.close()
	footer, err := buildFooter(ctx, e, path)
	if err != nil {
		return err
	}
	if err := do(e); err != nil {
		return err
	}
	if a.isQuiet {
		return nil
	}
	_, err = fmt.Fprintln(a.stderr, footer)
	return err
}

// terminalWidth is 0 where standard output is no terminal.
func (a *app) terminalWidth() int {
	f, ok := a.stdout.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

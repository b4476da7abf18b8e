package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// usageError is a mistake in flags, parameters or configuration, as opposed to a query that fails.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

var errInterrupted = errors.New("interrupted")

// errorClass is the kind that DuckDB puts before its messages, as in `Binder Error: `.
var errorClass = regexp.MustCompile(`^[A-Z][A-Za-z ]* Error: `)

// queryError says DuckDB's message the way its reader needs it: what is wrong, the names that come
// near, and where in the SQL, but not DuckDB's advice to change settings, which are fixed here.
func queryError(message string) error {
	class := errorClass.FindString(message)
	message = strings.TrimSpace(strings.TrimPrefix(message, class))
	switch {
	case strings.Contains(message, "disabled by configuration"):
		file, _, _ := strings.Cut(message, " - ")
		return fmt.Errorf("%s: a query reads the published file and no other%s", file, position(message))
	case strings.Contains(message, "attached in read-only mode"):
		return errOnlySelect
	case class == "Out of Memory Error: ":
		return errors.New("out of memory: select fewer columns or rows, add up more, " +
			"or allow more with --memory-limit 4GB")
	case strings.Contains(message, "Please try installing and loading"):
		first, _, _ := strings.Cut(message, "\n")
		return fmt.Errorf("%s Extensions cannot be loaded here", first)
	}
	problem, near, _ := strings.Cut(message, "\n")
	near, _, _ = strings.Cut(near, "LINE ")
	near = strings.Join(strings.Fields(near), " ")
	near = strings.Replace(near, "Candidate bindings:", "Did you mean:", 1)
	text := strings.TrimRight(problem, "!.")
	if near != "" {
		text += ". " + near
	}
	if strings.Contains(problem, "Table with name") {
		text += " (query describe lists the tables)"
	}
	return errors.New(text + position(message))
}

var errOnlySelect = errors.New("only a select is answered here: the published file cannot be " +
	"changed, and settings are fixed")

// position is the part of DuckDB's message that shows the place in the SQL.
func position(message string) string {
	at := strings.Index(message, "\nLINE ")
	if at < 0 {
		return ""
	}
	return "\n" + strings.TrimRight(message[at+1:], "\n")
}

func openError(path, message string) error {
	switch {
	case strings.Contains(message, "not a valid DuckDB database"):
		return fmt.Errorf("%s is no DuckDB file: `ingest run` publishes one, by default %s",
			path, defaultDatabase)
	case strings.Contains(message, "Conflicting lock"):
		return fmt.Errorf("%s is being written: a published file never is, so this is another one "+
			"(by default it is %s)", path, defaultDatabase)
	case strings.Contains(message, "Permission denied"):
		return fmt.Errorf("%s may not be read by this user: ask its owner for the right to read it", path)
	}
	return fmt.Errorf("published file %s: %w", path, queryError(message))
}

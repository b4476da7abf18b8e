// Package metrics orders, builds and checks the SQL models, and says what they promise.
//
// A model is one file holding one select. Its name is the file's name, its header states its
// grain and its columns, and the tables it reads, as the engine's own parser reports them, say
// when to build it. Nothing about a model is written down anywhere else.
package metrics

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// A Model is a file of sql/staging, intermediate or marts; a check is one of sql/checks.
type Model struct {
	Name    string   // of the file, and of the table or view
	Layer   string   // staging, intermediate, marts or checks
	Text    string   // the file
	Summary string   // what it is, in words: the header's first paragraphs
	Grain   []string // the key, tested unique and not null after each build; none: not tested
	Columns []Column // in the order of the result
	Reads   []string // tables and models it reads, sorted; those of other schemas as schema.table
	// Incremental: only the days of build_day are built; the column day says which row is of which.
	Incremental bool
	// IsView: it is built as a view. Staging models are, so that raw rows lie once in the file, and
	// those that say so, since their many rows follow from a few.
	IsView bool
	// HoldsClients: its rows name clients, so the rows of a pruned day are deleted.
	HoldsClients bool
	// IsGrouped: its last step groups by columns of the grain, so that no two rows can have the same.
	IsGrouped bool
	// Severity of a check: error or warning. Empty: not a check.
	Severity string
}

// A Column of a model's result.
type Column struct{ Name, Text string }

var (
	columnLine = regexp.MustCompile(`^([a-z][a-z0-9_]*) {2,}(\S.*)$`)
	moreLine   = regexp.MustCompile(`^ {4,}(\S.*)$`)
)

// parseModel reads the header of a file: a sentence or more; then grain, and incremental, stored,
// clients or severity where they apply; then each column with its meaning.
func parseModel(layer, name, text string) (*Model, error) {
	m := &Model{Name: name, Layer: layer, Text: text, IsView: layer == "staging"}
	where := func(line int) string { return fmt.Sprintf("%s/%s.sql:%d", layer, name, line+1) }
	var summary []string
	isKeyed := false
	for i, line := range strings.Split(text, "\n") {
		comment, isComment := strings.CutPrefix(line, "--")
		if !isComment {
			break
		}
		comment = strings.TrimPrefix(comment, " ")
		key, value, isKey := strings.Cut(comment, ": ")
		switch {
		case isKey && isHeaderKey(key):
			isKeyed = true
			if err := m.set(key, value); err != nil {
				return nil, fmt.Errorf("%s: %w", where(i), err)
			}
		case !isKeyed:
			summary = append(summary, comment)
		case comment == "":
		case columnLine.MatchString(comment):
			parts := columnLine.FindStringSubmatch(comment)
			m.Columns = append(m.Columns, Column{Name: parts[1], Text: parts[2]})
		case moreLine.MatchString(comment) && len(m.Columns) > 0:
			last := &m.Columns[len(m.Columns)-1]
			last.Text += " " + moreLine.FindStringSubmatch(comment)[1]
		default:
			return nil, fmt.Errorf("%s: %q is no column: write its name, two spaces and its meaning, or go on with the one before after four spaces",
				where(i), comment)
		}
	}
	m.Summary = paragraphs(summary)
	return m, m.valid()
}

func isHeaderKey(key string) bool {
	return key == "grain" || key == "incremental" || key == "stored" || key == "clients" || key == "severity"
}

func (m *Model) set(key, value string) error {
	switch {
	case key == "grain" && value == "none":
	case key == "grain":
		for column := range strings.SplitSeq(value, ",") {
			m.Grain = append(m.Grain, strings.TrimSpace(column))
		}
	case key == "incremental" && value == "day":
		m.Incremental = true
	case key == "stored" && value == "no":
		m.IsView = true
	case key == "clients" && value == "yes":
		m.HoldsClients = true
	case key == "severity" && (value == "error" || value == "warning"):
		m.Severity = value
	default:
		return fmt.Errorf("%q is not a value of %s: incremental is day, stored is no, clients is yes, severity is error or warning", value, key)
	}
	return nil
}

func (m *Model) valid() error {
	file := m.Layer + "/" + m.Name + ".sql"
	switch {
	case m.Summary == "":
		return fmt.Errorf("%s: the header does not begin with a sentence that says what it is", file)
	case len(m.Columns) == 0:
		return fmt.Errorf("%s: the header describes no column", file)
	case m.Layer == "checks" && m.Severity == "":
		return fmt.Errorf("%s: the header says no severity: error or warning", file)
	case m.Layer != "checks" && m.Severity != "":
		return fmt.Errorf("%s: only a check has a severity", file)
	}
	if m.IsView && m.Incremental {
		return fmt.Errorf("%s: a model that is not stored cannot be incremental", file)
	}
	for _, key := range m.Grain {
		if !m.has(key) {
			return fmt.Errorf("%s: the grain names %s, which the header does not describe", file, key)
		}
	}
	if (m.Incremental || m.HoldsClients) && !m.has("day") {
		return fmt.Errorf("%s: an incremental model needs a column day", file)
	}
	return nil
}

func (m *Model) has(column string) bool {
	for _, c := range m.Columns {
		if c.Name == column {
			return true
		}
	}
	return false
}

// paragraphs joins the lines of a comment; an empty line begins a new paragraph.
func paragraphs(lines []string) string {
	var text strings.Builder
	for _, line := range lines {
		switch {
		case line == "" && text.Len() > 0:
			text.WriteString("\n\n")
		case line != "":
			if text.Len() > 0 && !strings.HasSuffix(text.String(), "\n") {
				text.WriteByte(' ')
			}
			text.WriteString(line)
		}
	}
	return strings.TrimSpace(text.String())
}

// readLayer reads the files of a folder, sorted by name. A folder that is not there holds none.
func readLayer(files fs.FS, layer string) ([]*Model, error) {
	names, err := fs.Glob(files, layer+"/*.sql")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", layer, err)
	}
	var models []*Model
	var failed []error
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		m, err := parseModel(layer, strings.TrimSuffix(path.Base(name), ".sql"), string(text))
		if err != nil {
			failed = append(failed, err)
			continue
		}
		models = append(models, m)
	}
	return models, errors.Join(failed...)
}

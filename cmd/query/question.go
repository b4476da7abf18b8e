package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A question is a file of sql/queries: one select, and a header of comments that says what it
// answers and which parameters it has.
//
//	-- The first line is the help text.
//	--
//	-- Further lines are notes.
//	-- form: counter
//	-- param: publisher (text, optional) part of the publisher's name
//	-- param: limit (integer, default 20) rows at most
type question struct {
	name  string
	help  string
	form  string // of forms; "" for none
	param []param
	sql   string
}

// forms are those that a question can have of its own: each makes out write them, and returns what
// to do with the open file and the parameters before the question is asked.
var forms = map[string]func(out *output) func(context.Context, *engine, args) error{"counter": counterForms}

// A param is bound to $name in the SQL. Without a value it is its default, or null where optional.
type param struct {
	name, kind, help string
	isOptional       bool
	byDefault        string // "" for none
}

// kinds are the types of parameters, with what a value looks like. A month is bound as its first day.
// A dataset or publisher is what a person calls it; the SQL gets its id.
var kinds = map[string]string{
	"text": "bathing", "integer": "20", "number": "0.5", "date": "2026-01-31", "month": "2026-01",
	"dataset": "bathing-waters", "publisher": "coast",
}

var paramLine = regexp.MustCompile(`^param: ([a-z_]+) \(([a-z]+)(?:, (optional|default [^)]+))?\) (.+)$`)

// readQuestions reads the questions of a folder of SQL files, by name.
func readQuestions(files fs.FS) ([]question, error) {
	names, err := fs.Glob(files, "queries/*.sql")
	if err != nil {
		return nil, err
	}
	var questions []question
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		q, err := parseQuestion(strings.TrimSuffix(path.Base(name), ".sql"), string(text))
		if err != nil {
			return nil, fmt.Errorf("sql/%s: %w", name, err)
		}
		questions = append(questions, q)
	}
	return questions, nil
}

func parseQuestion(name, text string) (question, error) {
	q := question{name: name, sql: text}
	for i, line := range strings.Split(text, "\n") {
		comment, ok := strings.CutPrefix(line, "--")
		if !ok {
			break
		}
		comment = strings.TrimSpace(comment)
		switch {
		case i == 0:
			q.help = comment
		case strings.HasPrefix(comment, "form:"):
			q.form = strings.TrimSpace(strings.TrimPrefix(comment, "form:"))
			if forms[q.form] == nil {
				return q, fmt.Errorf("line %d: form %s is unknown", i+1, q.form)
			}
		case strings.HasPrefix(comment, "param:"):
			p, err := parseParam(comment)
			if err != nil {
				return q, fmt.Errorf("line %d: %w", i+1, err)
			}
			q.param = append(q.param, p)
		}
	}
	if q.help == "" {
		return q, errors.New("line 1: a question starts with a comment, its help text")
	}
	return q, nil
}

func parseParam(comment string) (param, error) {
	m := paramLine.FindStringSubmatch(comment)
	if m == nil {
		return param{}, fmt.Errorf("%q is not of the form "+
			"`param: name (type, optional or default x) help`", comment)
	}
	p := param{name: m[1], kind: m[2], help: m[4], isOptional: m[3] == "optional"}
	p.byDefault = strings.TrimPrefix(m[3], "default ")
	if p.isOptional {
		p.byDefault = ""
	}
	if _, ok := kinds[p.kind]; !ok {
		return p, fmt.Errorf("parameter %s is of type %s: it must be text, integer, number, date, "+
			"month, dataset or publisher", p.name, p.kind)
	}
	if p.byDefault != "" {
		if _, err := p.value(p.byDefault); err != nil {
			return p, err
		}
	}
	return p, nil
}

// resolve replaces the names of datasets and publishers in values by their ids.
func (q question) resolve(ctx context.Context, e *engine, values args) error {
	for _, p := range q.param {
		name, isText := values[p.name].(string)
		if !isText || (p.kind != "dataset" && p.kind != "publisher") {
			continue
		}
		id, err := e.resolve(ctx, p.kind, name)
		if err != nil {
			return fmt.Errorf("--param %s: %w", p.name, err)
		}
		values[p.name] = id
	}
	return nil
}

// prepare gives out the question's own form, if it has one, and returns what to do before asking.
func (q question) prepare(out *output) func(context.Context, *engine, args) error {
	if form := forms[q.form]; form != nil {
		return form(out)
	}
	return func(context.Context, *engine, args) error { return nil }
}

// bind turns what the user gave, as key=value, into the values of the question's parameters.
func (q question) bind(given []string) (args, error) {
	values := args{}
	for _, p := range q.param {
		if p.isOptional {
			values[p.name] = nil
		} else if p.byDefault != "" {
			values[p.name], _ = p.value(p.byDefault) // parseParam has seen that it is one
		}
	}
	isGiven := map[string]bool{}
	for _, pair := range given {
		name, text, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, usageError{fmt.Errorf("--param %s gives no value: write --param %s=VALUE", pair, pair)}
		}
		i := slices.IndexFunc(q.param, func(p param) bool { return p.name == name })
		if i < 0 {
			return nil, usageError{fmt.Errorf("%s has no parameter %s: %s", q.name, name, q.allowed())}
		}
		if isGiven[name] {
			return nil, usageError{fmt.Errorf("--param %s is given twice: give it once", name)}
		}
		isGiven[name] = true
		value, err := q.param[i].value(text)
		if err != nil {
			return nil, usageError{err}
		}
		values[name] = value
	}
	for _, p := range q.param {
		if _, ok := values[p.name]; !ok {
			return nil, usageError{fmt.Errorf("%s needs --param %s=VALUE: %s", q.name, p.name, p.help)}
		}
	}
	return values, nil
}

// allowed lists the parameters in a sentence.
func (q question) allowed() string {
	if len(q.param) == 0 {
		return "it takes none"
	}
	var names []string
	for _, p := range q.param {
		names = append(names, p.name)
	}
	return "it takes " + strings.Join(names, ", ")
}

// value reads a text as the parameter's type.
func (p param) value(text string) (any, error) {
	wrong := func(what string) error {
		return fmt.Errorf("--param %s=%s: %s is %s, as in --param %s=%s",
			p.name, text, p.name, what, p.name, kinds[p.kind])
	}
	switch p.kind {
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, wrong("a whole number")
		}
		return n, nil
	case "number":
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, wrong("a number")
		}
		return x, nil
	case "date":
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return nil, wrong("a date")
		}
		return day, nil
	case "month":
		day, err := time.Parse("2006-01", text)
		if err != nil {
			return nil, wrong("a month")
		}
		return day, nil
	}
	return text, nil
}

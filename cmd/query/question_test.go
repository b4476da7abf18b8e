package main

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const askedText = `-- Which of them it is.
--
-- A note
-- on two lines.
--
-- param: publisher (text, optional) part of a name
-- param: limit (integer, default 20) rows at most
-- param: since (date) first day

select $publisher, $limit, $since
-- param: late (text) no part of the header
`

func TestParseQuestion(t *testing.T) {
	got, err := parseQuestion("asked", askedText)
	if err != nil {
		t.Fatal(err)
	}
	want := question{
		name: "asked", help: "Which of them it is.", sql: askedText,
		param: []param{
			{name: "publisher", kind: "text", help: "part of a name", isOptional: true},
			{name: "limit", kind: "integer", help: "rows at most", byDefault: "20"},
			{name: "since", kind: "date", help: "first day"},
		},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(question{}, param{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseQuestionRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no comment":         "select 1",
		"empty comment":      "--\nselect 1",
		"no help":            "-- Help.\n-- param: a (text)\nselect 1",
		"unknown type":       "-- Help.\n-- param: a (string) help\nselect 1",
		"default of no type": "-- Help.\n-- param: a (integer, default ten) help\nselect 1",
	} {
		t.Run(name, func(t *testing.T) {
			if q, err := parseQuestion("q", text); err == nil {
				t.Errorf("accepted as %+v", q)
			}
		})
	}
}

func TestBind(t *testing.T) {
	q, err := parseQuestion("asked", askedText)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		given []string
		want  args
		err   string
	}{
		"defaults":      {given: []string{"since=2026-01-31"}, want: args{"publisher": nil, "limit": int64(20), "since": day}},
		"all":           {given: []string{"publisher=a=b", "limit=-1", "since=2026-01-31"}, want: args{"publisher": "a=b", "limit": int64(-1), "since": day}},
		"empty text":    {given: []string{"publisher=", "since=2026-01-31"}, want: args{"publisher": "", "limit": int64(20), "since": day}},
		"missing":       {err: "asked needs --param since=VALUE: first day"},
		"unknown":       {given: []string{"sine=2026-01-31"}, err: "asked has no parameter sine: it takes publisher, limit, since"},
		"no value":      {given: []string{"since"}, err: "--param since gives no value: write --param since=VALUE"},
		"twice":         {given: []string{"limit=1", "limit=2"}, err: "--param limit is given twice: give it once"},
		"no number":     {given: []string{"limit=1.5"}, err: "--param limit=1.5: limit is a whole number, as in --param limit=20"},
		"no date":       {given: []string{"since=31/1/2026"}, err: "--param since=31/1/2026: since is a date, as in --param since=2026-01-31"},
		"number beyond": {given: []string{"limit=9223372036854775808"}, err: "--param limit=9223372036854775808: limit is a whole number, as in --param limit=20"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := q.bind(c.given)
			if _, isUsage := errors.AsType[usageError](err); err != nil && !isUsage {
				t.Errorf("%v is no usageError", err)
			}
			var text string
			if err != nil {
				text = err.Error()
			}
			if diff := cmp.Diff(c.err, text); diff != "" {
				t.Errorf("error (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("values (-want +got)\n%s", diff)
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	names := []string{"list", "run", "dataset", "describe"}
	for name, want := range map[string]string{
		"lsit": "list", "datsaet": "dataset", "describes": "describe", "Run": "run", "xyzzy": "", "": "",
	} {
		if want != "" {
			want = ": did you mean " + want + "?"
		}
		if got := suggest(name, names); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

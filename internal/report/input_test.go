package report

import (
	"testing"
	"time"
)

// What differs in a row, its order or its columns gives another digest; the same rows give the same.
func TestInputDigest(t *testing.T) {
	columns := []string{"a", "b"}
	same := NewInput("f.sql", "select", columns, [][]any{{"x", int64(1)}, {"y", nil}})
	again := NewInput("f.sql", "select", columns, [][]any{{"x", int64(1)}, {"y", nil}})
	if same != again {
		t.Errorf("the same rows give %v and %v", same, again)
	}
	if same.RowCount != 2 || same.File != "f.sql" {
		t.Errorf("got %+v", same)
	}
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	seen := map[string]string{same.RowsSHA256: "same"}
	for name, rows := range map[string][][]any{
		"none":                   nil,
		"order":                  {{"y", nil}, {"x", int64(1)}},
		"null is no empty text":  {{"x", int64(1)}, {"y", ""}},
		"a number is no integer": {{"x", 1.0}, {"y", nil}},
		"an integer is no text":  {{"x", "1"}, {"y", nil}},
		"yes":                    {{"x", true}, {"y", nil}},
		"a date":                 {{"x", day}, {"y", nil}},
		"the next date":          {{"x", day.AddDate(0, 0, 1)}, {"y", nil}},
		"texts run together":     {{"x", int64(1)}, {"y text 1 z", nil}},
		"one row":                {{"x", int64(1), "y", nil}},
		"other type":             {{"x", int32(1)}, {"y", nil}},
	} {
		sum := NewInput("f.sql", "select", columns, rows).RowsSHA256
		if other, ok := seen[sum]; ok {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[sum] = name
	}
	if other := NewInput("f.sql", "select", []string{"a", "c"}, [][]any{{"x", int64(1)}, {"y", nil}}); other.RowsSHA256 == same.RowsSHA256 {
		t.Error("the columns' names are not in the digest")
	}
	if other := NewInput("f.sql", "Select", columns, nil); other.TextSHA256 == same.TextSHA256 {
		t.Error("another text has the same digest")
	}
}

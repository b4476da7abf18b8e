package main

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
)

// What is written as a JSON text is read back by others as the same text, on one line.
func FuzzJSONString(f *testing.F) {
	f.Add("plain")
	f.Add("a \"quoted\" \\ back\nslash\x00\x1f\u2028 é 𝄞 </script>")
	f.Fuzz(func(t *testing.T, text string) {
		text = string([]rune(text)) // DuckDB's texts are valid UTF-8
		written := appendJSONString(nil, text)
		var read string
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if read != text {
			t.Errorf("%q became %q", text, read)
		}
		for _, c := range written {
			if c < ' ' {
				t.Errorf("%q has a control character", written)
			}
		}
	})
}

// A number is read back as itself, and JSON never gets a number that is none.
func FuzzFloat(f *testing.F) {
	for _, v := range []float64{0, -0.1, 1e15, 1e-7, 123456.789, math.MaxFloat64, math.NaN(), math.Inf(-1)} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		var read *float64
		written := appendJSONFloat(nil, v, 64)
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if isNumber := !math.IsNaN(v) && !math.IsInf(v, 0); isNumber != (read != nil) {
			t.Errorf("%v became %s", v, written)
		} else if isNumber && *read != v {
			t.Errorf("%v became %s, read as %v", v, written, *read)
		}
	})
}

func TestFit(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "uses", Type: arrow.PrimitiveTypes.Int64},
		{Name: "name", Type: arrow.BinaryTypes.String},
		{Name: "evidence", Type: arrow.BinaryTypes.String},
	}, nil)
	for name, c := range map[string]struct {
		natural []int
		width   int
		want    []int
	}{
		"fits":                      {natural: []int{4, 10, 20}, width: 80, want: []int{4, 10, 20}},
		"no terminal":               {natural: []int{4, 10, 200}, want: []int{4, 10, 60}},
		"the widest text gives way": {natural: []int{4, 10, 200}, width: 50, want: []int{4, 10, 26}},
		"texts give way equally":    {natural: []int{4, 100, 100}, width: 60, want: []int{4, 23, 23}},
		"numbers never":             {natural: []int{90, 20, 20}, width: 60, want: []int{90, 14, 14}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, fit(c.natural, schema, c.width)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestCountOf(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 rows", 1: "1 row", 999: "999 rows", 1000: "1,000 rows", 123456: "123,456 rows", 1234567: "1,234,567 rows",
	} {
		if got := countOf(n, "row"); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

package countsfile

import (
	"testing"
)

func TestParsePeriod(t *testing.T) {
	cases := map[string]string{
		"2026-09-30":                      "2026-09-30",
		"20260930":                        "2026-09-30",
		"2026-09":                         "2026-09-01 to 2026-09-30",
		"202602":                          "2026-02-01 to 2026-02-28",
		"2024_02":                         "2024-02-01 to 2024-02-29",
		"2026-Q3":                         "2026-07-01 to 2026-09-30",
		"pages 2026q1.csv":                "2026-01-01 to 2026-03-31",
		"# 20260503-20260731":             "2026-05-03 to 2026-07-31",
		"pages_2026-05-03_2026-05-09.csv": "2026-05-03 to 2026-05-09",
		"2026-05-03 to 2026-05-03":        "2026-05-03",
		"report 123456789.csv":            "none",
		"All":                             "none",
		"2026-13":                         "none",
		"2026-05-09 to 2026-05-03":        "2026-05-09 to 2026-05-03 ends before it begins",
		"2026-02-30":                      "2026-02-30 is no date",
		"2026-05 and 2026-06":             "names more than one period",
	}
	for text, want := range cases {
		got := "none"
		switch period, isThere, err := ParsePeriod(text); {
		case err != nil:
			got = err.Error()
		case isThere:
			got = period.String()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

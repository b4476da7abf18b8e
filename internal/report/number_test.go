package report

import (
	"testing"
	"time"
)

// Numbers are said as people say them, at the edges too.
func TestHowMany(t *testing.T) {
	for want, n := range map[string][2]int64{
		"no dataset":                                      {0, 0},
		"the only dataset":                                {1, 1},
		"neither of the 2 datasets":                       {0, 2},
		"none of the 7 datasets":                          {0, 7},
		"both datasets":                                   {2, 2},
		"all 7 datasets":                                  {7, 7},
		"1 of the 2 datasets":                             {1, 2},
		"3 of the 12 datasets":                            {3, 12},
		"5 of the 25 datasets (1 in 5)":                   {5, 25},
		"2,077 of the 10,678 datasets (about 1 in 5)":     {2077, 10678},
		"13 of the 12,703 datasets (fewer than 1 in 100)": {13, 12703},
		"9,990 of the 10,000 datasets (nearly all)":       {9990, 10000},
	} {
		if got := howMany(n[0], n[1], "dataset", "datasets"); got != want {
			t.Errorf("%d of %d: got %q, want %q", n[0], n[1], got, want)
		}
	}
}

func TestAboutShare(t *testing.T) {
	for share, want := range map[float64]string{
		0: "none", 1: "all", 0.5: "1 in 2", 0.332: "about 1 in 3", 0.41: "about 2 in 5", 0.66: "about 2 in 3",
		0.19: "about 1 in 5", 0.012: "about 1 in 100", 0.93: "about 9 in 10", 0.96: "nearly all", 0.001: "fewer than 1 in 100",
	} {
		if got := aboutShare(share); got != want {
			t.Errorf("%v: got %q, want %q", share, got, want)
		}
	}
}

// A quarter is called by its months, and by its label too where that says another year.
func TestQuarterName(t *testing.T) {
	for want, q := range map[string]quarter{
		"July to September 2026":                    {Label: "2026Q3", Start: day("2026-07-01"), End: day("2026-09-30"), StartMonth: 1},
		"January to March 2027 (2026/27Q4)":         {Label: "2026/27Q4", Start: day("2027-01-01"), End: day("2027-03-31"), StartMonth: 4},
		"November 2026 to January 2027 (2026/27Q4)": {Label: "2026/27Q4", Start: day("2026-11-01"), End: day("2027-01-31"), StartMonth: 2},
	} {
		if got := quarterName(q); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	s := story{Quarter: quarter{StartMonth: int64(time.February)}}
	if got := s.StartMonths(); got != "February, May, August and November" {
		t.Errorf("quarters begin in %s", got)
	}
}

// Short names become names of files, each its own.
func TestFileName(t *testing.T) {
	r := reader{names: map[string]bool{}}
	for _, test := range [][2]string{
		{"coast-office", "coast-office"},
		{"Coast-Office", "coast-office-2"},
		{"a/../b", "a----b"},
		{"Küste", "k-ste"},
		{"", "publisher"},
		{"...", "publisher-2"},
	} {
		if got := r.fileName(test[0]); got != test[1] {
			t.Errorf("%q: got %q, want %q", test[0], got, test[1])
		}
	}
}

package report

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// howMany says how many of all have something, as people say it: all 5 datasets, 3 of the 12 datasets (about 1 in 4).
func howMany(some, all int64, one, many string) string {
	switch {
	case all == 0, some == 0 && all == 1:
		return "no " + one
	case some == 0 && all == 2:
		return "neither of the 2 " + many
	case some == 0:
		return fmt.Sprintf("none of the %s %s", thousands(all), many)
	case some == all && all == 1:
		return "the only " + one
	case some == all && all == 2:
		return "both " + many
	case some == all:
		return fmt.Sprintf("all %s %s", thousands(all), many)
	}
	text := fmt.Sprintf("%s of the %s %s", thousands(some), thousands(all), many)
	if all > 12 {
		text += " (" + about(some, all) + ")"
	}
	return text
}

// was is the verb after [howMany] or a number.
func was(n int64) string {
	if n > 1 {
		return "were"
	}
	return "was"
}

// fractions are the parts of a whole that people say, with the number that each stands for.
var fractions = func() map[string]float64 {
	all := map[string]float64{"2 in 3": 2.0 / 3, "3 in 4": 3.0 / 4, "2 in 5": 2.0 / 5, "3 in 5": 3.0 / 5, "4 in 5": 4.0 / 5, "3 in 10": 0.3, "7 in 10": 0.7, "9 in 10": 0.9}
	for _, n := range []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 100} {
		all[fmt.Sprintf("1 in %d", n)] = 1 / float64(n)
	}
	return all
}()

// about is some of all as a part that people say: about 1 in 5, nearly all, fewer than 1 in 100.
func about(some, all int64) string {
	if all == 0 {
		return "none"
	}
	return aboutShare(float64(some) / float64(all))
}

// aboutShare is [about] for a share of 0 to 1.
func aboutShare(part float64) string {
	switch {
	case part == 0:
		return "none"
	case part == 1:
		return "all"
	case part < 0.0085:
		return "fewer than 1 in 100"
	case part > 0.95:
		return "nearly all"
	}
	best, distance := "", math.Inf(1)
	for name, value := range fractions {
		d := math.Abs(math.Log(part / value))
		if part > 0.5 {
			d = math.Abs(part - value)
		}
		if d < distance || d == distance && name < best {
			best, distance = name, d
		}
	}
	if distance < 1e-9 {
		return best
	}
	return "about " + best
}

// more is a change in words: 3 more, 2 fewer, as many.
func more(n int64) string {
	switch {
	case n > 0:
		return thousands(n) + " more"
	case n < 0:
		return thousands(-n) + " fewer"
	}
	return "as many"
}

// times is how often, in words: once, 2 times.
func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return thousands(n) + " times"
}

// numberOrNone is a number without its noun: none, 1, 2.
func numberOrNone(n int64) string {
	if n == 0 {
		return "none"
	}
	return thousands(n)
}

func minus(n int64) int64 { return -n }

// upperFirst is a text with a capital letter at its start.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// quarterName is a quarter as people call it: July to September 2026, or across a year, November 2026 to January 2027.
func quarterName(q quarter) string {
	start := q.Start.Format("January")
	if q.Start.Year() != q.End.Year() {
		start = q.Start.Format("January 2006")
	}
	name := start + " to " + q.End.Format("January 2006")
	if !strings.HasPrefix(q.Label, fmt.Sprint(q.Start.Year())+"Q") || q.StartMonth != int64(time.January) {
		name += " (" + q.Label + ")"
	}
	return name
}

// datasets is how many datasets, in words.
func datasets(n int64) string {
	switch n {
	case 0:
		return "no dataset"
	case 1:
		return "1 dataset"
	}
	return thousands(n) + " datasets"
}

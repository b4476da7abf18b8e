package main

import (
	"fmt"
	"strings"
)

// suggest is `: did you mean …?` with the candidate nearest to a misspelt name, or nothing.
func suggest(name string, candidates []string) string {
	best, distance := "", 1+len(name)/3
	for _, candidate := range candidates {
		if d := edits(strings.ToLower(name), strings.ToLower(candidate)); d <= distance {
			best, distance = candidate, d-1
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %s?", best)
}

// edits counts the letters to insert, delete or replace between a and b.
func edits(a, b string) int {
	from, to := []rune(a), []rune(b)
	line := make([]int, len(to)+1)
	for j := range line {
		line[j] = j
	}
	for i, r := range from {
		diagonal := line[0]
		line[0] = i + 1
		for j, s := range to {
			cost := diagonal
			if r != s {
				cost++
			}
			diagonal = line[j+1]
			line[j+1] = min(cost, line[j]+1, diagonal+1)
		}
	}
	return line[len(to)]
}

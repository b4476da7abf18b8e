package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What is hidden cannot be worked out: for each count that is kept back, there is another that agrees with all that
// the tables show, even for a reader who knows the totals and which of the hidden counts are under 5.
func TestHiddenCountsCannotBeRecovered(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 2026))
	count := func() int64 {
		switch dice.IntN(4) {
		case 0:
			return 0
		case 1:
			return 1 + dice.Int64N(4)
		case 2:
			return 5 + dice.Int64N(3)
		}
		return dice.Int64N(25)
	}
	hidden := 0
	for range 400 {
		var media, sites, answers [][]any
		var datasets []used
		for m := range 3 + dice.IntN(4) {
			medium, sum := fmt.Sprintf("m%d", m), int64(0)
			number := dice.IntN(4)
			for s := range number {
				visits := count()
				sites = append(sites, []any{medium, fmt.Sprintf("s%d", s), visits})
				sum += visits
			}
			if number == 0 || dice.IntN(3) == 0 {
				sum += count() // sites that are not listed
			}
			media = append(media, []any{medium, sum, 0.5, int64(number)})
		}
		media = append(media, []any{"none", int64(0), 0.0, int64(0)}, []any{"nobody", int64(0), 0.0, int64(0)})
		slices.SortStableFunc(sites, func(a, b []any) int { return int(b[2].(int64) - a[2].(int64)) })
		for range 1 + dice.IntN(4) {
			u := used{machineDays: count(), days: count()}
			u.machineRequests, u.requests = u.machineDays, u.days
			if dice.IntN(2) == 0 { // else each asked once
				u.machineRequests, u.requests = u.machineDays+min(u.machineDays, dice.Int64N(9)), u.days+min(u.days, dice.Int64N(9))
			}
			u.days, u.requests = u.days+u.machineDays, u.requests+u.machineRequests
			if u.days > 0 {
				datasets = append(datasets, u)
			}
		}
		if dice.IntN(3) > 0 || len(datasets) < 2 {
			datasets = append(datasets, used{})
		}
		if len(datasets) == 1 {
			datasets = append([]used{{30, 33, 15, 16}}, datasets...)
		}
		for n := range 1 + dice.IntN(3) {
			found, lost := count(), count()
			answers = append(answers, []any{fmt.Sprintf("v%d", n), found + lost, found, lost})
		}
		truth := map[string]int64{}
		for _, row := range media {
			truth["media "+row[0].(string)] = row[1].(int64)
		}
		for _, row := range sites {
			truth["sites "+row[0].(string)+" "+row[1].(string)] = row[2].(int64)
		}
		for _, row := range answers {
			truth[fmt.Sprint("hits ", row[0])], truth[fmt.Sprint("found ", row[0])], truth[fmt.Sprint("lost ", row[0])] = row[1].(int64), row[2].(int64), row[3].(int64)
		}

		results := arrivals(t, media, sites)
		results["10_traffic"] = traffic(t, answers)
		maps.Copy(results, machines(t, datasets...))
		for _, name := range []string{"07_most", "07_most_total"} {
			for n := range results[name].rows {
				for _, column := range []string{"days", "requests"} {
					truth["machine "+column+" "+results[name].text(n, "name")] = results[name].count(n, "_machine_"+column)
				}
			}
		}
		if err := keepBack(results); err != nil {
			t.Fatalf("%v: %+v", err, datasets)
		}
		reader := newReader(t, results, truth)
		for _, sum := range reader.sums() {
			for _, secret := range sum.secrets(nil) {
				hidden++
				if values := sum.valuesOf(secret); len(values) < 2 {
					t.Errorf("%s is %d, and a reader can tell:\n%s%s%s%s", secret.name, secret.truth, published(results["09_referrers"]),
						published(results["09_referrers_sites"]), published(results["07_most"])+published(results["07_most_total"]), published(results["10_traffic"]))
				}
			}
		}
		if t.Failed() {
			break
		}
	}
	if hidden < 1000 {
		t.Errorf("only %d counts were kept back", hidden)
	}
}

// sum is what a reader knows of a count: the values that it may have, and the counts that it is the sum of. It tries
// whole sets of values, where the code under test draws bounds.
type sum struct {
	name     string
	truth    int64
	isHidden bool
	isSecret bool   // hidden because it is small
	may      []bool // by value
	parts    []*sum
}

const largest = 300

// reader has read the published tables.
type reading struct {
	t     *testing.T
	truth map[string]int64
	rows  map[string][][]string // of each table's CSV, without the header
}

func newReader(t *testing.T, results map[string]*result, truth map[string]int64) reading {
	t.Helper()
	r := reading{t: t, truth: truth, rows: map[string][][]string{}}
	for name, result := range results {
		content, err := csvFile(result.table)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		r.rows[name] = rows[1:]
	}
	return r
}

// newSum is a count as the table shows it. Hidden, it is under 5 or not, and the reader knows which.
func (r reading) newSum(name, shown string) *sum {
	truth, ok := r.truth[name]
	if !ok {
		r.t.Fatalf("there is no %s", name)
	}
	s := &sum{name: name, truth: truth, may: make([]bool, largest), isHidden: shown == ""}
	s.isSecret = s.isHidden && truth > 0 && truth < 5
	for v := range s.may {
		s.may[v] = s.isHidden && (v < 5) == (truth < 5)
	}
	if s.isHidden {
		return s
	}
	v, err := strconv.Atoi(shown)
	if err != nil {
		r.t.Fatal(err)
	}
	if v > 0 && v < 5 {
		r.t.Errorf("%s shows %d", name, v)
	}
	s.may[v] = true
	return s
}

func anything(name string) *sum {
	return &sum{name: name, may: slices.Repeat([]bool{true}, largest)}
}

func exactly(name string, v int64) *sum {
	s := &sum{name: name, may: make([]bool, largest)}
	s.may[v] = true
	return s
}

// sums are the totals, which the reader knows, with all that they are sums of.
func (r reading) sums() []*sum {
	var all []*sum
	total := int64(0)
	visits := exactly("visits", 0)
	for _, row := range r.rows["09_referrers"] {
		medium := r.newSum("media "+row[0], row[1])
		listed := int64(0)
		for _, site := range r.rows["09_referrers_sites"] {
			if site[0] == row[0] {
				part := r.newSum("sites "+site[0]+" "+site[1], site[2])
				medium.parts = append(medium.parts, part)
				listed += part.truth
			}
		}
		if len(medium.parts) > 0 && listed < medium.truth {
			medium.parts = append(medium.parts, anything("sites not listed"))
		}
		visits.parts = append(visits.parts, medium)
		total += medium.truth
	}
	all = append(all, visits.is(total))

	all = append(all, r.byMachines("requests"), r.byMachines("days"))

	for _, row := range r.rows["10_traffic"] {
		hits := r.newSum("hits "+row[0], row[1])
		hits.parts = []*sum{r.newSum("found "+row[0], row[2]), r.newSum("lost "+row[0], row[3])}
		all = append(all, hits)
	}
	return all
}

// byMachines are the machines' part of the days or the requests of all datasets, and of each.
func (r reading) byMachines(column string) *sum {
	all := r.machinesOf("", r.rows["07_most_total"][0][1:], column)
	listed := int64(0)
	for _, row := range r.rows["07_most"] {
		part := r.machinesOf(row[0], row[1:], column)
		all.parts = append(all.parts, part)
		listed += part.truth
	}
	if listed < all.truth {
		all.parts = append(all.parts, anything("datasets not listed"))
	}
	return all
}

// machinesOf is what days, requests and share tell of the machines. Who takes data asks once a day at least.
func (r reading) machinesOf(name string, row []string, column string) *sum {
	days, errDays := strconv.ParseInt(row[0], 10, 64)
	requests, errRequests := strconv.ParseInt(row[1], 10, 64)
	if err := errors.Join(errDays, errRequests); err != nil {
		r.t.Fatal(err)
	}
	whole := map[string]int64{"days": days, "requests": requests}[column]
	s := r.newSum("machine "+column+" "+name, "")
	others := whole - s.truth
	s.isSecret = s.isSecret || others > 0 && others < 5
	isOut := !slices.ContainsFunc(slices.Concat(r.rows["07_most"], r.rows["07_most_total"]), func(row []string) bool { return row[3] != "" })
	for v := range s.may { // where no share is shown, nobody knows which counts are small
		s.may[v] = (s.may[v] || isOut) && int64(v) <= whole
	}
	if row[2] == "" {
		return s
	}
	if s.isSecret {
		r.t.Errorf("%s is %d of %d, and its share is shown", s.name, s.truth, whole)
	}
	clear(s.may)
	for d := range days + 1 {
		for q := d; q <= requests-(days-d); q++ {
			share := math.Round(float64(q)/float64(requests)*1e4) / 1e4
			if strconv.FormatFloat(share, 'f', -1, 64) == row[2] && (d > 0) == (q > 0) && (d < days) == (q < requests) {
				s.may[map[string]int64{"days": d, "requests": q}[column]] = true
			}
		}
	}
	return s
}

func (s *sum) is(total int64) *sum {
	s.truth, s.may = total, make([]bool, largest)
	s.may[total] = true
	return s
}

// secrets are the counts in s that nobody may know.
func (s *sum) secrets(all []*sum) []*sum {
	if s.isSecret {
		all = append(all, s)
	}
	for _, part := range s.parts {
		all = part.secrets(all)
	}
	return all
}

// valuesOf are the values that one of the counts may have, as far as s tells.
func (s *sum) valuesOf(one *sum) []int {
	var values []int
	may := one.may
	for v := range may {
		if may[v] {
			one.may = exactly("", int64(v)).may
			if slices.Contains(s.values(), true) {
				values = append(values, v)
			}
		}
	}
	one.may = may
	return values
}

// values are those that s may have: its own that are also a sum of its parts'.
func (s *sum) values() []bool {
	if len(s.parts) == 0 {
		return s.may
	}
	sums := exactly("", 0).may
	for _, part := range s.parts {
		next := make([]bool, largest)
		for v, may := range part.values() {
			for w := 0; may && v+w < largest; w++ {
				next[v+w] = next[v+w] || sums[w]
			}
		}
		sums = next
	}
	for v := range sums {
		sums[v] = sums[v] && s.may[v]
	}
	return sums
}

package report

import (
	"fmt"
	"math"
	"slices"
)

// disclosure is what a reader of a report can work out of the counts that its breakdowns hide.
type disclosure struct {
	parts  []*part
	wholes []*whole
	cells  map[cellID]*part
	isOut  map[*breakdown]bool // all counts of which are hidden, so that nobody can tell which are small
}

type cellID struct {
	table, column string
	row           int
}

// part is a count in a breakdown. A reader knows that it is from low to high.
type part struct {
	value     int64
	table     string
	row       int
	isOf      *breakdown // nil: no table shows it, and only its sum with others is known
	isHidden  bool
	low, high int64
}

// isSmall tells a count that has to be kept back.
func (p *part) isSmall() bool { return p.value > 0 && p.value < fewest }

// whole is a sum of parts that a reader knows.
type whole struct {
	parts []*part
	total int64
	above *part // that is the sum, known or hidden as any part; nil: the total is known
}

// addParts finds the counts of a result.
func (d *disclosure) addParts(r *result) error {
	for i := range r.spec.breakdowns {
		b := &r.spec.breakdowns[i]
		for _, column := range append([]string{b.partOf}, b.columns...) {
			if _, ok := r.index[column]; !ok && column != "" {
				return fmt.Errorf("%s: its confidential line has a column %s and its select has not", r.spec.file, column)
			}
		}
		for n := range r.rows {
			p := &part{value: r.count(n, b.columns[0]), table: r.spec.name, row: n, isOf: b}
			p.isHidden = p.isSmall()
			d.parts = append(d.parts, p)
			d.cells[cellID{r.spec.name, b.columns[0], n}] = p
		}
	}
	return nil
}

// addWholes finds what the counts of a result add up to.
func (d *disclosure) addWholes(results map[string]*result, r *result) error {
	var wholeColumns []string
	for i := range r.spec.breakdowns {
		b := &r.spec.breakdowns[i]
		if b.addUp {
			if err := d.addSums(results, r, b); err != nil {
				return err
			}
		}
		if b.partOf != "" && !slices.Contains(wholeColumns, b.partOf) {
			wholeColumns = append(wholeColumns, b.partOf)
		}
	}
	for _, column := range wholeColumns {
		for n := range r.rows {
			w := &whole{total: r.count(n, column), above: d.cells[cellID{r.spec.name, column, n}]}
			for _, b := range r.spec.breakdowns {
				if b.partOf == column {
					w.parts = append(w.parts, d.cells[cellID{r.spec.name, b.columns[0], n}])
				}
			}
			// The other part of a whole with one part is a column nowhere.
			if err := d.add(w, len(w.parts) == 1); err != nil {
				return fmt.Errorf("%s: row %d: %s: %w", r.spec.file, n+1, column, err)
			}
		}
	}
	return nil
}

// addSums finds the sums of the rows of a result: of all rows, or of those that belong to a row of another table.
func (d *disclosure) addSums(results map[string]*result, r *result, b *breakdown) error {
	column := b.columns[0]
	rows := map[string][]*part{}
	var order []string
	for n := range r.rows {
		by := r.text(n, b.by)
		if rows[by] == nil {
			order = append(order, by)
		}
		rows[by] = append(rows[by], d.cells[cellID{r.spec.name, column, n}])
	}
	for _, by := range order {
		w := &whole{parts: rows[by]}
		for _, p := range w.parts {
			w.total += p.value
		}
		if b.table != "" {
			above := results[b.table]
			if above == nil {
				return fmt.Errorf("%s: there is no table %s that its rows could add up to", r.spec.file, b.table)
			}
			n := slices.IndexFunc(above.rows, func(row []any) bool { return row[above.index[b.by]] == by })
			if w.above = d.cells[cellID{b.table, column, n}]; w.above == nil {
				return fmt.Errorf("%s: %s has no confidential %s for %s", r.spec.file, b.table, column, by)
			}
			w.total = w.above.value
		}
		if err := d.add(w, false); err != nil {
			return fmt.Errorf("%s: %s: %w", r.spec.file, by, err)
		}
	}
	return nil
}

// add adds a whole. What its parts leave of it is a part too, and hasRest says that it may be nothing.
func (d *disclosure) add(w *whole, hasRest bool) error {
	rest := w.total
	for _, p := range w.parts {
		rest -= p.value
	}
	if rest < 0 {
		return fmt.Errorf("the parts are more than the whole of %d", w.total)
	}
	if rest > 0 || hasRest {
		p := &part{value: rest, table: w.parts[0].table, row: w.parts[0].row}
		w.parts = append(w.parts, p)
		d.parts = append(d.parts, p)
	}
	d.wholes = append(d.wholes, w)
	return nil
}

// protectAll hides counts until no small one can be worked out. It gives the one for which that cannot be done.
func (d *disclosure) protectAll() *part {
	for {
		known := d.known()
		if known == nil || !d.protect(known, map[*part]bool{}) && !d.leaveOut(known) {
			return known
		}
	}
}

// known is the first small count that a reader can work out, nil if there is none.
//
// The sums hang together without a ring: each count is a part of one sum of rows, one sum of its row and above one
// more at most. So bounds that agree with each sum by itself agree with all of them.
func (d *disclosure) known() *part {
	for _, p := range d.parts {
		switch {
		case p.isOf == nil || d.isOut[p.isOf]:
			p.low, p.high = 0, math.MaxInt32
		case !p.isHidden:
			p.low, p.high = p.value, p.value
		case p.value < fewest:
			p.low, p.high = 0, fewest-1
		default:
			p.low, p.high = fewest, math.MaxInt32
		}
	}
	for isNarrower := true; isNarrower; {
		isNarrower = false
		for _, w := range d.wholes {
			isNarrower = w.narrow() || isNarrower
		}
	}
	for _, p := range d.parts {
		if p.isSmall() && p.low == p.high {
			return p
		}
	}
	return nil
}

// leaveOut hides all counts of the breakdowns whose sums p is in: the last resort in a small portal. It says whether
// any of these was not out yet.
func (d *disclosure) leaveOut(p *part) bool {
	isNew := false
	for _, w := range d.wholes {
		all := append(slices.Clone(w.parts), w.above)
		if !slices.Contains(all, p) {
			continue
		}
		for _, other := range all {
			if other != nil && other.isOf != nil && !d.isOut[other.isOf] {
				d.isOut[other.isOf], isNew = true, true
			}
		}
	}
	for _, other := range d.parts {
		other.isHidden = other.isHidden || d.isOut[other.isOf]
	}
	return isNew
}

// narrow draws the bounds of the parts, and of the one above, as close as their sum allows.
func (w *whole) narrow() bool {
	var low, high int64
	for _, p := range w.parts {
		low, high = low+p.low, high+p.high
	}
	isNarrower := false
	set := func(p *part, low, high int64) {
		if low > p.low {
			p.low, isNarrower = low, true
		}
		if high < p.high {
			p.high, isNarrower = high, true
		}
	}
	totalLow, totalHigh := w.total, w.total
	if w.above != nil {
		set(w.above, low, high)
		totalLow, totalHigh = w.above.low, w.above.high
	}
	for _, p := range w.parts {
		set(p, totalLow-(high-p.high), totalHigh-(low-p.low))
	}
	return isNarrower
}

// protect hides the smallest count that is shown beside p, be it 0, else the one above, else what protects one of
// these. It does not come back to those in seen.
func (d *disclosure) protect(p *part, seen map[*part]bool) bool {
	seen[p] = true
	for _, w := range d.wholes {
		if !slices.Contains(w.parts, p) {
			continue
		}
		var best *part
		for _, other := range w.parts {
			if other.isOf != nil && !other.isHidden && (best == nil || other.value < best.value) {
				best = other
			}
		}
		if best == nil && w.above != nil && !w.above.isHidden {
			best = w.above
		}
		if best != nil {
			best.isHidden = true
			return true
		}
		for _, other := range append(slices.Clone(w.parts), w.above) {
			if other != nil && !seen[other] && d.protect(other, seen) {
				return true
			}
		}
	}
	return false
}

package accesslog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// rejectsAllowed is how many lines of a unit may be rejected whatever their share.
const rejectsAllowed = 100

// A tally counts what became of a unit's lines, and when they were written.
type tally struct {
	lines, hits, blank int64
	rejected, dropped  map[reason]int64
	firstRejected      int64 // offset
	hours              map[int64]*span
	hour               *span // of the last line
	hourStart          int64
	hitDays, resalted  map[Day]bool
}

// A span is how many lines there were, and from when to when.
type span struct{ lines, first, last int64 }

const microsPerHour = microsPerDay / 24

func newTally() *tally {
	return &tally{
		rejected: map[reason]int64{}, dropped: map[reason]int64{}, firstRejected: -1,
		hours: map[int64]*span{}, hitDays: map[Day]bool{}, resalted: map[Day]bool{},
	}
}

// see counts a line of any kind that has a time.
func (t *tally) see(at int64) {
	if t.hour == nil || at < t.hourStart || at >= t.hourStart+microsPerHour {
		t.hourStart = int64(dayOfMicros(at))*microsPerDay + (at-int64(dayOfMicros(at))*microsPerDay)/microsPerHour*microsPerHour
		if t.hour = t.hours[t.hourStart]; t.hour == nil {
			t.hour = &span{first: at, last: at}
			t.hours[t.hourStart] = t.hour
		}
	}
	t.hour.lines++
	t.hour.first = min(t.hour.first, at)
	t.hour.last = max(t.hour.last, at)
}

func (t *tally) reject(offset int64, why reason) {
	if t.firstRejected < 0 {
		t.firstRejected = offset
	}
	t.rejected[why]++
}

func total(counts map[reason]int64) (sum int64) {
	for _, count := range counts {
		sum += count
	}
	return sum
}

// check is an error where lines got lost on the way, or too many were rejected.
func (t *tally) check(c *Config, path, formatName string) error {
	rejected, dropped := total(t.rejected), total(t.dropped)
	if t.lines != t.hits+rejected+dropped+t.blank {
		return fmt.Errorf("%s: %d lines read, but %d hits, %d rejected, %d dropped and %d blank: this is a defect of the reader, nothing was loaded",
			path, t.lines, t.hits, rejected, dropped, t.blank)
	}
	if c.AcceptRejects || rejected < rejectsAllowed || float64(rejected) <= c.maxRejectedShare()*float64(t.lines) {
		return nil
	}
	reasons := slices.Sorted(maps.Keys(t.rejected))
	counted := make([]string, len(reasons))
	for i, why := range reasons {
		counted[i] = fmt.Sprintf("%s %d", why, t.rejected[why])
	}
	return fmt.Errorf("%s: %d of %d lines do not fit the format %s, the first one at byte %d (%s): correct the log's format, or take the others with --accept-rejects",
		path, rejected, t.lines, formatName, t.firstRejected, strings.Join(counted, ", "))
}

func (t *tally) hourRows(mem memory.Allocator, log string) []arrow.RecordBatch {
	rows := newTable(mem, hourSchema)
	defer rows.release()
	for _, start := range slices.Sorted(maps.Keys(t.hours)) {
		hour := t.hours[start]
		rows.words(0, log)
		rows.time(1, start)
		rows.count(2, hour.lines)
		rows.time(3, hour.first)
		rows.time(4, hour.last)
		rows.endRow()
	}
	return rows.take()
}

func (t *tally) droppedRows(mem memory.Allocator) []arrow.RecordBatch {
	rows := newTable(mem, droppedSchema)
	defer rows.release()
	for _, why := range slices.Sorted(maps.Keys(t.dropped)) {
		rows.words(0, string(why))
		rows.count(1, t.dropped[why])
		rows.endRow()
	}
	return rows.take()
}

// dayRows are the rows of a table that lists days.
func dayRows(mem memory.Allocator, days map[Day]bool) []arrow.RecordBatch {
	rows := newTable(mem, daySchema)
	defer rows.release()
	for _, day := range slices.Sorted(maps.Keys(days)) {
		rows.day(0, day)
		rows.endRow()
	}
	return rows.take()
}

// span is from the first to the last line of the unit that has a time, by the lines' own times.
func (t *tally) span() (first, last int64, ok bool) {
	for _, hour := range t.hours {
		if !ok {
			first, last, ok = hour.first, hour.last, true
		}
		first, last = min(first, hour.first), max(last, hour.last)
	}
	return first, last, ok
}

// A receipt is what ledger.unit says of a unit besides its tally.
type receipt struct {
	task
	id, log  string
	end      int64
	tailText []byte
}

func (r *receipt) rows(mem memory.Allocator, t *tally, key StreamKey) []arrow.RecordBatch {
	rows := newTable(mem, unitSchema)
	defer rows.release()
	for column, value := range map[int]string{
		0: "accesslog", 1: r.id, 2: r.stream, 4: r.log, 5: strings.ToValidUTF8(r.file.path, "?"), 8: r.file.head.String(), 9: key.tailHash(r.tailText),
	} {
		rows.words(column, value)
	}
	for column, value := range map[int]int64{
		3: r.generation, 6: r.start, 7: r.end, 10: int64(len(r.tailText)),
		11: t.lines, 12: t.hits, 13: total(t.rejected), 14: total(t.dropped), 15: t.blank,
	} {
		rows.count(column, value)
	}
	if first, last, ok := t.span(); ok {
		rows.time(16, first)
		rows.time(17, last)
	} else {
		rows.null(16)
		rows.null(17)
	}
	rows.endRow()
	return rows.take()
}

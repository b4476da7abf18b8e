package sourcestest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"footfall/internal/sources"
)

// maxBatchRows is DuckDB's row group: larger batches cost memory and win nothing.
const maxBatchRows = 122_880

// receipt is the table of a unit's last reader.
const receipt = "ledger.unit"

// loaderColumns are the loader's to add.
var loaderColumns = []string{"unit_id", "run_id", "loaded_at"}

// receiptColumns must be there and not null.
var receiptColumns = []string{
	"source", "content_id", "stream_id", "start_offset", "end_offset",
	"line_count", "hit_count", "rejected_count", "dropped_count", "blank_count",
}

// documentationAddress finds what tests use as client addresses, also percent-encoded.
var documentationAddress = regexp.MustCompile(
	`(?i)\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}\b|2001(?::|%3a)0?db8(?::|%3a)`)

// checkUnits wants each unit complete, unique, and in the order of its stream.
func checkUnits(units []sources.Unit) error {
	if len(units) == 0 {
		return errors.New("the source offers no unit: give it something to load")
	}
	var errs []error
	seen := map[string]bool{}
	next := map[string]int64{}
	for i, unit := range units {
		if unit.ID == "" || unit.Stream == "" || unit.Name == "" || unit.Open == nil {
			errs = append(errs, fmt.Errorf("unit %d (%q) lacks its ID, Stream, Name or Open", i, unit.Name))
		}
		if seen[unit.ID] {
			errs = append(errs, fmt.Errorf("unit %d (%q): ID %s is taken", i, unit.Name, unit.ID))
		}
		if unit.Start < next[unit.Stream] {
			errs = append(errs, fmt.Errorf("unit %d (%q): start %d comes too late in stream %s", i, unit.Name, unit.Start, unit.Stream))
		}
		seen[unit.ID] = true
		next[unit.Stream] = unit.Start + 1
	}
	return errors.Join(errs...)
}

// checkRows wants the readers in order, and each column as the schema has it.
func checkRows(ctx context.Context, tables schema, unit sources.Unit) error {
	var order []string
	counts := map[string]int64{}
	err := each(ctx, unit, func(table string, batch arrow.RecordBatch) error {
		if batch == nil {
			order = append(order, table)
			return nil
		}
		counts[table] += batch.NumRows()
		return checkBatch(tables, table, batch)
	})
	if err != nil {
		return err
	}
	if len(order) == 0 || order[len(order)-1] != receipt {
		return fmt.Errorf("readers come as %s: the last one must be of %s", strings.Join(order, ", "), receipt)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(order)))) != len(order) {
		return fmt.Errorf("readers come as %s: one for each table is enough", strings.Join(order, ", "))
	}
	if counts[receipt] != 1 {
		return fmt.Errorf("%s has %d rows, want 1", receipt, counts[receipt])
	}
	return nil
}

// checkBatch compares one batch with the schema of its table.
func checkBatch(tables schema, table string, batch arrow.RecordBatch) error {
	columns, ok := tables[table]
	if !ok {
		return fmt.Errorf("table %s is in no migration", table)
	}
	if n := batch.NumRows(); n < 1 || n > maxBatchRows {
		return fmt.Errorf("table %s: a batch has %d rows, want 1 to %d", table, n, maxBatchRows)
	}
	for i, field := range batch.Schema().Fields() {
		want, ok := columns[field.Name]
		switch {
		case !ok:
			return fmt.Errorf("table %s has no column %s", table, field.Name)
		case slices.Contains(loaderColumns, field.Name):
			return fmt.Errorf("table %s: column %s is the loader's to add", table, field.Name)
		case !arrow.TypeEqual(valueType(field.Type), want):
			return fmt.Errorf("table %s: column %s is %s, want %s", table, field.Name, field.Type, want)
		}
		values := batch.Column(i)
		if dictionary, ok := values.(*array.Dictionary); ok {
			values = dictionary.Dictionary()
		}
		if text, ok := values.(*array.String); ok {
			for row := range text.Len() {
				if text.IsValid(row) && !utf8.ValidString(text.Value(row)) {
					return fmt.Errorf("table %s: column %s: %q is not valid UTF-8", table, field.Name, text.Value(row))
				}
			}
		}
	}
	return nil
}

// valueType is the type of a column's values: a text may be a place in a dictionary.
func valueType(of arrow.DataType) arrow.DataType {
	if dictionary, ok := of.(*arrow.DictionaryType); ok {
		return dictionary.ValueType
	}
	return of
}

// checkReceipt wants the receipt to repeat the unit's key and to account for every line.
func checkReceipt(unit sources.Unit, tables Tables) error {
	if len(tables[receipt]) != 1 {
		return fmt.Errorf("%s has %d rows, want 1", receipt, len(tables[receipt]))
	}
	row := tables[receipt][0]
	for _, column := range receiptColumns {
		if row[column] == nil {
			return fmt.Errorf("%s: column %s is missing or null", receipt, column)
		}
	}
	for column, want := range map[string]any{"content_id": unit.ID, "stream_id": unit.Stream, "start_offset": unit.Start} {
		if row[column] != want {
			return fmt.Errorf("%s: %s is %v, the unit says %v", receipt, column, row[column], want)
		}
	}
	count := func(column string) int64 { n, _ := row[column].(int64); return n }
	if count("end_offset") < unit.Start {
		return fmt.Errorf("%s: the unit ends at %d, before its start %d", receipt, count("end_offset"), unit.Start)
	}
	kept := count("hit_count") + count("rejected_count") + count("dropped_count") + count("blank_count")
	if count("line_count") != kept {
		return fmt.Errorf("%s: %d lines, but %d of them accounted for", receipt, count("line_count"), kept)
	}
	if hits := int64(len(tables["raw.hit"])); count("hit_count") != hits {
		return fmt.Errorf("%s: hit_count is %d, raw.hit has %d rows", receipt, count("hit_count"), hits)
	}
	if rejects := int64(len(tables["ledger.rejected_line"])); count("rejected_count") != rejects {
		return fmt.Errorf("%s: rejected_count is %d, ledger.rejected_line has %d rows", receipt, count("rejected_count"), rejects)
	}
	return nil
}

// checkPrivacy wants no client address in any text, the unit's own included.
func checkPrivacy(unit sources.Unit, tables Tables) error {
	for _, text := range []string{unit.ID, unit.Stream, unit.Name} {
		if documentationAddress.MatchString(text) {
			return fmt.Errorf("the unit's key or name %q holds an address", text)
		}
	}
	for table, rows := range tables {
		for _, row := range rows {
			for column, value := range row {
				if text, ok := value.(string); ok && documentationAddress.MatchString(text) {
					return fmt.Errorf("table %s: column %s holds an address: %q", table, column, text)
				}
			}
		}
	}
	return nil
}

// checkStops opens the unit again and again, and each time reads one more reader's first batch
// before it lets go of all.
func checkStops(ctx context.Context, unit sources.Unit) error {
	for stop := 0; ; stop++ {
		rows, err := unit.Open(ctx)
		if err != nil {
			return err
		}
		for i, r := range rows[:min(stop, len(rows))] {
			last := i == stop-1
			for r.Reader.Next() && !last {
				continue
			}
			err = cmp.Or(err, r.Reader.Err())
		}
		for _, r := range rows {
			r.Reader.Release()
		}
		if err != nil || stop > len(rows) {
			return err
		}
	}
}

// cancelMidway cancels after the first batch: reading goes to its end or ends with the context's
// error.
func cancelMidway(ctx context.Context, unit sources.Unit) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err := each(ctx, unit, func(_ string, batch arrow.RecordBatch) error {
		if batch != nil {
			cancel()
		}
		return nil
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("unit %s, cancelled after its first batch, ends with another error: %w", unit.Name, err)
	}
	return nil
}

// leaked returns the stacks of goroutines that run, or were started by, code of a source and do
// not end within two seconds. Goroutines of tests and of a test's HTTP handlers are no source's.
func leaked() []string {
	for attempt := 0; ; attempt++ {
		stacks := make([]byte, 4<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		var left []string
		for stack := range strings.SplitSeq(string(stacks), "\n\n") {
			if strings.Contains(stack, "/internal/sources/") && !strings.Contains(stack, "testing.tRunner(") &&
				!strings.Contains(stack, "ServeHTTP") {
				left = append(left, stack)
			}
		}
		if len(left) == 0 || attempt == 100 {
			return left
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func sortedKeys(row map[string]any) []string {
	return slices.Sorted(maps.Keys(row))
}

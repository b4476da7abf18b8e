package warehouse

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// bulkMemory is the engine's memory while units are loaded.
const bulkMemory = "160MB"

// Bulk does work that loads units, several at once, and makes DuckDB keep to the threads that
// they come from: an insert of Arrow rows is one thread's work, and the others that DuckDB would
// start look for a share of it all the while. Memory beyond bulkMemory would only hold pages that
// nobody reads again; a configured limit below it stays.
func (w *Warehouse) Bulk(ctx context.Context, work func() error) (err error) {
	threads := w.options.Threads
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	var isLess bool
	const compare = `select parse_formatted_bytes(?) < parse_formatted_bytes(?)`
	if err := w.db.QueryRowContext(ctx, compare, w.options.MemoryLimit, bulkMemory).Scan(&isLess); err != nil {
		return fmt.Errorf("warehouse %s: memory limit: %w", w.path, err)
	}
	limit := bulkMemory
	if isLess {
		limit = w.options.MemoryLimit
	}
	set := func(ctx context.Context, threads int, limit string) error {
		_, err := w.db.ExecContext(ctx, fmt.Sprintf(`set threads = %d; set memory_limit = %s`, threads, quoteText(limit)))
		if err != nil {
			return fmt.Errorf("warehouse %s: %w", w.path, err)
		}
		return nil
	}
	if err := set(ctx, 1, limit); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set(context.WithoutCancel(ctx), threads, w.options.MemoryLimit)) }()
	return work()
}

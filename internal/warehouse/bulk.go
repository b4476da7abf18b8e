package warehouse

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// unitMemory is the engine's memory, in MB, for each unit that may be loaded at once, of two to
// four.
const unitMemory = 32

// Bulk does work that loads units, several at once, and makes DuckDB keep to the threads that
// they come from: an insert of Arrow rows is one thread's work, and the others that DuckDB would
// start look for a share of it all the while. More memory would only hold pages that nobody
// reads again; a configured limit below it stays. What was loaded is in the file at the end.
func (w *Warehouse) Bulk(ctx context.Context, work func() error) (err error) {
	threads := w.options.Threads
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	limit := fmt.Sprintf("%dMB", unitMemory*min(max(threads, 2), 4))
	var isLess bool
	const compare = `select parse_formatted_bytes(?) < parse_formatted_bytes(?)`
	if err := w.db.QueryRowContext(ctx, compare, w.options.MemoryLimit, limit).Scan(&isLess); err != nil {
		return fmt.Errorf("warehouse %s: memory limit: %w", w.path, err)
	}
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
	defer func() {
		ctx := context.WithoutCancel(ctx)
		err = errors.Join(err, set(ctx, threads, limit), w.checkpoint(ctx), set(ctx, threads, w.options.MemoryLimit))
	}()
	return work()
}

// checkpoint moves what is in the write-ahead log into the file.
func (w *Warehouse) checkpoint(ctx context.Context) error {
	if _, err := w.db.ExecContext(ctx, `checkpoint`); err != nil {
		return fmt.Errorf("warehouse %s: checkpoint: %w", w.path, err)
	}
	return nil
}

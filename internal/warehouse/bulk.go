package warehouse

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// Bulk does work that loads units, several at once, and makes DuckDB keep to the threads that
// they come from: an insert of Arrow rows is one thread's work, and the others that DuckDB would
// start look for a share of it all the while.
func (w *Warehouse) Bulk(ctx context.Context, work func() error) (err error) {
	threads := w.options.Threads
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	if _, err := w.db.ExecContext(ctx, `set threads = 1`); err != nil {
		return fmt.Errorf("warehouse %s: %w", w.path, err)
	}
	defer func() {
		_, reset := w.db.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf(`set threads = %d`, threads))
		err = errors.Join(err, reset)
	}()
	return work()
}

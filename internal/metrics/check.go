package metrics

import (
	"context"
	"database/sql"
	"fmt"
)

// A CheckResult is how often a promise was broken: 0 when it holds.
type CheckResult struct {
	Name     string
	Summary  string // what is promised
	Severity string // error blocks publishing, warning is published with the rest
	Failing  int64  // rows that break it
}

// Check runs every file of sql/checks, each of which returns the rows that break its promise,
// and writes the results into the ledger, and the last ones into the table check_result, which is
// published. A check that cannot run is an error.
func (b *Builder) Check(ctx context.Context, db *sql.DB, runID int64) ([]CheckResult, error) {
	checks, err := Checks(ctx, db, b.SQL)
	if err != nil {
		return nil, fmt.Errorf("checks: %w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("checks: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // no effect after Commit
	const table = `create or replace table check_result
		(check_name varchar, severity varchar, summary varchar, failing_rows bigint)`
	if _, err := tx.ExecContext(ctx, table); err != nil {
		return nil, fmt.Errorf("checks: %w", err)
	}
	results := make([]CheckResult, 0, len(checks))
	for _, c := range checks {
		result := CheckResult{Name: c.Name, Summary: c.Summary, Severity: c.Severity}
		count := "select count(*) from (\n" + c.Text + "\n)"
		if err := tx.QueryRowContext(ctx, count).Scan(&result.Failing); err != nil {
			return nil, fmt.Errorf("check %s: %w", c.Name, err)
		}
		_, err := tx.ExecContext(ctx, `insert into ledger.check_result
				(run_id, check_name, severity, failing_rows, checked_at) values (?, ?, ?, ?, ?)`,
			runID, c.Name, c.Severity, result.Failing, b.Now().UTC())
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", c.Name, err)
		}
		_, err = tx.ExecContext(ctx, `insert into check_result values (?, ?, ?, ?)`,
			c.Name, c.Severity, c.Summary, result.Failing)
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", c.Name, err)
		}
		if result.Failing > 0 {
			b.Log.WarnContext(ctx, "check failed", "name", c.Name, "severity", c.Severity, "rows", result.Failing)
		}
		results = append(results, result)
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("checks: %w", err)
	}
	return results, nil
}

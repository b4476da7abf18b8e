package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"
)

// A Unit is loaded as a whole or not at all; see package sources, whose contract this is.
type Unit struct {
	ID     string
	Stream string
	Start  int64
	Open   func(ctx context.Context) ([]Rows, error)
}

// Rows are records for one table of raw or ledger, its columns by name.
type Rows struct {
	Table  string
	Reader array.RecordReader
}

// A Receipt says what a unit brought.
type Receipt struct {
	IsLoaded bool  // false: the ledger has it already, nothing was read
	UnitID   int64 // number of the attempt
	Lines    int64 // lines read = Hits + Rejected + Dropped + Blank
	Hits     int64
	Rejected int64
	Dropped  int64
	Blank    int64
	Rows     map[string]int64 // rows by table
}

// receiptTable is the table of a unit's last row, its receipt in the ledger.
const receiptTable = "ledger.unit"

var tableName = regexp.MustCompile(`^(raw|ledger)\.[a-z][a-z_]*$`)

// Load inserts all rows of a unit, its receipt in the ledger among them, in one transaction on a
// connection of its own, so that units of different streams can be loaded at once. A unit that
// the ledger has is not opened. at is the run's clock.
func (w *Warehouse) Load(ctx context.Context, runID int64, unit Unit, at time.Time) (Receipt, error) {
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return Receipt{}, fmt.Errorf("unit %s: %w", unit.ID, err)
	}
	defer conn.Close() // hands the connection back
	var have int64
	err = conn.QueryRowContext(ctx, `select count(*) from ledger.unit where stream_id = ? and start_offset = ?`,
		unit.Stream, unit.Start).Scan(&have)
	if err != nil {
		return Receipt{}, fmt.Errorf("unit %s: %w", unit.ID, err)
	}
	if have > 0 {
		return Receipt{}, nil
	}
	rows, err := unit.Open(ctx)
	if err != nil {
		return Receipt{}, err
	}
	defer func() {
		for _, r := range rows {
			r.Reader.Release()
		}
	}()
	if len(rows) == 0 || rows[len(rows)-1].Table != receiptTable {
		return Receipt{}, fmt.Errorf("unit %s: its last rows must be of %s", unit.ID, receiptTable)
	}
	receipt := Receipt{IsLoaded: true, UnitID: w.lastUnit.Add(1), Rows: map[string]int64{}}
	if _, err := conn.ExecContext(ctx, `begin transaction`); err != nil {
		return Receipt{}, fmt.Errorf("unit %s: %w", unit.ID, err)
	}
	if err := w.insertAll(ctx, conn, runID, unit, rows, at, &receipt); err != nil {
		// The context may be the reason, so the rollback does not use it.
		_, rollback := conn.ExecContext(context.WithoutCancel(ctx), `rollback`)
		return Receipt{}, errors.Join(err, rollback)
	}
	if _, err := conn.ExecContext(ctx, `commit`); err != nil {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `rollback`)
		return Receipt{}, fmt.Errorf("unit %s: commit: %w", unit.ID, err)
	}
	return receipt, nil
}

func (w *Warehouse) insertAll(
	ctx context.Context, conn *sql.Conn, runID int64, unit Unit, rows []Rows, at time.Time, receipt *Receipt,
) error {
	for _, r := range rows {
		if !tableName.MatchString(r.Table) {
			return fmt.Errorf("unit %s: %q is no table of raw or ledger", unit.ID, r.Table)
		}
		added := fmt.Sprintf("cast(%d as bigint) as unit_id", receipt.UnitID)
		if r.Table == receiptTable {
			added += fmt.Sprintf(", cast(%d as bigint) as run_id, timestamp '%s' as loaded_at",
				runID, at.UTC().Format("2006-01-02 15:04:05.000000"))
		}
		count, err := insert(ctx, conn, r, fmt.Sprintf("incoming_%d", receipt.UnitID), added)
		if err != nil {
			return fmt.Errorf("unit %s: %s: %w", unit.ID, r.Table, err)
		}
		receipt.Rows[r.Table] += count
	}
	err := conn.QueryRowContext(ctx, `select line_count, hit_count, rejected_count, dropped_count, blank_count
		from ledger.unit where unit_id = ?`, receipt.UnitID).
		Scan(&receipt.Lines, &receipt.Hits, &receipt.Rejected, &receipt.Dropped, &receipt.Blank)
	if err != nil {
		return fmt.Errorf("unit %s: receipt: %w", unit.ID, err)
	}
	if receipt.Lines != receipt.Hits+receipt.Rejected+receipt.Dropped+receipt.Blank {
		return fmt.Errorf("unit %s: %d lines read, but %d hits + %d rejected + %d dropped + %d blank: this is a defect of the reader, nothing was loaded",
			unit.ID, receipt.Lines, receipt.Hits, receipt.Rejected, receipt.Dropped, receipt.Blank)
	}
	if landed, isLog := receipt.Rows["raw.hit"]; isLog && landed != receipt.Hits {
		return fmt.Errorf("unit %s: %d hits read, %d landed: this is a defect, nothing was loaded", unit.ID, receipt.Hits, landed)
	}
	return nil
}

// insert lands one reader whole. The select must name every column of the view and do nothing
// else with it: reading a part of a registered view crashes or returns wrong rows.
//
// The driver registers a reader as a view of the database itself, not a temporary one. So each
// unit's has a name of its own, or two units conflict, and is dropped before the commit.
func insert(ctx context.Context, conn *sql.Conn, rows Rows, view, added string) (int64, error) {
	lists, err := enumerations(ctx, conn, rows.Table)
	if err != nil {
		return 0, err
	}
	reader, selected := readPlaces(rows.Reader, lists)
	defer reader.drop()
	var release func()
	err = conn.Raw(func(driverConn any) error {
		dc, ok := driverConn.(driver.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection", driverConn)
		}
		arrow, err := duckdb.NewArrowFromConn(dc)
		if err != nil {
			return err
		}
		release, err = arrow.RegisterView(reader, view)
		return err
	})
	if err != nil {
		return 0, err
	}
	defer release()
	result, err := conn.ExecContext(ctx, `insert into `+rows.Table+` by name select `+selected+`, `+added+` from `+view)
	// Only the text of a reader's error survives the trip through C.
	if readErr := reader.Err(); readErr != nil {
		return 0, readErr
	}
	if err != nil {
		return 0, err
	}
	if _, err := conn.ExecContext(ctx, `drop view `+view); err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	duckdb "github.com/duckdb/duckdb-go-bindings"
)

// engine is a connection to a published file on which nothing but selects of that file work.
//
// It stands on the C bindings and not on database/sql, since that driver holds a whole result in
// memory before the first row; here rows are handed on as DuckDB makes them.
type engine struct {
	db   duckdb.Database
	conn duckdb.Connection
}

// lockdown is what keeps a statement inside the file, in the order in which DuckDB takes it.
// Read-only alone would let copy write files. Without a temporary directory nothing is spilled
// beside the published file either.
func lockdown(memoryLimit string) [][2]string {
	return [][2]string{
		{"access_mode", "READ_ONLY"},
		{"memory_limit", memoryLimit},
		{"temp_directory", ""},
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"allow_community_extensions", "false"},
		{"enable_external_access", "false"},
		{"lock_configuration", "true"},
	}
}

// openEngine opens the published file at path. memoryLimit is in DuckDB's terms, as in 1GB.
func openEngine(path, memoryLimit string) (*engine, error) {
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no published file at %s: `ingest run` makes one, "+
			"or name another with --database", path)
	case err != nil:
		return nil, fmt.Errorf("published file: %w", err)
	case info.IsDir():
		return nil, fmt.Errorf("%s is a directory, not a published file: "+
			"name the file in it with --database", path)
	case strings.Contains(path, "?"):
		return nil, fmt.Errorf("%s: DuckDB cannot open a path with a question mark: rename it", path)
	}

	var config duckdb.Config
	if duckdb.CreateConfig(&config) == duckdb.StateError {
		return nil, errors.New("DuckDB gives no configuration: out of memory")
	}
	defer duckdb.DestroyConfig(&config)
	for _, setting := range lockdown(memoryLimit) {
		if duckdb.SetConfig(config, setting[0], setting[1]) == duckdb.StateError {
			return nil, usageError{fmt.Errorf("DuckDB does not take %s = %q", setting[0], setting[1])}
		}
	}

	e := &engine{}
	var message string
	if duckdb.OpenExt(path, &e.db, config, &message) == duckdb.StateError {
		return nil, openError(path, message)
	}
	if duckdb.Connect(e.db, &e.conn) == duckdb.StateError {
		e.close()
		return nil, fmt.Errorf("%s: no connection to the opened file", path)
	}
	return e, nil
}

func (e *engine) close() {
	duckdb.Disconnect(&e.conn)
	duckdb.Close(&e.db)
}

// args are the values of a statement's named parameters: string, int64, float64, time.Time for a
// date (midnight UTC), or nil for null.
type args map[string]any

// query starts one statement, which must be a select (or explain, describe, summarize). Rows come
// from the stream that is returned, which the caller closes.
func (e *engine) query(ctx context.Context, text string, a args) (*stream, error) {
	statement, err := e.prepare(text)
	if err != nil {
		return nil, err
	}
	s := &stream{engine: e, statement: statement}
	if err := s.start(ctx, a); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (e *engine) prepare(text string) (duckdb.PreparedStatement, error) {
	var statement duckdb.PreparedStatement
	var extracted duckdb.ExtractedStatements
	count := duckdb.ExtractStatements(e.conn, text, &extracted)
	defer duckdb.DestroyExtracted(&extracted)
	if message := duckdb.ExtractStatementsError(extracted); count == 0 && message != "" {
		return statement, queryError(message)
	}
	switch {
	case count == 0:
		return statement, errors.New("there is no statement in this SQL")
	case count > 1:
		return statement, fmt.Errorf("there are %d statements here and one is answered at a time: "+
			"run query once for each", count)
	}

	if duckdb.PrepareExtractedStatement(e.conn, extracted, 0, &statement) == duckdb.StateError {
		defer duckdb.DestroyPrepare(&statement)
		return statement, queryError(duckdb.PrepareError(statement))
	}
	switch duckdb.PreparedStatementType(statement) {
	case duckdb.StatementTypeSelect, duckdb.StatementTypeExplain:
		return statement, nil
	}
	duckdb.DestroyPrepare(&statement)
	return statement, errOnlySelect
}

// A stream is the answer of one statement, read batch by batch in bounded memory.
type stream struct {
	engine    *engine
	statement duckdb.PreparedStatement
	result    duckdb.Result
	options   duckdb.ArrowOptions
	schema    *arrow.Schema
	uninstall func() bool
}

func (s *stream) start(ctx context.Context, a args) error {
	for i := range duckdb.NParams(s.statement) {
		name := duckdb.ParameterName(s.statement, i+1)
		value, ok := a[name]
		if !ok {
			return fmt.Errorf("the SQL has a parameter $%s and nothing gives its value: "+
				"write the value, or make it a named question", name)
		}
		if err := bind(s.statement, i+1, value); err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
	}
	s.uninstall = context.AfterFunc(ctx, func() { duckdb.Interrupt(s.engine.conn) })

	if message := s.execute(); message != "" {
		return s.failure(ctx, message)
	}
	s.options = duckdb.ResultGetArrowOptions(&s.result)

	count := duckdb.ColumnCount(&s.result)
	names := make([]string, count)
	types := make([]duckdb.LogicalType, count)
	for i := range count {
		names[i] = duckdb.ColumnName(&s.result, i)
		types[i] = duckdb.ColumnLogicalType(&s.result, i)
		defer duckdb.DestroyLogicalType(&types[i])
	}
	if err := representable(names, types); err != nil {
		return err
	}
	var failed duckdb.ErrorData
	s.schema, failed = duckdb.NewArrowSchema(s.options, types, names)
	return arrowError(failed)
}

// execute starts the statement and returns DuckDB's message if that fails.
func (s *stream) execute() string {
	var pending duckdb.PendingResult
	// DuckDB marks it as deprecated, and has no other way to rows as they are made.
	state := duckdb.PendingPreparedStreaming(s.statement, &pending)
	defer duckdb.DestroyPending(&pending)
	if state == duckdb.StateError {
		return duckdb.PendingError(pending)
	}
	if duckdb.ExecutePending(pending, &s.result) == duckdb.StateError {
		return duckdb.ResultError(&s.result)
	}
	return ""
}

// next gives the rows that follow, which the caller releases, or nil at the end.
func (s *stream) next(ctx context.Context) (arrow.RecordBatch, error) {
	if err := ctx.Err(); err != nil {
		return nil, errInterrupted
	}
	chunk := duckdb.FetchChunk(s.result)
	if chunk.Ptr == nil {
		if message := duckdb.ResultError(&s.result); message != "" {
			return nil, s.failure(ctx, message)
		}
		return nil, nil
	}
	defer duckdb.DestroyDataChunk(&chunk)
	if duckdb.DataChunkGetSize(chunk) == 0 {
		return nil, nil
	}
	batch, failed := duckdb.DataChunkToArrowArray(s.options, s.schema, chunk)
	if err := arrowError(failed); err != nil {
		return nil, err
	}
	return batch, nil
}

func (s *stream) close() {
	if s.uninstall != nil {
		s.uninstall()
	}
	duckdb.DestroyArrowOptions(&s.options)
	duckdb.DestroyResult(&s.result)
	duckdb.DestroyPrepare(&s.statement)
}

// failure is the error for DuckDB's message. The error of one of DuckDB's threads interrupts the
// others, and now and then their interruption is heard first: the cause is then asked for again.
func (s *stream) failure(ctx context.Context, message string) error {
	for range 5 {
		if ctx.Err() != nil {
			return errInterrupted
		}
		if !strings.HasPrefix(message, "INTERRUPT") {
			break
		}
		duckdb.DestroyResult(&s.result)
		if message = s.execute(); message != "" {
			continue
		}
		for chunk := duckdb.FetchChunk(s.result); chunk.Ptr != nil; chunk = duckdb.FetchChunk(s.result) {
			duckdb.DestroyDataChunk(&chunk)
		}
		message = duckdb.ResultError(&s.result)
	}
	return queryError(message)
}

// representable refuses the types that Arrow carries as bytes of DuckDB's own.
func representable(names []string, types []duckdb.LogicalType) error {
	for i, kind := range types {
		switch duckdb.GetTypeId(kind) {
		case duckdb.TypeBit, duckdb.TypeBigNum, duckdb.TypeTimeTZ, duckdb.TypeUnion:
			return fmt.Errorf("column %s is of a type without a common form: cast it, "+
				"as in cast(%s as varchar)", names[i], names[i])
		}
	}
	return nil
}

func arrowError(data duckdb.ErrorData) error {
	defer duckdb.DestroyErrorData(&data)
	if !duckdb.ErrorDataHasError(data) {
		return nil
	}
	return fmt.Errorf("a column's type has no form here: %s: cast it to varchar",
		strings.TrimSpace(duckdb.ErrorDataMessage(data)))
}

func bind(statement duckdb.PreparedStatement, i duckdb.IdxT, value any) error {
	state := duckdb.StateError
	switch v := value.(type) {
	case nil:
		state = duckdb.BindNull(statement, i)
	case string:
		state = duckdb.BindVarcharLength(statement, i, v, duckdb.IdxT(len(v)))
	case int64:
		state = duckdb.BindInt64(statement, i, v)
	case float64:
		state = duckdb.BindDouble(statement, i, v)
	case time.Time:
		state = duckdb.BindDate(statement, i, duckdb.NewDate(int32(v.Unix()/(24*60*60))))
	}
	if state == duckdb.StateError {
		return fmt.Errorf("DuckDB does not take %v", value)
	}
	return nil
}

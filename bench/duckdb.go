package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"
)

// methods are how DuckDB alone parses a log: the fastest statements found. They are given the
// columns, so that nothing is guessed, and lines need not stay in order. Only "read_json auto"
// finds columns and types itself, as most people would write it; no ratio is taken of it.
var methods = map[string]string{
	"regexp": `
		create table hit as
		select
			f.address,
			try_strptime(f.at, '%d/%b/%Y:%H:%M:%S %z') as hit_at,
			f.method,
			f.path,
			try_cast(f.status as integer) as status,
			try_cast(f.bytes as bigint) as bytes,
			f.referrer,
			f.agent
		from (
			select regexp_extract(
				line,
				'^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+)[^"]*" (\d+) (\S+) "([^"]*)" "([^"]*)"',
				['address', 'at', 'method', 'path', 'status', 'bytes', 'referrer', 'agent']
			) as f
			from {lines}
		)`,
	"split": `
		create table hit as
		select
			head[1] as address,
			try_strptime(head[4][2:] || ' ' || head[5][:-2], '%d/%b/%Y:%H:%M:%S %z') as hit_at,
			request[1] as method,
			request[2] as path,
			try_cast(answer[2] as integer) as status,
			try_cast(answer[3] as bigint) as bytes,
			quoted[4] as referrer,
			quoted[6] as agent
		from (
			select
				quoted,
				string_split(quoted[1], ' ') as head,
				string_split(quoted[2], ' ') as request,
				string_split(quoted[3], ' ') as answer
			from (select string_split(line, '"') as quoted from {lines})
		)`,
	"read_json": caddyHits + `
		from read_json(
			{paths},
			format = 'newline_delimited',
			columns = {
				ts: 'double',
				request: 'struct(remote_ip varchar, method varchar, host varchar, uri varchar,
					headers struct("User-Agent" varchar[], Referer varchar[]))',
				status: 'integer',
				size: 'bigint'
			}
		)`,
	"read_json auto": caddyHits + `
		from read_json({paths}, format = 'newline_delimited')`,
}

// caddyHits takes from a line of Caddy what the others take from theirs.
const caddyHits = `
		create table hit as
		select
			request.remote_ip as address,
			make_timestamp(cast(ts * 1000000 as bigint)) as hit_at,
			request.method as method,
			request.host as host,
			request.uri as path,
			status,
			size as bytes,
			request.headers.Referer[1] as referrer,
			request.headers."User-Agent"[1] as agent`

// linesOf reads whole lines: a delimiter that no line has, and no quotes.
const linesOf = `read_csv({paths}, columns = {'line': 'varchar'}, auto_detect = false, header = false,
	delim = '` + "\x01" + `', quote = '', escape = '', compression = '{compression}')`

// runDuckDB is the child process in which DuckDB alone loads a log into a file. It prints the
// number of rows.
func runDuckDB(ctx context.Context, method, database, compression string, paths []string) (rows int64, err error) {
	statement, ok := methods[method]
	if !ok {
		return 0, fmt.Errorf("duckdb: %q is no method", method)
	}
	db, err := sql.Open("duckdb", database+"?preserve_insertion_order=false&wal_autocheckpoint=1GB&autoload_known_extensions=false")
	if err != nil {
		return 0, fmt.Errorf("duckdb %s: %w", database, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	quoted := make([]string, len(paths))
	for i, path := range paths {
		quoted[i] = "'" + strings.ReplaceAll(path, "'", "''") + "'"
	}
	statement = strings.NewReplacer("{lines}", linesOf).Replace(statement)
	statement = strings.NewReplacer("{paths}", "["+strings.Join(quoted, ", ")+"]", "{compression}", compression).Replace(statement)
	for _, s := range []string{statement, `checkpoint`} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return 0, fmt.Errorf("duckdb %s: %w", method, err)
		}
	}
	if err := db.QueryRowContext(ctx, `select count(*) from hit where status is not null`).Scan(&rows); err != nil {
		return 0, fmt.Errorf("duckdb %s: %w", method, err)
	}
	return rows, nil
}

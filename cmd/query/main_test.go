package main

import (
	"context"
	"database/sql"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"query": main, "mkfixture": mkfixture, "readparquet": readParquet})
}

// fixtureSQL makes a small published file: invented datasets, one for each status.
//
//go:embed testdata/fixture.sql
var fixtureSQL string

//go:embed testdata/fixture_marts.sql
var fixtureMartsSQL string

//go:embed testdata/fixture_build.sql
var fixtureBuildSQL string

// mkfixture makes a published file: mkfixture FILE [SQL…], where further SQL adds to it.
func mkfixture() {
	if err := writeFixture(context.Background(), os.Args[1], os.Args[2:]...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func writeFixture(ctx context.Context, path string, more ...string) error {
	db, err := sql.Open("duckdb", path)
	if err != nil {
		return err
	}
	for _, statement := range append(append([]string{fixtureSQL, fixtureMartsSQL, fixtureBuildSQL}, more...), "checkpoint") {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return db.Close()
}

// readParquet prints what an engine without lockdown finds in a Parquet file.
func readParquet() {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	var text string
	err = db.QueryRowContext(context.Background(), `
		select 'rows ' || count(*) || ', ' || min(i) || ' to ' || max(i) || ', weeks ' || sum(week)
			|| ', last ' || max_by(name, i) || ', row groups '
			|| (select count(distinct row_group_id) from parquet_metadata($1))
		from read_parquet($1)`, os.Args[1]).Scan(&text)
	if err != nil {
		panic(err)
	}
	fmt.Println(text)
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
	})
}

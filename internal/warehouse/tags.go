//go:build !duckdb_arrow

package warehouse

// Without this build tag the DuckDB driver has no Arrow interface. The Makefile sets it.
const _ = build_with_tags_duckdb_arrow__see_Makefile

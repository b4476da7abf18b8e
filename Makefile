# Footfall. `make` alone lists the targets.
export GOFLAGS = -tags=duckdb_arrow
export CGO_ENABLED = 1

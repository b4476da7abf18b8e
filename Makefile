# Footfall. `make` alone lists the targets.
#
# The tag gives the DuckDB driver its Arrow interface; cgo and a C++ compiler are needed for DuckDB.
export GOFLAGS := $(GOFLAGS) -tags=duckdb_arrow
export CGO_ENABLED := 1

GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZ_TIME ?= 20s
SCALE ?= 1

# The engine that the SQL has to run on as well, and a JDK of 24 or later, which it needs.
TRINO := data/trino/476
JDK = $(patsubst %/release,%,$(firstword $(shell grep -lsE '^JAVA_VERSION="(2[4-9]|[3-9][0-9])' "$$JAVA_HOME/release" /usr/lib/jvm/*/release)))

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: compiler
compiler:
	@command -v go >/dev/null || { echo "Go is missing: install the version that go.mod names, from https://go.dev/dl"; exit 1; }
	@command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -q && apt-get install -qy g++; \
		else echo "A C++ compiler is missing. On Debian and Ubuntu: sudo apt-get install g++"; exit 1; fi

.PHONY: build
build: compiler ## build bin/ingest and bin/query
	go build -o bin/ ./cmd/ingest ./cmd/query

.PHONY: demo
demo: build ## an invented portal, a year of its logs, which datasets are barely used, and a quarter's report
	bin/ingest demo
	bin/query report --config data/demo/footfall.yaml --out data/demo/report --quiet

.PHONY: test
test: compiler ## all tests; prints the coverage of internal/
	go test -timeout 30m ./sql ./accuracy ./bench ./cmd/query
	go test -timeout 30m -coverprofile=coverage.out -coverpkg=./internal/... ./internal/... ./cmd/ingest
	@echo "coverage of internal/: $$(go tool cover -func=coverage.out | tail -n 1)"

.PHONY: test-trino
test-trino: compiler trino-tools $(TRINO) ## every model and check on a real Trino, compared with DuckDB; fetches 821 MB once
	JAVA_HOME=$(JDK) TRINO_HOME=$(CURDIR)/$(TRINO) go test -tags=duckdb_arrow,trino -run '^TestTrino$$' -count=1 -timeout 30m ./internal/metrics

.PHONY: trino-tools
trino-tools:
	@command -v mvn >/dev/null || { echo "Maven is missing: it fetches Trino"; exit 1; }
	@test -n "$(JDK)" || { echo "A JDK of 24 or later is missing: install one, or name it in JAVA_HOME"; exit 1; }

# Each plugin costs start time, so only those that are used are kept.
$(TRINO):
	rm -rf $@.part && mkdir -p $@.part
	cd $@.part && JAVA_HOME=$(JDK) mvn -q -B dependency:copy -Dartifact=io.trino:trino-server:476:tar.gz -DoutputDirectory=.
	tar -xzf $@.part/trino-server-476.tar.gz -C $@.part --strip-components=1 && rm $@.part/trino-server-476.tar.gz
	find $@.part/plugin -mindepth 1 -maxdepth 1 ! -name hive ! -name iceberg ! -name memory -exec rm -r {} +
	mv $@.part $@

# A real CKAN and what it needs, for the catalogue and the page tracking.
CKAN := data/ckan-tools

.PHONY: test-ckan
test-ckan: compiler ckan-tools ## a real CKAN that is edited and browsed, beside what ingest makes of it; keeps 330 MB of tools
	CKAN_TOOLS=$(CURDIR)/$(CKAN) go test -tags=duckdb_arrow,ckan -run '^TestCKAN$$' -count=1 -timeout 20m ./cmd/ingest

.PHONY: ckan-tools
ckan-tools:
	@test/ckan/install.sh $(CKAN)

.PHONY: test-report
test-report: build report-tools ## reports of the edges and the demo, read by Chromium, LibreOffice and others; keeps 170 MB of tools
	report-check/run.sh data/report-tools

.PHONY: picture
picture: report-tools ## docs/report.png, the picture of the demo's report in the README
	node report-check/picture.mjs data/demo/report/index.html docs/report.png

.PHONY: report-tools
report-tools:
	@report-check/install.sh data/report-tools

.PHONY: lint
lint: compiler ## formatting and the linters, the import rules among them
	go run $(GOLANGCI_LINT) run ./...

.PHONY: fmt
fmt: ## format the Go files
	go run $(GOLANGCI_LINT) fmt ./...

.PHONY: fuzz
fuzz: compiler ## each fuzz target for FUZZ_TIME (20s)
	@for package in $$(go list ./internal/...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZ_TIME) -fuzzminimizetime 5x $$package || exit 1; \
		done; done

.PHONY: bench
bench: build ## logs beside DuckDB alone, GoAccess and lnav; models beside one plain statement; SCALE=10: 20 million instead of 2
	go run ./bench -scale $(SCALE) $(BENCH)

.PHONY: accuracy
accuracy: build ## how often the verdict is right on invented portals, beside docs/method.md; ACCURACY=-short for two minutes
	go run ./accuracy $(ACCURACY)

.PHONY: microbench
microbench: compiler ## the Go benchmarks
	go test -run '^$$' -bench . -benchmem ./internal/...

.PHONY: check
check: lint test demo ## what CI runs
	go mod tidy -diff

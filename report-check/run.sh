#!/usr/bin/env bash
# Makes reports and has them read by other programs: those of the portals at the edges that the tests
# invent, one of them revised, and those of the demo if its published file is there. Each check is then
# broken once.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$1
out=data/report-check
rm -rf "$out" && mkdir -p "$out"

go test -count=1 -run '^(TestReportEdges|TestReportIsKept)$' ./cmd/query -keep "$PWD/$out"
if [ -e data/demo/usage.duckdb ]; then
	for edition in internal public; do
		bin/query report --database data/demo/usage.duckdb --edition "$edition" --xlsx --out "$out/demo-$edition" --quiet
		bin/query report --database data/demo/usage.duckdb --verify "$out/demo-$edition" --quiet
	done
else
	echo "The demo's report is not checked: make demo makes its published file."
fi

# Of the demo's publishers, whose pages are alike, those with the two largest.
pages=("$out"/edge-*/)
for folder in "$out"/*/; do
	case $folder in
	*/edge-*) ;;
	*) mapfile -t -O "${#pages[@]}" pages < <(ls -S "$folder"publishers/*.html 2>/dev/null | head -n 2; echo "${folder}index.html") ;;
	esac
done

status=0
"$tools/python/bin/python" report-check/check_tables.py "$out"/*/ || status=1
"$tools/python/bin/python" report-check/selftest_tables.py "$out/edge-full" || status=1
node report-check/check-pages.mjs "${pages[@]}" || status=1
node report-check/check-pages.mjs --self-test "$out/edge-full/index.html" || status=1
exit $status

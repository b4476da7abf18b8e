#!/usr/bin/env bash
# Fetches what `make test-ckan` starts: PostgreSQL and Redis (Debian, as root), CKAN (Python) and
# Solr (Maven), the latter two into the folder given. What is there already is kept. Prints nothing,
# or what is missing.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
tools=$(cd "$1" && pwd) # Maven takes a path as one below the folder of its file
log=$tools/install.log

missing() {
	echo "$1"
	exit 1
}

postgres=$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1)
magic=$(ldconfig -p 2>/dev/null | grep -m 1 libmagic)
if [ -z "$postgres" ] || [ -z "$magic" ] || ! command -v redis-server >/dev/null || ! command -v pg_config >/dev/null; then
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
		missing "PostgreSQL, its headers, Redis or libmagic is missing. On Debian and Ubuntu: sudo apt-get install postgresql redis-server libmagic1 libpq-dev python3-dev"
	# Run level 1 keeps the packages from starting servers of their own.
	{ apt-get update -q && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
		postgresql redis-server libmagic1 libpq-dev python3-dev; } >"$log" 2>&1 || missing "PostgreSQL and Redis could not be installed ($log)"
fi

if [ ! -e "$tools/ckan/complete" ]; then
	python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
		missing "Python 3.10 or later, with venv, is missing. On Debian and Ubuntu: sudo apt-get install python3-venv"
	{ rm -rf "$tools/ckan" && python3 -m venv "$tools/ckan" &&
		"$tools/ckan/bin/pip" install -q "ckan[requirements]==2.12.0" "gunicorn==27.0.1"; } >"$log" 2>&1 ||
		missing "CKAN could not be installed by pip ($log)"
	touch "$tools/ckan/complete"
fi

"${JAVA_HOME:+$JAVA_HOME/bin/}java" -version >/dev/null 2>&1 || missing "Java is missing: Solr needs a JDK of 11 to 23"

if [ ! -e "$tools/solr/complete" ]; then
	command -v mvn >/dev/null || missing "Maven is missing: it fetches Solr"
	{ rm -rf "$tools/solr" && mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$tools/solr"; } >"$log" 2>&1 ||
		missing "Solr could not be fetched by Maven ($log)"
	touch "$tools/solr/complete"
fi

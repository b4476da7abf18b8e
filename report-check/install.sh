#!/usr/bin/env bash
# Fetches what `make test-report` reads reports with: LibreOffice, Chromium and Java (Debian, as root),
# csvw (Python, into the folder given), and axe and the Nu checker (Node, beside this file). What is there
# already is kept. Prints nothing, or what is missing.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=$1
log=$tools/install.log
mkdir -p "$tools"

missing() {
	echo "$1"
	exit 1
}

packages=()
command -v soffice >/dev/null || packages+=(libreoffice-calc-nogui)
command -v chromium >/dev/null || packages+=(chromium)
command -v java >/dev/null || packages+=(default-jre-headless)
if [ ${#packages[@]} -gt 0 ]; then
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
		missing "A program is missing that reads reports. On Debian and Ubuntu: sudo apt-get install ${packages[*]}"
	{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 ||
		missing "${packages[*]} could not be installed ($log)"
fi

if ! cmp -s "$here/requirements.txt" "$tools/python/complete"; then
	python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
		missing "Python 3.10 or later, with venv, is missing. On Debian and Ubuntu: sudo apt-get install python3-venv"
	{ rm -rf "$tools/python" && python3 -m venv "$tools/python" &&
		"$tools/python/bin/pip" install -q -r "$here/requirements.txt"; } >"$log" 2>&1 ||
		missing "csvw could not be installed by pip ($log)"
	cp "$here/requirements.txt" "$tools/python/complete"
fi

if ! cmp -s "$here/package-lock.json" "$here/node_modules/complete"; then
	[ "$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0)" -ge 20 ] && command -v npm >/dev/null ||
		missing "Node 20 or later, with npm, is missing: https://nodejs.org"
	{ cd "$here" && npm ci --omit=dev; } >"$log" 2>&1 || missing "axe and the Nu checker could not be installed by npm ($log)"
	cp "$here/package-lock.json" "$here/node_modules/complete"
fi

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A contender is a program that loads a sample.
type contender struct {
	name    string
	folder  string // all it writes is below
	command func(sample) ([]string, error)
	rows    func(stdout string) (int64, error)
	isOnce  bool // so slow that one run must do
}

// contenders are those for a form of the sample, Footfall first, and the names of those that are
// not installed.
func contenders(form, work, self, ingest string) (found []contender, missing []string) {
	folder := func(name string) string { return filepath.Join(work, name) }
	found = append(found, footfall(folder("footfall"), ingest))
	if form == "json" {
		return append(found, duckDB("read_json", folder("duckdb"), self), duckDB("read_json auto", folder("duckdb"), self)), nil
	}
	found = append(found, duckDB("regexp", folder("duckdb"), self), duckDB("split", folder("duckdb"), self))
	for _, c := range []contender{goAccess(folder("goaccess")), lnav(folder("lnav"))} {
		if _, err := exec.LookPath(c.name); err != nil {
			missing = append(missing, c.name)
		} else {
			found = append(found, c)
		}
	}
	return found, missing
}

const footfallConfig = `data_dir: .
published: usage.duckdb
logs:
  - name: bench
    host: data.example.org
    paths: [%s]
`

var conservation = regexp.MustCompile(`bench: .*?([0-9,]+) lines = `)

// footfall is all of "ingest logs", with an empty warehouse.
func footfall(folder, ingest string) contender {
	return contender{
		name: "footfall", folder: folder,
		command: func(s sample) ([]string, error) {
			paths := make([]string, len(s.paths))
			for i, path := range s.paths {
				absolute, err := filepath.Abs(path)
				if err != nil {
					return nil, err
				}
				paths[i] = strconv.Quote(absolute)
			}
			config := filepath.Join(folder, "footfall.yaml")
			err := os.WriteFile(config, fmt.Appendf(nil, footfallConfig, strings.Join(paths, ", ")), 0o600)
			return []string{ingest, "logs", "--config", config}, err
		},
		rows: func(stdout string) (int64, error) {
			found := conservation.FindStringSubmatch(stdout)
			if found == nil {
				return 0, fmt.Errorf("its output does not say how many lines it read: %s", stdout)
			}
			return strconv.ParseInt(strings.ReplaceAll(found[1], ",", ""), 10, 64)
		},
	}
}

// duckDB is this program again, as a child.
func duckDB(method, folder, self string) contender {
	return contender{
		name: "duckdb " + method, folder: folder,
		command: func(s sample) ([]string, error) {
			compression := "none"
			if s.form == "gzip" {
				compression = "gzip"
			}
			return append([]string{self, "duckdb", method, filepath.Join(folder, "hits.duckdb"), compression}, s.paths...), nil
		},
		rows: func(stdout string) (int64, error) { return strconv.ParseInt(strings.TrimSpace(stdout), 10, 64) },
	}
}

// fed is a command line that reads the sample's text from its standard input, where a program
// cannot read it compressed.
func fed(s sample, command string) []string {
	unpack := "cat"
	if s.form == "gzip" {
		unpack = "gzip -dc"
	}
	return append([]string{"sh", "-c", unpack + ` "$@" | ` + command, "sh"}, s.paths...)
}

// goAccess reads everything into memory and writes its report as JSON. It keeps no rows.
func goAccess(folder string) contender {
	report := filepath.Join(folder, "report.json")
	return contender{
		name: "goaccess", folder: folder, isOnce: true,
		command: func(s sample) ([]string, error) {
			if s.form == "plain" {
				return append([]string{"goaccess", "--no-global-config", "--no-progress", "--log-format=COMBINED", "-o", report}, s.paths...), nil
			}
			return fed(s, "goaccess - --no-global-config --no-progress --log-format=COMBINED -o "+report), nil
		},
		rows: func(string) (int64, error) {
			text, err := os.ReadFile(report)
			if err != nil {
				return 0, err
			}
			var parsed struct {
				General struct {
					Total int64 `json:"total_requests"`
				} `json:"general"`
			}
			err = json.Unmarshal(text, &parsed)
			return parsed.General.Total, err
		},
	}
}

// lnav indexes the log and counts by its SQL, which makes it take each line apart.
func lnav(folder string) contender {
	return contender{
		name: "lnav", folder: folder, isOnce: true,
		command: func(s sample) ([]string, error) {
			query := ";select count(*) as lines, sum(sc_bytes) as bytes, count(distinct cs_uri_stem) as paths, count(distinct cs_user_agent) as agents from access_log"
			return append([]string{"lnav", "-n", "-c", query, "-c", ":write-csv-to -"}, s.paths...), nil
		},
		rows: func(stdout string) (int64, error) {
			for text := range strings.Lines(stdout) {
				first, _, _ := strings.Cut(text, ",")
				if n, err := strconv.ParseInt(first, 10, 64); err == nil {
					return n, nil
				}
			}
			return 0, errors.New("its output has no count")
		},
	}
}

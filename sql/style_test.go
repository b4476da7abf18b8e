package sql

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// modelFolders hold files with a header; in the others a first comment line is enough.
var modelFolders = map[string]bool{"staging": true, "intermediate": true, "marts": true, "checks": true}

var (
	keywords = regexp.MustCompile(`\b(SELECT|FROM|WHERE|GROUP BY|ORDER BY|INNER JOIN|LEFT JOIN|CROSS JOIN|CASE|WHEN|THEN|ELSE|END|WITH|UNION|HAVING|CAST|OVER|PARTITION|AND|OR|NOT|NULL|AS|ON|IN|COUNT|SUM|MIN|MAX|CREATE|TABLE|INSERT|VALUES)\b`)
	quoted   = regexp.MustCompile(`'[^']*'|--.*$`)
	fileName = regexp.MustCompile(`^[a-z0-9_-]+\.sql$`)
)

// TestStyle holds every SQL file to the habits of this folder: a header, lower-case keywords,
// four spaces and no tab, 100 columns, no blank at a line's end, one newline at the file's end.
func TestStyle(t *testing.T) {
	count := 0
	err := fs.WalkDir(Files, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".sql" {
			return err
		}
		count++
		text, err := fs.ReadFile(Files, name)
		if err != nil {
			return err
		}
		for _, problem := range unstyled(name, string(text)) {
			t.Errorf("%s: %s", name, problem)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 40 {
		t.Errorf("found %d files; are the folders embedded?", count)
	}
}

func TestStyleFinds(t *testing.T) {
	for text, want := range map[string]string{
		"select 1\n":                                 "header",
		"-- Says.\nSELECT 1\n":                       "SELECT",
		"-- Says.\nselect\n\t1\n":                    "tab",
		"-- Says.\nselect 1 \n":                      "blank",
		"-- Says.\nselect 1":                         "newline",
		"-- Says.\nselect 1\n\n":                     "newline",
		"-- " + strings.Repeat("x", 100) + "\n":      "columns",
		"-- Says.\nselect 'AND OR' as x -- NOT so\n": "",
	} {
		problems := strings.Join(unstyled("queries/x.sql", text), "; ")
		if want == "" && problems != "" || !strings.Contains(problems, want) {
			t.Errorf("%q: found %q, want %q", text, problems, want)
		}
	}
	if problems := unstyled("marts/x.sql", "-- Says.\nselect 1 as x\n"); len(problems) == 0 {
		t.Error("a model without a grain passed")
	}
}

func unstyled(name, text string) (problems []string) {
	folder, file, _ := strings.Cut(name, "/")
	report := func(problem string) { problems = append(problems, problem) }
	if !fileName.MatchString(file) {
		report("its name is not lower case")
	}
	if !strings.HasPrefix(text, "-- ") {
		report("it has no header: begin with a sentence that says what it is")
	}
	if modelFolders[folder] && folder != "checks" && !strings.Contains(text, "\n-- grain: ") {
		report("its header has no grain")
	}
	if !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") {
		report("it does not end with one newline")
	}
	for line := range strings.SplitSeq(text, "\n") {
		if len([]rune(line)) > 100 {
			report("more than 100 columns: " + line)
		}
		if strings.Contains(line, "\t") {
			report("a tab: " + line)
		}
		if strings.TrimRight(line, " ") != line {
			report("a blank at the end: " + line)
		}
		if word := keywords.FindString(quoted.ReplaceAllString(line, "")); word != "" {
			report(word + " is not in lower case: " + line)
		}
	}
	return problems
}

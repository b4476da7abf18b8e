package metrics

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// querier is what reading needs of a database, a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Models reads the models of staging, intermediate and marts in the order to build them in: each
// after the ones it reads. db only parses; no table needs to be there.
//
// It fails where a header is wrong, where a file is not one select, where two files would be one
// table, and where models read each other in a circle.
func Models(ctx context.Context, db querier, files fs.FS) ([]*Model, error) {
	var models []*Model
	for _, layer := range []string{"staging", "intermediate", "marts"} {
		read, err := readLayer(files, layer)
		if err != nil {
			return nil, err
		}
		models = append(models, read...)
	}
	return order(ctx, db, models)
}

// Checks reads the files of sql/checks, sorted by name.
func Checks(ctx context.Context, db querier, files fs.FS) ([]*Model, error) {
	checks, err := readLayer(files, "checks")
	if err != nil {
		return nil, err
	}
	for _, c := range checks {
		tree, err := parse(ctx, db, c.Text)
		if err != nil {
			return nil, fmt.Errorf("checks/%s.sql: %w", c.Name, err)
		}
		c.Reads, _ = tablesRead(tree)
	}
	return checks, nil
}

func order(ctx context.Context, db querier, models []*Model) ([]*Model, error) {
	byName := make(map[string]*Model, len(models))
	for _, m := range models {
		if other, isTaken := byName[m.Name]; isTaken {
			return nil, fmt.Errorf("%s/%s.sql and %s/%s.sql would be one table: rename one", other.Layer, m.Name, m.Layer, m.Name)
		}
		byName[m.Name] = m
	}
	for _, m := range models {
		tree, err := parse(ctx, db, m.Text)
		if err != nil {
			return nil, fmt.Errorf("%s/%s.sql: %w", m.Layer, m.Name, err)
		}
		reads, ctes := tablesRead(tree)
		for _, cte := range ctes {
			if _, isModel := byName[cte]; isModel {
				return nil, fmt.Errorf("%s/%s.sql: its CTE %s has the name of a model, which hides it: rename the CTE", m.Layer, m.Name, cte)
			}
		}
		m.Reads, m.IsGrouped = reads, isGrouped(tree, m.Grain)
	}
	var sorted []*Model
	done := make(map[string]bool, len(models))
	var visit func(m *Model, path []string) error
	visit = func(m *Model, path []string) error {
		if done[m.Name] {
			return nil
		}
		if slices.Contains(path, m.Name) {
			return fmt.Errorf("models read each other in a circle: %s", strings.Join(append(path, m.Name), " reads "))
		}
		for _, name := range m.Reads {
			if upstream, isModel := byName[name]; isModel {
				if err := visit(upstream, append(slices.Clone(path), m.Name)); err != nil {
					return err
				}
			}
		}
		done[m.Name] = true
		sorted = append(sorted, m)
		return nil
	}
	for _, m := range models {
		if err := visit(m, nil); err != nil {
			return nil, err
		}
	}
	return sorted, nil
}

// tablesRead finds in the engine's parse which tables a select reads and which CTEs it has, both
// sorted. In the tree a CTE that is read looks like a table, so no CTE may take a model's name.
func tablesRead(tree map[string]any) (reads, named []string) {
	tables, ctes := map[string]bool{}, map[string]bool{}
	walk(tree, func(key string, node map[string]any) {
		if key == "cte_map" {
			entries, _ := node["map"].([]any)
			for _, entry := range entries {
				if entry, isEntry := entry.(map[string]any); isEntry {
					ctes[fmt.Sprint(entry["key"])] = true
				}
			}
		}
		if node["type"] == "BASE_TABLE" {
			name := fmt.Sprint(node["table_name"])
			if schema, _ := node["schema_name"].(string); schema != "" {
				name = schema + "." + name
			}
			tables[name] = true
		}
	})
	maps.DeleteFunc(tables, func(name string, _ bool) bool { return ctes[name] })
	return slices.Sorted(maps.Keys(tables)), slices.Sorted(maps.Keys(ctes))
}

// isGrouped says whether the last step of a select groups by nothing but columns of the grain: then
// no two rows can have the same.
func isGrouped(tree map[string]any, grain []string) bool {
	node, _ := tree["node"].(map[string]any)
	selected, _ := node["select_list"].([]any)
	groups, _ := node["group_expressions"].([]any)
	sets, _ := node["group_sets"].([]any)
	keys := map[string]bool{}
	for _, item := range selected {
		expression, _ := item.(map[string]any)
		name, _ := expression["alias"].(string)
		if path, _ := expression["column_names"].([]any); name == "" && len(path) > 0 {
			name = fmt.Sprint(path[len(path)-1])
		}
		if slices.Contains(grain, name) {
			keys[bare(expression)] = true
		}
	}
	return len(groups) > 0 && len(sets) == 1 && !slices.ContainsFunc(groups, func(group any) bool {
		expression, _ := group.(map[string]any)
		return !keys[bare(expression)]
	})
}

// bare is an expression of the parse without its name and place.
func bare(expression map[string]any) string {
	var down func(node any) any
	down = func(node any) any {
		switch node := node.(type) {
		case map[string]any:
			rest := map[string]any{}
			for key, child := range node {
				if key != "alias" && key != "query_location" {
					rest[key] = down(child)
				}
			}
			return rest
		case []any:
			rest := make([]any, len(node))
			for i, child := range node {
				rest[i] = down(child)
			}
			return rest
		}
		return node
	}
	return fmt.Sprint(down(expression))
}

// parse returns the engine's own parse of a text, which must be one select.
func parse(ctx context.Context, db querier, text string) (map[string]any, error) {
	var serialized string
	if err := db.QueryRowContext(ctx, `select cast(json_serialize_sql($1::varchar) as varchar)`, text).Scan(&serialized); err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	var tree struct {
		Error      bool             `json:"error"`
		Message    string           `json:"error_message"`
		Statements []map[string]any `json:"statements"`
	}
	if err := json.Unmarshal([]byte(serialized), &tree); err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	if tree.Error {
		return nil, fmt.Errorf("it is not one select: %s", tree.Message)
	}
	if len(tree.Statements) != 1 {
		return nil, fmt.Errorf("it holds %d statements: a file is one select", len(tree.Statements))
	}
	return tree.Statements[0], nil
}

// walk visits every object of a tree with the key it stands under.
func walk(node any, visit func(key string, node map[string]any)) {
	var down func(key string, node any)
	down = func(key string, node any) {
		switch node := node.(type) {
		case map[string]any:
			visit(key, node)
			for key, child := range node {
				down(key, child)
			}
		case []any:
			for _, child := range node {
				down(key, child)
			}
		}
	}
	down("", node)
}

// definitions gives each model the digest of what its rows depend on besides the data: its own
// file, those of all models upstream, and the settings a day-grained row was made under.
func definitions(models []*Model, settings string) map[string]string {
	digests := make(map[string]string, len(models))
	for _, m := range models { // in build order, so upstream digests are there
		sum := sha256.New()
		fmt.Fprintf(sum, "%s\n%s\n", settings, m.Text)
		for _, name := range m.Reads {
			fmt.Fprintf(sum, "%s %s\n", name, digests[name])
		}
		digests[m.Name] = hex.EncodeToString(sum.Sum(nil))[:16]
	}
	return digests
}

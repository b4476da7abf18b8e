package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

const (
	environPrefix = "FOOTFALL_"
	environToken  = "FOOTFALL_PORTAL_TOKEN"
	// environTokenPrefix and the name of an entry of counts: its secret.
	environTokenPrefix = "FOOTFALL_TOKEN_"
	// environConfig and environPublished are read by the commands themselves.
	environConfig    = "FOOTFALL_CONFIG"
	environPublished = "FOOTFALL_PUBLISHED"
)

// unknownKeys compares the settings of the file with the fields of config, lists included.
func unknownKeys(settings map[string]any) []string {
	return compareKeys(settings, reflect.TypeFor[config](), "")
}

func compareKeys(settings map[string]any, t reflect.Type, prefix string) (problems []string) {
	fields := taggedFields(t)
	for _, key := range sortedKeys(settings) {
		field, isKnown := fields[key]
		if !isKnown {
			problems = append(problems, unknownKey(prefix+key, key, sortedKeys(fields)))
			continue
		}
		switch value := settings[key].(type) {
		case map[string]any:
			if field.Kind() == reflect.Struct {
				problems = append(problems, compareKeys(value, field, prefix+key+".")...)
			}
		case []any:
			for i, element := range value {
				m, isMap := element.(map[string]any)
				if isMap && field.Kind() == reflect.Slice && field.Elem().Kind() == reflect.Struct {
					problems = append(problems, compareKeys(m, field.Elem(), fmt.Sprintf("%s%s[%d].", prefix, key, i))...)
				}
			}
		}
	}
	return problems
}

func unknownKey(full, key string, known []string) string {
	if full == "portal.token" {
		return "portal.token: a secret has no place in this file: set " + environToken + " or portal.token_file"
	}
	return fmt.Sprintf("%s: no such key; the nearest is %s", full, nearest(key, known))
}

func taggedFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for field := range t.Fields() {
		if tag := field.Tag.Get("mapstructure"); tag != "" {
			fields[tag] = field.Type
		}
	}
	return fields
}

// scalarKeys are the keys that one environment variable can set, as a.b.
func scalarKeys(t reflect.Type, prefix string) (keys []string) {
	fields := taggedFields(t)
	for _, key := range sortedKeys(fields) {
		switch field := fields[key]; field.Kind() {
		case reflect.Struct:
			keys = append(keys, scalarKeys(field, prefix+key+".")...)
		case reflect.Slice:
		default:
			keys = append(keys, prefix+key)
		}
	}
	return keys
}

// bindEnvironment lets FOOTFALL_* variables override the file's scalars, and returns the portal's
// token and, by their variables, the secrets of counts.
func bindEnvironment(v *viper.Viper, environ []string) (token string, secrets map[string]string, problems []string) {
	secrets = map[string]string{}
	keys := map[string]string{}
	for _, key := range scalarKeys(reflect.TypeFor[config](), "") {
		keys[environPrefix+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))] = key
	}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case !strings.HasPrefix(name, environPrefix) || name == environConfig:
		case name == environToken:
			token = value
		case strings.HasPrefix(name, environTokenPrefix):
			secrets[name] = value
		case keys[name] == "":
			problems = append(problems, fmt.Sprintf("environment variable %s: no such setting; the nearest is %s", name, nearest(name, sortedKeys(keys))))
		default:
			v.Set(keys[name], value)
		}
	}
	return token, secrets, problems
}

// decodeHook is viper's own, but that a date without quotes, which is a time to YAML, may stand
// where a text is wanted.
var decodeHook = mapstructure.ComposeDecodeHookFunc(
	mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(","),
	func(_, to reflect.Type, value any) (any, error) {
		at, isTime := value.(time.Time)
		switch {
		case !isTime || to.Kind() != reflect.String:
			return value, nil
		case at.Equal(at.UTC().Truncate(24 * time.Hour)):
			return at.UTC().Format(time.DateOnly), nil
		}
		return at.Format(time.RFC3339), nil
	},
)

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// nearest is the known word with the smallest edit distance.
func nearest(word string, known []string) string {
	best, bestDistance := "", 0
	for _, k := range known {
		if d := distance(word, k); best == "" || d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance is Levenshtein's: the least number of letters added, removed or changed.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

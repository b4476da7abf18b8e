package traffic

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const counterList = `[
	{"pattern": "bot", "last_changed": "2017-08-08"},
	{"pattern": "^Tide", "last_changed": "2024-04-22", "url": "https://tides.example.org"},
	{"pattern": "python", "last_changed": "2020-01-01"},
	{"pattern": "curl\\/", "last_changed": ""},
	{"pattern": "^.?$"},
	{"pattern": "http.?client"},
	{"pattern": "Sea[\\s_]?Reader\\/\\d"}
]`

func TestCounterRobots(t *testing.T) {
	t.Parallel()
	agents := readAgents(t)
	list, err := ReadCounterRobots(strings.NewReader(counterList), "robots.json")
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2024, 4, 22, 0, 0, 0, 0, time.UTC); list.Len() != 7 || !list.Newest.Equal(want) {
		t.Errorf("the list has %d entries, the newest of %v; want 7, %v", list.Len(), list.Newest, want)
	}
	if diff := cmp.Diff([]string{"python", `curl\/`, "http.?client"}, agents.AddCounterRobots(list)); diff != "" {
		t.Errorf("patterns left out, since they name machines (-want +got)\n%s", diff)
	}
	for userAgent, want := range map[string]string{
		"curl/8.5.0":                       "machine curl",
		"my-python-thing/1.0":              "machine other",
		"Go-http-client/1.1":               "machine Go",
		"BOTANICA Reader/1.0":              "robot COUNTER list: bot",
		"TIDE-Watch 3":                     "robot COUNTER list: ^Tide",
		"x TIDE-Watch 3":                   "machine other",
		"Mozilla/5.0 sea reader/2":         `robot COUNTER list: Sea[\s_]?Reader\/\d`,
		"Mozilla/5.0 sea reader/x":         "regular other",
		"-":                                "machine none",
		"Mozilla/5.0 (Linux; CUBOT NOTE)":  "regular other",
		"Mozilla/5.0 (Linux; CUBOT) TiBot": "robot other robot",
	} {
		class, name := agents.Classify(userAgent)
		if got := class + " " + name; got != want {
			t.Errorf("Classify(%q) = %s, want %s", userAgent, got, want)
		}
	}
}

func TestCounterRobotErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"empty file":  {"", `robots.json line 1: unexpected end of JSON input: it must be an array of {"pattern": …, "last_changed": …}`},
		"no JSON":     {"[\n{\"pattern\": \"a\"},\nbot]", `robots.json line 3: invalid character 'b' looking for beginning of value: it must be an array of {"pattern": …, "last_changed": …}`},
		"an object":   {`{"pattern": "a"}`, `robots.json line 1: a JSON object does not belong there: it must be an array of {"pattern": …, "last_changed": …}`},
		"no entry":    {`[]`, "robots.json holds no entry: leave the list out, or fetch it again"},
		"no pattern":  {`[{"pattern": "a"}, {"last_changed": "2024-04-22"}]`, "robots.json entry 2: its pattern is empty and would match every agent: remove it"},
		"bad pattern": {`[{"pattern": "(?<!x)bot"}]`, "robots.json entry 1: pattern \"(?<!x)bot\": error parsing regexp: invalid named capture: `(?<!x)bot`: correct or remove it"},
		"bad date":    {`[{"pattern": "a", "last_changed": "April"}]`, `robots.json entry 1: last_changed "April" is no date like 2024-04-22`},
	} {
		_, err := ReadCounterRobots(strings.NewReader(c.text), "robots.json")
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error\n%v, want\n%s", name, err, c.want)
		}
	}
}

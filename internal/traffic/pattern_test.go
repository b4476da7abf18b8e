package traffic

import "testing"

func TestPathPattern(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][2]string{
		"/tiles/7/44/63.png":           {"/tiles/*/*/*.png", "/tiles/"},
		"/tiles/7/-44/63.PNG":          {"/tiles/*/*/*.png", "/tiles/"},
		"/pub/2024-05/a":               {"/pub/2024-05/*", "/pub/2024-05/"},
		"/get/" + lostID + "/file.csv": {"/get/*/*.csv", "/get/"},
		"/folder/":                     {"/folder/", "/folder/"},
		"/x":                           {"/*", "/"},
		"/":                            {"/", "/"},
		"":                             {"", ""},
	} {
		pattern := PathPattern(path)
		if got := [2]string{pattern, PatternPrefix(pattern)}; got != want {
			t.Errorf("PathPattern(%q) and its prefix are %q, want %q", path, got, want)
		}
	}
}

package ckan

import "testing"

func TestEndpoints(t *testing.T) {
	cases := map[string][2]string{
		"https://data.example.org":                {"https://data.example.org/api/3/action", "https://data.example.org"},
		"https://data.example.org/":               {"https://data.example.org/api/3/action", "https://data.example.org"},
		" https://data.example.org/data/ ":        {"https://data.example.org/data/api/3/action", "https://data.example.org/data"},
		"https://data.example.org/api":            {"https://data.example.org/api/3/action", "https://data.example.org"},
		"https://data.example.org/api/3/":         {"https://data.example.org/api/3/action", "https://data.example.org"},
		"https://data.example.org/api/action":     {"https://data.example.org/api/action", "https://data.example.org"},
		"http://data.example.org:8/api/3/action/": {"http://data.example.org:8/api/3/action", "http://data.example.org:8"},
		"https://data.example.org/?x=1#top":       {"https://data.example.org/api/3/action", "https://data.example.org"},
	}
	for in, want := range cases {
		api, site, err := endpoints(in)
		if err != nil || api != want[0] || site != want[1] {
			t.Errorf("endpoints(%q) = %s, %s, %v; want %q", in, api, site, err, want)
		}
	}
	for _, in := range []string{"", "data.example.org", "ftp://data.example.org", "https://", "http://a b/", "/api"} {
		if _, _, err := endpoints(in); err == nil {
			t.Errorf("endpoints(%q) is accepted", in)
		}
	}
}

func TestFilter(t *testing.T) {
	cases := map[string]struct {
		fq            string
		organizations []string
		want          string
	}{
		"nothing":           {"", nil, ""},
		"a query":           {" theme:water ", nil, "theme:water"},
		"an organization":   {"", []string{"rivers"}, "organization:rivers"},
		"two organizations": {"", []string{"rivers", "farm-payments"}, "organization:(rivers OR farm-payments)"},
		"both":              {"theme:water", []string{"rivers"}, "theme:water AND organization:rivers"},
		"an or":             {"a:1 OR b:2", []string{"rivers"}, "(a:1 OR b:2) AND organization:rivers"},
		"an exclusion":      {"-type:x", []string{"rivers"}, "-type:x AND organization:rivers"},
	}
	for name, test := range cases {
		got, err := filter(test.fq, test.organizations)
		if err != nil || got != test.want {
			t.Errorf("%s: filter is %q (%v), want %q", name, got, err, test.want)
		}
	}
}

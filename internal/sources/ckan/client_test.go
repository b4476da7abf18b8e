package ckan

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
)

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

func TestAnswersAreBounded(t *testing.T) {
	var buffer bytes.Buffer
	if err := read(&buffer, strings.NewReader("12345"), 5); err != nil {
		t.Errorf("five bytes of five: %v", err)
	}
	if err := read(&buffer, strings.NewReader("123456"), 5); !errors.Is(err, errTooLong) {
		t.Errorf("six bytes of five: %v, want errTooLong", err)
	}
}

func TestRedirectsKeepTheTokenSafe(t *testing.T) {
	cases := map[string]struct {
		from, to, token string
		want            error
	}{
		"to https":                     {"http://data.example.org/a", "https://data.example.org/a", "t", nil},
		"within https":                 {"https://data.example.org/a", "https://data.example.org/b", "t", nil},
		"out of https, with a token":   {"https://data.example.org/a", "http://data.example.org/a", "t", errDowngrade},
		"out of https, without one":    {"https://data.example.org/a", "http://data.example.org/a", "", nil},
		"within http, as it was asked": {"http://data.example.org/a", "http://data.example.org/b", "t", nil},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			from, fromErr := http.NewRequest(http.MethodGet, test.from, nil)
			to, toErr := http.NewRequest(http.MethodGet, test.to, nil)
			if fromErr != nil || toErr != nil {
				t.Fatal(fromErr, toErr)
			}
			if test.token != "" {
				from.Header.Set("Authorization", test.token)
			}
			if err := followSafely(to, []*http.Request{from}); !errors.Is(err, test.want) {
				t.Errorf("the error is %v, want %v", err, test.want)
			}
		})
	}
}

package counting

import (
	"testing"
	"time"
)

func TestSiteURL(t *testing.T) {
	site := NewSite("https://Data.my-portal.example.org/portal", []string{"Staging.example.org"})
	for text, want := range map[string]string{
		"/dataset/otters?page=2":                                                           "data.my-portal.example.org/dataset/otters?page=2",
		"http://data.my-portal.example.org/dataset/otters":                                 "data.my-portal.example.org/dataset/otters",
		"https://staging.example.org/dataset/otters":                                       "data.my-portal.example.org/dataset/otters",
		"https://files.example.net/otters.csv?_x_tr_sl=en":                                 "files.example.net/otters.csv?_x_tr_sl=en",
		"https://data-my--portal-example-org.translate.goog/a?b=c&_x_tr_sl=en&_x_tr_tl=fr": "data.my-portal.example.org/a?b=c",
		" /with%20space ": "data.my-portal.example.org/with%20space",
		"(not set)":       "",
		"":                "",
		"Others":          "",
		"mailto:a@b":      "",
	} {
		got := ""
		if u, ok := site.URL(text); ok {
			got = u.String()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestSameZone(t *testing.T) {
	at := time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)
	cases := map[string]struct {
		zone, name string
		want       bool
	}{
		"the same name":             {"Europe/London", "Europe/London", true},
		"an old name":               {"Europe/Kyiv", "Europe/Kiev", true},
		"the same in winter only":   {"Europe/London", "Africa/Accra", false},
		"another zone":              {"Europe/London", "America/New_York", false},
		"an offset":                 {"Etc/GMT-2", "UTC+2", true},
		"an offset of half an hour": {"Asia/Kolkata", "UTC+5.5", true},
		"a wrong offset":            {"Etc/GMT-2", "UTC-2", false},
		"no zone at all":            {"UTC", "Middle Earth", false},
		"no name":                   {"UTC", "", false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			if got := SameZone(zone, test.name, at); got != test.want {
				t.Errorf("%s and %s agree: %t, want %t", test.zone, test.name, got, test.want)
			}
		})
	}
}

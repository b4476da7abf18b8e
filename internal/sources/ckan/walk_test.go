package ckan

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"footfall/internal/sources/sourcestest"
)

func TestWalkGoesOn(t *testing.T) {
	c := newCounts(t, "single", 12)
	shows := func() (n int) {
		for _, request := range c.portal.requests {
			if strings.Contains(request, "package_show") {
				n++
			}
		}
		return n
	}
	c.portal.fault = func(int, http.ResponseWriter, *http.Request) bool {
		if shows() > 8 {
			panic(http.ErrAbortHandler)
		}
		return false
	}
	c.refuse(t, 0, "of 12 datasets the counts of 7 are read", "the next run within a day goes on there")
	file, err := os.OpenFile(c.progress, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(file, `{"id":"half a li`) // as a crash leaves it
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	c.portal.fault, c.portal.requests = nil, nil
	c.portal.counts[id(1)] = 8 // was read before
	got := c.read(t, 5)["pages"].Text("raw.counter_reading", counterRow...)
	want(t, "datasets read by both runs", []string{got[0], got[11]},
		"dataset|"+id(1)+"|dataset-1|2025-03-01T12:00:00|7", "dataset|"+id(12)+"|dataset-12|2025-03-01T17:00:00|0")
	if shows() != 5 {
		t.Errorf("the second run asks for %d datasets, want the 5 left", shows())
	}
	if _, err := os.Stat(c.progress); !os.IsNotExist(err) {
		t.Errorf("what was kept is still there: %v", err)
	}
}

func TestWalkBeginsAgain(t *testing.T) {
	cases := map[string]func(*counts){
		"a day later":         func(*counts) {},
		"with another filter": func(c *counts) { c.config.FQ = "organization:river-survey" },
		"after a broken file": func(c *counts) { _ = os.WriteFile(c.progress, []byte("no JSON\n{}\n"), 0o600) },
		"after an empty file": func(c *counts) { _ = os.WriteFile(c.progress, nil, 0o600) },
		"from a later time": func(c *counts) {
			_ = os.WriteFile(c.progress, []byte(`{"path":"p","began":"2031-01-01T00:00:00Z"}`+"\n"), 0o600)
		},
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			c := newCounts(t, "single", 4)
			c.config.MinShare = 0
			units := sourcestest.Units(t, c.at(0)) // whole, and not loaded
			if len(units) != 2 {
				t.Fatalf("%d units, want 2", len(units))
			}
			change(c)
			c.portal.counts[id(1)] = 9
			hours := 1
			if name == "a day later" {
				hours = 25
			}
			got := c.read(t, hours)["pages"].Text("raw.counter_reading", "subject", "value")
			if got[0] != id(1)+"|9" {
				t.Errorf("the first dataset is %s, want it read anew", got[0])
			}
		})
	}
}

func TestWalkPacesItself(t *testing.T) {
	c := newCounts(t, "single", 3)
	c.waits = nil
	c.read(t, 0)
	if len(c.waits) < 4 || c.waits[0] > time.Second || c.waits[0] <= 0 {
		t.Errorf("pauses are %v, want one of a second before each request but the first", c.waits)
	}
}

func TestDatasetThatGoesDuringAWalk(t *testing.T) {
	c := newCounts(t, "single", 12)
	c.portal.fault = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.RawQuery, "id="+id(5)) {
			c.portal.remove(11)
			c.portal.fault = nil
		}
		return false
	}
	if got := c.read(t, 0)["pages"].Text("raw.counter_reading", "subject"); len(got) != 11 {
		t.Errorf("%d datasets are read, want the 11 left", len(got))
	}
	c = newCounts(t, "single", 12)
	c.portal.fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.RawQuery, "id="+id(5)) {
			answer(w, 403, object{"success": false, "error": object{"__type": "Authorization Error", "message": "Access denied"}})
			return true
		}
		return false
	}
	c.refuse(t, 0, "dataset dataset-5 is listed, but the portal does not show it")
}

func TestCheckTracking(t *testing.T) {
	cases := map[string]struct {
		tracking string
		viewed   int // number of the dataset with views; 0: none
		want     TrackingFound
	}{
		"with the list":             {"listed", 1, TrackingFound{IsListed: true, IsCounting: true, Datasets: 30}},
		"with the list, all zero":   {"listed", 0, TrackingFound{IsListed: true, Datasets: 30}},
		"one at a time":             {"single", 30, TrackingFound{IsCounting: true, Datasets: 30}},
		"one at a time, all zero":   {"single", 0, TrackingFound{Datasets: 30}},
		"a portal that counts none": {"", 1, TrackingFound{Datasets: 30}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			c := newCounts(t, test.tracking, 30)
			c.portal.counts = map[string]int64{id(test.viewed): 4}
			got, err := c.source(0).CheckTracking(t.Context())
			if err != nil || got != test.want {
				t.Errorf("found %+v (%v), want %+v", got, err, test.want)
			}
		})
	}
}

package simulate

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What Requests yields is in the logs too, with nothing of it lost, and as often.
func TestRequestsAreThoseOfTheLines(t *testing.T) {
	for name, isTwice := range map[string]bool{"once": false, "twice": true} {
		t.Run(name, func(t *testing.T) {
			o := Small()
			o.IsWhole, o.IsTwice = true, isTwice
			o.Walkers = []Walker{{Every: 20, Hourly: 60}}
			w := New(o)
			dir := t.TempDir()
			if err := w.WriteLogs(dir, o.Start, w.End().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			lines := map[string]int{}
			for path, text := range readTree(t, dir) {
				log, _, _ := strings.Cut(path, "/")
				if strings.HasSuffix(path, ".gz") {
					text = gunzip(t, text)
				}
				for line := range strings.Lines(text) {
					if m := requestForm.FindStringSubmatch(line); m != nil {
						lines[fmt.Sprint(log, " ", strings.TrimPrefix(m[1], "::ffff:"), " ", m[2], m[3], m[4], m[5], m[6], m[7])]++
					}
				}
			}
			count := 0
			for r := range w.Requests() {
				if !r.At.Before(w.End()) {
					continue
				}
				at := r.At
				if r.Log == "maps" {
					at = at.Add(time.Hour) // its server's zone
				}
				size := fmt.Sprint(r.Bytes)
				if r.Bytes == 0 && r.Log != "portal" {
					size = "-"
				}
				line := fmt.Sprint(r.Log, " ", r.Address, " ", at.Format("02/Jan/2006:15:04:05"), r.Method, r.Target, r.Status, size, r.Agent)
				if lines[line] == 0 {
					t.Fatalf("no line, or one too few, of the request %s", line)
				}
				lines[line]--
				count++
			}
			if count < 500 {
				t.Errorf("%d requests, want hundreds", count)
			}
		})
	}
}

// Where no line is lost, every log has lines in every hour.
func TestWholeLogsAreNeverSilent(t *testing.T) {
	o := Small()
	o.IsWhole = true
	w := New(o)
	g := w.generator()
	for number := range o.Days {
		g.makeDay(number)
		hours := map[int]bool{}
		for _, e := range g.events {
			hours[int(e.log)*24+int(e.asked%day/3600)] = true
		}
		if len(hours) != 24*len(w.logs) {
			t.Fatalf("day %d: %d hours of all logs have lines, want %d", number, len(hours), 24*len(w.logs))
		}
	}
}

func TestRequestsStop(t *testing.T) {
	count := 0
	for range New(Small()).Requests() {
		if count++; count == 3 {
			break
		}
	}
	if count != 3 {
		t.Errorf("%d requests after a break at 3", count)
	}
}

// A walk takes every dataset that there is and that has data on a host with a log, at its pace.
func TestWalkersTakeEveryDataset(t *testing.T) {
	o := Small()
	o.Walkers = []Walker{{Every: 20, Hourly: 7}}
	w := New(o)
	walker := w.walkers[0]
	var at []time.Time
	for r := range w.Requests() {
		if r.Address == walker.address && r.Agent == walker.agent {
			at = append(at, r.At)
		}
	}
	want := 0
	for walk := range 3 {
		for n, i := range w.idOrder {
			s := &w.datasets[i]
			moment := w.start + int64(walk)*20*day + int64(n)*(3600/7)
			if s.liveAt(moment) && len(s.data) > 0 && hasLog(s.resources[s.data[0]].host) {
				want++
			}
		}
	}
	if len(at) != want {
		t.Errorf("%d requests of a walker, want %d", len(at), want)
	}
	hourly := map[time.Time]int{}
	for _, moment := range at {
		if hourly[moment.Truncate(time.Hour)]++; hourly[moment.Truncate(time.Hour)] > 8 {
			t.Fatalf("more than 8 datasets in the hour of %v", moment)
		}
	}
}

// The rates of the truth are the means of the shapes that only options bring, too.
func TestRatesOfOtherShapes(t *testing.T) {
	spread := map[Shape]float64{
		ShapeWeekBursts: 5, ShapeMonthBursts: 5, // a geometric burst: its second moment over its mean
		ShapeMostlyPolled: 0.4 + 0.6*blockDays, ShapeSeldomCampaign: 60,
	}
	for shape, spread := range spread {
		t.Run(string(shape), func(t *testing.T) {
			o := Small()
			o.Datasets, o.Days, o.Lines = 600, 364, 60_000
			o.Shapes = []Shape{shape}
			w := New(o)
			days := clientDays(w)
			found, expected := 0.0, 0.0
			for i, truth := range w.Truth() {
				if truth.Shape != shape {
					t.Fatalf("a dataset's shape is %s", truth.Shape)
				}
				// A client who comes twice on one day counts once, which popular datasets show.
				if truth.Kind == KindPlain && truth.Rate < 60 {
					found += float64(days[i])
					expected += truth.Rate * float64(o.Days) / quarterDay
				}
			}
			bound := 4*math.Sqrt(spread*expected) + 0.005*expected
			if expected < 100 || math.Abs(found-expected) > bound {
				t.Errorf("%.0f client-days, want %.0f within %.0f", found, expected, bound)
			}
		})
	}
}

var requestForm = regexp.MustCompile(`^(?:files\.example\.org:443 )?(\S+) - - \[(\S+) \S+\] "(\S+) (\S+) HTTP/\S+" (\d+) (\S+) "[^"]*" "(.*)"\n$`)

func gunzip(t *testing.T, text string) string {
	t.Helper()
	reader, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// Who asks a map service what it has, takes a map within minutes: to ask alone is no use.
func TestWhoUsesMapsTakesThem(t *testing.T) {
	o := Small()
	o.Datasets, o.Shapes = 400, []Shape{ShapeMostlyPolled}
	asked, taken := map[string]bool{}, map[string]bool{}
	for r := range New(o).Requests() {
		base, query, _ := strings.Cut(r.Target, "?")
		client := func(at time.Time) string {
			return fmt.Sprint(at.Format(time.DateOnly), " ", r.Address, " ", r.Agent, " ", base)
		}
		switch {
		case strings.Contains(query, "GetCapabilities") && r.Status < 400:
			asked[client(r.At)] = true
		case strings.Contains(query, "GetMap"):
			taken[client(r.At)] = true
			taken[client(r.At.Add(-10*time.Minute))] = true
		}
	}
	if len(taken) < 50 {
		t.Errorf("%d client-days of maps, want more", len(taken))
	}
	for client := range asked {
		if !taken[client] {
			t.Fatalf("asked and took nothing: %s", client)
		}
	}
}

// Package simulate invents an open-data portal, a year of its server logs, and the truth about them.
//
// Everything follows from a seed: the catalogue as of any moment, each line of each log, what the
// portal's own tracking and a Matomo count, and the rate at which each dataset is really used. What
// a pipeline finds can therefore be held against what was put there. Any day can be made on its
// own, because each process (the use of one dataset in four weeks, one robot on one day) has random
// numbers of its own.
package simulate

import (
	"iter"
	"math"
	"net/netip"
	"time"
)

// Options say how big the world is and when it takes place.
type Options struct {
	Seed       uint64
	Datasets   int       // records that ever exist; at least 40, so that every Kind occurs
	Publishers int       // organizations of the portal
	Start      time.Time // midnight UTC of the first day
	Days       int       // at least 28
	Lines      int       // log lines to reach over Days: robots fill up what use leaves
	Threshold  float64   // uses a quarter from which a dataset counts as used

	Shapes  []Shape  // how use falls in time, each as likely; nil: as in the demo
	IsWhole bool     // no server loses lines, and each is probed every half hour
	IsTwice bool     // every request comes a second time, 9 seconds later
	Walkers []Walker // crawlers that call themselves browsers

	Unlogged float64 // part of the datasets whose data is on hosts without logs; 0: as in the demo
	Tracking Tag     // of the portal itself
	Matomo   Tag     // on the portal's pages
}

// Full is the world of the demo: a year, 13,000 datasets, over two million lines.
func Full() Options {
	return Options{
		Seed: 1, Datasets: 13_000, Publishers: 10,
		Start: time.Date(2025, time.October, 1, 0, 0, 0, 0, time.UTC),
		Days:  365, Lines: 2_000_000, Threshold: 5,
	}
}

// Small is a world for tests: two months, made in a fraction of a second.
func Small() Options {
	o := Full()
	o.Datasets, o.Days, o.Lines = 60, 60, 20_000
	return o
}

// The hosts of the world. The first three have logs; whoever serves the others keeps none.
const (
	PortalHost  = "data.example.org"
	FilesHost   = "files.example.org"
	MapsHost    = "maps.example.net"
	archiveHost = "archive.example.com"
	partnerHost = "partner.example.net"
)

const (
	day        = int64(24 * 60 * 60)
	never      = int64(math.MaxInt64 / 2) // far enough, and days can be added to it
	blockDays  = 28
	quarterDay = 91.25
)

// World is an invented portal. It does not change once made, so it may be used from several
// goroutines.
type World struct {
	options    Options
	start      int64 // Unix seconds of the first midnight
	publishers []publisher
	datasets   []dataset
	byID       map[string]int // dataset id -> index
	byResource map[string]resourceKey
	idOrder    []int // indexes of datasets by id
	agents     agents
	clients    clients
	robots     []robot
	probes     []client  // of the monitors
	strays     []client  // scanners and broken programs
	walkers    []client  // of Options.Walkers
	logs       []logSpec // by logNumber
	tagShares  [tags][]float64
	crawl      float64 // lines of robots a day
	monitor    int64   // seconds between two probes of a monitor
}

type resourceKey struct{ dataset, resource int }

// New makes a world. Options out of range are raised to the least that works.
func New(o Options) *World {
	o.Datasets = max(o.Datasets, 40)
	o.Publishers = max(o.Publishers, 2)
	o.Days = max(o.Days, blockDays)
	o.Start = o.Start.UTC().Truncate(24 * time.Hour)
	w := &World{options: o, start: o.Start.Unix(), logs: logSpecs(o)}
	w.publishers = newPublishers(o)
	w.buildCatalogue()
	w.drawTagShares()
	w.agents = newAgents(o.Seed)
	w.clients = newClients(o.Seed, max(2000, 4*o.Datasets), &w.agents)
	w.addRobots()
	w.addWalkers()
	w.monitor = monitorInterval(o)
	w.crawl = w.crawlBudget()
	return w
}

// End is the midnight UTC after the last day.
func (w *World) End() time.Time { return w.options.Start.AddDate(0, 0, w.options.Days) }

// dayOf is the number of the day that a Unix second lies in, counted from the first day.
func (w *World) dayOf(at int64) int {
	return int(math.Floor(float64(at-w.start) / float64(day)))
}

// midnight is the Unix second a day begins at.
func (w *World) midnight(number int) int64 { return w.start + int64(number)*day }

// crawlBudget is how many lines robots have to add each day to reach Options.Lines: a few days
// are made without them and counted.
func (w *World) crawlBudget() float64 {
	const samples = 7
	g := w.generator()
	lines := 0
	for i := range samples {
		g.withoutRobots(w.options.Days * (2*i + 1) / (2 * samples))
		lines += len(g.events)
	}
	perDay := 1.05 * float64(w.options.Lines) / float64(w.options.Days)
	return max(perDay-float64(lines)/samples, 0.2*perDay)
}

// monitorInterval keeps the monitors under about a tenth of all lines.
// Where no line is lost no hour is empty either, or silence could be taken for a loss.
func monitorInterval(o Options) int64 {
	if o.IsWhole {
		return 30 * 60
	}
	for _, minutes := range []int64{5, 10, 15, 30, 60} {
		probes := int64(o.Days) * 24 * 60 / minutes * int64(len(logSpecs(o)))
		if 10*probes <= int64(o.Lines) {
			return minutes * 60
		}
	}
	return 2 * 60 * 60
}

// Addresses yields every address that a line of the logs can carry, each once. All lie in the
// ranges reserved for documentation (RFC 5737, RFC 3849).
func (w *World) Addresses() iter.Seq[netip.Addr] {
	return func(yield func(netip.Addr) bool) {
		seen := map[netip.Addr]bool{}
		offer := func(a netip.Addr) bool {
			if seen[a] {
				return true
			}
			seen[a] = true
			return yield(a)
		}
		for i := range w.clients.all {
			if !offer(w.clients.all[i].address) {
				return
			}
		}
		for _, group := range w.robotClients() {
			for i := range group {
				if !offer(group[i].address) {
					return
				}
			}
		}
	}
}

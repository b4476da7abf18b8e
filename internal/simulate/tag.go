package simulate

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// A Tag is how well something that counts in people's browsers sees: the portal's own page tracking,
// or an analytics tool. It sees no program, and of each dataset a share of the people, however they
// come: the same ones each day.
type Tag struct {
	Share     float64 // of the people who use a dataset, on average between datasets; 0: there is no such tag
	Variation float64 // coefficient of variation of that share, which falls by a gamma distribution and ends at 1
}

type tagNumber int

const (
	trackingTag tagNumber = iota
	matomoTag
	tags = 2
)

func (w *World) tag(t tagNumber) Tag { return [tags]Tag{w.options.Tracking, w.options.Matomo}[t] }

// drawTagShares draws how well each tag sees each dataset.
func (w *World) drawTagShares() {
	d := newDice(0, 0, 0)
	for t := range tagNumber(tags) {
		w.tagShares[t] = make([]float64, len(w.datasets))
		for i := range w.datasets {
			d.set(w.options.Seed, forTags, i, int(t))
			w.tagShares[t][i] = min(1, w.tag(t).Share*d.gamma(w.tag(t).Variation))
		}
	}
}

// seenShare is which part of a dataset's client-days a tag sees on average, those of programs included.
func (w *World) seenShare(t tagNumber, number int) float64 {
	polls, tools := programs(w.datasets[number].shape)
	return w.tagShares[t][number] * (1 - polls) * (1 - tools)
}

// sees says whether a tag sees a client where a dataset is used.
func (w *World) sees(t tagNumber, dataset, client int32) bool {
	share := w.tagShares[t][dataset]
	number := mix(mix(w.options.Seed^mix(uint64(forTags))) ^ uint64(t+1)<<60 ^ uint64(dataset)<<32 ^ uint64(client))
	return share > 0 && float64(number>>11)/(1<<53) < share
}

// pageItself stands for a resource where the dataset's page is meant.
const pageItself = -1

// A sighting is somebody on a page of a dataset or on the link to one of its resources.
type sighting struct {
	dataset, client int32
	resource        int // or pageItself
	url, referrer   string
}

// see tells of what the visit does that is served.
func (g *generator) see(resource int, url, referrer string) {
	if g.seen != nil && !g.w.clients.all[g.visit.client].tool {
		g.seen(sighting{g.visit.dataset, g.visit.client, resource, url, referrer})
	}
}

// A Count is what a tag counted of one URL on one day.
type Count struct {
	Day                   int // number of the day, from 0
	URL                   string
	DatasetID, ResourceID string // whose page or link it is; no ResourceID: the dataset's page
	Clients, Hits         int64

	dataset, resource int
}

// TrackingCounts yields what the portal's own tracking counts, by day, then by URL.
func (w *World) TrackingCounts() iter.Seq[Count] { return w.counts(trackingTag) }

// MatomoCounts yields what the Matomo counts, by day, then by URL.
func (w *World) MatomoCounts() iter.Seq[Count] { return w.counts(matomoTag) }

func (w *World) counts(t tagNumber) iter.Seq[Count] {
	return func(yield func(Count) bool) {
		c := w.tagCounter(t)
		for number := range w.options.Days {
			for _, count := range c.day(number).counts {
				if !yield(count) {
					return
				}
			}
		}
	}
}

// A tagCounter counts what a tag sees, day by day. It is used by one goroutine.
type tagCounter struct {
	w   *World
	tag tagNumber
	g   *generator
}

func (w *World) tagCounter(t tagNumber) *tagCounter {
	g := w.generator()
	g.take = func(request) {}
	return &tagCounter{w: w, tag: t, g: g}
}

// A tagDay is what a tag counted on a day.
type tagDay struct {
	counts  []Count // by URL
	origins []origin
	clients int64
}

// An origin is where clients came from first that day: a channel, and a site of it.
type origin struct {
	channel, site string
	clients       int64
}

// day counts a day of the world.
func (c *tagCounter) day(number int) tagDay {
	type viewer struct {
		url    string
		client int32
	}
	counts, viewers, origins := map[string]*Count{}, map[viewer]bool{}, map[origin]int64{}
	clients := map[int32]bool{}
	c.g.seen = func(s sighting) {
		if !c.w.sees(c.tag, s.dataset, s.client) {
			return
		}
		if !clients[s.client] {
			clients[s.client] = true
			channel, site := channelOf(s.referrer)
			origins[origin{channel: channel, site: site}]++
		}
		count := counts[s.url]
		if count == nil {
			set := &c.w.datasets[s.dataset]
			count = &Count{Day: number, URL: s.url, DatasetID: set.id, dataset: int(s.dataset), resource: s.resource}
			if s.resource != pageItself {
				count.ResourceID = set.resources[s.resource].id
			}
			counts[s.url] = count
		}
		count.Hits++
		if !viewers[viewer{s.url, s.client}] {
			viewers[viewer{s.url, s.client}] = true
			count.Clients++
		}
	}
	c.g.makeUse(number)
	result := tagDay{clients: int64(len(clients))}
	for _, count := range counts {
		result.counts = append(result.counts, *count)
	}
	slices.SortFunc(result.counts, func(a, b Count) int { return strings.Compare(a.URL, b.URL) })
	for o, n := range origins {
		result.origins = append(result.origins, origin{o.channel, o.site, n})
	}
	slices.SortFunc(result.origins, func(a, b origin) int {
		return cmp.Or(strings.Compare(a.channel, b.channel), strings.Compare(a.site, b.site))
	})
	return result
}

package simulate

// A Walker is a crawler that no list knows, since it calls itself a browser. It takes a file of
// one dataset after another, through the whole catalogue.
type Walker struct {
	Every  int // days from the beginning of one walk to that of the next
	Hourly int // datasets an hour
}

// addWalkers gives each walker its address, one for all its walks.
func (w *World) addWalkers() {
	d := newDice(w.options.Seed, forRobots, -2)
	for range w.options.Walkers {
		w.walkers = append(w.walkers, client{address: v6(d, uint16(d.between(0x1000, 0x8fff)), 0), agent: w.agents.browsers[0]})
	}
}

// makeWalkers lets each walker go on from where it was at midnight.
func (g *generator) makeWalkers() {
	midnight := g.w.midnight(g.day)
	for i, walker := range g.w.options.Walkers {
		step := 3600 / int64(walker.Hourly)
		length := step * int64(len(g.w.idOrder))
		every := int64(walker.Every) * day
		for walk := int64(0); g.w.start+walk*every < midnight+day; walk++ {
			begin := g.w.start + walk*every
			if begin+length <= midnight {
				continue
			}
			first := max(0, (midnight-begin+step-1)/step)
			for n := first; n < int64(len(g.w.idOrder)) && begin+n*step < midnight+day; n++ {
				g.walkTo(&g.w.datasets[g.w.idOrder[n]], &g.w.walkers[i], begin+n*step)
			}
		}
	}
}

func (g *generator) walkTo(s *dataset, c *client, at int64) {
	if !s.liveAt(at) || len(s.data) == 0 || !hasLog(s.resources[s.data[0]].host) {
		return
	}
	r := &s.resources[s.data[0]]
	q := g.file(r, c, at, s.targetAt(r, at), max(200, g.fault(s, at)), "-")
	q.took = 0
	g.write(q)
}

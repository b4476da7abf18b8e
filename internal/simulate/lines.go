package simulate

import (
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// logNumber says which server wrote a line.
type logNumber uint8

const (
	portalLog logNumber = iota
	files1Log
	files2Log
	mapsLog
)

// event is a line of a log: a piece of generator.text, and when it was written.
type event struct {
	written  int64 // Unix seconds; a server that logs when a request ends writes late
	asked    int64
	from, to int
	log      logNumber
}

// request is what a line tells.
type request struct {
	log      logNumber
	at       int64 // Unix seconds
	took     int64 // seconds until the line is written, though it bears the time it was asked
	client   *client
	method   string // GET if empty
	target   string
	status   int
	bytes    int64
	referrer string
}

// generator makes the lines of one day after another. It is used by one goroutine.
type generator struct {
	w         *World
	d         dice
	take      func(request)  // given every request instead of a line being written; nil: lines
	visit     visit          // that is served
	seen      func(sighting) // given what people do where a tag may see it; nil: nothing asks
	block     int
	plan      [blockDays][]visit
	day       int // the day of events
	events    []event
	text      []byte
	late      []byte // lines of the last day made that are written after its midnight
	lateLines []event
	dates     [2]struct {
		number int64
		text   string
	}
}

func (w *World) generator() *generator {
	return &generator{w: w, d: newDice(0, 0, 0), block: -1 << 30, day: -1 << 30}
}

// makeDay fills events with all lines written on a day, in the order they were written.
func (g *generator) makeDay(number int) {
	switch {
	case number == 0:
		g.late, g.lateLines = g.late[:0], g.lateLines[:0]
	case number != g.day+1:
		g.fill(number - 1)
		g.saveLate()
	}
	g.fill(number)
	for _, e := range g.lateLines {
		line := g.late[e.from:e.to]
		e.from, e.to = len(g.text), len(g.text)+len(line)
		g.text = append(g.text, line...)
		g.events = append(g.events, e)
	}
	g.saveLate()
	slices.SortStableFunc(g.events, func(a, b event) int { return int(a.written - b.written) })
}

// saveLate takes the lines that are written after midnight out of the day's events.
func (g *generator) saveLate() {
	end := g.w.midnight(g.day + 1)
	g.late, g.lateLines = g.late[:0], g.lateLines[:0]
	g.events = slices.DeleteFunc(g.events, func(e event) bool {
		if e.written < end {
			return false
		}
		line := g.text[e.from:e.to]
		e.from, e.to = len(g.late), len(g.late)+len(line)
		g.late = append(g.late, line...)
		g.lateLines = append(g.lateLines, e)
		return true
	})
}

// fill makes the requests that are asked on a day.
func (g *generator) fill(number int) {
	g.withoutRobots(number)
	g.makeRobots()
}

// withoutRobots makes what people, tools, staff and monitors ask for on a day.
func (g *generator) withoutRobots(number int) {
	g.makeUse(number)
	g.makeBrowsing()
	g.makeStaff()
	g.makeMonitors()
	g.makeNoise()
}

// makeUse makes what a day's visits ask for, and the walkers, who look like visitors.
func (g *generator) makeUse(number int) {
	g.day = number
	g.events, g.text = g.events[:0], g.text[:0]
	block := floorDiv(number, blockDays)
	if block != g.block {
		g.w.planBlock(block, &g.plan)
		g.block = block
	}
	g.d.set(g.w.options.Seed, forLines, number, 0)
	for _, v := range g.plan[number-block*blockDays] {
		g.serve(v)
	}
	g.makeWalkers()
}

func floorDiv(a, b int) int {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

// write makes a request, twice where the options say so.
func (g *generator) write(r request) {
	g.ask(r)
	if r.at += 9; g.w.options.IsTwice && g.w.dayOf(r.at) == g.w.dayOf(r.at-9) {
		g.ask(r)
	}
}

// ask formats a request in the way its server does.
func (g *generator) ask(r request) {
	if r.method == "" {
		r.method = "GET"
	}
	if r.referrer == "" {
		r.referrer = "-"
	}
	if g.take != nil {
		g.take(r)
		return
	}
	protocol := " HTTP/1.1\" "
	if r.log == portalLog && !r.client.tool {
		protocol = " HTTP/2.0\" "
	}
	g.event(r.log, r.at, r.at+r.took, func(b []byte) []byte {
		b = g.appendHead(b, r.log, r.at, r.client)
		b = append(b, '"')
		b = append(b, r.method...)
		b = append(b, ' ')
		b = append(b, r.target...)
		b = append(b, protocol...)
		b = strconv.AppendInt(b, int64(r.status), 10)
		b = append(b, ' ')
		if r.bytes == 0 && r.log != portalLog {
			b = append(b, '-') // Apache's way
		} else {
			b = strconv.AppendInt(b, r.bytes, 10)
		}
		b = append(b, ` "`...)
		b = append(b, r.referrer...)
		b = append(b, `" "`...)
		b = append(b, r.client.agent...)
		return append(b, "\"\n"...)
	})
}

// event keeps a line, which text appends, for sorting.
func (g *generator) event(log logNumber, asked, written int64, text func([]byte) []byte) {
	from := len(g.text)
	g.text = text(g.text)
	g.events = append(g.events, event{written: written, asked: asked, from: from, to: len(g.text), log: log})
}

// appendHead appends what comes before the request: host, address and time.
func (g *generator) appendHead(b []byte, log logNumber, at int64, c *client) []byte {
	address, zone := c.address, " +0000] "
	switch log {
	case files1Log, files2Log:
		b = append(b, FilesHost+":443 "...)
	case mapsLog:
		at, zone = at+3600, " +0100] "
		if address.Is4() { // this server listens on one socket for both kinds of address
			address = netip.AddrFrom16(address.As16())
		}
	}
	b = address.AppendTo(b)
	b = append(b, " - - ["...)
	b = g.appendTime(b, at)
	return append(b, zone...)
}

// appendTime spells a Unix second as logs do, 02/Jan/2006:15:04:05.
func (g *generator) appendTime(b []byte, at int64) []byte {
	number := at / day
	cached := &g.dates[number&1]
	if cached.number != number {
		cached.number, cached.text = number, time.Unix(at, 0).UTC().Format("02/Jan/2006:")
	}
	b = append(b, cached.text...)
	rest := at % day
	for i, part := range [3]int64{rest / 3600, rest / 60 % 60, rest % 60} {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, byte('0'+part/10), byte('0'+part%10))
	}
	return b
}

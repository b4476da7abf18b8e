package simulate

import (
	"fmt"
	"strconv"
	"strings"
)

// serve makes the lines of one visit.
func (g *generator) serve(v visit) {
	s := &g.w.datasets[v.dataset]
	c := &g.w.clients.all[v.client]
	at := g.w.midnight(g.day) + second(g.d, c.tool)
	if at < s.created {
		return
	}
	if at >= s.deleted && !g.d.chance(0.3) {
		return
	}
	g.visit = v
	if v.what == looks {
		g.page(s, c, at, g.arrival())
		return
	}
	if len(s.data) == 0 {
		return
	}
	// A client wants one and the same resource each time.
	number := s.data[int(v.client)%len(s.data)]
	r := &s.resources[number]
	referrer := "-"
	switch {
	case c.tool:
	case g.d.chance(0.5):
		referrer = g.page(s, c, at, g.arrival())
		at += int64(g.d.between(5, 240))
	case g.d.chance(0.3):
		referrer = g.arrival()
	}
	if at < s.deleted {
		g.see(number, "https://"+r.host+s.targetAt(r, at), referrer)
	}
	if !hasLog(r.host) {
		if s.kind == KindRedirected && v.client%5 < 3 {
			g.redirect(s, r, c, at, referrer)
		}
		return
	}
	if status := g.fault(s, at); status != 0 {
		g.write(g.file(r, c, at, s.targetAt(r, at), status, referrer))
		return
	}
	if s.kind == KindRelinked && c.tool && at >= s.relinked && at < s.relinked+60*day && g.d.chance(0.15) {
		g.write(g.file(r, c, at, r.oldTarget, 404, referrer))
		return
	}
	switch {
	case v.what == polls:
		g.poll(s, r, c, v.client)
	case r.route == wmsRoute:
		g.maps(s, r, c, at, referrer)
	case r.route == featuresRoute:
		g.write(g.file(r, c, at, r.target, 200, referrer))
	case r.route == tableRoute && c.tool:
		g.table(r, c, at)
	default:
		g.download(s, r, c, at, referrer)
	}
}

// fault is the status that a dataset's data answers with instead of 200, or 0.
func (g *generator) fault(s *dataset, at int64) int {
	switch {
	case at >= s.deleted:
		return 404
	case s.broken.holds(at):
		return s.brokenStatus
	default:
		return 0
	}
}

// file is a request for a resource as a whole, on the server that this client is given.
func (g *generator) file(r *resource, c *client, at int64, target string, status int, referrer string) request {
	q := request{log: logOf(r.host, c), at: at, client: c, target: target, status: status, bytes: r.size, referrer: referrer}
	switch {
	case status >= 400:
		q.bytes = 196
	case status == 304:
		q.bytes = 0
	case q.log == files1Log || q.log == files2Log:
		// Apache stamps the moment of the request and writes when the last byte is out.
		q.took = min(q.bytes/int64(g.d.logUniform(2e5, 2e7)), 3*3600)
	}
	return q
}

// logOf is the log that a request of a client for a host is written to. The balancer of the file
// host sends a client always to the same one of its two servers.
func logOf(host string, c *client) logNumber {
	switch host {
	case FilesHost:
		if a := c.address.As16(); (a[15]^a[14])&1 == 0 {
			return files1Log
		}
		return files2Log
	case MapsHost:
		return mapsLog
	default:
		return portalLog
	}
}

// download fetches a file in one of the ways that browsers, scripts and download managers do.
func (g *generator) download(s *dataset, r *resource, c *client, at int64, referrer string) {
	target := s.targetAt(r, at)
	if r.host != PortalHost && g.d.chance(0.06) {
		g.redirect(s, r, c, at, referrer)
	}
	q := g.file(r, c, at, target, 200, referrer)
	switch u := g.d.Float64(); {
	case u < 0.05 && r.size > 5e6:
		parts := g.d.between(3, 8)
		q.status, q.bytes = 206, r.size/int64(parts)
		q.took /= int64(parts)
		for range parts {
			g.write(q)
			q.at += q.took + int64(g.d.between(0, 3))
		}
	case u < 0.13 && !c.tool:
		g.write(q)
		q.at += int64(g.d.between(1, 25))
		g.write(q)
	case u < 0.18:
		g.write(q)
		q.at = min(q.at+int64(g.d.between(600, 5000)), g.w.midnight(g.day+1)-1) // a later day would be a second client-day
		q.status, q.bytes, q.took = 304, 0, 0
		g.write(q)
	case u < 0.30 && c.tool:
		head := q
		head.method, head.bytes, head.took = "HEAD", 0, 0
		g.write(head)
		g.write(q)
	default:
		g.write(q)
	}
}

// redirect asks the portal for a resource that is a link.
func (g *generator) redirect(s *dataset, r *resource, c *client, at int64, referrer string) {
	status := 302
	if at >= s.deleted {
		status = 404
	}
	g.write(request{
		at: at, client: c, status: status, bytes: 154, referrer: referrer,
		target: "/dataset/" + s.id + "/resource/" + r.id + "/download",
	})
}

// poll is a day of an app that comes back at equal intervals.
func (g *generator) poll(s *dataset, r *resource, c *client, number int32) {
	step := 6 * 3600
	switch number % 20 {
	case 0:
		step = 15 * 60
	case 1, 2, 3, 4, 5:
		step = 3600
	}
	target := s.targetAt(r, g.w.midnight(g.day))
	switch r.route {
	case wmsRoute:
		target = picture(s, r, 400_000, 300_000)
	case tableRoute:
		target = "/api/3/action/datastore_search?resource_id=" + r.id + "&limit=100&sort=_id%20desc"
	}
	offset := int64(mix(uint64(number)) % uint64(step))
	for i, at := 0, offset; at < day; i, at = i+1, at+int64(step) {
		status := 304
		if i%24 == 0 || r.route != fileRoute {
			status = 200
		}
		if moment := g.w.midnight(g.day) + at; moment >= s.created && g.fault(s, moment) == 0 {
			q := g.file(r, c, moment, target, status, "-")
			q.bytes = min(q.bytes, 200_000)
			q.took = 0
			g.write(q)
		}
	}
}

// table reads a DataStore table, page by page or at once.
func (g *generator) table(r *resource, c *client, at int64) {
	if g.d.chance(0.3) {
		g.write(request{at: at, client: c, status: 200, bytes: r.size, target: "/datastore/dump/" + r.id + "?bom=True&format=csv"})
		return
	}
	for i := range g.d.between(1, 6) {
		target := "/api/3/action/datastore_search?resource_id=" + r.id + "&limit=1000&offset=" + strconv.Itoa(1000*i)
		g.write(request{at: at, client: c, status: 200, bytes: int64(g.d.between(60_000, 300_000)), target: target})
		at += int64(g.d.between(1, 4))
	}
}

// maps is what a map client does: it asks what there is, then for pictures of it.
func (g *generator) maps(s *dataset, r *resource, c *client, at int64, referrer string) {
	g.write(g.file(r, c, at, r.target, 200, referrer))
	for range g.d.between(1, 3) {
		at += int64(g.d.between(0, 20))
		x, y := 1000*g.d.between(80, 650), 1000*g.d.between(10, 650)
		g.write(request{
			log: mapsLog, at: at, client: c, status: 200, bytes: int64(g.d.between(3_000, 60_000)), referrer: referrer,
			target: picture(s, r, x, y),
		})
	}
}

// picture is the address of a map of a dataset: ten kilometres from a south-western corner.
func picture(s *dataset, r *resource, x, y int) string {
	base, _, _ := strings.Cut(r.target, "?")
	return fmt.Sprintf("%s?service=WMS&version=1.3.0&request=GetMap&layers=%s&styles=&crs=EPSG:27700&bbox=%d,%d,%d,%d&width=256&height=256&format=image/png",
		base, layer(s), x, y, x+10_000, y+10_000)
}

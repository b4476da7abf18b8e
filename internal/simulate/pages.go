package simulate

import (
	"net/url"
	"strconv"
	"strings"
)

// Where visitors come from, the common places several times.
var arrivals = []string{
	"https://www.google.com/", "https://www.google.com/", "https://www.google.com/", "https://www.google.co.uk/",
	"https://www.bing.com/", "https://duckduckgo.com/", "-", "-", "-", "-",
	"https://www.gov.uk/guidance/flood-map-for-planning", "https://www.gov.uk/search/research-and-statistics",
	"https://t.co/a8Kx2LmP0q", "https://x.com/", "https://www.linkedin.com/", "https://www.reddit.com/r/gis/",
	"https://chatgpt.com/", "https://www.perplexity.ai/", "https://github.com/example-hydrology/river-notebooks",
	"https://stackoverflow.com/", "https://blog.example.com/maps-of-water/", "https://wiki.example.net/open-data?page=2",
	"https://outlook.office.com/", "android-app://com.google.android.gm/",
	"https://data.example.org/", "https://data.example.org/", "https://data.example.org/organization",
}

var searchWords = []string{
	"flood", "river levels", "rainfall", "air quality", "farm", "soil", "lidar", "bathing water", "fish", "coastal erosion",
	"crop map", "bovine TB", "waste", "spending over 25000", "boundaries", "tree health", "peat", "noise", "licences", "caffè",
}

// arrival is the page that a visitor comes from.
func (g *generator) arrival() string {
	if g.d.chance(0.25) {
		return "https://" + PortalHost + "/dataset?q=" + url.QueryEscape(pick(g.d, searchWords)) + "&page=" + strconv.Itoa(g.d.between(1, 4))
	}
	return pick(g.d, arrivals)
}

// page visits the page of a dataset and returns its address, for the request that follows.
func (g *generator) page(s *dataset, c *client, at int64, referrer string) string {
	target, status := "/dataset/"+s.nameAt(at), 200
	switch {
	case at >= s.deleted:
		status = 404
	case at >= s.renamed && at < s.renamed+90*day && g.d.chance(0.3):
		target, status = "/dataset/"+s.oldName, 404
	case g.d.chance(0.02):
		// CKAN sends whoever asks by id on to the name.
		g.write(request{at: at, client: c, target: "/dataset/" + s.id, status: 302, bytes: 0, referrer: referrer})
	case g.d.chance(0.015):
		target = "/cy" + target
	}
	q := request{at: at, client: c, target: target, status: status, bytes: int64(g.d.between(9_000, 40_000)), referrer: referrer}
	switch {
	case referrer == "https://chatgpt.com/":
		q.target += "?utm_source=chatgpt.com"
	case g.d.chance(0.01):
		q.target += "?utm_source=newsletter&utm_medium=email"
	}
	g.write(q)
	address := "https://" + PortalHost + target
	if status == 200 {
		g.see(pageItself, address, referrer)
	}
	g.assets(c, at, address)
	if status == 200 && len(s.resources) > 0 && g.d.chance(0.2) {
		r := pick(g.d, s.resources)
		target = "/dataset/" + s.id + "/resource/" + r.id
		g.write(request{at: at + int64(g.d.between(3, 30)), client: c, target: target, status: 200, bytes: 11_000, referrer: address})
		if r.role == documentRole && r.host == PortalHost && g.d.chance(0.6) {
			g.write(request{
				at: at + int64(g.d.between(31, 90)), client: c, target: r.target, status: 200, bytes: r.size,
				referrer: "https://" + PortalHost + target,
			})
		}
		address = "https://" + PortalHost + target
	}
	return address
}

var assetPaths = []string{
	"/webassets/base/51d427fe_main.css", "/webassets/vendor/d8ae4bed_jquery.js", "/webassets/base/5f5a82bb_main.js",
	"/base/images/ckan-logo-footer.png", "/base/images/favicon.ico", "/webassets/vendor/f3b8236b_select2.css", "/fonts/source-sans.woff2",
}

// assets fetches what a page is furnished with; most of it is in the browser's cache.
func (g *generator) assets(c *client, at int64, page string) {
	if c.tool {
		return
	}
	for range g.d.poisson(0.7) {
		q := request{at: at + int64(g.d.IntN(2)), client: c, target: pick(g.d, assetPaths), status: 200, bytes: int64(g.d.between(900, 90_000)), referrer: page}
		if g.d.chance(0.3) {
			q.status, q.bytes = 304, 0
		}
		g.write(q)
	}
}

// makeBrowsing is everything people and tools do on the portal that names no dataset.
func (g *generator) makeBrowsing() {
	g.d.set(g.w.options.Seed, forBrowsing, g.day, 0)
	perDay := 0.03 * float64(g.w.options.Lines) / float64(g.w.options.Days)
	for range g.d.poisson(perDay * weekday[g.w.weekdayOf(g.day)]) {
		c := &g.w.clients.all[g.w.anybody(g.d, 0.1)]
		at := g.w.midnight(g.day) + second(g.d, c.tool)
		q := request{at: at, client: c, status: 200, bytes: int64(g.d.between(8_000, 50_000)), referrer: g.arrival()}
		organization := pick(g.d, g.w.publishers).name
		switch u := g.d.Float64(); {
		case c.tool && u < 0.5:
			q.target = "/api/3/action/package_search?q=" + strings.ReplaceAll(pick(g.d, searchWords), " ", "+") + "&rows=50"
			q.referrer = "-"
		case c.tool:
			s := &g.w.datasets[g.d.IntN(len(g.w.datasets))]
			q.target, q.referrer = "/api/3/action/package_show?id="+s.nameAt(at), "-"
			if !s.liveAt(at) {
				q.status, q.bytes = 404, 156
			}
		case u < 0.3:
			q.target = "/"
		case u < 0.7:
			q.target = "/dataset?q=" + url.QueryEscape(pick(g.d, searchWords))
		case u < 0.8:
			q.target = "/organization/" + organization
		case u < 0.9:
			q.target = "/dataset?organization=" + organization + "&page=" + strconv.Itoa(g.d.between(1, 30))
		case u < 0.95:
			q.target = "/about"
		default:
			q.target, q.status = "/user/login?came_from=%2Fdashboard", 200
		}
		g.write(q)
		g.assets(c, at, "https://"+PortalHost+q.target)
	}
}

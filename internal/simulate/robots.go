package simulate

import "strconv"

// robot is a crawler with its own addresses and its share of all crawling.
type robot struct {
	clients []client
	share   float64
	checker bool // asks for the head of each resource instead of reading pages
}

var robotAgents = []struct {
	agent string
	share float64
}{
	{"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/141.0.7390.122 Safari/537.36", 0.29},
	{"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36", 0.13},
	{"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", 0.13},
	{"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", 0.08},
	{"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot) Chrome/119.0.6045.214 Safari/537.36", 0.05},
	{"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", 0.07},
	{"Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)", 0.06},
	{"CCBot/2.0 (https://commoncrawl.org/faq/)", 0.03},
	{"Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", 0.03},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)", 0.03},
	{"Mozilla/5.0 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)", 0.04},
	{"LinkChecker/10.4.0 (+https://linkchecker.github.io/linkchecker/)", 0.06},
}

// addRobots gives each robot addresses of the hosting company and beyond.
func (w *World) addRobots() {
	d := newDice(w.options.Seed, forRobots, -1)
	for i, one := range robotAgents {
		r := robot{share: one.share, checker: i == len(robotAgents)-1}
		for range d.between(12, 40) {
			c := client{address: v6(d, 0xc10d, uint16(0xb000+i)), agent: one.agent, tool: true}
			if d.chance(0.3) {
				c.address = v4(203, 0, 113, d.between(129, 254))
			}
			r.clients = append(r.clients, c)
		}
		w.robots = append(w.robots, r)
	}
	for i := range 8 {
		w.probes = append(w.probes, client{
			address: v4(203, 0, 113, i+1), tool: true,
			agent: "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
		})
	}
	strayAgents := []string{"-", "Mozilla/5.0 zgrab/0.x", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", "python-requests/2.31.0", `Tool \"quoted\" 1.0`}
	for range 60 {
		w.strays = append(w.strays, client{address: v4(203, 0, 113, d.between(16, 127)), agent: pick(d, strayAgents), tool: true})
	}
}

// robotClients are all clients that are neither people nor tools nor staff.
func (w *World) robotClients() [][]client {
	groups := [][]client{w.probes, w.strays, w.walkers}
	for i := range w.robots {
		groups = append(groups, w.robots[i].clients)
	}
	return groups
}

// makeRobots lets each robot go on through the catalogue from where it was the day before.
func (g *generator) makeRobots() {
	for i := range g.w.robots {
		r := &g.w.robots[i]
		g.d.set(g.w.options.Seed, forRobots, g.day, i)
		perDay := g.w.crawl * r.share
		count := g.d.poisson(perDay * (0.6 + 0.8*g.d.Float64()))
		for n := range count {
			at := g.w.midnight(g.day) + g.d.Int64N(day)
			position := int(float64(g.day)*perDay) + n
			s := &g.w.datasets[g.w.idOrder[position%len(g.w.idOrder)]]
			g.crawlOne(r, s, at)
		}
	}
}

func (g *generator) crawlOne(r *robot, s *dataset, at int64) {
	c := &r.clients[g.d.IntN(len(r.clients))]
	q := request{at: at, client: c, status: 200, bytes: int64(g.d.between(8_000, 40_000))}
	u := g.d.Float64()
	switch {
	case at < s.created:
		q.target, q.bytes = "/robots.txt", 430
	case r.checker || u < 0.14:
		if len(s.resources) == 0 {
			return
		}
		one := pick(g.d, s.resources)
		if !hasLog(one.host) {
			return
		}
		status := 200
		if fault := g.fault(s, at); fault != 0 && (one.role == dataRole || at >= s.deleted) {
			status = fault
		}
		q = g.file(&one, c, at, s.targetAt(&one, at), status, "-")
		if r.checker {
			q.method, q.bytes, q.took = "HEAD", 0, 0
		}
	case u < 0.84:
		q.target = "/dataset/" + s.nameAt(at)
		if at >= s.renamed && g.d.chance(0.1) {
			q.target, q.status = "/dataset/"+s.oldName, 404
		}
		if at >= s.deleted {
			q.status = 404
		}
		if q.status == 200 && g.d.chance(0.05) {
			q.status, q.bytes = 304, 0
		}
	case u < 0.90 && len(s.resources) > 0:
		q.target = "/dataset/" + s.id + "/resource/" + pick(g.d, s.resources).id
		if at >= s.deleted {
			q.status = 404
		}
	case u < 0.97:
		q.target = "/dataset?organization=" + pick(g.d, g.w.publishers).name + "&page=" + strconv.Itoa(g.d.between(1, 80))
	default:
		q.target, q.bytes = "/robots.txt", 430
	}
	g.write(q)
}

// makeMonitors probes each server at equal intervals.
func (g *generator) makeMonitors() {
	targets := [...]string{portalLog: "/", files1Log: "/health", files2Log: "/health", mapsLog: "/ows/status"}
	for log, target := range targets {
		for at, i := int64(log)*7, 0; at < day; at, i = at+g.w.monitor, i+1 {
			q := request{log: logNumber(log), at: g.w.midnight(g.day) + at, status: 200, bytes: 512, target: target}
			q.client = &g.w.probes[(i+log)%len(g.w.probes)]
			if logNumber(log) == portalLog && i%2 == 0 {
				q.target = "/api/3/action/status_show"
			}
			g.write(q)
		}
	}
}

// makeStaff is the owner's own people, who look at some datasets far more than anybody else.
func (g *generator) makeStaff() {
	g.d.set(g.w.options.Seed, forStaff, g.day, 0)
	staff := g.w.clients.all[g.w.clients.tools:]
	perDay := 4 + float64(g.w.options.Datasets)/150
	for range g.d.poisson(perDay * weekday[g.w.weekdayOf(g.day)]) {
		c := &staff[g.d.IntN(len(staff))]
		s := &g.w.datasets[mix(uint64(g.d.zipf(300)))%uint64(len(g.w.datasets))]
		at := g.w.midnight(g.day) + second(g.d, false)
		if !s.liveAt(at) {
			continue
		}
		address := g.page(s, c, at, "-")
		if g.d.chance(0.3) {
			g.write(request{at: at + 40, client: c, target: "/dataset/edit/" + s.nameAt(at), status: 200, bytes: 31_000, referrer: address})
			g.write(request{at: at + 95, client: c, method: "POST", target: "/dataset/edit/" + s.nameAt(at), status: 302, referrer: address})
		}
		if len(s.data) == 0 || g.d.chance(0.4) {
			continue
		}
		r := &s.resources[s.data[0]]
		if hasLog(r.host) {
			status := max(200, g.fault(s, at+120))
			g.write(g.file(r, c, at+120, s.targetAt(r, at+120), status, address))
		}
	}
}

package simulate

import "strings"

var probedPaths = []string{
	"/wp-login.php", "/.env", "/.git/config", "/xmlrpc.php", "/phpmyadmin/", "/cgi-bin/luci", "/server-status",
	"/dataset/../../etc/passwd", "/index.php?s=/Index/%5Cthink", "/boaform/admin/formLogin",
}

// makeNoise is what every public server gets besides: scanners, TLS spoken to the wrong port,
// requests that never came, lines cut short, bytes that are no text.
func (g *generator) makeNoise() {
	g.d.set(g.w.options.Seed, forNoise, g.day, 0)
	perDay := 0.002 * float64(g.w.options.Lines) / float64(g.w.options.Days)
	for range g.d.poisson(perDay) {
		c := &g.w.strays[g.d.IntN(len(g.w.strays))]
		at := g.w.midnight(g.day) + g.d.Int64N(day)
		log := logNumber(g.d.IntN(len(g.w.logs)))
		switch g.d.IntN(12) {
		case 0:
			g.raw(log, at, c, `"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" 400 157 "-" "-"`)
		case 1:
			g.raw(log, at, c, "\"\x16\x03\x01\x01\" 400 157 \"-\" \"-\"")
		case 2:
			g.raw(log, at, c, `"-" 408 0 "-" "-"`)
		case 3:
			g.raw(log, at, c, `"GET /dataset/ri`) // the disk was full for a moment
		case 4:
			g.raw(log, at, c, "\"GET /dataset?q=caf\xe9 HTTP/1.1\" 200 8012 \"-\" \"Mozilla/4.0 (compatible; caf\xe9)\"")
		case 5:
			g.write(request{log: log, at: at, client: c, target: "/search?x=" + strings.Repeat("%41", g.d.between(1500, 4500)), status: 414, bytes: 176})
		case 6:
			g.event(log, at, at, func(b []byte) []byte { return append(b, '\n') })
		case 7:
			g.write(request{log: log, at: at, client: c, method: "OPTIONS", target: "/", status: 405, bytes: 150})
		default:
			g.write(request{log: log, at: at, client: c, target: pick(g.d, probedPaths), status: 404, bytes: 196})
		}
	}
}

// raw writes a line whose part after the time is given as it stands.
func (g *generator) raw(log logNumber, at int64, c *client, rest string) {
	g.event(log, at, at, func(b []byte) []byte {
		b = g.appendHead(b, log, at, c)
		b = append(b, rest...)
		return append(b, '\n')
	})
}

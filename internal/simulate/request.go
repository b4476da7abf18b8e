package simulate

import (
	"iter"
	"net/netip"
	"time"
)

// A Request is what a line of a log tells, for whoever has no need of the line.
type Request struct {
	At       time.Time // UTC, whole seconds
	Log      string    // portal, files-1, files-2 or maps
	Host     string
	Address  netip.Addr
	Agent    string
	Method   string
	Target   string // path and query
	Status   int
	Bytes    int64
	Referrer string // "-": none
}

// LogNames are the names of the logs, in the order of WriteLogs' folders.
func LogNames() []string { return []string{"portal", "files-1", "files-2", "maps"} }

// Requests yields the requests of all days that come of use: those of visitors, and of the
// walkers. They are the same as in the logs, where robots, staff, monitors and noise are besides.
// A request just before midnight may be followed by one of the next day.
func (w *World) Requests() iter.Seq[Request] {
	return func(yield func(Request) bool) {
		g := w.generator()
		goesOn := true
		hosts := [...]string{portalLog: PortalHost, files1Log: FilesHost, files2Log: FilesHost, mapsLog: MapsHost}
		names := LogNames()
		g.take = func(r request) {
			goesOn = goesOn && yield(Request{
				At: time.Unix(r.at, 0).UTC(), Log: names[r.log], Host: hosts[r.log], Address: r.client.address, Agent: r.client.agent,
				Method: r.method, Target: r.target, Status: r.status, Bytes: r.bytes, Referrer: r.referrer,
			})
		}
		for number := 0; goesOn && number < w.options.Days; number++ {
			g.makeUse(number)
		}
	}
}

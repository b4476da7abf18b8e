package simulate

import (
	"fmt"
	"net/netip"
	"strings"
)

// The networks of the world, all within the ranges reserved for documentation. The address
// plan leaves the rest of 192.0.2.0/24, 198.51.100.0/24 and 2001:db8::/32 to anybody.
var networks = []struct{ cidr, class, note string }{
	{"198.51.100.0/26", "own_group", "offices of the portal's owner"},
	{"2001:db8:ffff::/48", "own_group", "offices of the portal's owner"},
	{"198.51.100.64/27", "contractor", "agency that maintains the portal"},
	{"203.0.113.0/28", "monitoring", "probes of the uptime service"},
	{"203.0.113.128/25", "cloud", "hosting company"},
	{"2001:db8:c10d::/48", "cloud", "hosting company"},
	{"192.0.2.128/26", "academic", "university network"},
	{"2001:db8:aca::/48", "academic", "university network"},
	{"192.0.2.192/27", "government", "ministry network"},
	{"2001:db8:90f::/48", "government", "ministry network"},
}

// Networks is the list of network classes that the world's configuration names, as CSV.
func (w *World) Networks() string {
	var b strings.Builder
	b.WriteString("cidr,network_class,valid_from,note\n")
	for _, n := range networks {
		fmt.Fprintf(&b, "%s,%s,%s,%s\n", n.cidr, n.class, w.options.Start.AddDate(-1, 0, 0).Format("2006-01-02"), n.note)
	}
	return b.String()
}

// client is somebody with an address and a program. Clients keep both for all the days.
type client struct {
	address netip.Addr
	agent   string
	tool    bool
}

// clients are everybody who is no robot: people first, then tools, then the owner's own staff.
type clients struct {
	all    []client
	people int // all[:people] are people outside
	tools  int // all[people:tools] are tools outside
}

func newClients(seed uint64, outside int, a *agents) clients {
	d := newDice(seed, forClients, 0)
	staff := 30 + outside/2000
	c := clients{all: make([]client, outside+staff), people: outside * 7 / 10, tools: outside}
	for i := range c.all {
		one := &c.all[i]
		one.tool = i >= c.people && i < c.tools
		switch {
		case one.tool:
			one.agent = a.tools[d.zipf(len(a.tools))]
		default:
			one.agent = a.browsers[d.zipf(len(a.browsers))]
		}
		switch {
		case i >= c.tools:
			one.address = staffAddress(d)
		case one.tool && d.chance(0.3):
			one.address = v6(d, 0xc10d, 0)
		default:
			one.address = outsideAddress(d)
		}
	}
	return c
}

// outsideAddress is the address of somebody who is not of the owner's own networks. There are
// few IPv4 addresses to go round, so most have one of IPv6.
func outsideAddress(d dice) netip.Addr {
	switch u := d.Float64(); {
	case u < 0.05:
		return v4(192, 0, 2, d.between(1, 254))
	case u < 0.08:
		return v4(198, 51, 100, d.between(96, 254))
	case u < 0.12:
		return v6(d, 0x0aca, 0)
	case u < 0.15:
		return v6(d, 0x090f, 0)
	default:
		return v6(d, uint16(d.between(0x1000, 0x8fff)), uint16(d.IntN(0x10000)))
	}
}

func staffAddress(d dice) netip.Addr {
	switch u := d.Float64(); {
	case u < 0.5:
		return v4(198, 51, 100, d.between(1, 62))
	case u < 0.6:
		return v4(198, 51, 100, d.between(65, 94))
	default:
		return v6(d, 0xffff, 0)
	}
}

func v4(a, b, c byte, host int) netip.Addr { return netip.AddrFrom4([4]byte{a, b, c, byte(host)}) }

// v6 is a random address within 2001:db8:site:net::/64.
func v6(d dice, site, net uint16) netip.Addr {
	low := d.Uint64()
	a := [16]byte{0x20, 0x01, 0x0d, 0xb8, byte(site >> 8), byte(site), byte(net >> 8), byte(net)}
	for i := range 8 {
		a[8+i] = byte(low >> (8 * i))
	}
	return netip.AddrFrom16(a)
}

package traffic

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
)

const networkHeader = "cidr,network_class,valid_from,note\n"

func TestNetworks(t *testing.T) {
	t.Parallel()
	n, err := ReadNetworks(strings.NewReader("\ufeff# origin: invented, 2026-01-01\n"+networkHeader+`
203.0.113.0/24,government,2026-01-01,a ministry
203.0.113.64/26,own_group,2026-01-01,"us, in its building"
203.0.113.64/28,contractor,2026-01-01,
203.0.113.127,monitoring,2026-01-01,one machine
198.51.100.0/24,cloud,2026-01-01,
198.51.100.0/24,academic,2026-06-01,sold
2001:db8:1::/48,cloud,2026-01-01,
255.255.255.0/24,cloud,2026-01-01,to the very end
`), "networks.csv")
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"203.0.113.63":        "government",
		"203.0.113.64":        "contractor",
		"203.0.113.79":        "contractor",
		"203.0.113.80":        "own_group",
		"203.0.113.126":       "own_group",
		"203.0.113.127":       "monitoring",
		"203.0.113.128":       "government",
		"203.0.114.0":         "other",
		"203.0.112.255":       "other",
		"198.51.100.9":        "academic",
		"0.0.0.0":             "other",
		"255.255.255.255":     "cloud",
		"2001:db8:1::9":       "cloud",
		"2001:db8:2::":        "other",
		"::":                  "other",
		"::ffff:203.0.113.80": "own_group",
	} {
		if got := n.Class(netip.MustParseAddr(address)); got != want {
			t.Errorf("Class(%s) = %s, want %s", address, got, want)
		}
	}
	if got := n.Class(netip.Addr{}); got != "other" {
		t.Errorf("no address is %s", got)
	}
	var none *Networks
	if got := none.Class(netip.MustParseAddr("192.0.2.1")); got != "other" {
		t.Errorf("no list says %s", got)
	}
}

// The cut list says what a look at every range says.
func TestNetworksAgreeWithEveryRange(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	address := func() netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(random.IntN(256))}) }
	for range 200 {
		text, ranges := strings.Builder{}, map[netip.Prefix]string{}
		text.WriteString(networkHeader)
		for range random.IntN(12) {
			prefix, _ := address().Prefix(24 + random.IntN(9))
			if ranges[prefix] == "" {
				ranges[prefix] = networkClasses[random.IntN(len(networkClasses))]
				fmt.Fprintf(&text, "%s,%s,2026-01-01,\n", prefix, ranges[prefix])
			}
		}
		n, err := ReadNetworks(strings.NewReader(text.String()), "random.csv")
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			a, want, longest := address(), "other", -1
			for prefix, class := range ranges {
				if prefix.Contains(a) && prefix.Bits() > longest {
					want, longest = class, prefix.Bits()
				}
			}
			if got := n.Class(a); got != want {
				t.Fatalf("Class(%s) = %s, want %s, of\n%s", a, got, want, text.String())
			}
		}
	}
}

func TestNetworkErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"empty":           {"", "networks.csv is empty; its first line must be cidr,network_class,valid_from,note"},
		"wrong header":    {"range,class\n", "networks.csv line 1: the header must be cidr,network_class,valid_from,note"},
		"missing column":  {networkHeader + "192.0.2.0/24,cloud\n", "networks.csv line 2: 2 columns, want the 4 of cidr,network_class,valid_from,note"},
		"no range":        {networkHeader + "here,cloud,2026-01-01,\n", `networks.csv line 2, column cidr: "here" is no range like 192.0.2.0/24 or 2001:db8::/32, and no address`},
		"host bits":       {networkHeader + "192.0.2.1/24,cloud,2026-01-01,\n", "networks.csv line 2, column cidr: 192.0.2.1/24 has bits after its length; the range is 192.0.2.0/24"},
		"mapped":          {networkHeader + "::ffff:192.0.2.0/120,cloud,2026-01-01,\n", "networks.csv line 2, column cidr: write a mapped range as plain IPv4"},
		"unknown class":   {"# c\n" + networkHeader + "192.0.2.0/24,staff,2026-01-01,\n", `networks.csv line 3, column network_class: "staff" is none of own_group, contractor, monitoring, cloud, academic, government, other`},
		"no date":         {networkHeader + "192.0.2.0/24,cloud,1/2/26,\n", `networks.csv line 2, column valid_from: "1/2/26" is no date like 2026-01-31`},
		"two at one time": {networkHeader + "192.0.2.0/24,cloud,2026-01-01,\n192.0.2.0/24,academic,2026-01-01,\n", "networks.csv line 3, column cidr: 192.0.2.0/24 is both cloud and academic from 2026-01-01"},
		"broken quotes":   {networkHeader + "\"192.0.2.0/24,cloud\n", "networks.csv: parse error on line 2, column 21: extraneous or missing \" in quoted-field"},
	} {
		_, err := ReadNetworks(strings.NewReader(c.text), "networks.csv")
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v, want %s", name, err, c.want)
		}
	}
}

func BenchmarkNetworksClass(b *testing.B) {
	text := strings.Builder{}
	text.WriteString(networkHeader)
	for i := range 1000 {
		fmt.Fprintf(&text, "198.%d.%d.0/24,cloud,2026-01-01,\n", 51+i/250, i%250)
	}
	n, err := ReadNetworks(strings.NewReader(text.String()), "networks.csv")
	if err != nil {
		b.Fatal(err)
	}
	a := netip.MustParseAddr("198.52.77.1")
	b.ReportAllocs()
	for b.Loop() {
		_ = n.Class(a)
	}
}

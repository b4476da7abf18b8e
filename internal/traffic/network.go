package traffic

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"sort"
	"strings"
	"time"
)

// networkClasses are what a network list may say; other is for addresses in none of its ranges.
var networkClasses = []string{"own_group", "contractor", "monitoring", "cloud", "academic", "government", "other"}

const otherNetwork = "other"

// NetworkClasses are all that Class may return, in an order that holds for this version only.
func NetworkClasses() []string { return networkClasses }

// Networks tells the class of an address. The zero value and nil know no network.
type Networks struct {
	starts  []netip.Addr // sorted; each class holds from its start to the next one
	classes []string
	starts4 []uint32 // the first ones of starts, those of IPv4, as numbers: most addresses are there
}

type network struct {
	prefix netip.Prefix
	class  string
	from   time.Time
}

// ReadNetworks reads a CSV with the header cidr,network_class,valid_from,note. A cidr is a range
// or one address, of IPv4 or IPv6; valid_from is a date (2026-01-31). A line that begins with "#"
// is a comment. Where a range is listed more than once, the row with the latest valid_from holds.
// Errors give name, line, column and what is allowed there.
func ReadNetworks(r io.Reader, name string) (*Networks, error) {
	latest := map[netip.Prefix]network{}
	err := readList(r, name, []string{"cidr", "network_class", "valid_from", "note"}, func(row []string) error {
		prefix, err := parsePrefix(row[0])
		if err != nil {
			return inColumn("cidr", err)
		}
		if !slices.Contains(networkClasses, row[1]) {
			return inColumn("network_class", fmt.Errorf("%q is none of %s", row[1], strings.Join(networkClasses, ", ")))
		}
		from, err := time.Parse(time.DateOnly, row[2])
		if err != nil {
			return inColumn("valid_from", fmt.Errorf("%q is no date like 2026-01-31", row[2]))
		}
		known, isKnown := latest[prefix]
		if isKnown && known.from.Equal(from) && known.class != row[1] {
			return inColumn("cidr", fmt.Errorf("%s is both %s and %s from %s", prefix, known.class, row[1], row[2]))
		}
		if !isKnown || from.After(known.from) {
			latest[prefix] = network{prefix, row[1], from}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]network, 0, len(latest))
	for _, n := range latest {
		list = append(list, n)
	}
	return newNetworks(list), nil
}

func parsePrefix(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q is no range like 192.0.2.0/24 or 2001:db8::/32, and no address", text)
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return netip.Prefix{}, fmt.Errorf("%q is no range like 192.0.2.0/24 or 2001:db8::/32", text)
	case prefix.Addr().Is4In6():
		return netip.Prefix{}, errors.New("write a mapped range as plain IPv4")
	case prefix != prefix.Masked():
		return netip.Prefix{}, fmt.Errorf("%s has bits after its length; the range is %s", prefix, prefix.Masked())
	}
	return prefix, nil
}

// newNetworks cuts nested ranges into a sorted list of starts. Ranges nest or are apart, so a
// stack of the open ones gives the class at each point: that of the narrowest.
func newNetworks(list []network) *Networks {
	slices.SortFunc(list, func(a, b network) int {
		return cmp.Or(a.prefix.Addr().Compare(b.prefix.Addr()), cmp.Compare(a.prefix.Bits(), b.prefix.Bits()))
	})
	n := &Networks{}
	n.add(netip.IPv4Unspecified(), otherNetwork)
	n.add(netip.IPv6Unspecified(), otherNetwork)
	var open []network
	closeUntil := func(next netip.Addr) {
		for len(open) > 0 && (!next.IsValid() || !open[len(open)-1].prefix.Contains(next)) {
			end := lastAddr(open[len(open)-1].prefix).Next()
			open = open[:len(open)-1]
			class := otherNetwork
			if len(open) > 0 {
				class = open[len(open)-1].class
			}
			if end.IsValid() {
				n.add(end, class)
			}
		}
	}
	for _, item := range list {
		closeUntil(item.prefix.Addr())
		n.add(item.prefix.Addr(), item.class)
		open = append(open, item)
	}
	closeUntil(netip.Addr{})
	for _, start := range n.starts {
		if start.Is4() {
			n.starts4 = append(n.starts4, number4(start))
		}
	}
	return n
}

func number4(a netip.Addr) uint32 {
	bytes := a.As4()
	return binary.BigEndian.Uint32(bytes[:])
}

// add says that class holds from start on, overriding an entry of the same start.
func (n *Networks) add(start netip.Addr, class string) {
	i, found := slices.BinarySearchFunc(n.starts, start, netip.Addr.Compare)
	if found {
		n.classes[i] = class
		return
	}
	n.starts = slices.Insert(n.starts, i, start)
	n.classes = slices.Insert(n.classes, i, class)
}

func lastAddr(prefix netip.Prefix) netip.Addr {
	bytes := prefix.Addr().AsSlice()
	for bit := prefix.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

// Class is the class of the narrowest range that holds a, "other" if none does.
func (n *Networks) Class(a netip.Addr) string {
	if n == nil || len(n.starts) == 0 || !a.IsValid() {
		return otherNetwork
	}
	a = a.WithZone("").Unmap()
	if a.Is4() {
		number, low, high := number4(a), 0, len(n.starts4)
		for high-low > 1 {
			if middle := (low + high) / 2; n.starts4[middle] <= number {
				low = middle
			} else {
				high = middle
			}
		}
		return n.classes[low]
	}
	i := sort.Search(len(n.starts), func(i int) bool { return a.Less(n.starts[i]) })
	return n.classes[i-1]
}

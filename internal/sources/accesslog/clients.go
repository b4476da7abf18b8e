package accesslog

import (
	"bytes"
	"net/netip"

	"github.com/zeebo/xxh3"

	"footfall/internal/traffic"
)

// clients finds whose request a line is: the network class of the address, and the form of the
// address that the client key is made of.
type clients struct {
	networks    *traffic.Networks
	isForwarded bool
	proxies     []netip.Prefix

	text  []byte // of the last address in canonical form
	cache [clientSlots]clientSlot
}

const clientSlots = 1 << 12

// A clientSlot keeps what is known of a long address. It goes by the hash of the text, since
// parsing costs many times more. No text is kept: this is memory, but still.
type clientSlot struct {
	hash        uint64
	class       string
	isCanonical bool // the text as it stands
}

// find returns the class and the canonical text of a line's client, which is valid until the next
// call.
func (c *clients) find(e *Entry) (class string, address []byte) {
	text := e.Address
	if c.isForwarded && len(e.Forwarded) > 0 && c.isTrusted(text) {
		text = c.forwardedFor(text, e.Forwarded)
	}
	if bytes.IndexByte(text, ':') < 0 {
		// IPv4, whose text is canonical as it stands, or a name.
		if parsed, ok := traffic.ParseAddress(text); ok {
			return c.networks.Class(parsed), text
		}
	}
	hash := xxh3.Hash(text)
	slot := &c.cache[hash%clientSlots]
	if slot.class != "" && slot.hash == hash && slot.isCanonical {
		return slot.class, text
	}
	parsed, address := c.canonical(text)
	class = c.networks.Class(parsed)
	*slot = clientSlot{hash: hash, class: class, isCanonical: bytes.Equal(address, text)}
	return class, address
}

// canonical parses an address. A host name, which a server that looks addresses up writes, stays
// itself in small letters, and its address is the zero one.
func (c *clients) canonical(text []byte) (parsed netip.Addr, canonical []byte) {
	parsed, ok := traffic.ParseAddress(text)
	if !ok {
		c.text = append(c.text[:0], bytes.ToLower(text)...)
		return netip.Addr{}, c.text
	}
	c.text = parsed.AppendTo(c.text[:0])
	return parsed, c.text
}

// isTrusted says that the sender is a proxy of ours: its address, or a socket of the machine.
func (c *clients) isTrusted(sender []byte) bool {
	if string(sender) == "unix:" {
		return true
	}
	address, ok := traffic.ParseAddress(sender)
	return ok && c.isProxy(address)
}

func (c *clients) isProxy(address netip.Addr) bool {
	for _, prefix := range c.proxies {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// forwardedFor is the last address of the list that no trusted proxy has, since whoever is
// farther away may have written what stands before it. An entry that is no address ends the
// search with what was found so far.
func (c *clients) forwardedFor(sender, list []byte) []byte {
	found := sender
	for len(list) > 0 {
		i := bytes.LastIndexByte(list, ',')
		entry := bytes.TrimSpace(list[i+1:])
		address, ok := traffic.ParseAddress(entry)
		if !ok {
			return found
		}
		found = entry
		if !c.isProxy(address) {
			return found
		}
		list = list[:max(i, 0)]
	}
	return found
}

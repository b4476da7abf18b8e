package traffic

import (
	"bytes"
	"net/netip"
)

// ParseAddress reads an IP address: ::ffff:192.0.2.1 is 192.0.2.1, a zone is dropped, and a port
// ("192.0.2.1:80", "[2001:db8::1]:80") is too. Host names and other words are false.
func ParseAddress(text []byte) (netip.Addr, bool) {
	if a, ok := parseIPv4(text); ok {
		return a, true
	}
	if len(text) > 0 && text[0] == '[' {
		end := bytes.IndexByte(text, ']')
		if end < 0 || end+1 < len(text) && text[end+1] != ':' {
			return netip.Addr{}, false
		}
		text = text[1:end]
	} else if i := bytes.IndexByte(text, ':'); i >= 0 && bytes.LastIndexByte(text, ':') == i {
		return parseIPv4(text[:i])
	}
	if bytes.IndexByte(text, ':') < 0 {
		return netip.Addr{}, false // Most often a host name: not worth the error that netip makes.
	}
	a, err := netip.ParseAddr(string(text))
	if err != nil {
		return netip.Addr{}, false
	}
	return a.WithZone("").Unmap(), true
}

// parseIPv4 is netip.ParseAddr for the common case, without an allocation.
func parseIPv4(text []byte) (netip.Addr, bool) {
	var quad [4]byte
	field, value, digits := 0, 0, 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			if digits > 0 && value == 0 {
				return netip.Addr{}, false // A leading zero: octal to some.
			}
			value = value*10 + int(c-'0')
			digits++
			if value > 255 {
				return netip.Addr{}, false
			}
		case c == '.' && digits > 0 && field < 3:
			quad[field] = byte(value)
			field++
			value, digits = 0, 0
		default:
			return netip.Addr{}, false
		}
	}
	if field != 3 || digits == 0 {
		return netip.Addr{}, false
	}
	quad[3] = byte(value)
	return netip.AddrFrom4(quad), true
}

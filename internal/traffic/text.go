package traffic

import (
	"bytes"
	"net/netip"
	"unicode/utf8"
)

// findEmail finds the first thing in text that looks like an e-mail address: its name begins at
// start and its domain, after at, ends at end. Start is -1 if there is none.
func findEmail(text []byte) (start, at, end int) {
	for from := 0; ; {
		i := bytes.IndexByte(text[from:], '@')
		if i < 0 {
			return -1, -1, -1
		}
		at = from + i
		start = at
		for start > from && isEmailByte(text[start-1]) {
			start--
		}
		end = domainEnd(text, at+1)
		if start < at && end > 0 {
			return start, at, end
		}
		from = at + 1
	}
}

func hasEmail(text []byte) bool {
	if bytes.IndexByte(text, '@') < 0 && !bytes.Contains(text, []byte("%40")) {
		return false
	}
	if start, _, _ := findEmail(text); start >= 0 {
		return true
	}
	// Twice encoded, as in a link within a link.
	start, _, _ := findEmail(bytes.ReplaceAll(text, []byte("%40"), []byte("@")))
	return start >= 0
}

func isEmailByte(c byte) bool { return byteKind[c]&inEmail != 0 || c >= 0x80 }

// domainEnd is the end of the domain that begins at from, 0 if there is none. A domain has a dot
// with two letters after it, anywhere: a text that was cut must not become an address.
func domainEnd(text []byte, from int) int {
	end, hasName := from, false
	for ; end < len(text); end++ {
		c := text[end]
		if !isLetter(c) && (c < '0' || c > '9') && c != '-' && (c != '.' || end == from) {
			break
		}
		if c == '.' && end+2 < len(text) && isLetter(text[end+1]) && isLetter(text[end+2]) {
			hasName = true
		}
	}
	if !hasName {
		return 0
	}
	for text[end-1] == '.' { // The full stop after a sentence.
		end--
	}
	return end
}

// isLetter is true for ASCII letters, and for all bytes beyond ASCII, which are parts of letters.
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 }

// maskPathEmails writes "*" for the name in each e-mail address of dst[start:].
func maskPathEmails(dst []byte, start int) []byte {
	for from := start; ; {
		name, at, _ := findEmail(dst[from:])
		if name < 0 {
			return dst
		}
		dst[from+name] = '*'
		dst = append(dst[:from+name+1], dst[from+at:]...)
		from += name + len("*@")
	}
}

// AppendReferrer appends host and path of a referrer to dst: no query, no fragment. A thing that
// is no web address, "-" or nothing gives an empty text. An app (android-app://name) is all host,
// and an address in place of a host name becomes the host "ip-address" without a path, since it
// may be a person's.
func AppendReferrer(dst, raw []byte) (text []byte, hostLen int) {
	start := len(dst)
	for _, app := range [...]string{"android-app://", "ios-app://"} {
		if bytes.HasPrefix(raw, []byte(app)) {
			name, _, _ := bytes.Cut(raw[len(app):], []byte("/"))
			if len(name) == 0 || !isHostName(name) {
				return dst, 0
			}
			dst = append(append(dst, app...), name...)
			return dst, len(dst) - start
		}
	}
	host, target, ok := splitAbsolute(raw)
	if !ok {
		return dst, 0
	}
	dst = appendHost(dst, host)
	hostLen = len(dst) - start
	name := dst[start:]
	if _, isAddress := ParseAddress(name); isAddress {
		dst = append(dst[:start], "ip-address"...)
		return dst, len(dst) - start
	}
	name, port, _ := bytes.Cut(name, []byte(":"))
	if !isHostName(name) || len(bytes.Trim(port, "0123456789")) > 0 {
		return dst[:start], 0
	}
	target, _, _ = bytes.Cut(target, []byte("?"))
	target, _, _ = bytes.Cut(target, []byte("#"))
	return appendPath(dst, target), hostLen
}

// isHostName is true for letters, digits, ".", "-" and "_" of ASCII, a letter among them.
func isHostName(name []byte) bool {
	hasLetter := false
	for _, c := range name {
		switch {
		case c >= 0x80:
			return false
		case isLetter(c):
			hasLetter = true
		case c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return hasLetter
}

const maxAgentBytes = 1024

// AppendAgent appends a user agent as it is stored: valid UTF-8 (other bytes as \xHH), no control
// characters, e-mail addresses as "(email)", at most 1024 bytes. "-" stays "-".
func AppendAgent(dst, raw []byte) []byte {
	if _, some := kindsOf(raw); some&notInAgent == 0 && len(raw) <= maxAgentBytes {
		return append(dst, raw...)
	}
	start := len(dst)
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(dst, '\\', 'x', upperHex[raw[i]>>4], upperHex[raw[i]&15])
		case r < ' ', r >= 0x7F && r < 0xA0:
		default:
			dst = append(dst, raw[i:i+size]...)
		}
		i += size
	}
	dst = maskAgentEmails(dst, start)
	if len(dst)-start > maxAgentBytes {
		end := start + maxAgentBytes
		for !utf8.RuneStart(dst[end]) {
			end--
		}
		dst = dst[:end]
	}
	return dst
}

func maskAgentEmails(dst []byte, start int) []byte {
	const mask = "(email)"
	if bytes.Contains(dst[start:], []byte("%40")) {
		text := bytes.ReplaceAll(dst[start:], []byte("%40"), []byte("@"))
		dst = append(dst[:start], text...)
	}
	if name, _, _ := findEmail(dst[start:]); name < 0 {
		return dst
	}
	text := bytes.Clone(dst[start:])
	dst = dst[:start]
	for {
		name, _, end := findEmail(text)
		if name < 0 {
			return append(dst, text...)
		}
		dst = append(append(dst, text[:name]...), mask...)
		text = text[end:]
	}
}

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

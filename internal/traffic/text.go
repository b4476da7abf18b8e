package traffic

import (
	"bytes"
	"unicode/utf8"
)

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

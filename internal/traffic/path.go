package traffic

import (
	"bytes"

	"golang.org/x/net/idna"
)

// Bits of byteKind.
const (
	inPath     = 1 << iota // may stand unescaped in a canonical path
	inQuery                // may stand unescaped in a canonical query
	inHost                 // may stand in a canonical host
	inEmail                // may stand before the @ of an e-mail address
	needsCare              // sends a path to the slow way
	isDot                  // does so after a slash
	unreserved             // letters, digits, - . _ ~
	notInAgent             // sends a user agent to the slow way
)

// byteKind says where a byte may stand. Escapes of the bytes of inPath are decoded: servers give
// the same file for "(" and "%28". "+" is not among them, since some read it as a space.
var byteKind = func() (kind [256]uint8) {
	for c := range kind {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			kind[c] = inPath | inQuery | inHost | inEmail | unreserved
		case c >= 'A' && c <= 'Z':
			kind[c] = inPath | inQuery | inEmail | unreserved
		case bytes.IndexByte([]byte("-._~"), byte(c)) >= 0:
			kind[c] = inPath | inQuery | inHost | inEmail | unreserved
		case bytes.IndexByte([]byte("!$'()*,:@"), byte(c)) >= 0:
			kind[c] = inPath | inQuery
		case bytes.IndexByte([]byte("&;="), byte(c)) >= 0:
			kind[c] = inPath
		case c == '/':
			kind[c] = inPath | inQuery
		case c == '+':
			kind[c] = inPath | inEmail
		default:
			kind[c] = needsCare
		}
	}
	kind['~'] &^= inHost | inEmail
	kind['.'] |= isDot
	kind['@'] |= needsCare // Perhaps an e-mail address.
	kind[';'] |= needsCare // Perhaps a session.
	for _, c := range []byte("[]:%") {
		kind[c] |= inHost
	}
	kind['%'] |= inEmail
	for c := range kind {
		if c < ' ' || c >= 0x7F || c == '@' || c == '%' {
			kind[c] |= notInAgent
		}
	}
	return kind
}()

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

func appendEscape(dst []byte, c byte) []byte {
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

// escapedByte is the byte that text, beginning with %HH, stands for.
func escapedByte(text []byte) (c byte, ok bool) {
	if len(text) < 3 {
		return 0, false
	}
	high, low := hexDigit(text[1]), hexDigit(text[2])
	return high<<4 | low, high < 16 && low < 16
}

func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// trimHost drops the default ports and the dot of a fully qualified name.
func trimHost(host []byte) []byte {
	for {
		trimmed := bytes.TrimRight(host, ".")
		if i := bytes.LastIndexByte(trimmed, ':'); i >= 0 {
			isPort := bytes.IndexByte(trimmed, ':') == i || i > 0 && trimmed[i-1] == ']'
			switch string(trimmed[i+1:]) {
			case "", "80", "443", "21":
				if isPort {
					trimmed = trimmed[:i]
				}
			}
		}
		if len(trimmed) == len(host) {
			return host
		}
		host = trimmed
	}
}

func appendHost(dst, host []byte) []byte {
	start := len(dst)
	if n := len(host); n == 0 || host[n-1] == '.' || bytes.IndexByte(host, ':') >= 0 {
		host = trimHost(host)
	}
	dst = append(dst, host...)
	if all, _ := kindsOf(host); all&inHost != 0 {
		return dst
	}
	lower := bytes.ToLower(host)
	if !isASCII(lower) {
		if name, err := idna.ToASCII(string(lower)); err == nil && isASCII([]byte(name)) {
			lower = bytes.ToLower([]byte(name))
		}
	}
	dst = dst[:start]
	for _, c := range lower {
		if byteKind[c]&inHost != 0 {
			dst = append(dst, c)
		} else {
			// In lower case like the rest of a host, or it would change the second time.
			dst = append(dst, '%', lowerHex[c>>4], lowerHex[c&15])
		}
	}
	return dst
}

// kindsOf is what all bytes of text have in common, and what some of them have. Eight at a time
// is twice as fast as one at a time, and this is most of the work on a plain path.
func kindsOf(text []byte) (all, some uint8) {
	all = 255
	kind := &byteKind
	for len(text) >= 8 {
		a, b, c, d := kind[text[0]], kind[text[1]], kind[text[2]], kind[text[3]]
		e, f, g, h := kind[text[4]], kind[text[5]], kind[text[6]], kind[text[7]]
		all &= a & b & c & d & e & f & g & h
		some |= a | b | c | d | e | f | g | h
		text = text[8:]
	}
	for _, c := range text {
		all &= kind[c]
		some |= kind[c]
	}
	return all, some
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// appendPath appends the canonical form of a path that has neither query nor fragment.
func appendPath(dst, path []byte) []byte {
	if len(path) == 0 || path[0] != '/' {
		return appendPathSlowly(append(dst, '/'), path)
	}
	_, some := kindsOf(path)
	if some&needsCare != 0 || some&isDot != 0 && hasHiddenName(path) {
		return appendPathSlowly(dst, path)
	}
	return append(dst, path...)
}

// hasHiddenName is true where a segment of path begins with a dot. It looks for dots, since there
// are fewer of them than slashes.
func hasHiddenName(path []byte) bool {
	for from := 0; ; {
		i := bytes.IndexByte(path[from:], '.')
		if i < 0 {
			return false
		}
		from += i + 1
		if from >= 2 && path[from-2] == '/' {
			return true
		}
	}
}

// appendPathSlowly appends path to dst, whose last byte is a slash if path does not begin with one.
func appendPathSlowly(dst, path []byte) []byte {
	start := len(dst)
	if len(path) == 0 || path[0] != '/' {
		start--
	}
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c == '%' {
			if decoded, ok := escapedByte(path[i:]); ok {
				i += 2
				c = decoded
				if byteKind[c]&inPath == 0 || c == '/' || c == '+' {
					dst = appendEscape(dst, c)
					continue
				}
			}
		}
		if byteKind[c]&inPath != 0 {
			dst = append(dst, c)
		} else {
			dst = appendEscape(dst, c)
		}
	}
	cleaned := removeSessions(dst[start:])
	cleaned = removeDots(cleaned)
	return maskPathEmails(dst[:start+len(cleaned)], start)
}

// removeSessions drops ";jsessionid=..." from the segments of path, in place.
func removeSessions(path []byte) []byte {
	const session = ";jsessionid="
	for i := 0; i+len(session) <= len(path); {
		if path[i] != ';' || !bytes.EqualFold(path[i:i+len(session)], []byte(session)) {
			i++
			continue
		}
		end := i + len(session)
		for end < len(path) && path[end] != '/' && path[end] != ';' {
			end++
		}
		path = append(path[:i], path[end:]...)
	}
	return path
}

// removeDots resolves the segments "." and ".." of path, in place. Empty segments stay.
func removeDots(path []byte) []byte {
	kept := path[:0]
	for rest := path; len(rest) > 0; {
		segment := rest // With its leading slash.
		if i := bytes.IndexByte(rest[1:], '/'); i >= 0 {
			segment = rest[:i+1]
		}
		rest = rest[len(segment):]
		switch string(segment) {
		case "/.", "/..":
			if len(segment) == 3 && len(kept) > 0 {
				kept = kept[:bytes.LastIndexByte(kept, '/')]
			}
			if len(rest) == 0 {
				kept = append(kept, '/')
			}
		default:
			kept = append(kept, segment...)
		}
	}
	return kept
}

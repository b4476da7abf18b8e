package accesslog

import (
	"bytes"
)

// closingQuote finds the first quote at or after from that a space or the end of the text
// follows. With escapes, a quote after an odd number of backslashes is none.
func closingQuote(text []byte, from int, escapes bool) int {
	for {
		i := bytes.IndexByte(text[from:], '"')
		if i < 0 {
			return -1
		}
		i += from
		if (i+1 == len(text) || text[i+1] == ' ') && (!escapes || !isEscapedAt(text, i)) {
			return i
		}
		from = i + 1
	}
}

func isEscapedAt(text []byte, i int) bool {
	slashes := 0
	for i > slashes && text[i-slashes-1] == '\\' {
		slashes++
	}
	return slashes%2 == 1
}

// quoted takes the quoted field at the start of text, and the space after it. A field whose every
// later quote is escaped ends at the first quote that can be its end.
func quoted(text []byte, escapes bool) (field, rest []byte, ok bool) {
	if len(text) == 0 || text[0] != '"' {
		return nil, nil, false
	}
	text = text[1:]
	end := closingQuote(text, 0, escapes)
	if end < 0 && escapes {
		end = closingQuote(text, 0, false)
	}
	if end < 0 {
		return nil, nil, false
	}
	return text[:end], text[min(end+2, len(text)):], true
}

// unescape appends text to dst with the escapes of nginx and Apache undone: \xHH with digits of
// either case, \" and \\, and the letters of C for control characters. Any other backslash stands
// for itself.
func unescape(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 || i+1 == len(text) {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		c, length := unescapeOne(text[i:])
		dst = append(dst, c)
		text = text[i+length:]
	}
}

// unescapeOne reads the escape at the start of text, which has at least two bytes.
func unescapeOne(text []byte) (c byte, length int) {
	switch text[1] {
	case '"', '\\':
		return text[1], 2
	case 'b':
		return '\b', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'v':
		return '\v', 2
	case 'x':
		if len(text) >= 4 {
			high, isHigh := hexDigit(text[2])
			low, isLow := hexDigit(text[3])
			if isHigh && isLow {
				return high<<4 | low, 4
			}
		}
	}
	return '\\', 1
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// trimPort takes the port from host:port; an IPv6 address in brackets keeps them.
func trimPort(host []byte) []byte {
	i := bytes.LastIndexByte(host, ':')
	if i <= 0 || (bytes.IndexByte(host, ':') != i && host[i-1] != ']') {
		return host
	}
	for _, c := range host[i+1:] {
		if !isDigit(c) {
			return host
		}
	}
	return host[:i]
}

package traffic

import "bytes"

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
	if _, some := kindsOf(text); some&notInAgent == 0 {
		return false // Neither "@" nor "%40", which is the usual case.
	}
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

// maskAgentEmails writes "(email)" for each e-mail address of dst[start:].
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

package accesslog

import "bytes"

// What CloudFront writes as standard logs: W3C's extended format with tabs between the fields, in
// each of which characters that are no part of a URL are percent-escaped. A URL's own escapes are
// so escaped once more, and an agent's spaces too.
var cloudFront = format{
	name:      "cloudfront",
	open:      openW3C, // The header tells which of both it is.
	fits:      func() func([]byte) bool { return fitsW3C(true) },
	hasHeader: true,
}

// decodeCloudFront undoes the escapes of the log, and leaves those of the URLs.
func decodeCloudFront(r *record) {
	for _, of := range [...]part{partURI, partQuery, partReferrer, partAgent, partForwarded} {
		text := r.values[of]
		if bytes.IndexByte(text, '%') < 0 {
			continue
		}
		text = r.hold(func(dst []byte) []byte { return appendUnescaped(dst, text) })
		if of == partAgent && bytes.Contains(text, []byte("%20")) {
			text = r.hold(func(dst []byte) []byte { return appendUnescaped(dst, text) })
		}
		r.values[of] = text
	}
}

// appendUnescaped appends text with its %HH decoded; a percent sign that begins none stays.
func appendUnescaped(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '%')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		text = text[i:]
		if len(text) >= 3 {
			high, isHigh := hexDigit(text[1])
			low, isLow := hexDigit(text[2])
			if isHigh && isLow {
				dst, text = append(dst, high<<4|low), text[3:]
				continue
			}
		}
		dst, text = append(dst, '%'), text[1:]
	}
}

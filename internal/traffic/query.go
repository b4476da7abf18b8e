package traffic

import (
	"bytes"
	"slices"
	"strings"
)

// A param is one parameter of a query, decoded, as offsets into a buffer.
type param struct{ start, split, end int }

// appendQuery appends "?" and the parameters of raw that are kept to dst, sorted by name; nothing
// if none is. The path, already canonical, tells the few places with rules of their own.
func appendQuery(dst, path, raw []byte) []byte {
	var (
		textRoom  [1024]byte
		paramRoom [32]param
	)
	isSQL := bytes.HasSuffix(path, []byte("/datastore_search_sql"))
	text, params := textRoom[:0], paramRoom[:0]
	isService := false
	_, some := kindsOf(raw)
	mayHaveEmail := some&notInAgent != 0 // "@" or an escape, which few queries have
	for len(raw) > 0 {
		piece := raw
		if i := bytes.IndexByte(raw, '&'); i >= 0 {
			piece, raw = raw[:i], raw[i+1:]
		} else {
			raw = nil
		}
		name, value, _ := bytes.Cut(piece, []byte("="))
		p := param{start: len(text)}
		text = appendDecoded(text, name)
		p.split = len(text)
		text = appendDecoded(text, value)
		p.end = len(text)
		if isSQL && strings.EqualFold(string(text[p.start:p.split]), "sql") {
			params, text = appendSQLResources(params, text, text[p.split:p.end])
			continue
		}
		kept := keepValue(text[p.start:p.split], text[p.split:p.end], mayHaveEmail)
		if kept < 0 {
			text = text[:p.start]
			continue
		}
		p.end = p.split + kept
		text = text[:p.end]
		isService = isService || isServiceName(text[p.start:p.split])
		params = append(params, p)
	}
	if isService {
		for _, p := range params {
			lowerASCII(text[p.start:p.split])
		}
	}
	if len(params) > 1 {
		slices.SortStableFunc(params, func(a, b param) int {
			return bytes.Compare(text[a.start:a.split], text[b.start:b.split])
		})
	}
	separator := byte('?')
	for _, p := range params {
		dst = appendEncoded(append(dst, separator), text[p.start:p.split])
		if p.end > p.split {
			dst = appendEncoded(append(dst, '='), text[p.split:p.end])
		}
		separator = '&'
	}
	return dst
}

// appendSQLResources appends a parameter resource_id for each resource that the SQL of a
// DataStore query names. The SQL itself is dropped: its conditions may be about people.
func appendSQLResources(params []param, text, sql []byte) ([]param, []byte) {
	first := len(params)
	for i := 0; i+uuidLen <= len(sql); i++ {
		if !isUUID(sql[i : i+uuidLen]) {
			continue
		}
		id := append([]byte(nil), sql[i:i+uuidLen]...)
		lowerASCII(id)
		i += uuidLen - 1
		if slices.ContainsFunc(params[first:], func(p param) bool { return bytes.Equal(text[p.split:p.end], id) }) {
			continue
		}
		p := param{start: len(text)}
		text = append(text, "resource_id"...)
		p.split = len(text)
		text = append(text, id...)
		p.end = len(text)
		params = append(params, p)
	}
	return params, text
}

const uuidLen = 36

func isUUID[T string | []byte](text T) bool {
	if len(text) != uuidLen {
		return false
	}
	for i := range len(text) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if text[i] != '-' {
				return false
			}
		} else if hexDigit(text[i]) > 15 {
			return false
		}
	}
	return true
}

// isServiceName is true for the parameters that mark an OGC service, whose names are not
// case-sensitive (OGC 06-121r9, 11.5.2).
func isServiceName(name []byte) bool {
	return len(name) == len("service") &&
		(bytes.EqualFold(name, []byte("service")) || bytes.EqualFold(name, []byte("request")))
}

func lowerASCII(text []byte) {
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			text[i] = c + 'a' - 'A'
		}
	}
}

// appendDecoded appends what an encoded name or value stands for. "+" is a space.
func appendDecoded(dst, text []byte) []byte {
	if bytes.IndexByte(text, '%') < 0 && bytes.IndexByte(text, '+') < 0 {
		return append(dst, text...)
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if decoded, ok := escapedByte(text[i:]); ok {
				c = decoded
				i += 2
			}
		}
		dst = append(dst, c)
	}
	return dst
}

// appendEncoded is the one way to write a decoded name or value.
func appendEncoded(dst, text []byte) []byte {
	if all, _ := kindsOf(text); all&inQuery != 0 {
		return append(dst, text...)
	}
	for _, c := range text {
		if byteKind[c]&inQuery != 0 {
			dst = append(dst, c)
		} else {
			dst = appendEscape(dst, c)
		}
	}
	return dst
}

package accesslog

import (
	"bytes"
	"time"
)

const (
	reasonText      reason = "text_of_format_missing"
	reasonAmbiguous reason = "ambiguous_line"
)

// maxTries is how many ends are tried for the texts of one line. Honest lines need one for each.
const maxTries = 256

type templateParser struct {
	*template
	record record
	stamps stamps
	civil  civil
	tries  int
	why    reason // the piece that the farthest try failed at
	far    int
}

func newTemplateParser(t *template, zone *time.Location) *templateParser {
	p := &templateParser{template: t, stamps: newStamps(zone)}
	for _, piece := range t.pieces {
		p.record.hasStatus = p.record.hasStatus || piece.part == partStatus
	}
	return p
}

func (p *templateParser) parse(line []byte, e *Entry) reason {
	*e = Entry{}
	p.record.reset()
	p.civil = civil{}
	p.tries, p.why, p.far = 0, reasonText, -1
	if !bytes.HasPrefix(line, p.lead) {
		return reasonText
	}
	isEscaped := p.escapes != noEscapes && bytes.IndexByte(line, '\\') >= 0
	ok := p.match(line, len(p.lead), 0, isEscaped)
	e.At, e.HasTime = p.civil.micros(&p.stamps)
	switch {
	case !ok && p.tries > maxTries:
		return reasonAmbiguous
	case !ok:
		return p.why
	case !e.HasTime:
		return reasonBadTime
	}
	if isEscaped {
		if p.escapes == jsonEscapes {
			p.record.plainJSON()
		} else {
			e.IsEscaped = true
		}
	}
	return p.record.entry(e)
}

// match finds the pieces from the i-th on in the line from at on. A text ends where what follows
// it stands for the first time, unless the rest of the line then does not fit.
func (p *templateParser) match(line []byte, at, i int, isEscaped bool) bool {
	for ; i < len(p.pieces); i++ {
		piece := &p.pieces[i]
		if piece.kind == anyText || piece.kind == word {
			return p.matchText(line, at, i, isEscaped)
		}
		length, why := p.number(piece, line[at:])
		if why == "" && !hasEnd(line[at+length:], piece, i == len(p.pieces)-1) {
			why = reasonText
		}
		if why != "" {
			return p.fail(i, why)
		}
		if piece.part != noPart {
			p.record.values[piece.part] = line[at : at+length]
		}
		at += length + len(piece.until)
	}
	return true
}

func (p *templateParser) fail(i int, why reason) bool {
	if i > p.far {
		p.far, p.why = i, why
	}
	return false
}

// hasEnd says that what follows a piece follows here. After the last one may come more fields.
func hasEnd(rest []byte, piece *piece, isLast bool) bool {
	if !bytes.HasPrefix(rest, piece.until) {
		return false
	}
	rest = rest[len(piece.until):]
	return !isLast || len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t'
}

// matchText tries the ends that a text can have: first those whose quote no backslash escapes.
func (p *templateParser) matchText(line []byte, at, i int, isEscaped bool) bool {
	piece := &p.pieces[i]
	isLast := i == len(p.pieces)-1
	if len(piece.until) == 0 {
		end := len(line)
		if piece.kind == word {
			end = at + blankAt(line[at:])
		}
		p.keep(piece, line[at:end])
		return true
	}
	if piece.kind == word {
		end := wordEnd(line[at:], piece.until)
		if end < 0 || end == 0 && piece.part == partClient || !hasEnd(line[at+end:], piece, isLast) {
			return p.fail(i, reasonMissingField)
		}
		p.keep(piece, line[at:at+end])
		if !piece.keeps {
			end += len(piece.until)
		}
		return p.match(line, at+end, i+1, isEscaped)
	}
	if isLast && p.escapes == noEscapes && bytes.HasSuffix(line[at:], piece.until) {
		p.keep(piece, line[at:len(line)-len(piece.until)]) // Quotes before it tell nothing.
		return true
	}
	isQuoted := isEscaped && piece.until[0] == '"'
	for _, escaped := range [...]bool{false, true} {
		if escaped && !isQuoted {
			break
		}
		for from := at; ; {
			end := bytes.Index(line[from:], piece.until)
			if end < 0 {
				break
			}
			end += from
			from = end + 1
			if isQuoted && isEscapedAt(line[at:], end-at) != escaped || !hasEnd(line[end:], piece, isLast) {
				continue
			}
			if p.tries++; p.tries > maxTries {
				return false
			}
			p.keep(piece, line[at:end])
			next := end + len(piece.until)
			if piece.keeps {
				next = end
			}
			if p.match(line, next, i+1, isEscaped) {
				return true
			}
		}
	}
	if isQuoted || piece.until[0] == '"' {
		return p.fail(i, reasonNoQuote)
	}
	return p.fail(i, reasonMissingField)
}

func (p *templateParser) keep(piece *piece, text []byte) {
	if piece.part != noPart {
		p.record.values[piece.part] = text
	}
}

// wordEnd is where until stands before the first space; -1 if it does not. Of several colons the
// last one is before the port.
func wordEnd(text, until []byte) int {
	limit := blankAt(text)
	switch until[0] {
	case ' ', '\t':
		return limit
	case ':':
		return bytes.LastIndexByte(text[:limit], ':')
	}
	end := bytes.Index(text, until)
	if end > limit {
		return -1
	}
	return end
}

// blankAt is where the first space or tab is, or the text's end.
func blankAt(text []byte) int {
	for i, c := range text {
		if c == ' ' || c == '\t' {
			return i
		}
	}
	return len(text)
}

// number reads a piece that knows its end.
func (p *templateParser) number(piece *piece, text []byte) (length int, why reason) {
	switch piece.kind {
	case statusNumber:
		if len(text) >= 3 && isDigit(text[0]) && isDigit(text[1]) && isDigit(text[2]) {
			return 3, ""
		}
		if len(text) > 0 && text[0] == '-' {
			return 1, ""
		}
		return 0, reasonBadStatus
	case sizeNumber:
		for length < len(text) && isDigit(text[length]) {
			length++
		}
		if length == 0 && len(text) > 0 && text[0] == '-' {
			length = 1
		}
		if length == 0 || length > 18 {
			return 0, reasonBadBytes
		}
		return length, ""
	default:
		length, ok := p.civil.read(piece, &p.stamps, text)
		if !ok {
			return 0, reasonBadTime
		}
		return length, ""
	}
}

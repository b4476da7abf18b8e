package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A template is a server's format string taken apart: what a line holds, from left to right, and
// the text after each piece. It is compiled once, and the parser goes along it.
type template struct {
	lead    []byte // the text before the first piece
	pieces  []piece
	escapes escapes
}

// escapes are how a server writes what could be taken for the end of a text.
type escapes uint8

const (
	backslashEscapes escapes = iota // \" and \xHH
	jsonEscapes
	noEscapes
)

// A piece is one thing that the server puts in a line.
type piece struct {
	name  string // as the format string has it, for errors
	part  part
	rank  uint8 // of several pieces for one part, that of the lowest rank counts
	kind  pieceKind
	unit  int64  // of an epoch, in a second
	clock []byte // of a civil time: letters of strftime, and text
	until []byte // what follows it; empty for the last one
	keeps bool   // until belongs to the next piece
}

type pieceKind uint8

const (
	anyText      pieceKind = iota // may hold spaces
	word                          // holds none
	statusNumber                  // this and the following know their end by themselves
	sizeNumber
	bracketTime // [05/Jan/2026:10:00:00 +0000]
	bareTime    // the same without the brackets
	isoTime
	epochTime
	fractionTime // what is left of a second: digits
	civilTime
)

// isTime says that the piece is, or is a part of, the time of the request.
func (k pieceKind) isTime() bool { return k >= bracketTime }

// add appends a piece, or joins it to the one before where only together they have an end.
func (t *template) add(p piece) error {
	if n := len(t.pieces); n > 0 && len(t.pieces[n-1].until) == 0 {
		last := &t.pieces[n-1]
		switch {
		case last.part == partURI && (p.part == partQuery || p.part == noPart && p.name == "$is_args"):
			last.name += p.name // A path with its query.
			return nil
		case p.part == partURI && last.part == partHost:
			last.until, last.keeps = []byte("/"), true
		case last.kind.isTime() || last.kind == statusNumber || last.kind == sizeNumber:
		default:
			return fmt.Errorf("%s stands right before %s: nothing tells where it ends", last.name, p.name)
		}
	}
	t.pieces = append(t.pieces, p)
	return nil
}

// addText appends text that stands in every line.
func (t *template) addText(text string) {
	if text == "" {
		return
	}
	if len(t.pieces) == 0 {
		t.lead = append(t.lead, text...)
		return
	}
	last := &t.pieces[len(t.pieces)-1]
	last.until = append(last.until, text...)
}

// hasLetter says that a civil time has one of the letters.
func (p *piece) hasLetter(letters string) bool {
	for i := 0; i < len(p.clock); i += 2 {
		if p.clock[i] == 1 && strings.IndexByte(letters, p.clock[i+1]) >= 0 {
			return true
		}
	}
	return false
}

// settle leaves one piece to each part but the time.
func (t *template) settle() {
	for i := range t.pieces {
		for j := range t.pieces {
			p, other := &t.pieces[i], &t.pieces[j]
			if p.part == other.part && p.part != partTime && (other.rank < p.rank || other.rank == p.rank && j < i) {
				p.part = noPart
			}
		}
	}
}

// check says what the format lacks for being of use.
func (t *template) check() error {
	has := map[part]bool{}
	hasTime, hasDay := false, false
	for _, p := range t.pieces {
		has[p.part] = true
		switch p.kind {
		case bracketTime, bareTime, isoTime, epochTime:
			hasTime, hasDay = true, true
		case civilTime:
			hasTime = hasTime || p.hasLetter("HTR")
			hasDay = hasDay || p.hasLetter("dejDF")
		case fractionTime, anyText, word, statusNumber, sizeNumber:
		}
	}
	switch {
	case !hasTime || !hasDay:
		return errors.New("it has no time, or none with its day: add $time_local (nginx) or %t (Apache)")
	case !has[partRequest] && !has[partURI]:
		return errors.New("it has no request, nor its URI: add $request or %r")
	}
	return nil
}

// format is the template as a format, if it is of use.
func (t *template) format(name string) (format, error) {
	if err := t.check(); err != nil {
		return format{}, err
	}
	t.settle()
	return format{
		name: name,
		open: func(zone *time.Location) parser { return newTemplateParser(t, zone).parse },
	}, nil
}

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

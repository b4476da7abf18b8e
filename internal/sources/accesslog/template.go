package accesslog

import (
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

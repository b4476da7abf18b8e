package accesslog

import (
	"errors"
	"fmt"
	"strings"
)

// apachePieces are the directives of an Apache LogFormat by their letters.
var apachePieces = map[byte]piece{
	'a': {part: partClient, kind: word},
	'h': {part: partClient, kind: word, rank: 1},
	'l': {part: partIdent, kind: word},
	'u': {part: partUser},
	'r': {part: partRequest},
	'm': {part: partMethod, kind: word},
	'U': {part: partURI},
	'q': {part: partQuery},
	's': {part: partStatus, kind: statusNumber},
	'b': {part: partBytes, kind: sizeNumber},
	'B': {part: partBytes, kind: sizeNumber},
	'O': {part: partBytes, kind: sizeNumber, rank: 1},
	'V': {part: partHost, kind: word, rank: 1},
	'v': {part: partHost, kind: word, rank: 2},
	'A': {kind: word}, 'D': {kind: word}, 'H': {kind: word}, 'I': {kind: word}, 'k': {kind: word},
	'L': {kind: word}, 'p': {kind: word}, 'P': {kind: word}, 'S': {kind: word}, 'T': {kind: word}, 'X': {kind: word},
	'C': {}, 'e': {}, 'f': {}, 'n': {}, 'o': {}, 'R': {}, 'x': {}, 'c': {}, 'g': {},
}

// apacheHeaders are the request headers that are asked for, in small letters.
var apacheHeaders = map[string]piece{
	"referer":         {part: partReferrer},
	"user-agent":      {part: partAgent},
	"x-forwarded-for": {part: partForwarded},
	"host":            {part: partHost, kind: word},
}

// apacheFormat compiles the string of an Apache LogFormat, or the whole directive.
func apacheFormat(text string) (format, error) {
	t := &template{}
	text = strings.TrimSpace(text)
	if directive, ok := strings.CutPrefix(text, "LogFormat "); ok {
		directive = strings.TrimSpace(directive)
		end := strings.LastIndexByte(directive, '"')
		if directive == "" || directive[0] != '"' || end == 0 {
			return format{}, errors.New(`LogFormat: write its string in quotes, as in the server's configuration`)
		}
		text = directive[1:end]
	}
	text = strings.NewReplacer(`\"`, `"`, `\t`, "\t", `\\`, `\`).Replace(text)
	for text != "" {
		plain, rest, isDirective := strings.Cut(text, "%")
		t.addText(plain)
		if !isDirective {
			break
		}
		if after, ok := strings.CutPrefix(rest, "%"); ok {
			t.addText("%")
			text = after
			continue
		}
		p, length, err := apachePiece(rest, t)
		if err != nil {
			return format{}, err
		}
		p.name = "%" + rest[:length]
		if err := t.add(p); err != nil {
			return format{}, err
		}
		text = rest[length:]
	}
	return t.format("LogFormat of Apache")
}

// apachePiece reads a directive after its percent sign: !200,304 or <, {name}, and a letter.
func apachePiece(text string, t *template) (p piece, length int, err error) {
	modifiers := 0
	for modifiers < len(text) && strings.IndexByte("!,<>0123456789", text[modifiers]) >= 0 {
		modifiers++
	}
	length = modifiers
	name := ""
	if length < len(text) && text[length] == '{' {
		end := strings.IndexByte(text[length:], '}')
		if end < 0 {
			return piece{}, 0, fmt.Errorf("%%%s: a brace is not closed", firstOf(text))
		}
		name = text[length+1 : length+end]
		length += end + 1
	}
	if length < len(text) && text[length] == '^' && length+2 < len(text) {
		return piece{}, length + 3, nil // A trailer.
	}
	if length == len(text) {
		return piece{}, 0, fmt.Errorf("%%%s has no letter", text)
	}
	letter := text[length]
	length++
	switch letter {
	case 't':
		p, err = apacheTime(name, t)
		return p, length, err
	case 'i':
		return apacheHeaders[strings.ToLower(name)], length, nil
	}
	p, ok := apachePieces[letter]
	switch {
	case !ok:
		return piece{}, 0, fmt.Errorf("%%%s is no directive of a LogFormat", text[:length])
	case letter == 'a' && name == "c":
		p.rank = 2 // the connection's, where %a is what mod_remoteip found
	case letter == 's' && strings.IndexByte(text[:modifiers], '<') >= 0:
		p.rank = 1 // before an internal redirect
	}
	return p, length, nil
}

// apacheTime reads what %{...}t says of the time. The end of the answer counts only where the
// request's time is not in the line.
func apacheTime(layout string, t *template) (p piece, err error) {
	layout = strings.TrimPrefix(layout, "begin:")
	layout, isEnd := strings.CutPrefix(layout, "end:")
	if isEnd {
		for _, p := range t.pieces {
			if p.kind.isTime() {
				return piece{}, nil
			}
		}
	}
	p = piece{part: partTime}
	switch layout {
	case "":
		p.kind = bracketTime
	case "sec":
		p.kind, p.unit = epochTime, 1
	case "msec":
		p.kind, p.unit = epochTime, 1000
	case "usec":
		p.kind, p.unit = epochTime, 1_000_000
	case "msec_frac", "usec_frac":
		p.kind = fractionTime
	default:
		p.kind = civilTime
		p.clock, err = compileClock(layout)
	}
	return p, err
}

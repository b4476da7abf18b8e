package simulate

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// predicate says whether a dataset is among those searched for, at a moment.
type predicate func(number int, at int64) bool

// filterParser reads the part of Solr's query language that readers of a portal use: words,
// field:value, field:"a phrase", field:(a OR b), field:[low TO high], AND, OR, NOT, + and -,
// parentheses. Terms side by side must all hold.
type filterParser struct {
	w     *World
	words []string // tokens: ( ) [ ] and texts, a field's text ends in a colon
}

var errFilterEnd = errors.New("cannot parse the query: it ends too early")

func (w *World) filter(text string) (predicate, error) {
	words, err := filterTokens(text)
	if err != nil {
		return nil, err
	}
	p := &filterParser{w: w, words: words}
	if len(p.words) == 0 || strings.TrimSpace(text) == "*:*" {
		return func(int, int64) bool { return true }, nil
	}
	result, err := p.either("")
	if err == nil && len(p.words) > 0 {
		err = fmt.Errorf("cannot parse the query at %q", p.words[0])
	}
	return result, err
}

func filterTokens(text string) ([]string, error) {
	var tokens []string
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			i++
		case strings.IndexByte("()[]+-!", c) >= 0:
			tokens = append(tokens, text[i:i+1])
			i++
		case c == '"':
			end := strings.IndexByte(text[i+1:], '"')
			if end < 0 {
				return nil, errors.New("cannot parse the query: a phrase has no end")
			}
			tokens = append(tokens, text[i:i+1+end])
			i += end + 2
		default:
			end := i
			for end < len(text) && strings.IndexByte(" \t\r\n()[]\"", text[end]) < 0 {
				end++
				if text[end-1] == ':' && isField(text[i:end-1]) {
					break
				}
			}
			tokens = append(tokens, text[i:end])
			i = end
		}
	}
	return tokens, nil
}

func isField(text string) bool {
	for _, r := range text {
		if r != '_' && !unicode.IsLetter(r) {
			return false
		}
	}
	return text != ""
}

func (p *filterParser) peek() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p *filterParser) next() (string, error) {
	if len(p.words) == 0 {
		return "", errFilterEnd
	}
	word := p.words[0]
	p.words = p.words[1:]
	return word, nil
}

// either reads terms joined by OR. Field is the one that bare words are values of.
func (p *filterParser) either(field string) (predicate, error) {
	left, err := p.both(field)
	for err == nil && p.peek() == "OR" {
		p.words = p.words[1:]
		var right predicate
		before := left
		right, err = p.both(field)
		left = func(number int, at int64) bool { return before(number, at) || right(number, at) }
	}
	return left, err
}

func (p *filterParser) both(field string) (predicate, error) {
	left, err := p.term(field)
	for err == nil && len(p.words) > 0 && p.peek() != "OR" && p.peek() != ")" {
		if p.peek() == "AND" {
			p.words = p.words[1:]
		}
		var right predicate
		before := left
		right, err = p.term(field)
		left = func(number int, at int64) bool { return before(number, at) && right(number, at) }
	}
	return left, err
}

func (p *filterParser) term(field string) (predicate, error) {
	word, err := p.next()
	if err != nil {
		return nil, err
	}
	switch {
	case word == "+":
		return p.term(field)
	case word == "-" || word == "!" || word == "NOT":
		inner, err := p.term(field)
		return func(number int, at int64) bool { return !inner(number, at) }, err
	case word == "(":
		inner, err := p.either(field)
		if err != nil {
			return nil, err
		}
		if end, err := p.next(); err != nil || end != ")" {
			return nil, errFilterEnd
		}
		return inner, nil
	case word == "[":
		return p.between(field)
	case word == ")" || word == "]" || word == "AND" || word == "OR":
		return nil, fmt.Errorf("cannot parse the query at %q", word)
	case strings.HasSuffix(word, ":") && field == "":
		return p.term(strings.TrimSuffix(word, ":"))
	default:
		return p.w.value(field, strings.TrimPrefix(word, `"`)), nil
	}
}

// between reads the rest of [low TO high], a range of times.
func (p *filterParser) between(field string) (predicate, error) {
	var parts [4]string
	for i := range parts {
		word, err := p.next()
		if err != nil {
			return nil, err
		}
		parts[i] = word
	}
	if parts[1] != "TO" || parts[3] != "]" {
		return nil, errors.New("cannot parse the query: a range is [low TO high]")
	}
	bounds := [2]int64{0, never}
	for i, text := range []string{parts[0], parts[2]} {
		if text == "*" {
			continue
		}
		moment, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil, fmt.Errorf("invalid date string %q", text)
		}
		bounds[i] = moment.UnixMicro()
	}
	return func(number int, at int64) bool {
		s := &p.w.datasets[number]
		moment := s.modifiedAt(at)
		if field == "metadata_created" {
			moment = s.created*1e6 + s.micros
		}
		return moment >= bounds[0] && moment <= bounds[1]
	}, nil
}

// value is whether a field of a dataset has a value. A field that nothing is known of has none.
func (w *World) value(field, value string) predicate {
	return func(number int, at int64) bool {
		s := &w.datasets[number]
		switch field {
		case "":
			text := strings.ToLower(s.title + " " + s.nameAt(at))
			return value == "*:*" || strings.Contains(text, strings.ToLower(value))
		case "id":
			return s.id == value || value == "*"
		case "name":
			return s.nameAt(at) == value || value == "*"
		case "organization":
			return w.publishers[s.publisherAt(at)].name == value || value == "*"
		case "owner_org":
			return w.publishers[s.publisherAt(at)].id == value || value == "*"
		case "type", "dataset_type":
			return value == "dataset"
		case "state":
			return value == "active"
		case "capacity":
			return value == "public"
		case "res_format":
			for i := range s.resources {
				if s.resources[i].format == value {
					return true
				}
			}
		}
		return false
	}
}

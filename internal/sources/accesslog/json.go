package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// JSONKeys say where the parts of a request stand in lines of JSON: keys, joined by points where
// one object is in another (request.headers.Referer), with a number for a place in a list.
type JSONKeys struct {
	Time, Host, Request, Method, URI, Query, Status, Bytes, Referrer, Agent, Client, ForwardedFor string
}

// A jsonKey is a name of a part. Of several that a line has, that of the lowest rank counts.
type jsonKey struct {
	path string
	part part
	rank uint8
}

// jsonFormat reads lines of JSON by their keys. If message is not empty, a line whose message is
// another one is no request.
func jsonFormat(name, message string, keys []jsonKey) format {
	return format{
		name: name,
		open: func(zone *time.Location) parser { return newJSON(zone, message, keys).parse },
		fits: func() func([]byte) bool {
			p := newJSON(nil, message, keys)
			return func(line []byte) bool {
				var e Entry
				return p.parse(line, &e) == "" && e.HasTime && e.Target != nil
			}
		},
	}
}

// format is that of lines with the keys given.
func (k *JSONKeys) format() (format, error) {
	if k.Time == "" || k.Request == "" && k.URI == "" {
		return format{}, errors.New("give at least the keys of time, and of request or uri")
	}
	var keys []jsonKey
	for _, key := range [...]jsonKey{
		{path: k.Time, part: partTime},
		{path: k.Host, part: partHost},
		{path: k.Request, part: partRequest},
		{path: k.Method, part: partMethod},
		{path: k.URI, part: partURI},
		{path: k.Query, part: partQuery},
		{path: k.Status, part: partStatus},
		{path: k.Bytes, part: partBytes},
		{path: k.Referrer, part: partReferrer},
		{path: k.Agent, part: partAgent},
		{path: k.Client, part: partClient},
		{path: k.ForwardedFor, part: partForwarded},
	} {
		if key.path == "" {
			continue
		}
		for _, other := range keys {
			if strings.HasPrefix(key.path+".", other.path+".") || strings.HasPrefix(other.path+".", key.path+".") {
				return format{}, fmt.Errorf("key %q is a part of key %q: they cannot both stand for texts", other.path, key.path)
			}
		}
		keys = append(keys, key)
	}
	return jsonFormat("json", "", keys), nil
}

const (
	reasonNotJSON reason = "not_json"
)

type jsonParser struct {
	message string
	root    jsonNode
	record  record
	stamps  stamps

	line   []byte
	at     int
	isDone bool // all keys of the outermost object that are asked for were found
}

// A jsonNode is a key that is asked for, or under which one is.
type jsonNode struct {
	name     string
	part     part
	rank     uint8
	children []jsonNode
	guesses  []jsonGuess // the keys of such objects before, in the order they were first seen in
}

// A jsonGuess is a key as it stood in a line before, since nearly every line has the keys of the
// line before it, and much of what nobody asks for is the same in all.
type jsonGuess struct {
	key   []byte // from its quote to where its value begins
	child int    // negative if nobody asks for it
	value []byte // what nobody asked for: a text, an object or a list
}

const (
	maxGuesses    = 24  // in one object
	maxGuessValue = 512 // bytes
)

func newJSON(zone *time.Location, message string, keys []jsonKey) *jsonParser {
	p := &jsonParser{message: message, stamps: newStamps(zone)}
	for _, key := range keys {
		p.root.add(strings.Split(key.path, "."), key)
		if strings.Contains(key.path, ".") {
			p.root.add([]string{key.path}, key) // It may be one key with points in it.
		}
		p.record.hasStatus = p.record.hasStatus || key.part == partStatus
	}
	return p
}

func (n *jsonNode) add(path []string, key jsonKey) {
	if len(path) == 0 {
		n.part, n.rank = key.part, key.rank
		return
	}
	i := n.child([]byte(path[0]))
	if i < 0 {
		i = len(n.children)
		n.children = append(n.children, jsonNode{name: path[0]})
	}
	n.children[i].add(path[1:], key)
}

// child is the place of a key among the children; negative if nobody asks for it.
func (n *jsonNode) child(name []byte) int {
	for i := range n.children {
		if n.children[i].name == string(name) {
			return i
		}
	}
	return -1
}

func (p *jsonParser) parse(line []byte, e *Entry) reason {
	*e = Entry{}
	r := &p.record
	r.reset()
	p.line, p.at, p.isDone = line, 0, false
	if p.space() != '{' || !p.object(&p.root) || !p.isAtEnd() {
		return reasonNotJSON
	}
	at := r.values[partTime]
	if len(at) == 0 {
		return reasonNoTime
	}
	if e.At, e.HasTime = p.stamps.any(at); !e.HasTime {
		return reasonBadTime
	}
	if p.message != "" && r.values[partMessage] != nil && string(r.values[partMessage]) != p.message {
		return "" // Of something else than a request.
	}
	return r.entry(e)
}

// isAtEnd says that nothing follows the object. What was not read, since nobody asks for it, has
// only to end like one.
func (p *jsonParser) isAtEnd() bool {
	if p.isDone {
		line := bytes.TrimRight(p.line, " \t\r")
		return line[len(line)-1] == '}'
	}
	return p.space() == 0 && p.at >= len(p.line)
}

// space skips white space and returns the byte after it; 0 at the line's end.
func (p *jsonParser) space() byte {
	for p.at < len(p.line) {
		switch c := p.line[p.at]; c {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return c
		}
	}
	return 0
}

// object reads the object that begins here, of which node is asked for.
func (p *jsonParser) object(node *jsonNode) bool {
	p.at++
	if p.space() == '}' {
		p.at++
		return true
	}
	next := 0
	for found := uint64(0); ; {
		i, guess, ok := p.key(node, &next)
		switch {
		case !ok:
			return false
		case i >= 0:
			found |= 1 << i
			ok = p.value(&node.children[i])
		default:
			ok = p.pass(guess)
		}
		if !ok {
			return false
		}
		if node == &p.root && found == 1<<len(node.children)-1 {
			p.isDone = true
			return true
		}
		switch p.space() {
		case ',':
			p.at++
		case '}':
			p.at++
			return true
		default:
			return false
		}
	}
}

// key reads a key up to its value, and returns the child that it is. Of the guesses, those from
// next on can still come.
func (p *jsonParser) key(node *jsonNode, next *int) (child int, guess *jsonGuess, ok bool) {
	if p.space() != '"' {
		return 0, nil, false
	}
	for i := *next; i < len(node.guesses); i++ {
		guess := &node.guesses[i]
		if bytes.HasPrefix(p.line[p.at:], guess.key) {
			p.at += len(guess.key)
			*next = i + 1
			return guess.child, guess, true
		}
	}
	start := p.at
	name, ok := p.text()
	if !ok || p.space() != ':' {
		return 0, nil, false
	}
	p.at++
	p.space()
	if bytes.IndexByte(name, '\\') >= 0 {
		name = p.plain(name)
	}
	child = node.child(name)
	if len(node.guesses) < maxGuesses {
		node.guesses = append(node.guesses, jsonGuess{key: bytes.Clone(p.line[start:p.at]), child: child})
		*next = len(node.guesses)
	}
	return child, nil, true
}

// pass reads a value that nobody asks for.
func (p *jsonParser) pass(guess *jsonGuess) bool {
	rest := p.line[p.at:]
	if guess == nil || len(rest) == 0 {
		return p.value(nil)
	}
	if len(guess.value) > 0 && bytes.HasPrefix(rest, guess.value) {
		p.at += len(guess.value)
		return true
	}
	start, first := p.at, rest[0]
	ok := p.value(nil)
	if value := p.line[start:p.at]; ok && (first == '"' || first == '{' || first == '[') && len(value) <= maxGuessValue {
		guess.value = append(guess.value[:0], value...)
	}
	return ok
}

// value reads the value that begins after some space; node is nil if nobody asks for it.
func (p *jsonParser) value(node *jsonNode) bool {
	switch c := p.space(); {
	case c == '"':
		text, ok := p.text()
		if ok && node != nil && node.part != noPart {
			p.record.set(node.part, node.rank, p.plain(text))
		}
		return ok
	case c == '{' && node != nil && node.children != nil:
		return p.object(node)
	case c == '[' && node != nil:
		return p.list(node)
	case c == '{' || c == '[':
		return p.skip()
	default:
		start := p.at
		for p.at < len(p.line) && isLiteral[p.line[p.at]] {
			p.at++
		}
		text := p.line[start:p.at]
		if node != nil && node.part != noPart && string(text) != "null" {
			p.record.set(node.part, node.rank, text)
		}
		return len(text) > 0
	}
}

// isLiteral has the bytes of numbers, true, false and null.
var isLiteral = func() (is [256]bool) {
	for _, c := range "0123456789+-.eEtrufalsn" {
		is[c] = true
	}
	return is
}()

// list reads a list: of its members those whose numbers are asked for, or the first one.
func (p *jsonParser) list(node *jsonNode) bool {
	p.at++
	if p.space() == ']' {
		p.at++
		return true
	}
	first := jsonNode{part: node.part, rank: node.rank}
	for i := 0; ; i++ {
		var member *jsonNode
		if i < 10 && node.children != nil {
			if i := node.child([]byte{'0' + byte(i)}); i >= 0 {
				member = &node.children[i]
			}
		} else if i == 0 {
			member = &first
		}
		if !p.value(member) {
			return false
		}
		switch p.space() {
		case ',':
			p.at++
		case ']':
			p.at++
			return true
		default:
			return false
		}
	}
}

// text reads a text and returns it with its escapes.
func (p *jsonParser) text() (text []byte, ok bool) {
	p.at++
	start := p.at
	for {
		i := bytes.IndexByte(p.line[p.at:], '"')
		if i < 0 {
			return nil, false
		}
		end := p.at + i
		p.at = end + 1
		if p.line[end-1] != '\\' || !isEscapedAt(p.line[start:], end-start) {
			return p.line[start:end], true
		}
	}
}

// skip skips an object or a list with all that is in it. Only brackets and texts are looked at.
func (p *jsonParser) skip() bool {
	for depth := 0; p.at < len(p.line); {
		switch p.line[p.at] {
		case '"':
			if _, ok := p.text(); !ok {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		p.at++
		if depth == 0 {
			return true
		}
	}
	return false
}

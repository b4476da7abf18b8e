package accesslog

import (
	"bytes"
	"strings"
	"time"
)

const reasonNotJSON reason = "not_json"

// A jsonParser walks through each line once, from its first bracket to its last, so that a line
// that was cut, or has something after its object, is rejected. It believes the server that what
// nobody asks for is well written: of that it looks at texts and brackets only. Of a key that is
// there twice the first one counts.
type jsonParser struct {
	message string
	root    jsonNode
	record  record
	stamps  stamps
}

// A jsonNode is a key that is asked for, or under which one is.
type jsonNode struct {
	name     string
	quoted   []byte // the name and the quote after it; empty if it can be written in several ways
	part     part
	rank     uint8
	children []jsonNode
	members  jsonMembers // of such objects
}

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
	child := n.child([]byte(path[0]))
	if child == nil {
		child = &jsonNode{name: path[0]}
		if path[0] != "" && !strings.ContainsFunc(path[0], isEscapable) {
			child.quoted = []byte(path[0] + `"`)
		}
		n.children = append(n.children, *child)
		child = &n.children[len(n.children)-1]
	}
	child.add(path[1:], key)
}

// isEscapable says of which characters some have an escape of their own in JSON, besides \u.
func isEscapable(c rune) bool { return c < ' ' || c == '"' || c == '\\' || c == '/' || c > '~' }

// child is the one of a key; nil if nobody asks for it.
func (n *jsonNode) child(name []byte) *jsonNode {
	for i := range n.children {
		if n.children[i].name == string(name) {
			return &n.children[i]
		}
	}
	return nil
}

func (p *jsonParser) parse(line []byte, e *Entry) reason {
	*e = Entry{}
	r := &p.record
	r.reset()
	if at := skipSpace(line, 0); at == len(line) || line[at] != '{' || skipSpace(line, p.object(&p.root, line, at)) != len(line) {
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

// broken is where nothing can be read any more: what stands there is not JSON.
const broken = -1

// skipSpace is the place after white space, at most the line's end.
func skipSpace(line []byte, at int) int {
	for at >= 0 && at < len(line) && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n') {
		at++
	}
	return at
}

// byteAt is the byte there; 0 at the line's end and where the line is broken.
func byteAt(line []byte, at int) byte {
	if uint(at) < uint(len(line)) {
		return line[at]
	}
	return 0
}

// object reads the object that begins here, of which node is asked for, and returns where it ends.
func (p *jsonParser) object(node *jsonNode, line []byte, at int) int {
	if node.members.disorder >= mostDisorder {
		if end, ok := p.search(node, line, at); ok {
			return end
		}
	}
	at = skipSpace(line, at+1)
	if byteAt(line, at) == '}' {
		return at + 1
	}
	before := &node.members.start
	for {
		m := node.members.find(before, line[at:])
		if m == nil {
			if m, at = p.learn(node, line, at); m == nil {
				return broken
			}
		} else {
			at = skipSpace(line, at+m.keyLength)
		}
		switch {
		case m.child != nil:
			at = p.value(m.child, line, at)
		case len(m.value) > 0 && bytes.HasPrefix(line[at:], m.value):
			at += len(m.value)
		default:
			start := at
			if at = p.value(nil, line, at); at != broken {
				m.keep(line[start:at])
			}
		}
		if m != before.next {
			before.next = m
		}
		before = m
		if at > 0 && at+1 < len(line) && line[at] == ',' && line[at+1] == '"' {
			at++
			continue
		}
		at = skipSpace(line, at)
		switch byteAt(line, at) {
		case ',':
			at = skipSpace(line, at+1)
		case '}':
			return at + 1
		default:
			return broken
		}
	}
}

// search reads a flat object, whose keys come in any order, by looking for what is asked for. It is
// false where that might not find all.
//
// Where a text reads "key" with both its quotes, and the first one is not escaped, these are the
// quotes of one text: else letters would stand between two texts.
func (p *jsonParser) search(node *jsonNode, line []byte, at int) (end int, ok bool) {
	length := flatLength(line[at:])
	if length == 0 {
		return 0, false
	}
	text := line[at : at+length]
	for i := bytes.IndexByte(text, '\\'); i >= 0; {
		if text[i+1] == 'u' {
			return 0, false // By such an escape any letter of a key can be written.
		}
		next := bytes.IndexByte(text[i+2:], '\\')
		if i += 2 + next; next < 0 {
			break
		}
	}
	for i := range node.children {
		child := &node.children[i]
		valueAt, ok := child.within(text)
		if !ok {
			return 0, false
		}
		if valueAt > 0 && p.value(child, line, at+valueAt) == broken {
			return broken, true
		}
	}
	return at + length, true
}

// within finds where the key's value begins in a flat object; 0 if it is not there. It is false
// where the key may be a part of a text.
func (n *jsonNode) within(text []byte) (valueAt int, ok bool) {
	if len(n.quoted) == 0 {
		return 0, false
	}
	for at := 2; at < len(text); at++ {
		i := bytes.IndexByte(text[at:], n.quoted[0])
		if i < 0 {
			return 0, true
		}
		at += i
		if text[at-1] != '"' || !bytes.HasPrefix(text[at:], n.quoted) {
			continue
		}
		colon := skipSpace(text, at+len(n.quoted))
		if text[at-2] == '\\' {
			return 0, false
		}
		if text[colon] == ':' {
			return skipSpace(text, colon+1), true
		}
	}
	return 0, true
}

// learn reads a key that is not known, and returns where its value begins.
func (p *jsonParser) learn(node *jsonNode, line []byte, at int) (m *jsonMember, valueAt int) {
	if byteAt(line, at) != '"' {
		return nil, broken
	}
	end := textEnd(line, at)
	valueAt = skipSpace(line, end)
	if byteAt(line, valueAt) != ':' {
		return nil, broken
	}
	valueAt = skipSpace(line, valueAt+1)
	child := node.child(p.plain(line[at+1 : end-1]))
	return node.members.learn(line[at:], valueAt-at, child), valueAt
}

// value reads the value that begins here; node is nil if nobody asks for it.
func (p *jsonParser) value(node *jsonNode, line []byte, at int) int {
	switch c := byteAt(line, at); {
	case c == '"':
		end := textEnd(line, at)
		if node != nil && node.part != noPart && end != broken {
			p.record.set(node.part, node.rank, p.plain(line[at+1:end-1]))
		}
		return end
	case c == '{' && node != nil && node.children != nil:
		return p.object(node, line, at)
	case c == '[' && node != nil:
		return p.list(node, line, at)
	case c == '{' || c == '[':
		return skipNested(line, at)
	}
	if at < 0 {
		return broken
	}
	end := at
	for end < len(line) && isLiteral[line[end]] {
		end++
	}
	if end == at {
		return broken
	}
	if text := line[at:end]; node != nil && node.part != noPart && string(text) != "null" {
		p.record.set(node.part, node.rank, text)
	}
	return end
}

// isLiteral has the bytes of numbers, true, false and null.
var isLiteral = func() (is [256]bool) {
	for _, c := range "0123456789+-.eEtrufalsn" {
		is[c] = true
	}
	return is
}()

// list reads a list: of its members those whose numbers are asked for, or the first one.
func (p *jsonParser) list(node *jsonNode, line []byte, at int) int {
	at = skipSpace(line, at+1)
	if byteAt(line, at) == ']' {
		return at + 1
	}
	for i := 0; ; i++ {
		switch {
		case node.children != nil && i < 10:
			at = p.value(node.child([]byte{'0' + byte(i)}), line, at)
		case node.children == nil && i == 0:
			at = p.value(node, line, at)
		default:
			at = p.value(nil, line, at)
		}
		at = skipSpace(line, at)
		switch byteAt(line, at) {
		case ',':
			at = skipSpace(line, at+1)
		case ']':
			return at + 1
		default:
			return broken
		}
	}
}

// textEnd is the place after the text whose quote stands here.
func textEnd(line []byte, at int) int {
	for end := at + 1; ; end++ {
		i := bytes.IndexByte(line[end:], '"')
		if i < 0 {
			return broken
		}
		end += i
		if line[end-1] != '\\' || !isEscapedAt(line[at+1:end], end-at-1) {
			return end + 1
		}
	}
}

// skipNested skips an object or a list with all that is in it. Only brackets and texts are looked
// at.
func skipNested(line []byte, at int) int {
	if length := flatLength(line[at:]); length > 0 {
		return at + length
	}
	for depth := 0; at >= 0 && at < len(line); {
		switch line[at] {
		case '"':
			at = textEnd(line, at)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		at++
		if depth == 0 {
			return at
		}
	}
	return broken
}

// flatLength is the length of an object that has no other one in it, found without reading the
// texts in it; 0 if it cannot be told so.
//
// What ends it is the first closing bracket, if no opening one is before it and if it is in no
// text: right before it, but for the end of a list, is a quote that ends a text, since it is not
// escaped and does not follow on what a quote follows on that begins one.
func flatLength(text []byte) int {
	end := bytes.IndexByte(text, '}')
	if text[0] != '{' || end < 4 || bytes.IndexByte(text[1:end], '{') >= 0 {
		return 0
	}
	quote := end - 1
	if text[quote] == ']' {
		quote--
	}
	if text[quote] != '"' {
		return 0
	}
	switch text[quote-1] {
	case '[', ',', ':', '{', '\\', ' ', '\t', '\r', '\n':
		return 0
	}
	return end + 1
}

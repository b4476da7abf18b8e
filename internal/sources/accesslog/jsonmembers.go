package accesslog

import (
	"bytes"
	"encoding/binary"
)

// jsonMembers remembers the keys of objects that were read, since nearly every line has the keys
// of the lines before it. A key is looked for where it stood the last time, after the same other
// key, and then by its head, since some servers write headers in any order.
type jsonMembers struct {
	start    jsonMember // before the first one
	byHead   [headPlaces]*jsonMember
	disorder int // grows with each key that stands elsewhere than the last time
}

// A jsonMember is a key as it stood in a line before and, if nobody asks for it, the value it had:
// much of what nobody asks for is the same in all lines.
type jsonMember struct {
	head, mask jsonHead // the key's first bytes after its quote; the mask has ones for each
	tail       []byte   // its other bytes
	keyLength  int      // from its quote to where its value begins
	child      *jsonNode
	value      []byte // empty: not known, or asked for
	next       *jsonMember
	luck       int // is used up where the value is another one each time
}

// A jsonHead is sixteen bytes, as they are compared.
type jsonHead struct{ first, second uint64 }

const (
	keyHead      = 16
	headPlaces   = 256
	mostDisorder = 32
	mostLuck     = 16
	mostValue    = 1 << 10 // bytes
)

// find is the member whose key stands at the text's start; nil if it is not known.
func (s *jsonMembers) find(before *jsonMember, text []byte) *jsonMember {
	if len(text) == 0 || text[0] != '"' {
		return nil
	}
	head := headOf(text[1:])
	if s.disorder < mostDisorder {
		if m := before.next; m != nil && m.is(head, text) {
			return m
		}
	}
	m := s.byHead[head.place()]
	if m == nil || !m.is(head, text) {
		return nil
	}
	if m != before.next {
		s.disorder = min(s.disorder+1, 2*mostDisorder)
	} else if s.disorder > 0 {
		s.disorder--
	}
	return m
}

// is says whether the text, which has this head after its first byte, begins with the key.
func (m *jsonMember) is(head jsonHead, text []byte) bool {
	return head.first&m.mask.first == m.head.first && head.second&m.mask.second == m.head.second &&
		(len(m.tail) == 0 || len(text) >= m.keyLength && bytes.HasPrefix(text[1+keyHead:], m.tail))
}

// headOf is the head of a text, filled up with zeros.
func headOf(text []byte) jsonHead {
	if len(text) < keyHead {
		text = append(make([]byte, 0, keyHead), text...)[:keyHead]
	}
	return jsonHead{binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[8:])}
}

// learn remembers the key at the text's start, instead of another one that has its place.
func (s *jsonMembers) learn(text []byte, keyLength int, child *jsonNode) *jsonMember {
	m := &jsonMember{keyLength: keyLength, child: child, luck: mostLuck}
	key := bytes.Clone(text[1:keyLength])
	m.head = headOf(key)
	m.mask = headOf(bytes.Repeat([]byte{0xff}, len(key)))
	m.tail = key[min(len(key), keyHead):]
	s.byHead[headOf(text[1:]).place()] = m
	return m
}

// keep remembers the value of a member that nobody asks for.
func (m *jsonMember) keep(value []byte) {
	if m.luck == 0 {
		return
	}
	m.luck--
	m.value = m.value[:0]
	if first := value[0]; m.luck > 0 && len(value) <= mostValue && (first == '"' || first == '{' || first == '[') {
		m.value = append(m.value, value...)
	}
}

// place is a number for the bytes up to the first quote.
func (h jsonHead) place() uint8 {
	mask := upToQuote(h.first)
	second := h.second & upToQuote(h.second)
	if mask != ^uint64(0) || h.first>>56 == '"' {
		second = 0
	}
	return uint8(((h.first&mask)*0x9e3779b97f4a7c15 + second*0xbf58476d1ce4e5b9) >> 56)
}

// upToQuote is a mask of the bytes up to the first quote among eight.
func upToQuote(word uint64) uint64 {
	const ones = 0x0101010101010101
	x := word ^ '"'*ones
	quote := (x - ones) &^ x & (0x80 * ones) // The lowest bit is that of the first quote.
	return quote ^ (quote - 1)
}

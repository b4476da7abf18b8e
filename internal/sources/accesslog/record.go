package accesslog

import (
	"bytes"

	"footfall/internal/traffic"
)

// A part is what somebody asks of a line, whatever the format calls it.
type part uint8

const (
	noPart   part = iota // what nobody asks for
	partTime             // of the request, or of its day if there is a date
	partDate
	partRequest // the request line: method, target, protocol
	partMethod
	partURI
	partQuery
	partStatus
	partBytes
	partReferrer
	partAgent
	partHost
	partClient
	partForwarded
	partIdent
	partUser
	partMessage // what kind of line it is
	partCount
)

// A record is one line with its parts named, which is how formats that a string, a header or
// keys describe are read. Its texts hold until the next line.
type record struct {
	values    [partCount][]byte
	ranks     [partCount]uint8 // of the names the values were found by
	hasStatus bool             // the format has one, so that a line without it is broken
	memory    []byte           // of texts that are no part of the line as they stand
}

func (r *record) reset() {
	r.values = [partCount][]byte{}
	r.memory = r.memory[:0]
}

// set keeps a value unless one was found by a better name, of a lower rank.
func (r *record) set(p part, rank uint8, value []byte) {
	if r.values[p] == nil || rank < r.ranks[p] {
		r.values[p], r.ranks[p] = value, rank
	}
}

// hold keeps what a function appends in the record's memory.
func (r *record) hold(appendTo func(dst []byte) []byte) []byte {
	start := len(r.memory)
	r.memory = appendTo(r.memory)
	return r.memory[start:len(r.memory):len(r.memory)]
}

// entry makes the entry of all but the time, which the caller has read.
func (r *record) entry(e *Entry) reason {
	v := &r.values
	e.Address, e.Forwarded = v[partClient], v[partForwarded]
	e.Referrer, e.Agent = v[partReferrer], v[partAgent]
	if host := v[partHost]; !isAbsent(host) {
		e.Host = trimPort(host)
	}
	if len(v[partIdent]) > 1 && bytes.IndexByte(v[partUser], ' ') >= 0 {
		if _, ok := traffic.ParseAddress(v[partIdent]); ok {
			return reasonVirtualHost
		}
	}
	if status := v[partStatus]; r.hasStatus {
		if status == nil {
			return reasonBadStatus
		}
		var ok bool
		if e.Status, ok = parseStatus(status); !ok {
			return reasonBadStatus
		}
	}
	if size := v[partBytes]; !isAbsent(size) {
		var rest []byte
		var ok bool
		if e.Bytes, rest, ok = parseSize(size); !ok || len(rest) > 0 {
			return reasonBadBytes
		}
	}
	r.request(e)
	return ""
}

var methodGET = []byte("GET")

// request finds method and target, in the request line or each in a field of its own. Where a log
// does not tell methods, a request is taken for a GET, as nearly all are.
func (r *record) request(e *Entry) {
	if !isAbsent(r.values[partRequest]) {
		splitRequest(r.values[partRequest], e)
		if e.Target != nil {
			return
		}
	}
	if method := r.values[partMethod]; !isAbsent(method) {
		e.Method = method
	}
	uri, query := r.values[partURI], r.values[partQuery]
	if isAbsent(uri) {
		return
	}
	e.Target = uri
	if r.values[partRequest] == nil && r.values[partMethod] == nil {
		e.Method = methodGET
	}
	if isAbsent(query) || string(query) == "?" || bytes.IndexByte(uri, '?') >= 0 {
		return
	}
	e.Target = r.hold(func(dst []byte) []byte {
		dst = append(dst, uri...)
		if query[0] != '?' {
			dst = append(dst, '?')
		}
		return append(dst, query...)
	})
}

// plainJSON undoes the escapes of JSON in all texts.
func (r *record) plainJSON() {
	for i, text := range r.values {
		if bytes.IndexByte(text, '\\') >= 0 {
			r.values[i] = r.hold(func(dst []byte) []byte { return appendJSONText(dst, text) })
		}
	}
}

// isAbsent is true for nothing, and for the dash that servers write for it.
func isAbsent(text []byte) bool {
	return len(text) == 0 || len(text) == 1 && text[0] == '-'
}

// parseStatus reads three digits, or a dash or a zero where nothing was answered.
func parseStatus(text []byte) (status int32, ok bool) {
	if isAbsent(text) || len(text) == 1 && text[0] == '0' {
		return 0, true
	}
	if len(text) != 3 || !isDigit(text[0]) || !isDigit(text[1]) || !isDigit(text[2]) {
		return 0, false
	}
	return int32(text[0]-'0')*100 + int32(text[1]-'0')*10 + int32(text[2]-'0'), true
}

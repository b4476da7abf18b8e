package accesslog

import (
	"bytes"
	"strings"
	"time"
)

// What IIS and others write in W3C's extended format: lines that begin with # say which fields
// the lines after them have, and may say so again.
//
//	#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)
//
// IIS writes a space as +, and so a plus cannot be told from one in paths and agents; where a
// query has one it means a space anyway. Others quote what has spaces. Times are UTC by the
// standard, unless the fields are date-local and time-local.
var w3c = format{
	name:      "w3c",
	open:      openW3C,
	fits:      func() func([]byte) bool { return fitsW3C(false) },
	hasHeader: true,
}

const (
	reasonNoHeader   reason = "no_fields_directive"
	reasonFieldCount reason = "wrong_field_count"
)

var headerStart = []byte("#Fields:")

// A column is what a place in a line is. Of several columns for one part, that of the lowest rank
// counts.
type column struct {
	part part
	rank uint8
	// isURL: a whole URL, or a host and a path.
	isURL bool
}

// w3cColumns are the fields that are asked for, in small letters.
var w3cColumns = map[string]column{
	"date":                {part: partDate},
	"date-utc":            {part: partDate},
	"date-local":          {part: partDate, rank: 1},
	"time":                {part: partTime},
	"time-utc":            {part: partTime},
	"time-local":          {part: partTime, rank: 1},
	"c-ip":                {part: partClient},
	"cs-method":           {part: partMethod},
	"cs-uri-stem":         {part: partURI},
	"cs-uri":              {part: partURI, rank: 1, isURL: true},
	"cs-uri-query":        {part: partQuery},
	"sc-status":           {part: partStatus},
	"c-status":            {part: partStatus, rank: 1},
	"sc-bytes":            {part: partBytes},
	"cs(referer)":         {part: partReferrer},
	"cs(referrer)":        {part: partReferrer, rank: 1},
	"cs(user-agent)":      {part: partAgent},
	"x-host-header":       {part: partHost}, // CloudFront's cs(Host) is its own name
	"cs(host)":            {part: partHost, rank: 1},
	"cs-host":             {part: partHost, rank: 2},
	"x-forwarded-for":     {part: partForwarded},
	"cs(x-forwarded-for)": {part: partForwarded, rank: 1},
}

type w3cParser struct {
	columns      []column
	isCloudFront bool
	record       record
	stamps       stamps
}

func openW3C(zone *time.Location) parser {
	return (&w3cParser{stamps: newStamps(zone)}).parse
}

func fitsW3C(isCloudFront bool) func(line []byte) bool {
	p := &w3cParser{stamps: newStamps(nil)}
	return func(line []byte) bool {
		var e Entry
		return p.parse(line, &e) == "" && e.Target != nil && p.isCloudFront == isCloudFront
	}
}

func (p *w3cParser) parse(line []byte, e *Entry) reason {
	*e = Entry{}
	if len(line) == 0 || line[0] == '#' {
		if bytes.HasPrefix(line, headerStart) {
			p.setColumns(string(line[len(headerStart):]))
		}
		return ""
	}
	if p.columns == nil {
		return reasonNoHeader
	}
	r := &p.record
	if !p.split(line) {
		return reasonFieldCount
	}
	if r.values[partDate] == nil || r.values[partTime] == nil {
		return reasonNoTime
	}
	if e.At, e.HasTime = p.stamps.dateTime(r.values[partDate], r.values[partTime]); !e.HasTime {
		return reasonBadTime
	}
	if p.isCloudFront {
		decodeCloudFront(r)
	} else {
		p.decode()
	}
	return r.entry(e)
}

// setColumns reads a header.
func (p *w3cParser) setColumns(header string) {
	p.columns, p.record.hasStatus = nil, false
	p.isCloudFront = strings.Contains(header, "x-edge-")
	for name := range strings.FieldsSeq(strings.ToLower(header)) {
		c := w3cColumns[name]
		p.columns = append(p.columns, c)
		p.record.hasStatus = p.record.hasStatus || c.part == partStatus
	}
}

// split cuts the line at spaces, or at tabs if it has any. Quotes hold a text with spaces
// together; but since IIS does not escape them, they may be a part of a text as well.
func (p *w3cParser) split(line []byte) bool {
	if p.isCloudFront || bytes.IndexByte(line, '\t') >= 0 {
		return p.cut(line, '\t', false)
	}
	line = bytes.Trim(line, " ")
	return bytes.IndexByte(line, '"') >= 0 && p.cut(line, ' ', true) || p.cut(line, ' ', false)
}

// cut is true if there is a text for each column, and no more than that; CloudFront may add some.
func (p *w3cParser) cut(line []byte, separator byte, hasQuotes bool) bool {
	p.record.reset()
	for i, c := range p.columns {
		if len(line) == 0 && i > 0 && separator == ' ' {
			return false
		}
		var text []byte
		var end int
		if hasQuotes && len(line) > 0 && line[0] == '"' {
			if text, line, end = quotedColumn(line); end < 0 {
				return false
			}
			if quoted := text; bytes.Contains(quoted, []byte(`""`)) {
				text = p.record.hold(func(dst []byte) []byte { return appendUndoubled(dst, quoted) })
			}
		} else {
			if end = bytes.IndexByte(line, separator); end < 0 {
				if i < len(p.columns)-1 {
					return false
				}
				end = len(line)
			}
			text, line = line[:end], line[min(end+1, len(line)):]
		}
		if c.part != noPart {
			if c.isURL {
				p.setURL(c, text)
			} else {
				p.record.set(c.part, c.rank, text)
			}
		}
	}
	return len(line) == 0 || p.isCloudFront
}

// quotedColumn takes a quoted text from the start of a line, and the space after it. Within it, a
// quote is written twice.
func quotedColumn(line []byte) (text, rest []byte, end int) {
	for end = 1; end < len(line); end++ {
		if line[end] != '"' {
			continue
		}
		switch {
		case end+1 == len(line):
			return line[1:end], nil, end
		case line[end+1] == ' ':
			return line[1:end], line[end+2:], end
		case line[end+1] == '"':
			end++
		}
	}
	return nil, nil, -1
}

// appendUndoubled appends text with one quote for two.
func appendUndoubled(dst, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		dst = append(dst, text[i])
		if text[i] == '"' && i+1 < len(text) && text[i+1] == '"' {
			i++
		}
	}
	return dst
}

// setURL sets what has a host before its path, with a scheme or without.
func (p *w3cParser) setURL(c column, text []byte) {
	if i := bytes.IndexByte(text, '/'); i > 0 && !bytes.Contains(text, []byte("://")) {
		p.record.set(partHost, c.rank, text[:i])
		text = text[i:]
	}
	p.record.set(c.part, c.rank, text)
}

// decode makes pluses spaces again.
func (p *w3cParser) decode() {
	for _, of := range [...]part{partURI, partAgent} {
		text := p.record.values[of]
		if bytes.IndexByte(text, '+') < 0 || bytes.IndexByte(text, ' ') >= 0 {
			continue
		}
		p.record.values[of] = p.record.hold(func(dst []byte) []byte {
			for _, c := range text {
				if c == '+' {
					c = ' '
				}
				dst = append(dst, c)
			}
			return dst
		})
	}
}

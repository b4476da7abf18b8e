package accesslog

import (
	"bytes"
	"time"

	"footfall/internal/traffic"
)

// What nginx and Apache write as they come:
//
//	common    address ident user [time] "request" status bytes
//	combined  the same, and "referrer" "agent"
//
// each also with a virtual host, or host and port, before the address. Further fields are
// ignored, but for the first quoted one after the agent, where X-Forwarded-For usually stands.
var (
	combined            = ncsaFormat("combined", false, true)
	common              = ncsaFormat("common", false, false)
	virtualHostCombined = ncsaFormat("vhost_combined", true, true)
	virtualHostCommon   = ncsaFormat("vhost_common", true, false)
)

const (
	reasonNoTime       reason = "no_time"
	reasonBadTime      reason = "bad_time"
	reasonMissingField reason = "missing_field"
	reasonVirtualHost  reason = "unexpected_virtual_host"
	reasonNoQuote      reason = "no_closing_quote"
	reasonBadStatus    reason = "bad_status"
	reasonBadBytes     reason = "bad_bytes"
	reasonTwoLines     reason = "two_lines_in_one"
)

func ncsaFormat(name string, hasVirtualHost, isCombined bool) format {
	return format{
		name: name,
		open: func(*time.Location) parser { // Each line has its zone.
			return (&ncsa{hasVirtualHost: hasVirtualHost, isCombined: isCombined, clock: newClock()}).parse
		},
		fits: func() func([]byte) bool {
			p := &ncsa{hasVirtualHost: hasVirtualHost, isCombined: isCombined, isStrict: true, clock: newClock()}
			return func(line []byte) bool {
				var e Entry
				return p.parse(line, &e) == "" && p.hasTexts == isCombined
			}
		},
	}
}

type ncsa struct {
	hasVirtualHost bool
	isCombined     bool
	isStrict       bool // no ident looks like a host name: some servers write the host there
	hasTexts       bool // the last line had quoted fields after its size
	clock          clock
}

// parse reads a line from left to right. The one doubt is where the request ends: servers escape
// quotes in it with a backslash, some do not, and some do not escape the backslash. So its end is
// the first quote, before a space or the line's end, after which a status and a size stand; a
// quote after a backslash is only tried when no other one will do.
func (p *ncsa) parse(line []byte, e *Entry) reason {
	*e = Entry{IsEscaped: bytes.IndexByte(line, '\\') >= 0}
	p.hasTexts = false
	rest := line
	if p.hasVirtualHost {
		i := bytes.IndexByte(rest, ' ')
		if i <= 0 {
			return reasonMissingField
		}
		e.Host, rest = trimPort(rest[:i]), rest[i+1:]
	}
	i := bytes.IndexByte(rest, ' ')
	if i <= 0 {
		return reasonMissingField
	}
	e.Address, rest = rest[:i], rest[i+1:]
	at, why := p.findTime(rest, e)
	if why != "" {
		return why
	}
	if why := p.checkUser(rest[:at], e.Address); why != "" {
		return why
	}
	rest = rest[at+len(timeLayout)+len(` "`):]
	if why := p.parseRequest(rest, e); why != "" {
		return why
	}
	return checkOneLine(rest)
}

// checkOneLine looks for a time's end before a quote, which servers would have escaped: two
// processes wrote into each other's line. Taken for one, it would put the address of the second
// line into a text of the first.
func checkOneLine(rest []byte) reason {
	if i := bytes.IndexByte(rest, ']'); i >= 0 && bytes.Contains(rest[i:], []byte(`] "`)) {
		return reasonTwoLines
	}
	return ""
}

// findTime finds the time in its brackets, before a quoted request. The user before it may hold
// spaces, and brackets too.
func (p *ncsa) findTime(rest []byte, e *Entry) (at int, why reason) {
	why = reasonNoTime
	for {
		i := bytes.IndexByte(rest[at:], '[')
		if i < 0 {
			return 0, why
		}
		at += i
		if len(rest)-at < len(timeLayout) {
			return 0, why
		}
		micros, ok := p.clock.parse(rest[at : at+len(timeLayout)])
		switch {
		case !ok && why == reasonNoTime:
			why = reasonBadTime
		case ok:
			e.At, e.HasTime = micros, true
			if after := rest[at+len(timeLayout):]; len(after) > 1 && after[0] == ' ' && after[1] == '"' {
				return at, ""
			}
			why = reasonMissingField
		}
		at++
	}
}

// checkUser wants an ident and a user between address and time. A word too many is a virtual
// host that this format does not expect, and then the host would be taken for the address.
func (p *ncsa) checkUser(between, address []byte) reason {
	if string(between) == "- - " {
		return ""
	}
	if p.hasVirtualHost && string(address) == "-" {
		return reasonMissingField // An ident: the line has no virtual host.
	}
	i := bytes.IndexByte(between, ' ')
	if i < 0 || i == len(between)-1 {
		return reasonMissingField
	}
	ident, user := between[:i], between[i+1:len(between)-1]
	if p.isStrict && bytes.IndexByte(ident, '.') >= 0 {
		return reasonVirtualHost
	}
	if !p.hasVirtualHost && len(ident) > 1 && bytes.IndexByte(user, ' ') >= 0 {
		if _, ok := traffic.ParseAddress(ident); ok {
			return reasonVirtualHost
		}
	}
	return ""
}

func (p *ncsa) parseRequest(rest []byte, e *Entry) reason {
	first := reasonNoQuote // why the likeliest end will not do
	for _, escapes := range [...]bool{true, false} {
		for from, tried := 0, 0; ; tried++ {
			end := closingQuote(rest, from, escapes && e.IsEscaped)
			if end < 0 {
				break
			}
			why := p.parseAnswer(rest[end+1:], e)
			if why == "" {
				splitRequest(rest[:end], e)
				return ""
			}
			if tried == 0 && escapes {
				first = why
			}
			from = end + 1
		}
		if !e.IsEscaped {
			break
		}
	}
	return first
}

// parseAnswer reads what follows the request: status, size, and in the combined format referrer
// and agent. A combined line that ends after its size is a common one, and just as good.
func (p *ncsa) parseAnswer(rest []byte, e *Entry) reason {
	if len(rest) < len(" 200 0") || rest[0] != ' ' {
		return reasonMissingField
	}
	status, bytesAt := int32(0), 5
	switch {
	case isDigit(rest[1]) && isDigit(rest[2]) && isDigit(rest[3]) && rest[4] == ' ':
		status = int32(rest[1]-'0')*100 + int32(rest[2]-'0')*10 + int32(rest[3]-'0')
	case rest[1] == '-' && rest[2] == ' ': // Apache, where nothing was answered.
		bytesAt = 3
	default:
		return reasonBadStatus
	}
	size, rest, ok := parseSize(rest[bytesAt:])
	if !ok {
		return reasonBadBytes
	}
	e.Status, e.Bytes = status, size
	p.hasTexts = len(rest) > 0 && rest[0] == '"'
	if !p.hasTexts || !p.isCombined {
		return ""
	}
	referrer, rest, ok := quoted(rest, e.IsEscaped)
	if !ok {
		return reasonNoQuote
	}
	agent, rest, ok := quoted(rest, e.IsEscaped)
	if !ok {
		return reasonNoQuote
	}
	e.Referrer, e.Agent = referrer, agent
	if i := bytes.IndexByte(rest, '"'); i >= 0 {
		e.Forwarded, _, _ = quoted(rest[i:], e.IsEscaped)
	}
	return ""
}

// parseSize reads digits or a dash, up to a space or the end of the line.
func parseSize(text []byte) (size int64, rest []byte, ok bool) {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		size = size*10 + int64(text[i]-'0')
		i++
	}
	if i == 0 && len(text) > 0 && text[0] == '-' {
		i = 1
	}
	if i == 0 || i > 18 {
		return 0, nil, false
	}
	if i == len(text) {
		return size, nil, true
	}
	return size, text[i+1:], text[i] == ' '
}

// splitRequest takes a request line apart: the method is what stands before the first space, the
// protocol what stands after the last one if it says so. Either may be absent. What begins with
// neither a method nor a path (a TLS handshake, "-", nothing at all) is no request.
func splitRequest(request []byte, e *Entry) {
	target := request
	if len(request) == 0 || request[0] != '/' {
		i := bytes.IndexByte(request, ' ')
		if i < 0 || !isMethod(request[:i]) {
			return
		}
		e.Method, target = request[:i], request[i+1:]
	}
	if n := len(target) - len(" HTTP/1.1"); n >= 0 && string(target[n:n+len(" HTTP/")]) == " HTTP/" {
		target = target[:n]
	} else if i := bytes.LastIndexByte(target, ' '); bytes.HasPrefix(target[i+1:], []byte("HTTP/")) {
		target = target[:max(i, 0)]
	}
	if target = bytes.Trim(target, " "); len(target) > 0 {
		e.Target = target
	}
}

// isMethod accepts any word that could be a method; which ones count is for the models to say.
func isMethod(word []byte) bool {
	if len(word) == 0 || len(word) > len("VERSION-CONTROL-AND-MORE") {
		return false
	}
	for _, c := range word {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return len(word) > 1
}

package accesslog

import (
	"fmt"
	"strings"
	"testing"
)

// FuzzNginxRoundTrip, FuzzApacheRoundTrip, FuzzCloudFrontRoundTrip: what a server writes is read as
// what it was asked for, whatever clients send.
func FuzzNginxRoundTrip(f *testing.F) {
	parse := mustFormat(f, nginxUsual).open(nil)
	fuzzRoundTrip(f, func(user, target, referrer, agent string) (Entry, reason, string) {
		return parseLine(parse, "203.0.113.9 - "+nginxEscaped(user)+" "+at+` "GET `+nginxEscaped(target)+` HTTP/1.1" 200 512 "`+nginxEscaped(referrer)+`" "`+nginxEscaped(agent)+`"`)
	})
}

func FuzzCombinedRoundTrip(f *testing.F) {
	parse := combined.open(nil)
	fuzzRoundTrip(f, func(user, target, referrer, agent string) (Entry, reason, string) {
		return parseLine(parse, "203.0.113.9 - "+apacheEscaped(user)+" "+at+` "GET `+apacheEscaped(target)+` HTTP/1.1" 200 512 "`+apacheEscaped(referrer)+`" "`+apacheEscaped(agent)+`"`)
	})
}

func FuzzApacheRoundTrip(f *testing.F) {
	parse := mustFormat(f, `%v %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %I %O`).open(nil)
	fuzzRoundTrip(f, func(user, target, referrer, agent string) (Entry, reason, string) {
		return parseLine(parse, "data.example.org 203.0.113.9 - "+apacheEscaped(user)+" "+at+` "GET `+apacheEscaped(target)+` HTTP/1.1" 200 512 "`+apacheEscaped(referrer)+`" "`+apacheEscaped(agent)+`" 12 800`)
	})
}

func FuzzCloudFrontRoundTrip(f *testing.F) {
	parse := cloudFront.open(nil)
	parse([]byte("#Fields: date time x-edge-location c-ip cs-username cs-uri-stem sc-status cs(Referer) cs(User-Agent) sc-bytes"), &Entry{})
	fuzzRoundTrip(f, func(user, target, referrer, agent string) (Entry, reason, string) {
		if strings.Contains(agent, "%20") {
			agent = "" // Which of the two ways the agent is escaped in cannot be told.
		}
		return parseLine(parse, strings.Join([]string{
			"2026-01-05", "10:00:00", "LHR", "203.0.113.9", cloudFrontEscaped(user), cloudFrontEscaped(target), "200",
			cloudFrontEscaped(referrer), cloudFrontEscaped(agent), "512",
		}, "\t"))
	})
}

func parseLine(parse parser, line string) (e Entry, why reason, text string) {
	why = parse([]byte(line), &e)
	return e, why, line
}

func fuzzRoundTrip(f *testing.F, write func(user, target, referrer, agent string) (Entry, reason, string)) {
	f.Helper()
	f.Add("john doe", "a?b=c", `-`, "Mozilla/5.0")
	f.Add(`x [01/Jan/2001:00:00:00 +0000] "GET`, `a" 200 5 "-" "`, `" "\`, `\`)
	f.Add("-", "\x00\xff\x7f ", "é\t\v", "\n%20%zz")
	f.Add(`a\`, `" 200 1`, `" 404 1 "-" "-"`, `x" "y`)
	f.Fuzz(func(t *testing.T, user, target, referrer, agent string) {
		target = "/" + target
		if i := strings.Index(target, " HTTP/"); i >= 0 || strings.HasSuffix(target, " ") {
			return // Where the protocol begins cannot be told.
		}
		e, why, line := write(user, target, referrer, agent)
		if why != "" {
			t.Fatalf("%q: %s", line, why)
		}
		for name, texts := range map[string][2]string{
			"target":   {string(plainText(&e, e.Target)), target},
			"referrer": {string(plainText(&e, e.Referrer)), referrer},
			"agent":    {string(plainText(&e, e.Agent)), agent},
		} {
			if strings.Contains(agent, "%20") && name == "agent" {
				continue
			}
			if texts[0] != texts[1] {
				t.Errorf("%s %q, want %q, of %q", name, texts[0], texts[1], line)
			}
		}
		if e.Status != 200 || e.Bytes != 512 {
			t.Errorf("status %d, %d bytes, of %q", e.Status, e.Bytes, line)
		}
	})
}

func mustFormat(tb testing.TB, text string) format {
	tb.Helper()
	f, err := formatOf(text)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// nginxEscaped is a text as nginx writes it by default.
func nginxEscaped(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\x%02X`, c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// apacheEscaped is a text as Apache writes it.
func apacheEscaped(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		switch {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(rune(c)))
		case strings.IndexByte("\b\n\r\t\v", c) >= 0:
			b.WriteString(`\` + string("bnrtv"[strings.IndexByte("\b\n\r\t\v", c)]))
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// cloudFrontEscaped is a text as CloudFront writes it.
func cloudFrontEscaped(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"#%{}|\\^~[]`'", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

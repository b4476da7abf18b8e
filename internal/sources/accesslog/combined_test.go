package accesslog

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parsed is an entry with its escapes undone, as text: what a test can say in a line.
type parsed struct {
	Host, Address, Method, Target, Referrer, Agent, Forwarded string
	At                                                        string
	Status                                                    int32
	Bytes                                                     int64
}

func parseOne(t *testing.T, formatName, line string) (parsed, reason) {
	t.Helper()
	f, err := formatNamed(formatName)
	if err != nil {
		t.Fatal(err)
	}
	var e Entry
	why := f.open(nil)([]byte(line), &e)
	if why != "" {
		return parsed{}, why
	}
	plain := func(text []byte) string { return string(plainText(&e, text)) }
	return parsed{
		Host: plain(e.Host), Address: plain(e.Address), Method: plain(e.Method), Target: plain(e.Target),
		Referrer: plain(e.Referrer), Agent: plain(e.Agent), Forwarded: plain(e.Forwarded),
		At: time.UnixMicro(e.At).UTC().Format(time.DateTime), Status: e.Status, Bytes: e.Bytes,
	}, ""
}

const at = "[05/Jan/2026:10:00:00 +0000]"

func TestParse(t *testing.T) {
	usual := parsed{
		Address: "203.0.113.9", Method: "GET", Target: "/a", Referrer: "-", Agent: "curl/8.5.0",
		At: "2026-01-05 10:00:00", Status: 200, Bytes: 512,
	}
	with := func(change func(*parsed)) parsed {
		p := usual
		change(&p)
		return p
	}
	cases := map[string]struct {
		format, line string
		want         parsed
	}{
		"combined": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, usual},
		"common": {"common", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512`, with(func(p *parsed) {
			p.Referrer, p.Agent = "", ""
		})},
		"a host before it": {"vhost_combined", `data.example.org 203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Host = "data.example.org"
		})},
		"host and port before it": {"vhost_combined", `data.example.org:443 203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Host = "data.example.org"
		})},
		"an IPv6 host and port": {"vhost_combined", `[2001:db8::5]:443 203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Host = "[2001:db8::5]"
		})},
		"a host in common": {"vhost_common", `data.example.org 203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512`, with(func(p *parsed) {
			p.Host, p.Referrer, p.Agent = "data.example.org", "", ""
		})},
		"combined that ends after its size": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512`, with(func(p *parsed) {
			p.Referrer, p.Agent = "", ""
		})},
		"combined read as common": {"common", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Referrer, p.Agent = "", ""
		})},
		"a user with a space":  {"combined", `203.0.113.9 - john doe ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, usual},
		"a user with brackets": {"combined", `203.0.113.9 - j[1] ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, usual},
		"a user with a time":   {"combined", `203.0.113.9 - [01/Jan/2001:00:00:00 +0000] \"GET ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, usual},
		"an empty user":        {"combined", `203.0.113.9 - "" ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, usual},
		"an ident":             {"combined", `203.0.113.9 pc7 anna ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, usual},
		"a host name for the address": {"combined", `pc7.example.net - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Address = "pc7.example.net"
		})},
		"another time zone": {"combined", `203.0.113.9 - - [01/Mar/2025:02:00:00 +0530] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.At = "2025-02-28 20:30:00"
		})},
		"a zone west of Greenwich": {"combined", `203.0.113.9 - - [31/Dec/2025:23:30:00 -0330] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.At = "2026-01-01 03:00:00"
		})},
		"a leap second": {"combined", `203.0.113.9 - - [31/Dec/2016:23:59:60 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.At = "2017-01-01 00:00:00"
		})},
		"a quote in the agent": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "evil\" 404 \"x"`, with(func(p *parsed) {
			p.Agent = `evil" 404 "x`
		})},
		"nginx's quote in the agent": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "a \x22b\x22 \x5C"`, with(func(p *parsed) {
			p.Agent = `a "b" \`
		})},
		"small hex digits": {"combined", `203.0.113.9 - - ` + at + ` "GET /caf\xc3\xa9 HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target = "/café"
		})},
		"a forged answer": {"combined", `203.0.113.9 - - ` + at + ` "GET /a\" 200 99999 \"-\" \" HTTP/1.1" 404 12 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target, p.Status, p.Bytes = `/a" 200 99999 "-" "`, 404, 12
		})},
		"a forged answer in common": {"common", `203.0.113.9 - - ` + at + ` "GET /a\" 200 99999 \"-\" \" HTTP/1.1" 404 12`, with(func(p *parsed) {
			p.Target, p.Status, p.Bytes, p.Referrer, p.Agent = `/a" 200 99999 "-" "`, 404, 12, "", ""
		})},
		"an agent that ends in a backslash nobody escaped": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x\"`, with(func(p *parsed) {
			p.Agent = `x\`
		})},
		"a request that ends in a backslash nobody escaped": {"combined", `203.0.113.9 - - ` + at + ` "GET /a\" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target = `/a\`
		})},
		"an escaped backslash before the end": {"combined", `203.0.113.9 - - ` + at + ` "GET /a\\" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target = `/a\`
		})},
		"quotes that nobody escaped": {"combined", `203.0.113.9 - - ` + at + ` "GET /a"b" c HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target = `/a"b" c`
		})},
		"an escaped backslash before the end of the agent": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x\\" "198.51.100.7"`, with(func(p *parsed) {
			p.Agent, p.Forwarded = `x\`, "198.51.100.7"
		})},
		"no protocol": {"combined", `203.0.113.9 - - ` + at + ` "GET /a" 200 512 "-" "curl/8.5.0"`, usual},
		"HTTP/2":      {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/2" 200 512 "-" "curl/8.5.0"`, usual},
		"a target with spaces": {"combined", `203.0.113.9 - - ` + at + ` "GET /a b c HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target = "/a b c"
		})},
		"no method": {"combined", `203.0.113.9 - - ` + at + ` "/a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) { p.Method = "" })},
		"a whole URL": {"combined", `203.0.113.9 - - ` + at + ` "GET http://www.example.org/a HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target = "http://www.example.org/a"
		})},
		"a dash for a request":      {"combined", `203.0.113.9 - - ` + at + ` "-" 408 0 "-" "-"`, with(noRequest(408))},
		"nothing for a request":     {"combined", `203.0.113.9 - - ` + at + ` "" 400 0 "-" "-"`, with(noRequest(400))},
		"a handshake for a request": {"combined", `203.0.113.9 - - ` + at + ` "\x16\x03\x01\x00 \xA5" 400 0 "-" "-"`, with(noRequest(400))},
		"a method alone": {"combined", `203.0.113.9 - - ` + at + ` "GET HTTP/1.1" 400 0 "-" "-"`, with(func(p *parsed) {
			noRequest(400)(p)
			p.Method = "GET"
		})},
		"a dash for the size": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 304 - "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Status, p.Bytes = 304, 0
		})},
		"status 000": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 000 0 "-" "curl/8.5.0"`, with(func(p *parsed) { p.Status, p.Bytes = 0, 0 })},
		"status 499": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 499 0 "-" "curl/8.5.0"`, with(func(p *parsed) { p.Status, p.Bytes = 499, 0 })},
		"no status":  {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" - 0 "-" "curl/8.5.0"`, with(func(p *parsed) { p.Status, p.Bytes = 0, 0 })},
		"more than four GiB": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 5368709120 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Bytes = 5 << 30
		})},
		"more fields": {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0" 0.013 "198.51.100.7" "x"`, with(func(p *parsed) {
			p.Forwarded = "198.51.100.7"
		})},
		"more fields in common": {"common", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 1834`, with(func(p *parsed) {
			p.Referrer, p.Agent = "", ""
		})},
		"a NUL byte":  {"combined", "203.0.113.9 - - " + at + " \"GET /a\x00b HTTP/1.1\" 200 512 \"-\" \"curl/8.5.0\"", with(func(p *parsed) { p.Target = "/a\x00b" })},
		"a Latin-1 é": {"combined", "203.0.113.9 - - " + at + " \"GET /caf\xe9 HTTP/1.1\" 200 512 \"-\" \"curl/8.5.0\"", with(func(p *parsed) { p.Target = "/caf\xe9" })},
		"100 kB of it": {"combined", `203.0.113.9 - - ` + at + ` "GET /` + strings.Repeat("a", 100_000) + ` HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target = "/" + strings.Repeat("a", 100_000)
		})},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, why := parseOne(t, test.format, test.line)
			if why != "" {
				t.Fatalf("rejected: %s", why)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func noRequest(status int32) func(*parsed) {
	return func(p *parsed) {
		p.Method, p.Target, p.Agent, p.Status, p.Bytes = "", "", "-", status, 0
	}
}

func TestParseRejects(t *testing.T) {
	cases := map[string]struct {
		format, line string
		want         reason
	}{
		"words":                        {"combined", `hello there`, reasonNoTime},
		"one word":                     {"combined", `hello`, reasonMissingField},
		"no address":                   {"combined", ` - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x"`, reasonMissingField},
		"no user":                      {"combined", `203.0.113.9 - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x"`, reasonMissingField},
		"31 February":                  {"combined", `203.0.113.9 - - [31/Feb/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "x"`, reasonBadTime},
		"hour 24":                      {"combined", `203.0.113.9 - - [05/Jan/2026:24:00:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "x"`, reasonBadTime},
		"a month in small letters":     {"combined", `203.0.113.9 - - [05/jan/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "x"`, reasonBadTime},
		"NUL bytes for a time":         {"combined", "203.0.113.9 - - [" + strings.Repeat("\x00", 11) + ":10:00:00 +0000] \"GET /a HTTP/1.1\" 200 512 \"-\" \"x\"", reasonBadTime},
		"cut in the time":              {"combined", `203.0.113.9 - - [05/Jan/2026:10:00`, reasonNoTime},
		"cut after the time":           {"combined", `203.0.113.9 - - ` + at, reasonMissingField},
		"cut in the request":           {"combined", `203.0.113.9 - - ` + at + ` "GET /a`, reasonNoQuote},
		"cut after the request":        {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1"`, reasonMissingField},
		"cut in the agent":             {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "Mozilla/5.0 (comp`, reasonNoQuote},
		"no agent after the referrer":  {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-"`, reasonNoQuote},
		"letters in the status":        {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 2OO 512 "-" "x"`, reasonBadStatus},
		"four digits of status":        {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 2000 512 "-" "x"`, reasonBadStatus},
		"a size that is no number":     {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 5k "-" "x"`, reasonBadBytes},
		"a size of 20 digits":          {"combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 11111111111111111111 "-" "x"`, reasonBadBytes},
		"a host nobody expected":       {"combined", `data.example.org 203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x"`, reasonVirtualHost},
		"no host where one should be":  {"vhost_combined", `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x"`, reasonMissingField},
		"no host, a user with a space": {"vhost_combined", `203.0.113.9 - john doe ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x"`, reasonMissingField},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, why := parseOne(t, test.format, test.line)
			if why != test.want {
				t.Errorf("reason %q, want %q (parsed %+v)", why, test.want, got)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	line := `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512`
	cases := map[string]struct{ sample, want, wantErr string }{
		"combined":                  {sample: line + ` "-" "x"` + "\n", want: "combined"},
		"common":                    {sample: line + "\n", want: "common"},
		"common with a number":      {sample: line + " 17\n", want: "common"},
		"vhost_combined":            {sample: `data.example.org ` + line + ` "-" "x"` + "\n", want: "vhost_combined"},
		"vhost_common":              {sample: `data.example.org:80 ` + line + "\r\n", want: "vhost_common"},
		"a host that is an address": {sample: `198.51.100.1 ` + line + ` "-" "x"` + "\n", want: "vhost_combined"},
		"a comment and a bad line":  {sample: "#Fields: no\n\n" + line + ` "-" "x"` + "\n" + line + ` "-" "y"` + "\nbad\n", want: "combined"},
		"a last line cut":           {sample: line + ` "-" "x"` + "\n" + line, want: "combined"},
		"nothing":                   {sample: "", wantErr: "no complete line"},
		"a comment":                 {sample: "# x\n", wantErr: "no complete line"},
		"something else":            {sample: "a,b,c\n1,2,3\n", wantErr: "no format fits the first 2 lines"},
		"host names on both sides": {
			sample: `data.example.org pc7.example.net - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x"` + "\n", want: "vhost_combined",
		},
		"names on both sides": {
			sample:  `portal pc7 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x"` + "\n",
			wantErr: "both combined and vhost_combined fit",
		},
		"a host for an ident": {
			sample:  `203.0.113.9 data.example.org - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x"` + "\n",
			wantErr: "no format fits the first line (no line fits any): set the log's format",
		},
		"half of each": {
			sample:  line + "\n" + line + ` "-" "x"` + "\n",
			wantErr: "both combined and common fit the first 2 lines",
		},
		"JSON of nobody": {sample: `{"when":"2026-01-05T10:00:00Z","what":"/a"}` + "\n", wantErr: "logs[].json"},
		"W3C":            {sample: "#Fields: date time cs-uri-stem sc-status\n2026-01-05 10:00:00 /a 200\n", want: "w3c"},
		"W3C whose fields change": {
			sample: "#Fields: date time cs-uri-stem\n2026-01-05 10:00:00 /a\n#Fields: time date cs-uri-stem sc-status\n10:00:01 2026-01-05 /a 200\n", want: "w3c",
		},
		"W3C without a time": {sample: "#Fields: date cs-uri-stem\n2026-01-05 /a\n", wantErr: "no format fits"},
		"Caddy, other matters among it": {
			sample: `{"level":"info","ts":1767607203,"msg":"certificate obtained"}` + "\n" +
				`{"level":"info","ts":1767607203,"msg":"handled request","request":{"method":"GET","uri":"/a"},"status":200}` + "\n",
			want: "caddy",
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Detect([]byte(test.sample))
			if got != test.want || (err == nil) != (test.wantErr == "") || err != nil && !strings.Contains(err.Error(), test.wantErr) {
				t.Errorf("Detect = %q, %v; want %q, %q", got, err, test.want, test.wantErr)
			}
		})
	}
}

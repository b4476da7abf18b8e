package accesslog

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parseAs parses lines one after the other, and returns what the last one is.
func parseAs(t *testing.T, config Config, lines ...string) (parsed, reason) {
	t.Helper()
	f, isGiven, err := config.format()
	if err != nil || !isGiven {
		t.Fatal(err, isGiven)
	}
	parse := f.open(config.Zone)
	var e Entry
	var why reason
	for _, line := range lines {
		why = parse([]byte(line), &e)
	}
	if why != "" {
		return parsed{}, why
	}
	plain := func(text []byte) string { return string(plainText(&e, text)) }
	return parsed{
		Host: plain(e.Host), Address: plain(e.Address), Method: plain(e.Method), Target: plain(e.Target),
		Referrer: plain(e.Referrer), Agent: plain(e.Agent), Forwarded: plain(e.Forwarded),
		At: time.UnixMicro(e.At).UTC().Format("2006-01-02 15:04:05.999999"), Status: e.Status, Bytes: e.Bytes,
	}, ""
}

func inZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

const (
	nginxUsual  = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`
	apacheUsual = `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`
)

func TestTemplates(t *testing.T) {
	usual := parsed{
		Address: "203.0.113.9", Method: "GET", Target: "/a", Referrer: "-", Agent: "curl/8.5.0",
		At: "2026-01-05 10:00:00", Status: 200, Bytes: 512,
	}
	with := func(change func(*parsed)) parsed {
		p := usual
		change(&p)
		return p
	}
	line := `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`
	little := parsed{Address: "203.0.113.9", Method: "GET", Target: "/a", At: "2026-01-05 10:00:00"}
	cases := map[string]struct {
		format, line string
		want         parsed
	}{
		"nginx":               {nginxUsual, line, usual},
		"Apache":              {apacheUsual, line, usual},
		"nginx by its name":   {"nginx: " + nginxUsual, line, usual},
		"Apache by its name":  {"apache: " + apacheUsual, line, usual},
		"Apache as in a file": {`LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" mine`, line, usual},
		"nginx as in a file": {
			"log_format main '$remote_addr - $remote_user [$time_local] \"$request\" '\n   '$status $body_bytes_sent \"$http_referer\" '\n  '\"$http_user_agent\"';", line, usual,
		},
		"nginx in double quotes": {`log_format x escape=default "$remote_addr [$time_local] \"$request\"";`, `203.0.113.9 ` + at + ` "GET /a HTTP/1.1"`, little},
		"names in braces":        {`${remote_addr}x [${time_local}] "$request"`, `203.0.113.9x ` + at + ` "GET /a HTTP/1.1"`, little},
		"a user with spaces":     {nginxUsual, strings.Replace(line, " - - ", " - john [doe] x ", 1), usual},
		"a user with spaces, Apache": {
			apacheUsual, strings.Replace(line, " - - ", " - john [doe] x ", 1), usual,
		},
		"fields that follow": {nginxUsual, line + ` "x" 0.01`, usual},
		"a forged answer": {apacheUsual, `203.0.113.9 - - ` + at + ` "GET /a\" 200 99999 \"-\" \" HTTP/1.1" 404 12 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target, p.Status, p.Bytes = `/a" 200 99999 "-" "`, 404, 12
		})},
		"a quote in the agent": {apacheUsual, `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "a \"b\" \\"`, with(func(p *parsed) {
			p.Agent = `a "b" \`
		})},
		"an agent that ends in a backslash nobody escaped": {apacheUsual, `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "x\"`, with(func(p *parsed) {
			p.Agent = `x\`
		})},
		"quotes that nobody escaped": {nginxUsual, `203.0.113.9 - - ` + at + ` "GET /a" b" c HTTP/1.1" 200 512 "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Target = `/a" b" c`
		})},
		"a quote in the agent that nobody escaped": {nginxUsual, strings.Replace(line, "curl/8.5.0", `a"b" c`, 1), with(func(p *parsed) {
			p.Agent = `a"b`
		})},
		"no request": {nginxUsual, `203.0.113.9 - - ` + at + ` "-" 408 0 "-" "-"`, with(func(p *parsed) {
			noRequest(408)(p)
		})},
		"no size": {apacheUsual, `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 304 - "-" "curl/8.5.0"`, with(func(p *parsed) {
			p.Status, p.Bytes = 304, 0
		})},
		"more than four GiB": {apacheUsual, strings.Replace(line, "512", "5368709120", 1), with(func(p *parsed) { p.Bytes = 5 << 30 })},
		"a host and a port": {`%v:%p %h %t "%r"`, `[2001:db8::5]:443 203.0.113.9 ` + at + ` "GET /a HTTP/1.1"`, parsed{
			Host: "[2001:db8::5]", Address: "203.0.113.9", Method: "GET", Target: "/a", At: "2026-01-05 10:00:00",
		}},
		"an address and its port": {`$remote_addr:$remote_port [$time_local] "$request"`, `2001:db8::1:54321 ` + at + ` "GET /a HTTP/1.1"`, parsed{
			Address: "2001:db8::1", Method: "GET", Target: "/a", At: "2026-01-05 10:00:00",
		}},
		"a URL in parts": {`$time_iso8601 $remote_addr $request_method $scheme://$host$request_uri $status`, `2026-01-05T11:00:00+01:00 203.0.113.9 GET https://data.example.org/a?b=c 200`, parsed{
			Host: "data.example.org", Address: "203.0.113.9", Method: "GET", Target: "/a?b=c", At: "2026-01-05 10:00:00", Status: 200,
		}},
		"a path and its query": {`%h %t "%m %U%q" %s`, `203.0.113.9 ` + at + ` "GET /a?b=c d" 200`, parsed{
			Address: "203.0.113.9", Method: "GET", Target: "/a?b=c d", At: "2026-01-05 10:00:00", Status: 200,
		}},
		"a query apart": {`%h %t "%m" "%U" "%q" %s`, `203.0.113.9 ` + at + ` "GET" "/a" "?b=c" 200`, parsed{
			Address: "203.0.113.9", Method: "GET", Target: "/a?b=c", At: "2026-01-05 10:00:00", Status: 200,
		}},
		"arguments apart": {`$remote_addr [$time_local] $uri "$args"`, `203.0.113.9 ` + at + ` /a "b=c"`, parsed{
			Address: "203.0.113.9", Method: "GET", Target: "/a?b=c", At: "2026-01-05 10:00:00",
		}},
		"no arguments":              {`$remote_addr [$time_local] $uri "$args"`, `203.0.113.9 ` + at + ` /a "-"`, little},
		"times of several tries":    {`$time_iso8601 "$upstream_response_time" $remote_addr "$request"`, `2026-01-05T10:00:00+00:00 "0.1, 0.2" 203.0.113.9 "GET /a HTTP/1.1"`, little},
		"milliseconds":              {`$msec $remote_addr "$request"`, `1767607200.125 203.0.113.9 "GET /a HTTP/1.1"`, changed(little, "2026-01-05 10:00:00.125")},
		"Apache's seconds":          {`%{sec}t.%{usec_frac}t %h "%r"`, `1767607200.000125 203.0.113.9 "GET /a HTTP/1.1"`, changed(little, "2026-01-05 10:00:00.000125")},
		"Apache's milliseconds":     {`%{msec}t %h "%r"`, `1767607200125 203.0.113.9 "GET /a HTTP/1.1"`, changed(little, "2026-01-05 10:00:00.125")},
		"Apache's microseconds":     {`%{usec}t %h "%r"`, `1767607200000125 203.0.113.9 "GET /a HTTP/1.1"`, changed(little, "2026-01-05 10:00:00.000125")},
		"a time of one's own":       {`[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %h "%r"`, `[05/Jan/2026:11:30:00.125 +0130] 203.0.113.9 "GET /a HTTP/1.1"`, changed(little, "2026-01-05 10:00:00.125")},
		"a month's name":            {`[%{%B - %d, %Y:%H:%M:%S}t] %h "%r"`, `[January - 05, 2026:10:00:00] 203.0.113.9 "GET /a HTTP/1.1"`, little},
		"a weekday's name":          {`%{%a %b %e %H:%M:%S %Y}t %h "%r"`, `Mon Jan  5 10:00:00 2026 203.0.113.9 "GET /a HTTP/1.1"`, little},
		"a day of the year":         {`%{%Y-%jT%R}t %h "%r"`, `2026-005T10:00 203.0.113.9 "GET /a HTTP/1.1"`, little},
		"nginx with escaped quotes": {`$remote_addr [$time_local] \"$request\"`, `203.0.113.9 ` + at + ` "GET /a HTTP/1.1"`, little},
		"American":                  {`%{%D %H:%M:%S %Z}t %h "%r"`, `01/05/26 10:00:00 GMT 203.0.113.9 "GET /a HTTP/1.1"`, little},
		"begin and end":             {`%{end:%F %T}t|%{begin:%F %T}t|%h "%r"`, `2026-01-05 11:11:11|2026-01-05 10:00:00|203.0.113.9 "GET /a HTTP/1.1"`, little},
		"end alone":                 {`%{end:%F %T}t|%h "%r"`, `2026-01-05 10:00:00|203.0.113.9 "GET /a HTTP/1.1"`, little},
		"begin before end":          {`%{%F %T}t|%{end:%F %T}t|%h "%r"`, `2026-01-05 10:00:00|2026-01-05 11:11:11|203.0.113.9 "GET /a HTTP/1.1"`, little},
		"conditions":                {`%h %t "%r" "%!200,304{Referer}i" %400,501{User-agent}i`, `203.0.113.9 ` + at + ` "GET /a HTTP/1.1" "-" curl 8`, changed(with(func(p *parsed) { p.Status, p.Bytes, p.Agent = 0, 0, "curl 8" }), usual.At)},
		"both of Apache's statuses": {`%h %t "%r" %s %>s %<s`, `203.0.113.9 ` + at + ` "GET /a HTTP/1.1" 200 404 301`, parsed{
			Address: "203.0.113.9", Method: "GET", Target: "/a", At: usual.At, Status: 200,
		}},
		"the first status first": {`%h %t "%r" %<s %>s`, `203.0.113.9 ` + at + ` "GET /a HTTP/1.1" 301 404`, parsed{
			Address: "203.0.113.9", Method: "GET", Target: "/a", At: usual.At, Status: 404,
		}},
		"a proxy's address and the client's": {`%{c}a %a %t "%r"`, `192.0.2.1 203.0.113.9 ` + at + ` "GET /a HTTP/1.1"`, little},
		"several hosts": {`$server_name $http_host $host $remote_addr [$time_local] "$request"`, `_ data.example.org:80 data.example.org 203.0.113.9 ` + at + ` "GET /a HTTP/1.1"`, parsed{
			Host: "data.example.org", Address: "203.0.113.9", Method: "GET", Target: "/a", At: usual.At,
		}},
		"forwarded, of several": {`[$time_local] "$request" $remote_addr "$http_x_forwarded_for"`, at + ` "GET /a HTTP/1.1" 203.0.113.9 "198.51.100.7, 192.0.2.2"`, parsed{
			Address: "203.0.113.9", Method: "GET", Target: "/a", At: usual.At, Forwarded: "198.51.100.7, 192.0.2.2",
		}},
		"tabs": {"%h\\t%t\\t%r\\t%>s", "203.0.113.9\t" + at + "\tGET /a b HTTP/1.1\t200", parsed{
			Address: "203.0.113.9", Method: "GET", Target: "/a b", At: usual.At, Status: 200,
		}},
		"a percent sign": {`%h %% %t "%r"`, `203.0.113.9 % ` + at + ` "GET /a HTTP/1.1"`, little},
		"nginx's JSON": {
			`nginx: escape=json {"t":"$time_iso8601","c":"$remote_addr","r":"$request","s":$status,"a":"$http_user_agent"}`,
			`{"t":"2026-01-05T10:00:00+00:00","c":"203.0.113.9","r":"GET /a\u0009\"\\ HTTP/1.1","s":200,"a":"say \"hi\",\"s\":"}`,
			parsed{Address: "203.0.113.9", Method: "GET", Target: "/a\t\"\\", At: usual.At, Status: 200, Agent: `say "hi","s":`},
		},
		"nothing escaped": {
			`log_format x escape=none '$remote_addr [$time_local] "$request" $status "$http_user_agent"';`,
			`203.0.113.9 ` + at + ` "GET /a\ HTTP/1.1" 200 "say "hi" \x41 \"`,
			parsed{Address: "203.0.113.9", Method: "GET", Target: `/a\`, At: usual.At, Status: 200, Agent: `say "hi" \x41 \`},
		},
		"a local socket": {nginxUsual, strings.Replace(line, "203.0.113.9", "unix:", 1), with(func(p *parsed) { p.Address = "unix:" })},
		"100 kB of it": {nginxUsual, strings.Replace(line, "/a", "/"+strings.Repeat("a", 100_000), 1), with(func(p *parsed) {
			p.Target = "/" + strings.Repeat("a", 100_000)
		})},
		"a NUL byte": {nginxUsual, strings.Replace(line, "/a", "/\x00\xe9", 1), with(func(p *parsed) { p.Target = "/\x00\xe9" })},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, why := parseAs(t, Config{Format: test.format}, test.line)
			if why != "" {
				t.Fatalf("rejected: %s", why)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func changed(p parsed, at string) parsed {
	p.At = at
	return p
}

func TestTemplatesReject(t *testing.T) {
	line := `203.0.113.9 - - ` + at + ` "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"`
	cases := map[string]struct {
		format, line string
		want         reason
	}{
		"words":                                 {nginxUsual, `hello there`, reasonMissingField},
		"31 February":                           {nginxUsual, strings.Replace(line, "05/Jan", "31/Feb", 1), reasonBadTime},
		"31 February first":                     {`$time_iso8601 "$request"`, `2026-02-31T10:00:00Z "GET /a HTTP/1.1"`, reasonBadTime},
		"letters in status":                     {nginxUsual, strings.Replace(line, " 200 ", " 2OO ", 1), reasonBadStatus},
		"a size of words":                       {nginxUsual, strings.Replace(line, " 512 ", " 5k ", 1), reasonText},
		"cut in the agent":                      {nginxUsual, line[:len(line)-3], reasonNoQuote},
		"cut after the size":                    {nginxUsual, line[:strings.Index(line, ` "-"`)], reasonText},
		"a host too many":                       {apacheUsual, "data.example.org " + line, reasonVirtualHost},
		"a host before nginx's address":         {nginxUsual, "data.example.org " + line, reasonMissingField},
		"a host of two words":                   {`"$host" [$time_local] "$request"`, `"a b" ` + at + ` "GET /a HTTP/1.1"`, reasonMissingField},
		"another text":                          {`x $remote_addr [$time_local] "$request"`, line, reasonText},
		"no address":                            {`$remote_addr [$time_local] "$request"`, ` ` + at + ` "GET /a HTTP/1.1"`, reasonMissingField},
		"a line made to take long":              {`"$a" "$b" "$c" "$d" [$time_local] "$request"`, strings.Repeat(`" "`, 5000), reasonAmbiguous},
		"no day in the time":                    {`%{%F %T}t %h "%r"`, `2026-02-30 10:00:00 203.0.113.9 "GET /a HTTP/1.1"`, reasonBadTime},
		"hour 24":                               {`%{%F %T}t %h "%r"`, `2026-02-03 24:00:00 203.0.113.9 "GET /a HTTP/1.1"`, reasonBadTime},
		"a month that is none":                  {`%{%d %B %Y %T}t %h "%r"`, `03 Marchy 2026 10:00:00 203.0.113.9 "GET /a HTTP/1.1"`, reasonBadTime},
		"a time long before there were servers": {`$msec $remote_addr "$request"`, `1.125 203.0.113.9 "GET /a HTTP/1.1"`, reasonBadTime},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			if got, why := parseAs(t, Config{Format: test.format}, test.line); why != test.want {
				t.Errorf("reason %q, want %q (parsed %+v)", why, test.want, got)
			}
		})
	}
}

// A time without a zone is of the log's zone, summer time included.
func TestTemplateZone(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-05 10:00:00": "2026-01-05 15:00:00",
		"2026-07-05 10:00:00": "2026-07-05 14:00:00",
		"2026-03-08 01:59:59": "2026-03-08 06:59:59", // the last second before summer time
		"2026-03-08 03:00:00": "2026-03-08 07:00:00",
		"2026-11-01 01:30:00": "2026-11-01 05:30:00", // shown twice: the first
		"2026-11-01 02:00:00": "2026-11-01 07:00:00",
	} {
		for format, line := range map[string]string{`%{%F %T}t "%r"`: text + ` "GET /a HTTP/1.1"`, `$time_iso8601 "$request"`: text + ` "GET /a HTTP/1.1"`} {
			got, why := parseAs(t, Config{Format: format, Zone: inZone(t, "America/New_York")}, line)
			if got.At != want {
				t.Errorf("%s by %s: %q %s, want %q", text, format, got.At, why, want)
			}
		}
	}
}

// A zone's name that is UTC's counts before the log's zone.
func TestTemplateZoneName(t *testing.T) {
	got, why := parseAs(t, Config{Format: `%{%F %T %Z}t "%r"`, Zone: inZone(t, "America/New_York")}, `2026-01-05 10:00:00 GMT "GET /a HTTP/1.1"`)
	if got.At != "2026-01-05 10:00:00" {
		t.Errorf("%q %s", got.At, why)
	}
}

// What one line's zone was says nothing about the next line's.
func TestStampsChangeZone(t *testing.T) {
	stamps := newStamps(inZone(t, "America/New_York"))
	for _, test := range [][2]string{
		{"2026-03-08 01:59:59", "06:59:59"},
		{"2026-03-08 03:00:00", "07:00:00"},
		{"2026-03-08 01:45:00", "06:45:00"},
		{"2026-03-08T12:00:00+02:00", "10:00:00"},
		{"2026-03-08 03:00:01", "07:00:01"},
		{"08/Mar/2026:03:00:00 -0100", "04:00:00"},
	} {
		micros, ok := stamps.any([]byte(test[0]))
		if got := time.UnixMicro(micros).UTC().Format(time.TimeOnly); !ok || got != test[1] {
			t.Errorf("%s: %s %t, want %s", test[0], got, ok, test[1])
		}
	}
}

func TestFormatErrors(t *testing.T) {
	for format, want := range map[string]string{
		`combind`:                                        `"combind" is not known`,
		`$remote_addr "$request"`:                        "no time",
		`$time_local`:                                    "no request",
		`%{%H:%M:%S}t "%r"`:                              "none with its day",
		`%{msec_frac}t "%r"`:                             "no time",
		`[$time_local] $uri$status`:                      "$uri stands right before $status",
		`[$time_local] $request_uri$http_cookie`:         "$request_uri stands right before $http_cookie",
		`[$time_local] "$request" $`:                     "names no variable",
		`[$time_local] "$request" ${status`:              "names no variable",
		`nginx: escape=xml [$time_local] "$request"`:     "escape=xml: use default, json or none",
		`log_format main '[$time_local] "$request"`:      "not closed",
		`log_format main '[$time_local] ' "$request" x;`: `"x;" stands outside of its quotes`,
		`LogFormat %t`:                                   "write its string in quotes",
		`%t "%r" %Y`:                                     "%Y is no directive",
		`%t "%r" %{Referer`:                              "a brace is not closed",
		`%t "%r" %>`:                                     "has no letter",
		`%{%F %Q}t "%r"`:                                 "%Q is not known",
		`%{%F %T%}t "%r"`:                                "ends in %",
	} {
		config := Config{Format: format}
		if err := config.CheckFormat(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", format, err, want)
		}
	}
	for _, config := range []Config{
		{JSON: JSONKeys{Time: "t"}},
		{JSON: JSONKeys{URI: "u"}},
		{JSON: JSONKeys{Time: "t", URI: "t"}},
		{JSON: JSONKeys{Time: "t", URI: "t.u"}},
		{Format: "json"},
		{Format: "caddy", JSON: JSONKeys{Time: "t", URI: "u"}},
	} {
		if err := config.CheckFormat(); err == nil {
			t.Errorf("%+v is accepted", config)
		}
	}
}

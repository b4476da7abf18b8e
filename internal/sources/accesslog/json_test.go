package accesslog

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ownKeys are those of a log that no format knows.
var ownKeys = JSONKeys{
	Time: "at", Host: "req.host", Request: "", Method: "req.verb", URI: "req.path", Query: "req.query", Status: "res.code", Bytes: "res.size",
	Referrer: "req.headers.Referer.0", Agent: "req.headers.User-Agent", Client: "peer", ForwardedFor: "x.y.z",
}

func TestJSON(t *testing.T) {
	usual := parsed{
		Host: "data.example.org", Address: "203.0.113.9", Method: "GET", Target: "/a", Referrer: "-", Agent: "curl/8.5.0",
		At: "2026-01-05 10:00:00", Status: 200, Bytes: 512,
	}
	with := func(change func(*parsed)) parsed {
		p := usual
		change(&p)
		return p
	}
	own := `{"at":"2026-01-05T10:00:00Z","peer":"203.0.113.9","req":{"host":"data.example.org","verb":"GET","path":"/a","headers":{"Referer":["-"],"User-Agent":["curl/8.5.0"]}},"res":{"code":200,"size":512}}`
	nginx := `{"time":"2026-01-05T10:00:00Z","remote_addr":"203.0.113.9","host":"data.example.org","request":"GET /a HTTP/1.1","status":200,"bytes":512,"referrer":"-","agent":"curl/8.5.0"}`
	replaced := func(line, old, text string) string {
		if !strings.Contains(line, old) {
			panic(old)
		}
		return strings.Replace(line, old, text, 1)
	}
	cases := map[string]struct {
		config Config
		line   string
		want   parsed
	}{
		"keys of one's own":       {Config{JSON: ownKeys}, own, usual},
		"spaces":                  {Config{JSON: ownKeys}, "  " + strings.NewReplacer(":{", " : {\t", ",", " , ", "}", " }").Replace(own) + " \r", usual},
		"in another order":        {Config{JSON: ownKeys}, `{"res":{"size":512,"code":200},` + strings.Replace(own[1:], `,"res":{"code":200,"size":512}`, "", 1), usual},
		"a query":                 {Config{JSON: ownKeys}, replaced(own, `"path":"/a"`, `"query":"b=c","path":"/a"`), with(func(p *parsed) { p.Target = "/a?b=c" })},
		"a query twice":           {Config{JSON: ownKeys}, replaced(own, `"path":"/a"`, `"query":"b=c","path":"/a?b=c"`), with(func(p *parsed) { p.Target = "/a?b=c" })},
		"numbers as texts":        {Config{JSON: ownKeys}, replaced(own, `{"code":200,"size":512}`, `{"code":"200","size":"512"}`), usual},
		"null for a size":         {Config{JSON: ownKeys}, replaced(own, `512`, `null`), with(func(p *parsed) { p.Bytes = 0 })},
		"a dash for a size":       {Config{JSON: ownKeys}, replaced(own, `512`, `"-"`), with(func(p *parsed) { p.Bytes = 0 })},
		"more than four GiB":      {Config{JSON: ownKeys}, replaced(own, `512`, `5368709120`), with(func(p *parsed) { p.Bytes = 5 << 30 })},
		"no agent":                {Config{JSON: ownKeys}, replaced(own, `,"User-Agent":["curl/8.5.0"]`, ``), with(func(p *parsed) { p.Agent = "" })},
		"an empty list":           {Config{JSON: ownKeys}, replaced(own, `["curl/8.5.0"]`, `[]`), with(func(p *parsed) { p.Agent = "" })},
		"a text for a list":       {Config{JSON: ownKeys}, replaced(own, `["curl/8.5.0"]`, `"curl/8.5.0"`), usual},
		"a list of two":           {Config{JSON: ownKeys}, replaced(own, `["curl/8.5.0"]`, `["curl/8.5.0","x"]`), usual},
		"an object for a text":    {Config{JSON: ownKeys}, replaced(own, `["curl/8.5.0"]`, `{"a":"b"}`), with(func(p *parsed) { p.Agent = "" })},
		"escapes":                 {Config{JSON: ownKeys}, replaced(own, `"/a"`, `"\/caf\u00e9 \ud83d\ude00\t\"\\\u0041"`), with(func(p *parsed) { p.Target = "/café 😀\t\"\\A" })},
		"half a pair":             {Config{JSON: ownKeys}, replaced(own, `"/a"`, `"/\ud83dx"`), with(func(p *parsed) { p.Target = "/�x" })},
		"escapes nobody knows":    {Config{JSON: ownKeys}, replaced(own, `"/a"`, `"/\xE9\q\u00"`), with(func(p *parsed) { p.Target = "/\xe9\\q\\u00" })},
		"a key with an escape":    {Config{JSON: ownKeys}, replaced(own, `"path"`, `"p\u0061th"`), usual},
		"a key with points":       {Config{JSON: ownKeys}, replaced(own, `"res":{"code":200,"size":512}`, `"res.code":200,"res.size":512`), usual},
		"no text of its own":      {Config{JSON: ownKeys}, replaced(own, `"/a"`, "\"/\xe9\x00\""), with(func(p *parsed) { p.Target = "/\xe9\x00" })},
		"brackets in texts":       {Config{JSON: ownKeys}, replaced(own, `{"at"`, `{"other":{"a":["}]\"",[],{"b":"\\"}]},"at"`), usual},
		"a key that is a value":   {Config{JSON: ownKeys}, replaced(own, `{"at"`, `{"other":"at","at"`), usual},
		"the same name elsewhere": {Config{JSON: ownKeys}, replaced(own, `{"at"`, `{"other":{"at":"2020-01-01T00:00:00Z","peer":"x"},"at"`), usual},
		"a million bytes":         {Config{JSON: ownKeys}, replaced(own, `"/a"`, `"/`+strings.Repeat("a", 1<<20)+`"`), with(func(p *parsed) { p.Target = "/" + strings.Repeat("a", 1<<20) })},
		"a time in seconds":       {Config{JSON: ownKeys}, replaced(own, `"2026-01-05T10:00:00Z"`, `1767607200`), usual},
		"a time with a fraction":  {Config{JSON: ownKeys}, replaced(own, `"2026-01-05T10:00:00Z"`, `1767607200.8155608`), changed(usual, "2026-01-05 10:00:00.81556")},
		"a time with an exponent": {Config{JSON: ownKeys}, replaced(own, `"2026-01-05T10:00:00Z"`, `1.7676072e9`), usual},
		"a time in milliseconds":  {Config{JSON: ownKeys}, replaced(own, `"2026-01-05T10:00:00Z"`, `1767607200125`), changed(usual, "2026-01-05 10:00:00.125")},
		"a time in a text":        {Config{JSON: ownKeys}, replaced(own, `"2026-01-05T10:00:00Z"`, `"1767607200.5"`), changed(usual, "2026-01-05 10:00:00.5")},
		"a time as in combined":   {Config{JSON: ownKeys}, replaced(own, `2026-01-05T10:00:00Z`, `05/Jan/2026:11:00:00 +0100`), usual},
		"a time in brackets":      {Config{JSON: ownKeys}, replaced(own, `2026-01-05T10:00:00Z`, `[05/Jan/2026:11:00:00 +0100]`), usual},
		"a time in nanoseconds":   {Config{JSON: ownKeys}, replaced(own, `2026-01-05T10:00:00Z`, `2026-01-05T10:00:00.123456789+00:00`), changed(usual, "2026-01-05 10:00:00.123456")},
		"a time without a zone":   {Config{JSON: ownKeys, Zone: inZone(t, "America/New_York")}, replaced(own, `2026-01-05T10:00:00Z`, `2026-01-05 05:00:00`), usual},

		"nginx":                   {Config{Format: "nginx_json"}, nginx, usual},
		"nginx, and better names": {Config{Format: "nginx_json"}, replaced(nginx, `"bytes":512`, `"bytes":9,"body_bytes_sent":512,"size":8`), usual},
		"nginx, and worse names":  {Config{Format: "nginx_json"}, replaced(nginx, `"bytes":512`, `"length":9,"bytes":512,"uri":"/index.html"`), usual},
		"nginx without methods":   {Config{Format: "nginx_json"}, replaced(nginx, `"request":"GET /a HTTP/1.1"`, `"uri":"/a"`), usual},
		"Traefik's status as a text": {
			Config{Format: "traefik"},
			`{"StartUTC":"2026-01-05T10:00:00Z","ClientHost":"203.0.113.9","RequestHost":"data.example.org","RequestMethod":"GET","RequestPath":"/a","DownstreamStatus":"200","DownstreamContentSize":512,"OriginStatus":504,"request_Referer":"-","request_User-Agent":"curl/8.5.0"}`, usual,
		},
		"Caddy before 2.5": {
			Config{Format: "caddy"},
			`{"ts":1767607200,"request":{"remote_addr":"203.0.113.9:6123","method":"GET","host":"data.example.org:8443","uri":"/a","headers":{"Referer":["-"],"User-Agent":["curl/8.5.0"]}},"size":512,"status":200}`,
			with(func(p *parsed) { p.Address = "203.0.113.9:6123" }),
		},
		"Caddy behind a proxy it trusts": {
			Config{Format: "caddy"},
			`{"ts":1767607200,"msg":"handled request","request":{"remote_ip":"192.0.2.1","client_ip":"203.0.113.9","method":"GET","host":"data.example.org","uri":"/a","headers":{"Referer":["-"],"User-Agent":["curl/8.5.0"]}},"size":512,"status":200,"resp_headers":{"A":["}"]}}`, usual,
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, why := parseAs(t, test.config, test.line)
			if why != "" {
				t.Fatalf("rejected: %s", why)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSONRejects(t *testing.T) {
	for name, test := range map[string]struct {
		line string
		want reason
	}{
		"words":                {`hello`, reasonNotJSON},
		"a list":               {`[{"at":1767607200}]`, reasonNotJSON},
		"nothing in it":        {`{}`, reasonNoTime},
		"no time":              {`{"req":{"path":"/a"},"res":{"code":200}}`, reasonNoTime},
		"a time that is none":  {`{"at":"soon","req":{"path":"/a"},"res":{"code":200}}`, reasonBadTime},
		"a time far away":      {`{"at":99,"req":{"path":"/a"},"res":{"code":200}}`, reasonBadTime},
		"31 February":          {`{"at":"2026-02-31T10:00:00Z","req":{"path":"/a"},"res":{"code":200}}`, reasonBadTime},
		"a zone of 99 hours":   {`{"at":"2026-02-01T10:00:00+99:00","req":{"path":"/a"},"res":{"code":200}}`, reasonBadTime},
		"more after the time":  {`{"at":"2026-02-01T10:00:00Zulu","req":{"path":"/a"},"res":{"code":200}}`, reasonBadTime},
		"no status":            {`{"at":1767607200,"req":{"path":"/a"}}`, reasonBadStatus},
		"status of letters":    {`{"at":1767607200,"req":{"path":"/a"},"res":{"code":"2OO"}}`, reasonBadStatus},
		"a size of letters":    {`{"at":1767607200,"req":{"path":"/a"},"res":{"code":200,"size":"5k"}}`, reasonBadBytes},
		"a size below nothing": {`{"at":1767607200,"req":{"path":"/a"},"res":{"code":200,"size":-5}}`, reasonBadBytes},
		"cut in a text":        {`{"at":1767607200,"req":{"path":"/a`, reasonNotJSON},
		"cut after a text":     {`{"at":1767607200,"req":{"path":"/a"`, reasonNotJSON},
		"cut after a key":      {`{"at":1767607200,"req"`, reasonNotJSON},
		"cut after a colon":    {`{"at":`, reasonNotJSON},
		"cut in a list":        {`{"at":1767607200,"list":[[1,2`, reasonNotJSON},
		"two in one line":      {`{"at":1767607200}{"at":1767607200}`, reasonNotJSON},
		"no comma":             {`{"at":1767607200 "req":{"path":"/a"}}`, reasonNotJSON},
		"no quotes":            {`{at:1767607200}`, reasonNotJSON},
	} {
		t.Run(name, func(t *testing.T) {
			if got, why := parseAs(t, Config{JSON: ownKeys}, test.line); why != test.want {
				t.Errorf("reason %q, want %q (parsed %+v)", why, test.want, got)
			}
		})
	}
}

// However far a line was cut, and whatever follows on it, it is rejected, also after lines that were
// whole.
func TestJSONCutAnywhere(t *testing.T) {
	lines := map[string]string{
		"caddy": `{"ts":1767607200,"msg":"handled request","request":{"method":"GET","uri":"/a","headers":{"A":["}"],"User-Agent":["c}","d"]},"tls":{"v":772}},` +
			`"size":512,"status":200,"resp_headers":{"A":["b}}"],"B":["\"x\"]}}"],"C":[":"],"D":["]}}"],"Server":["Caddy"]}}`,
		"traefik":    `{"ClientHost":"203.0.113.9","DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/a","StartUTC":"2026-01-05T10:00:00Z","z":{"y":["}"]}}`,
		"nginx_json": `{"time":"2026-01-05T10:00:00Z","request":"GET /a HTTP/1.1","status":200,"x":"}"}`,
	}
	for format, line := range lines {
		t.Run(format, func(t *testing.T) {
			f, _, err := (&Config{Format: format}).format()
			if err != nil {
				t.Fatal(err)
			}
			parse := f.open(nil)
			var e Entry
			for range 2 {
				if why := parse([]byte(line), &e); why != "" {
					t.Fatalf("the whole line is rejected: %s", why)
				}
				for length := range len(line) {
					if why := parse([]byte(line[:length]), &e); why != reasonNotJSON {
						t.Errorf("reason %q for %s", why, line[:length])
					}
				}
				for _, more := range []string{"}", "]", ",", `"`, "x", "{}", " 1", `,"a":1}`} {
					if why := parse([]byte(line+more), &e); why != reasonNotJSON {
						t.Errorf("reason %q for the line and %s", why, more)
					}
				}
			}
		})
	}
}

// Once headers came in several orders, what is asked for is looked for among them.
func TestJSONHeadersInAnyOrder(t *testing.T) {
	parse := caddy.open(nil)
	var e Entry
	read := func(headers string) (agent, referrer string) {
		t.Helper()
		line := `{"ts":1767607200,"msg":"handled request","request":{"method":"GET","uri":"/a","headers":` + headers + `},"size":512,"status":200}`
		if why := parse([]byte(line), &e); why != "" || string(e.Target) != "/a" || e.Status != 200 {
			t.Errorf("%s: reason %q, target %q, status %d", line, why, e.Target, e.Status)
		}
		return string(e.Agent), string(e.Referrer)
	}
	for i := range 200 {
		headers := []string{`"Accept":["*/*"]`, `"Te":["trailers"]`, `"User-Agent":["curl/8.5.0"]`, `"Referer":["/r"]`, `"Dnt":["1"]`}
		headers = slices.Concat(headers[i%5:], headers[:i%5])
		headers[0], headers[i%4] = headers[i%4], headers[0]
		if agent, referrer := read("{" + strings.Join(headers, ",") + "}"); agent != "curl/8.5.0" || referrer != "/r" {
			t.Fatalf("%v: agent %q, referrer %q", headers, agent, referrer)
		}
	}
	for name, test := range map[string]struct{ headers, agent, referrer string }{
		"none":                   {`{"Accept":["*/*"]}`, "", ""},
		"nothing":                {`{}`, "", ""},
		"spaces":                 {`{ "Accept" : [ "*/*" ] , "Referer" : [ "/r" ] , "User-Agent" : "x" }`, "x", "/r"},
		"names as values":        {`{"A":["User-Agent","Referer"],"Referer":["/r"],"User-Agent":["User-Agent"]}`, "User-Agent", "/r"},
		"names at a text's end":  {`{"A":["a\"User-Agent"],"Referer":["\"Referer\":\"x\""],"B":["b"]}`, "", `"Referer":"x"`},
		"a key that ends in one": {`{"a\"User-Agent":["y"],"User-Agent":["x"]}`, "x", ""},
		"a slash and a name":     {`{"A":["\\"],"User-Agent":["x"]}`, "x", ""},
		"quotes":                 {`{"Sec-Ch-Ua":["\"Chromium\";v=\"130\""],"User-Agent":["a \"b\""]}`, `a "b"`, ""},
		"an escaped key":         {`{"\u0055ser-Agent":["x"],"Accept":["*/*"]}`, "x", ""},
		"brackets in texts":      {`{"A":["}"],"User-Agent":["x"],"B":["]}"],"C":["{"]}`, "x", ""},
		"an end in a text":       {`{"A":["]}","b"],"User-Agent":["x"]}`, "x", ""},
		"a key in another one":   {`{"X-User-Agent":["y"],"User-Agent-X":["z"],"User-Agent":["x"]}`, "x", ""},
		"an object in the place": {`{"A":{"User-Agent":["y"]},"User-Agent":["x"]}`, "x", ""},
		"two":                    {`{"User-Agent":["x"],"User-Agent":["y"]}`, "x", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if agent, referrer := read(test.headers); agent != test.agent || referrer != test.referrer {
				t.Errorf("agent %q, referrer %q, want %q and %q", agent, referrer, test.agent, test.referrer)
			}
		})
	}
}

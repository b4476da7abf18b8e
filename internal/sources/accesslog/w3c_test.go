package accesslog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources/sourcestest"
)

func TestW3C(t *testing.T) {
	usual := parsed{
		Address: "203.0.113.9", Method: "GET", Target: "/a", Referrer: "-", Agent: "curl/8.5.0", At: "2026-01-05 10:00:00", Status: 200, Bytes: 512,
	}
	with := func(change func(*parsed)) parsed {
		p := usual
		change(&p)
		return p
	}
	const fields = "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status sc-bytes cs(User-Agent) cs(Referer)"
	cases := map[string]struct {
		lines []string
		want  parsed
	}{
		"usual":              {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0 -`}, usual},
		"another order":      {[]string{"#Fields: sc-bytes time cs(Referer) date cs(User-Agent) cs-method c-ip cs-uri-stem sc-status", `512 10:00:00 - 2026-01-05 curl/8.5.0 GET 203.0.113.9 /a 200`}, usual},
		"fields that change": {[]string{fields, `2026-01-05 09:00:00 203.0.113.9 GET /b - 200 512 curl/8.5.0 -`, "#Fields: sc-bytes time cs(Referer) date cs(User-Agent) cs-method c-ip cs-uri-stem sc-status", `512 10:00:00 - 2026-01-05 curl/8.5.0 GET 203.0.113.9 /a 200`}, usual},
		"another comment":    {[]string{fields, "#Date: 2025-01-01 00:00:00", `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0 -`}, usual},
		"pluses":             {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a+b.csv c+d 200 512 Mozilla/5.0+(X11;+x) -`}, with(func(p *parsed) { p.Target, p.Agent = "/a b.csv?c+d", "Mozilla/5.0 (X11; x)" })},
		"quotes":             {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 "say ""hi"" now" "-"`}, with(func(p *parsed) { p.Agent = `say "hi" now` })},
		"a plus in quotes":   {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 "C++ client" -`}, with(func(p *parsed) { p.Agent = "C++ client" })},
		"a quote alone":      {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 "x+y -`}, with(func(p *parsed) { p.Agent = `"x y` })},
		"all in quotes":      {[]string{"#Fields: date time c-ip cs-uri cs-method sc-status sc-bytes cs(Referrer) cs(User-Agent)", `"2026-01-05" "10:00:00" "203.0.113.9" "data.example.org/a" "GET" "200" "512" "-" "curl/8.5.0"`}, with(func(p *parsed) { p.Host = "data.example.org" })},
		"a whole URL":        {[]string{"#Fields: date time c-ip cs-uri sc-status", `2026-01-05 10:00:00 203.0.113.9 https://data.example.org/a 404`}, parsed{Address: "203.0.113.9", Method: "GET", Target: "https://data.example.org/a", At: usual.At, Status: 404}},
		"tabs":               {[]string{fields, "2026-01-05\t10:00:00\t203.0.113.9\tGET\t/a\t-\t200\t512\tcurl/8.5.0\t-"}, usual},
		"spaces at the end":  {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0 - `}, usual},
		"a fraction":         {[]string{fields, `2026-01-05 10:00:00.363 203.0.113.9 GET /a - 200 512 curl/8.5.0 -`}, changed(usual, "2026-01-05 10:00:00.363")},
		"no status":          {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - - - curl/8.5.0 -`}, with(func(p *parsed) { p.Status, p.Bytes = 0, 0 })},
		"more than four GiB": {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 5368709120 curl/8.5.0 -`}, with(func(p *parsed) { p.Bytes = 5 << 30 })},
		"an é of Latin-1":    {[]string{fields, "2026-01-05 10:00:00 203.0.113.9 GET /\xe9 - 200 512 curl/8.5.0 -"}, with(func(p *parsed) { p.Target = "/\xe9" })},
		"CloudFront's escapes": {[]string{"#Fields: date time x-edge-location c-ip cs-method cs(Host) cs-uri-stem cs-uri-query sc-status sc-bytes cs(User-Agent) cs(Referer) x-host-header x-forwarded-for", strings.ReplaceAll(`2026-01-05|10:00:00|LHR|203.0.113.9|GET|d1.cloudfront.net|/a%2520b%5E%zz|q=%257B%25|200|512|curl%2F8.5.0|-|data.example.org|198.51.100.7,%20192.0.2.1|new fields`, "|", "\t")}, with(func(p *parsed) {
			p.Host, p.Target, p.Forwarded = "data.example.org", "/a%20b^%zz?q=%7B%", "198.51.100.7, 192.0.2.1"
		})},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, why := parseAs(t, Config{Format: "w3c"}, test.lines...)
			if why != "" {
				t.Fatalf("rejected: %s", why)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for name, test := range map[string]struct {
		lines []string
		want  reason
	}{
		"no header":          {[]string{`2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0 -`}, reasonNoHeader},
		"too few":            {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0`}, reasonFieldCount},
		"too few, in quotes": {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 "x"`}, reasonFieldCount},
		"too many":           {[]string{fields, `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0 - -`}, reasonFieldCount},
		"31 February":        {[]string{fields, `2026-02-31 10:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0 -`}, reasonBadTime},
		"hour 24":            {[]string{fields, `2026-02-01 24:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0 -`}, reasonBadTime},
		"letters":            {[]string{fields, `2026-02-01 10:00:00 203.0.113.9 GET /a - 2OO 512 curl/8.5.0 -`}, reasonBadStatus},
		"no date in it":      {[]string{"#Fields: time cs-uri-stem", `10:00:00 /a`}, reasonNoTime},
		"an empty header":    {[]string{"#Fields:", `2026-02-01 10:00:00 /a`}, reasonNoHeader},
		"the header again":   {[]string{fields, "#Fields: date time", `2026-01-05 10:00:00 203.0.113.9 GET /a - 200 512 curl/8.5.0 -`}, reasonFieldCount},
	} {
		t.Run(name, func(t *testing.T) {
			if got, why := parseAs(t, Config{Format: "iis"}, test.lines...); why != test.want {
				t.Errorf("reason %q, want %q (parsed %+v)", why, test.want, got)
			}
		})
	}
}

func TestW3CLocalTime(t *testing.T) {
	got, why := parseAs(t, Config{Format: "w3c", Zone: inZone(t, "Europe/London")}, "#Fields: date-local time-local cs-uri-stem", "2026-07-05 10:00:00 /a")
	if got.At != "2026-07-05 09:00:00" {
		t.Errorf("%q %s", got.At, why)
	}
}

// w3cText is a log of a few hundred lines whose header changes twice.
func w3cText() (text string, paths []string) {
	var b strings.Builder
	b.WriteString("#Software: Test\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n")
	for i := range 300 {
		path := fmt.Sprintf("/w%d", i)
		paths = append(paths, path)
		at := fmt.Sprintf("10:%02d:%02d", i/60, i%60)
		switch {
		case i < 100:
			fmt.Fprintf(&b, "2026-01-05 %s 203.0.113.9 GET %s 200\n", at, path)
		case i == 100:
			b.WriteString("#Fields: cs-uri-stem sc-status cs-method c-ip time date\n")
			fallthrough
		case i < 200:
			fmt.Fprintf(&b, "%s 200 GET 203.0.113.9 %s 2026-01-05\n", path, at)
		case i == 200:
			b.WriteString("#Fields: date time cs-uri-stem c-ip sc-status\n")
			fallthrough
		default:
			fmt.Fprintf(&b, "2026-01-05 %s %s 203.0.113.9 200\n", at, path)
		}
	}
	return b.String(), paths
}

// A unit that starts in the middle of a file is read by the last header before it, wherever that
// is, and in an archive too.
func TestW3CUnits(t *testing.T) {
	text, paths := w3cText()
	for name, content := range map[string]string{"plain": text, "gzip": packed(text)} {
		for _, size := range []int64{0, 1, 500, 4000} {
			s := newSite(t)
			s.config.UnitBytes = size
			s.write("access.log", content)
			if name == "plain" && size == 500 && len(sourcestest.Units(t, s.source())) < 10 {
				t.Error("it is not many units")
			}
			s.mustRun(paths...)
		}
	}
}

// The header is found again when a file has grown, was compressed or cut into a new one.
func TestW3CGrows(t *testing.T) {
	text, paths := w3cText()
	for _, isPacked := range []bool{false, true} {
		s := newSite(t)
		end := 0
		for cut := range slices.Values([]int{20, 90, 3000, 7001, len(text)}) {
			s.add("access.log", text[end:cut])
			end = cut
			if isPacked && cut == len(text) {
				s.compress("access.log")
			}
			if errs := s.run(); len(errs) > 0 {
				t.Fatal(errs)
			}
		}
		s.wantPaths(paths...)
	}
}

// Two files that share their header, and nothing else, are two streams.
func TestW3CSharedHeader(t *testing.T) {
	s := newSite(t)
	header := "#Software: Test\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n"
	s.write("access.log.1", header)
	s.mustRun()
	s.write("access.log.1", header+"2026-01-05 10:00:00 203.0.113.9 GET /a 200\n")
	s.write("access.log.2", header+"2026-01-05 10:00:01 203.0.113.9 GET /b 200\n")
	s.write("access.log.3", header)
	s.mustRun("/a", "/b")
	s.add("access.log.3", "2026-01-05 10:00:02 203.0.113.9 GET /c 200\n")
	s.mustRun("/a", "/b", "/c")
}

func TestDoctorReadsHeaders(t *testing.T) {
	text, _ := w3cText()
	s := newSite(t)
	s.write("access.log", text)
	report, err := Doctor(t.Context(), s.config, nil)
	if err != nil || report.Lines != 300 || report.Rejected != 0 || report.Requests != 300 || report.Files[0].Format != "w3c" {
		t.Errorf("%+v, %v", report, err)
	}
}

package traffic

import (
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendReferrer(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"":                                     "",
		"-":                                    "",
		"about:blank":                          "",
		"www.example.org/a":                    "",
		"https://localhost/a":                  "localhost /a",
		"https://Www.Example.org:443/a?q=b#c":  "www.example.org /a",
		"https://www.example.org":              "www.example.org /",
		"http://www.example.org:8080/a%2e":     "www.example.org:8080 /a.",
		"https://ann:pw@www.example.org/b":     "www.example.org /b",
		"https://www.example.org/u/a@b.org":    "www.example.org /u/*@b.org",
		"http://192.0.2.7/a":                   "ip-address ",
		"http://192.0.2.7:8080/a":              "ip-address ",
		"http://[2001:db8::7]:81/a":            "ip-address ",
		"http://<script>/a":                    "",
		"http://12345/a":                       "",
		"http://www.example.org:x/a":           "",
		"android-app://org.example.reader/":    "android-app://org.example.reader ",
		"android-app://org.example.reader/x/y": "android-app://org.example.reader ",
		"android-app://":                       "",
	} {
		text, hostLen := AppendReferrer([]byte("kept"), []byte(raw))
		rest, ok := strings.CutPrefix(string(text), "kept")
		if !ok {
			t.Fatalf("AppendReferrer(%q) lost what was there: %q", raw, text)
		}
		got := ""
		if rest != "" {
			got = rest[:hostLen] + " " + rest[hostLen:]
		}
		if got != want {
			t.Errorf("AppendReferrer(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestAppendAgent(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 600)
	for name, c := range map[string]struct{ raw, want string }{
		"plain":                {"curl/8.5.0", "curl/8.5.0"},
		"none":                 {"-", "-"},
		"Latin-1":              {"caf\xe9", `caf\xE9`},
		"control characters":   {"a\x00b\tc\x7fd\u0085e", "abcde"},
		"address":              {"Bot (+mailto:ann.lee@example.org; x)", "Bot (+mailto:(email); x)"},
		"escaped address":      {"Bot ann%40example.org", "Bot (email)"},
		"address with accents": {"ann\u00e9@ex\u00e4mple.org", "(email)"},
		"two addresses":        {"a@b.example, c@d.example.", "(email), (email)."},
		"address made by cuts": {"ann@exam\x00ple.org", "(email)"},
		"no address":           {"iPhone @ home, 50%", "iPhone @ home, 50%"},
		"cut between letters":  {long, long[:1024]},
		"address at the limit": {strings.Repeat("x", 1000) + " ann.lee.from.the.office@example.org", strings.Repeat("x", 1000) + " (email)"},
	} {
		if got := string(AppendAgent(nil, []byte(c.raw))); got != c.want {
			t.Errorf("%s: AppendAgent(%q) = %q, want %q", name, c.raw, got, c.want)
		}
	}
}

// What is stored of an agent is text, short, and has no e-mail address.
func FuzzAppendAgent(f *testing.F) {
	f.Add("Mozilla/5.0 (X11) ann@example.org")
	f.Add("a@b@c.de \xff\x00 %40 x%40y.zz")
	f.Add(strings.Repeat("€", 400))
	f.Add("x@y." + strings.Repeat("z", 1100) + "9")
	f.Fuzz(func(t *testing.T, raw string) {
		got := AppendAgent(nil, []byte(raw))
		if !utf8.Valid(got) || len(got) > maxAgentBytes {
			t.Fatalf("%q is %d bytes, or no text", got, len(got))
		}
		if strings.ContainsFunc(string(got), func(r rune) bool { return r < ' ' || r == 0x7F }) {
			t.Fatalf("%q has control characters", got)
		}
		if hasEmail(got) {
			t.Fatalf("%q has an e-mail address", got)
		}
		if again := AppendAgent(nil, got); string(again) != string(got) {
			t.Fatalf("%q becomes %q the second time", got, again)
		}
	})
}

func TestParseAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"192.0.2.1":               "192.0.2.1",
		"192.0.2.1:8080":          "192.0.2.1",
		"::ffff:192.0.2.1":        "192.0.2.1",
		"[::ffff:192.0.2.1]:80":   "192.0.2.1",
		"2001:db8::1":             "2001:db8::1",
		"2001:DB8:0:0:0:0:0:1":    "2001:db8::1",
		"[2001:db8::1]":           "2001:db8::1",
		"[2001:db8::1]:443":       "2001:db8::1",
		"fe80::1%eth0":            "fe80::1",
		"255.255.255.255":         "255.255.255.255",
		"0.0.0.0":                 "0.0.0.0",
		"":                        "",
		"-":                       "",
		"host.example.org":        "",
		"192.0.2":                 "",
		"192.0.2.256":             "",
		"192.0.2.01":              "",
		"192.0.2.1.":              "",
		"192.0.2.1.5":             "",
		".192.0.2":                "",
		"[2001:db8::1":            "",
		"[2001:db8::1]x":          "",
		"host.example.org:80":     "",
		"unix:":                   "",
		"192.0.2.1, 198.51.100.2": "",
	} {
		got, ok := ParseAddress([]byte(text))
		if ok != (want != "") || ok && got != netip.MustParseAddr(want) {
			t.Errorf("ParseAddress(%q) = %v, %v, want %q", text, got, ok, want)
		}
	}
}

func TestParseAddressDoesNotAllocate(t *testing.T) {
	text := []byte("192.0.2.123")
	if n := testing.AllocsPerRun(100, func() { _, _ = ParseAddress(text) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Nearly every line has a referrer, most of them with a host name.
func TestAppendReferrerAllocatesNothing(t *testing.T) {
	dst := make([]byte, 0, 100)
	for _, raw := range []string{"https://www.example.net/search?q=x", "https://www.example.net:8080/", "http://192.0.2.1/x"} {
		text := []byte(raw)
		if n := testing.AllocsPerRun(100, func() { _, _ = AppendReferrer(dst, text) }); n > 0 {
			t.Errorf("%s: %v allocations", raw, n)
		}
	}
}

func TestClientKey(t *testing.T) {
	t.Parallel()
	salt, other := Salt{1, 2, 3}, Salt{1, 2, 4}
	a, b := []byte("192.0.2.1"), []byte("192.0.2.2")
	keys := map[int64]string{
		ClientKey(&salt, a, 7):  "a client",
		ClientKey(&salt, b, 7):  "another address",
		ClientKey(&salt, a, 8):  "another agent",
		ClientKey(&other, a, 7): "another day",
	}
	if len(keys) != 4 {
		t.Errorf("of four clients some are one: %v", keys)
	}
	if ClientKey(&salt, a, 7) != ClientKey(&Salt{1, 2, 3}, []byte("192.0.2.1"), 7) {
		t.Error("one client has two keys")
	}
}

func BenchmarkAppendTexts(b *testing.B) {
	for name, c := range map[string]struct {
		raw    string
		append func(dst, raw []byte) []byte
	}{
		"agent":    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", AppendAgent},
		"referrer": {"https://www.example.org/guidance/how-to-read-a-tide-table", func(dst, raw []byte) []byte { dst, _ = AppendReferrer(dst, raw); return dst }},
	} {
		b.Run(name, func(b *testing.B) {
			raw, dst := []byte(c.raw), []byte(nil)
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				dst = c.append(dst[:0], raw)
			}
		})
	}
}

func BenchmarkClientKey(b *testing.B) {
	salt, address := Salt{1}, []byte("2001:db8:85a3:8d3:1319:8a2e:370:7348")
	b.ReportAllocs()
	for b.Loop() {
		_ = ClientKey(&salt, address, 7)
	}
}

func BenchmarkParseAddress(b *testing.B) {
	for _, text := range []string{"192.0.2.123", "2001:db8:85a3:8d3:1319:8a2e:370:7348"} {
		b.Run(text[:3], func(b *testing.B) {
			address := []byte(text)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = ParseAddress(address)
			}
		})
	}
}

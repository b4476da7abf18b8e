package traffic

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseURL(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		raw  string
		want URL
	}{
		"plain":                  {"https://data.example.org/dataset/tides", URL{"data.example.org", "/dataset/tides", ""}},
		"host case and port":     {"HTTPS://Data.Example.ORG:443/A", URL{"data.example.org", "/A", ""}},
		"port of its own":        {"http://data.example.org:8080/a", URL{"data.example.org:8080", "/a", ""}},
		"other scheme's port":    {"http://data.example.org:443/a", URL{"data.example.org", "/a", ""}},
		"qualified name":         {"http://data.example.org.:80/a", URL{"data.example.org", "/a", ""}},
		"qualified name alone":   {"http://data.example.org./a", URL{"data.example.org", "/a", ""}},
		"file server's port":     {"ftp://data.example.org:21/a", URL{"data.example.org", "/a", ""}},
		"user and password":      {"ftp://bob:pw@data.example.org/a", URL{"data.example.org", "/a", ""}},
		"no path":                {"http://data.example.org", URL{"data.example.org", "/", ""}},
		"no path but query":      {"http://data.example.org?id=1", URL{"data.example.org", "/", "id=1"}},
		"fragment":               {"http://data.example.org/a#b?c=d", URL{"data.example.org", "/a", ""}},
		"fragment after query":   {"http://data.example.org/a?c=d#e", URL{"data.example.org", "/a", "c=d"}},
		"space around and in":    {" http://data.example.org/a b\n.csv ", URL{"data.example.org", "/a%20b.csv", ""}},
		"needless escape":        {"http://data.example.org/%7Ebob/%28x%29", URL{"data.example.org", "/~bob/(x)", ""}},
		"needed escape":          {"http://data.example.org/a%2fb%3f", URL{"data.example.org", "/a%2Fb%3F", ""}},
		"plus is no space here":  {"http://data.example.org/a+b%2bc", URL{"data.example.org", "/a+b%2Bc", ""}},
		"broken escape":          {"http://data.example.org/50%/%zz", URL{"data.example.org", "/50%25/%25zz", ""}},
		"accents":                {"http://data.example.org/é%c3%a9", URL{"data.example.org", "/%C3%A9%C3%A9", ""}},
		"Latin-1":                {"http://data.example.org/\xe9", URL{"data.example.org", "/%E9", ""}},
		"foreign host":           {"http://Bücher.example.org/", URL{"xn--bcher-kva.example.org", "/", ""}},
		"dots":                   {"http://data.example.org/a/./b/../c/..", URL{"data.example.org", "/a/", ""}},
		"escaped dots":           {"http://data.example.org/a/%2e%2E/b", URL{"data.example.org", "/b", ""}},
		"dots above the root":    {"http://data.example.org/../../a", URL{"data.example.org", "/a", ""}},
		"double slash stays":     {"http://data.example.org//a//b", URL{"data.example.org", "//a//b", ""}},
		"session in the path":    {"http://data.example.org/a;JSESSIONID=0F3/b", URL{"data.example.org", "/a/b", ""}},
		"person in the path":     {"http://data.example.org/by/ann.lee@example.com/x", URL{"data.example.org", "/by/*@example.com/x", ""}},
		"session between others": {"http://data.example.org/a;jsessionid=0F3;v=2/b", URL{"data.example.org", "/a;v=2/b", ""}},
		"person within a person": {"http://data.example.org/ann@b.example@c.example", URL{"data.example.org", "/*@*@c.example", ""}},
		"sorted, one kind of space": {
			"http://data.example.org/?b=1+2&a=3%204&b=0", URL{"data.example.org", "/", "a=3%204&b=1%202&b=0"},
		},
		"escapes in a value": {"http://data.example.org/?a=x%2Cy%3az%26", URL{"data.example.org", "/", "a=x,y:z%26"}},
		"empty value":        {"http://data.example.org/?wsdl&x1=", URL{"data.example.org", "/", "wsdl&x1"}},
		"campaign":           {"http://data.example.org/a?utm_source=x&UTM_Medium=y&fbclid=z", URL{"data.example.org", "/a", ""}},
		"credentials": {
			"http://data.example.org/a?api_key=1&apiKey=2&api-KEY=6&X-Amz-Signature=3&access_token=4&id=5&t=eyJhbGciOiJ9.eyJz",
			URL{"data.example.org", "/a", "id=5"},
		},
		"e-mail as a value": {"http://data.example.org/a?who=ann%40example.com&id=5", URL{"data.example.org", "/a", "id=5"}},
		"e-mail as a name":  {"http://data.example.org/a?ann@example.com&id=5", URL{"data.example.org", "/a", "id=5"}},
		"address as a value": {
			"http://data.example.org/a?ip=192.0.2.7&from=2001%3Adb8%3A%3A7&v=1.2.3", URL{"data.example.org", "/a", "v=1.2.3"},
		},
		"e-mail encoded twice":     {"http://data.example.org/a?who=ann%2540example.com", URL{"data.example.org", "/a", ""}},
		"search words":             {"http://data.example.org/dataset?q=my+illness&tags=a", URL{"data.example.org", "/dataset", "tags=a"}},
		"key of data, key of door": {"http://data.example.org/a?key=floods", URL{"data.example.org", "/a", "key=floods"}},
		"key in long words":        {"http://data.example.org/a?key=bathing-water-quality-england", URL{"data.example.org", "/a", "key=bathing-water-quality-england"}},
		"SQL of something else":    {"http://data.example.org/a?sql=from+0a1b2c3d-0000-4000-8000-000000000001", URL{"data.example.org", "/a", ""}},
		"key of a door":            {"http://data.example.org/a?key=AbCdEf0123456789AbCdEf", URL{"data.example.org", "/a", ""}},
		"link in a link":           {"http://data.example.org/v?url=http://example.net/w?token=1", URL{"data.example.org", "/v", "url=http://example.net/w"}},
		"service": {
			"https://data.example.org/ds/wms?SERVICE=WMS&INTERFACE=ENVIRONMENT--x&REQUEST=GetMap&LAYERS=a%2Cb&BBOX=1,2,3,4&WIDTH=9",
			URL{"data.example.org", "/ds/wms", "interface=ENVIRONMENT--x&layers=a,b&request=GetMap&service=WMS"},
		},
		"file by number": {
			"https://data.example.org/api/file/download?fileName=a.zip&fileDataSetId=7",
			URL{"data.example.org", "/api/file/download", "fileDataSetId=7&fileName=a.zip"},
		},
		"resources in SQL": {
			`https://data.example.org/api/3/action/datastore_search_sql?sql=SELECT+*+FROM+"0A1B2C3D-0000-4000-8000-000000000001"+WHERE+name='ann'`,
			URL{"data.example.org", "/api/3/action/datastore_search_sql", "resource_id=0a1b2c3d-0000-4000-8000-000000000001"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := ParseURL(c.raw)
			if !ok {
				t.Fatalf("ParseURL(%q) is false", c.raw)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("ParseURL(%q) (-want +got):\n%s", c.raw, diff)
			}
		})
	}
}

func TestParametersOfOneNameKeepTheirOrder(t *testing.T) {
	t.Parallel()
	var raw, a, b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&raw, "&b=%d&a=%d", i, i)
		fmt.Fprintf(&a, "&a=%d", i)
		fmt.Fprintf(&b, "&b=%d", i)
	}
	got, _ := ParseURL("http://data.example.org/?" + raw.String())
	if diff := cmp.Diff(a.String()[1:]+b.String(), got.Query); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
}

func TestParseURLRefuses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "-", "tides.csv", "www.example.org/a", "//data.example.org/a", "mailto:ann@example.org", "file:///tmp/a",
		"http://", "http:///a", "http://:80/a", "http://ann@/a", "urn:x:http://data.example.org", "javascript:void(0)",
	} {
		if got, ok := ParseURL(raw); ok {
			t.Errorf("ParseURL(%q) = %q, want false", raw, got)
		}
	}
}

func TestAppendCanonicalOfAbsoluteTarget(t *testing.T) {
	t.Parallel()
	text, hostLen, pathLen := AppendCanonical([]byte("kept "), []byte("proxy.example.org"), []byte("GET http://x"[4:]+".example.net:80/a?b=c"))
	if got, want := string(text), "kept x.example.net/a?b=c"; got != want || hostLen != 13 || pathLen != 2 {
		t.Errorf("got %q, %d, %d; want %q, 13, 2", got, hostLen, pathLen, want)
	}
	for target, want := range map[string]string{"*": "h/*", "": "h/", "example.net:443": "h/example.net:443", "?a=b": "h/?a=b"} {
		if text, _, _ := AppendCanonical(nil, []byte("h"), []byte(target)); string(text) != want {
			t.Errorf("target %q: got %q, want %q", target, text, want)
		}
	}
}

// A logged request and the catalogue's URL of the same thing have one id, whatever the bytes.
func FuzzAppendCanonical(f *testing.F) {
	f.Add("Data.Example.org:80", "/a/../b%7e?B=1&utm_x=2&a=%C3%A9")
	f.Add("h", "//x/..//%2e?SERVICE=a&Layers=B&layers=a&email=a@example.org")
	f.Add("h", "/;jsessionid=1/a@b.example.org?sql=1&key=%")
	f.Add("h", "/datastore_search_sql?sql=from+00000000-0000-4000-8000-00000000000A")
	f.Add("\xff.example", "/\x00\xff?\x00=\xff&x=http://a?b")
	f.Add("*", "/")
	f.Fuzz(func(t *testing.T, host, target string) {
		if strings.ContainsAny(host, "/?#@\t\r\n") || strings.ContainsAny(target, "\t\r\n") ||
			!strings.HasPrefix(target, "/") || target != strings.TrimSpace(target) {
			return // Here the two ways to the same text differ on purpose.
		}
		text, hostLen, pathLen := AppendCanonical(nil, []byte(host), []byte(target))
		parsed, ok := ParseURL("https://" + host + target)
		if ok != (hostLen > 0) {
			t.Fatalf("host %q: ParseURL says %v, AppendCanonical has %d bytes of host", host, ok, hostLen)
		}
		if !utf8.Valid(text) || !isASCII(text) {
			t.Fatalf("%q is not ASCII", text)
		}
		if !ok {
			return
		}
		logged := splitURL(text, hostLen, pathLen)
		if logged != parsed || TextID(text) != parsed.ID() {
			t.Fatalf("logged %q, parsed %q", logged, parsed)
		}
		again, _, _ := AppendCanonical(nil, text[:hostLen], text[hostLen:])
		if !bytes.Equal(again, text) {
			t.Fatalf("%q becomes %q the second time", text, again)
		}
		if start, _, _ := findEmail([]byte(parsed.Path)); start >= 0 {
			t.Fatalf("path %q holds an e-mail address", parsed.Path)
		}
		values, err := url.ParseQuery(parsed.Query)
		if err != nil {
			t.Fatalf("query %q: %v", parsed.Query, err)
		}
		for name := range values {
			for _, value := range append(values[name], name) {
				if hasEmail([]byte(value)) || isNoise[strings.ToLower(name)] || strings.HasPrefix(value, "eyJ") {
					t.Fatalf("query %q keeps %s", parsed.Query, name)
				}
			}
		}
	})
}

func BenchmarkAppendCanonical(b *testing.B) {
	host := []byte("environment.example.org")
	for name, target := range map[string]string{
		"plain":   "/dataset/7c2a8cc7-4f0f-4a52-9d8a-1f1a0a1b2c3d/resource/3b5e/download/river-levels-2025.csv",
		"escapes": "/dataset/bathing%20water/resource/3b5e/download/river%20levels%20(2025).csv",
		"query":   "/datastore/dump/3b5e0a1b-4f0f-4a52-9d8a-1f1a0a1b2c3d?format=csv&bom=True&limit=100",
		"service": "/ds/wms?SERVICE=WMS&INTERFACE=ENVIRONMENT--x&REQUEST=GetMap&LAYERS=a%2Cb&BBOX=1,2,3,4&WIDTH=256&HEIGHT=256&CRS=EPSG:27700",
	} {
		b.Run(name, func(b *testing.B) {
			line := []byte(target)
			b.SetBytes(int64(len(host) + len(line)))
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				dst, _, _ = AppendCanonical(dst[:0], host, line)
			}
		})
	}
}

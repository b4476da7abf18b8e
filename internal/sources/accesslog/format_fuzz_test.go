package accesslog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func FuzzCombined(f *testing.F)   { fuzzFormat(f, combined) }
func FuzzCommon(f *testing.F)     { fuzzFormat(f, common) }
func FuzzVhost(f *testing.F)      { fuzzFormat(f, virtualHostCombined) }
func FuzzW3C(f *testing.F)        { fuzzFormat(f, w3c) }
func FuzzCloudFront(f *testing.F) { fuzzFormat(f, cloudFront) }
func FuzzCaddy(f *testing.F)      { fuzzFormat(f, caddy) }
func FuzzTraefik(f *testing.F)    { fuzzFormat(f, traefik) }
func FuzzNginxJSON(f *testing.F)  { fuzzFormat(f, nginxJSON) }
func FuzzNginx(f *testing.F)      { fuzzFormat(f, sampleFormat(f, "nginx_string")) }
func FuzzApache(f *testing.F)     { fuzzFormat(f, sampleFormat(f, "apache_string")) }

// fuzzFormat: whatever a line is, it is not changed, what is found is plausible and lies within
// it (or is no longer, where escapes were undone), and the same line is read the same way again.
func fuzzFormat(f *testing.F, known format) {
	f.Helper()
	sample, err := os.ReadFile(filepath.Join("testdata", known.name+".log"))
	if err != nil {
		f.Fatal(err)
	}
	var header [][]byte
	for line := range bytes.Lines(sample) {
		line = bytes.TrimSpace(line)
		if line[0] == '#' {
			header = append(header, line)
		}
		f.Add(line)
	}
	earliest := time.Date(1989, 12, 31, 0, 0, 0, 0, time.UTC).UnixMicro()
	latest := time.Date(2300, 1, 2, 0, 0, 0, 0, time.UTC).UnixMicro()
	f.Fuzz(func(t *testing.T, line []byte) {
		parse := known.open(nil)
		for _, comment := range header {
			parse(comment, &Entry{})
		}
		var e Entry
		before := bytes.Clone(line)
		why := parse(line, &e)
		if !bytes.Equal(before, line) {
			t.Fatalf("%s changed the line", known.name)
		}
		if e.HasTime && (e.At < earliest || e.At > latest) {
			t.Errorf("%s: time %d", known.name, e.At)
		}
		isComment := known.hasHeader && (len(line) == 0 || line[0] == '#')
		if why == "" && !isComment {
			checkEntry(t, known, line, &e)
		}
		if isComment {
			return
		}
		first := describe(&e, why)
		if second := describe(&e, parse(line, &e)); second != first {
			t.Errorf("%s read %q first as\n%sand then as\n%s", known.name, line, first, second)
		}
	})
}

func checkEntry(t *testing.T, known format, line []byte, e *Entry) {
	t.Helper()
	if !e.HasTime || e.Status < 0 || e.Status > 999 || e.Bytes < 0 {
		t.Errorf("%s accepted %q as %+v", known.name, line, e)
	}
	isAlias := true
	switch known.name {
	case combined.name, common.name, virtualHostCombined.name, virtualHostCommon.name:
		if len(e.Address) == 0 {
			t.Errorf("%s found no address in %q", known.name, line)
		}
	default:
		isAlias = false
	}
	for _, text := range [][]byte{e.Host, e.Address, e.Forwarded, e.Method, e.Target, e.Referrer, e.Agent} {
		if isAlias && !within(line, text) || len(text) > len(line) {
			t.Errorf("%s: %q is no part of the line", known.name, text)
		}
	}
}

// within says that the text is a part of the line's own memory.
func within(line, text []byte) bool {
	if len(text) == 0 {
		return true
	}
	for i := range line {
		if &line[i] == &text[0] {
			return i+len(text) <= len(line)
		}
	}
	return false
}

// FuzzJSON: whatever encoding/json accepts as an object with distinct keys is read, and each text
// and number in it is found as encoding/json finds it.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"t":"2026-01-05T10:00:00Z","a":{"b":["x","\u00e9\ud83d\ude00\n\/\\\""],"c":1.5e3},"u":"/"}`,
		`{ "u" : "/a" , "t" : 1767607200 , "a" : {"b":[[],{}],"c":null}, "z":[{"\"":"]"}] }`,
		`{"t":1,"a.b.1":"flat","u":"","a":{}}`, `{"u":"\ud800","t":0,"a":{"b":[1,"\udc00"]}}`, `{}`, `[]`, `{"a":{"b":"` + strings.Repeat(`\\`, 9) + `"}}`,
		`{"u":"/a","a":{"x":["\"c\":"],"c":"d","b":["e","f"]},"t":"1","z":{"a":["]}"]}}`,
	} {
		f.Add(seed, seed, false)
		f.Add(`{"t":"x","o":{"a":1},"u":"\u0041","z":["b"]}`, seed, true)
	}
	f.Fuzz(func(t *testing.T, before, line string, isShuffled bool) {
		keys := []jsonKey{{path: "t", part: partTime}, {path: "u", part: partURI}, {path: "a.b.1", part: partAgent}, {path: "a.c", part: partReferrer}}
		p := newJSON(nil, "", keys)
		p.parse([]byte(before), &Entry{}) // What was seen in another line changes nothing.
		if isShuffled {
			p.root.members.disorder = mostDisorder
			p.root.child([]byte("a")).members.disorder = mostDisorder
		}
		why := p.parse([]byte(line), &Entry{})
		want, ok := decodeStrictly(line)
		if !ok {
			return
		}
		if why == reasonNotJSON {
			t.Fatalf("%q is JSON", line)
		}
		for key, of := range map[string]part{"t": partTime, "u": partURI, "a.b.1": partAgent, "a.c": partReferrer} {
			got := p.record.values[of]
			if wanted, isThere := want[key]; isThere && wanted != string(got) {
				t.Errorf("%s of %q: got %q, want %q", key, line, got, wanted)
			} else if !isThere && got != nil {
				t.Errorf("%s of %q: got %q, want nothing", key, line, got)
			}
		}
	})
}

// decodeStrictly is the texts and numbers of a line by their keys, as encoding/json finds them. It
// is false for what is no object, has a key twice, or holds a text that is not valid.
func decodeStrictly(line string) (found map[string]string, ok bool) {
	if !json.Valid([]byte(line)) || strings.Contains(line, `\u`) && strings.ContainsRune(line, '�') {
		return nil, false
	}
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.UseNumber()
	found = map[string]string{}
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, false
	}
	return found, walk(decoder, found, "", true)
}

// walk reads an object or a list whose beginning was read.
func walk(decoder *json.Decoder, found map[string]string, path string, isObject bool) bool {
	seen := map[string]bool{}
	for i := 0; decoder.More(); i++ {
		key := fmt.Sprint(i)
		if isObject {
			token, err := decoder.Token()
			name, isText := token.(string)
			if key = name; err != nil || !isText || seen[key] || strings.Contains(key, ".") {
				return false
			}
			seen[key] = true
		}
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		switch value := token.(type) {
		case json.Delim:
			if !walk(decoder, found, path+key+".", value == '{') {
				return false
			}
		case nil:
		default:
			text := fmt.Sprint(value)
			if strings.ContainsRune(text, '�') {
				return false // It was no valid text.
			}
			found[path+key] = text
		}
	}
	_, err := decoder.Token()
	return err == nil
}

package accesslog

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite what the golden tests expect")

// Each format has sample lines in testdata/NAME.log, is detected in them, and finds in them what
// testdata/NAME.want says.
func TestGolden(t *testing.T) {
	for _, f := range formats {
		t.Run(f.name, func(t *testing.T) {
			sample := checkGolden(t, f)
			if detected, err := Detect(sample); err != nil || detected != f.name {
				t.Errorf("detected %q, %v", detected, err)
			}
		})
	}
	for _, name := range []string{"nginx_string", "apache_string"} {
		t.Run(name, func(t *testing.T) { checkGolden(t, sampleFormat(t, name)) })
	}
}

// checkGolden compares what a format finds in its sample, which is returned.
func checkGolden(t *testing.T, f format) []byte {
	t.Helper()
	sample, err := os.ReadFile(filepath.Join("testdata", f.name+".log"))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	parse := f.open(nil)
	for line := range bytes.Lines(sample) {
		if line = trimLine(bytes.TrimSuffix(line, []byte("\n"))); line[0] == '#' {
			if f.hasHeader {
				parse(line, &Entry{})
			}
			continue
		}
		var e Entry
		why := parse(line, &e)
		got.WriteString(describe(&e, why))
	}
	path := filepath.Join("testdata", f.name+".want")
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	return sample
}

// sampleFormat is the format that a comment of a sample gives as a string.
func sampleFormat(tb testing.TB, name string) format {
	tb.Helper()
	sample, err := os.ReadFile(filepath.Join("testdata", name+".log"))
	if err != nil {
		tb.Fatal(err)
	}
	_, text, _ := strings.Cut(string(sample), "# Format: ")
	text, _, _ = strings.Cut(text, "\n")
	f, err := formatOf(text)
	if err != nil {
		tb.Fatal(err)
	}
	f.name = name
	return f
}

// describe is an entry as a paragraph, escapes undone.
func describe(e *Entry, why reason) string {
	if why != "" {
		return fmt.Sprintf("rejected %s\n\n", why)
	}
	text := fmt.Sprintf("%s status %d bytes %d\n", time.UnixMicro(e.At).UTC().Format(time.RFC3339), e.Status, e.Bytes)
	for _, field := range []struct {
		name string
		text []byte
	}{
		{"host", e.Host},
		{"address", e.Address},
		{"forwarded", e.Forwarded},
		{"method", e.Method},
		{"target", e.Target},
		{"referrer", e.Referrer},
		{"agent", e.Agent},
	} {
		if field.text != nil {
			text += fmt.Sprintf("  %s %q\n", field.name, plainText(e, field.text))
		}
	}
	return text + "\n"
}

// plainText is a text of an entry without the escapes it may still have.
func plainText(e *Entry, text []byte) []byte {
	if e.IsEscaped {
		return unescape(nil, text)
	}
	return text
}

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
			sample, err := os.ReadFile(filepath.Join("testdata", f.name+".log"))
			if err != nil {
				t.Fatal(err)
			}
			if detected, err := Detect(sample); err != nil || detected != f.name {
				t.Errorf("detected %q, %v", detected, err)
			}
			var got strings.Builder
			parse := f.open()
			for line := range bytes.Lines(sample) {
				if line = trimLine(bytes.TrimSuffix(line, []byte("\n"))); line[0] == '#' {
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
		})
	}
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
			text += fmt.Sprintf("  %s %q\n", field.name, unescape(nil, field.text))
		}
	}
	return text + "\n"
}

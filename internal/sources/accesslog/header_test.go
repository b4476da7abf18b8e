package accesslog

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The last header before any offset is the one that reading from the start finds.
func TestHeaderBefore(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	long := strings.Repeat("2026-01-05 10:00:00 /a#b#Fields: 200\n", blockSize/20)
	texts := map[string]string{
		"at the start":            "#Fields: date time\n" + long,
		"after a byte order mark": "\xef\xbb\xbf#Fields: date time\n" + long,
		"none":                    long,
		"with CRLF":               "#Version: 1.0\r\n#Fields: date time\r\n" + long,
		"after a hole":            "#Fields: a\n" + long + strings.Repeat("\x00", 5000) + "#Fields: b\nx\x00#Fields: c\n" + long,
		"a hole at the start":     "\x00\x00#Fields: a\n" + long,
		"in lines only":           "#Fields: a\nx #Fields: b\n y\n" + "#Field: c\n#Fields\n",
	}
	var many strings.Builder
	for many.Len() < 3*blockSize {
		many.WriteString(long[:37*random.IntN(4000)])
		many.WriteString("#Date: 2026-01-05\n#Fields: date time " + strings.Repeat("x", random.IntN(9)) + "\n")
	}
	texts["often"] = many.String()
	for shift := range 12 { // Around the border of a block.
		texts["at a border "+string(rune('a'+shift))] = long[:37*100] + "#Fields: b\n" + strings.Repeat("y", blockSize-16+shift) + "\n"
	}
	buffer := make([]byte, bufferSize)
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "w3c.log")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			handle, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer handle.Close()
			for i := range 30 {
				end := len(text)
				if i > 0 {
					end = 1 + strings.LastIndexByte(text[:random.IntN(len(text))], '\n')
				}
				got, err := lastHeader(handle, int64(end), buffer)
				if err != nil {
					t.Fatal(err)
				}
				first := string(got)
				want, err := replayHeader(strings.NewReader(text[:end]), buffer)
				if err != nil {
					t.Fatal(err)
				}
				if first != string(want) {
					t.Errorf("before byte %d: %q, want %q", end, first, want)
				}
			}
		})
	}
}

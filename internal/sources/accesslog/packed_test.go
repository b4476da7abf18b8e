package accesslog

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// unpack reads the whole text of a file.
func unpack(t *testing.T, content string) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "access.log")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	f := file{path: path, at: path}
	text, handle, err := f.open(int64(len(content)))
	if err != nil {
		return "", err
	}
	defer handle.Close()
	all, err := io.ReadAll(text)
	return string(all), err
}

// An archive that is cut anywhere ends in an error, or where a member or frame ended. Nothing
// that is read from it was not in it.
func TestArchivesCutAnywhere(t *testing.T) {
	one, two := requests(numbered("a", 30)...), requests(numbered("b", 30)...)
	skipped := "\x5a\x2a\x4d\x18\x03\x00\x00\x00xyz"
	for name, members := range map[string][2]string{
		"gzip":                        {packed(one), packed(two)},
		"zstd":                        {zstdPacked(one), zstdPacked(two)},
		"zstd without checksums":      {zstdUnchecked(t, one), zstdUnchecked(t, two)},
		"zstd after a skipped frame":  {skipped + zstdPacked(one), zstdPacked(two)},
		"zstd before a skipped frame": {zstdPacked(one), zstdPacked(two) + skipped},
	} {
		t.Run(name, func(t *testing.T) {
			whole := members[0] + members[1]
			if got, err := unpack(t, whole); err != nil || got != one+two {
				t.Fatalf("the whole archive: %d bytes, %v; want %d", len(got), err, len(one+two))
			}
			for size := 4; size < len(whole); size++ {
				got, err := unpack(t, whole[:size])
				switch {
				case err == nil && got == one && size >= len(members[0]): // After the first member.
				case err == nil && got == one+two && strings.HasSuffix(whole, skipped): // Before the skipped frame.
				case err == nil && got == "" && strings.HasPrefix(whole, skipped) && size <= len(skipped)+1: // After it.
				case errors.Is(err, errTruncated) && strings.HasPrefix(one+two, got):
				default:
					t.Fatalf("cut at byte %d of %d: %d bytes of text, error %v", size, len(whole), len(got), err)
				}
			}
		})
	}
}

func zstdUnchecked(t *testing.T, text string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(false))
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(text), nil))
}

// A bit that flips is noticed, wherever it is in an archive with a checksum.
func TestDamagedArchives(t *testing.T) {
	text := requests(numbered("a", 30)...)
	for name, whole := range map[string]string{"gzip": packed(text), "zstd": zstdPacked(text)} {
		t.Run(name, func(t *testing.T) {
			for at := 10; at < len(whole); at++ {
				damaged := []byte(whole)
				damaged[at] ^= 0x10
				if got, err := unpack(t, string(damaged)); err == nil && got != text {
					t.Errorf("byte %d: %d other bytes, and no error", at, len(got))
				}
			}
		})
	}
}

func TestSniff(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"plain":           {"192.0.2.1 - -", ""},
		"nothing":         {"", ""},
		"one byte":        {"\x1f", ""},
		"gzip":            {"\x1f\x8b\x08", "gzip"},
		"zstd":            {"\x28\xb5\x2f\xfd\x24", "zstd"},
		"a skipped frame": {"\x50\x2a\x4d\x18\x00", "zstd"},
		"nearly one":      {"\x60\x2a\x4d\x18\x00", ""},
		"bzip2":           {"BZh9", "compressed by bzip2"},
		"xz":              {"\xfd7zXZ\x00", "compressed by xz"},
		"zip":             {"PK\x03\x04x", "compressed by zip"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x")
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			handle, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer handle.Close()
			got, err := sniff(handle)
			if err != nil && !strings.Contains(err.Error(), test.want) || err == nil && string(got) != test.want {
				t.Errorf("%q, %v; want %q", got, err, test.want)
			}
		})
	}
}

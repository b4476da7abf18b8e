package gunzip

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	fast "github.com/klauspost/compress/gzip"
)

// logText is a text as in logs: mostly repeated, at many distances.
func logText(lines int) []byte {
	random := rand.New(rand.NewPCG(7, 8))
	var text bytes.Buffer
	for i := range lines {
		fmt.Fprintf(&text, "192.0.2.%d - - [05/Jan/2026:%02d:%02d:%02d +0000] \"GET /dataset/%08x/resource/%d HTTP/1.1\" 200 %d \"-\" \"agent/%d\"\n",
			random.IntN(256), i/3600%24, i/60%60, i%60, random.Uint32()>>uint(random.IntN(24)), random.IntN(9), random.IntN(1<<20), random.IntN(300))
	}
	return text.Bytes()
}

func packed(tb testing.TB, level int, text []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		tb.Fatal(err)
	}
	w.Name, w.Comment, w.Extra = "access.log", "a log", []byte("extra")
	if _, err := w.Write(text); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func TestReader(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	skewed := make([]byte, 400_000) // Makes codes of all lengths.
	for i := range skewed {
		skewed[i] = byte(random.ExpFloat64() * 12)
	}
	texts := map[string][]byte{
		"nothing": nil, "a byte": []byte("x"), "log": logText(40_000), "noise": noise, "skewed": skewed,
		"one byte repeated": bytes.Repeat([]byte("a"), 1<<20), "three bytes repeated": bytes.Repeat([]byte("abc"), 200_000),
	}
	levels := []int{flate.HuffmanOnly, flate.NoCompression, flate.BestSpeed, flate.DefaultCompression, flate.BestCompression}
	for name, text := range texts {
		for _, level := range levels {
			t.Run(fmt.Sprintf("%s at level %d", name, level), func(t *testing.T) {
				file := packed(t, level, text)
				file = append(file, packed(t, level, text)...)
				for _, source := range []io.Reader{bytes.NewReader(file), iotest.OneByteReader(bytes.NewReader(file)), iotest.DataErrReader(bytes.NewReader(file))} {
					got, err := io.ReadAll(NewReader(source))
					if err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(got, append(bytes.Clone(text), text...)) {
						t.Fatal("the text differs")
					}
				}
			})
		}
	}
}

// A file cut anywhere is said to break off, and what comes before is right.
func TestTruncated(t *testing.T) {
	text := logText(300)
	file := packed(t, flate.DefaultCompression, text)
	for length := range file {
		got, err := io.ReadAll(NewReader(bytes.NewReader(file[:length])))
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d of %d: %v", length, len(file), err)
		}
		if !bytes.HasPrefix(text, got) {
			t.Fatalf("cut at %d: text that is not in the file", length)
		}
		want, _ := io.ReadAll(lenient(t, file[:length]))
		if len(got) < len(want) {
			t.Fatalf("cut at %d: %d bytes, want at least %d", length, len(got), len(want))
		}
	}
}

// lenient is the standard library's reader, empty where even the header is cut.
func lenient(t *testing.T, file []byte) io.Reader {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return bytes.NewReader(nil)
	}
	return r
}

func TestDamaged(t *testing.T) {
	text := logText(2000)
	file := packed(t, flate.DefaultCompression, text)
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"checksum":          {flipped(file, len(file)-8), ErrChecksum},
		"length":            {flipped(file, len(file)-1), ErrChecksum},
		"magic":             {flipped(file, 0), ErrHeader},
		"bytes behind":      {append(bytes.Clone(file), "not a member at all"...), ErrHeader},
		"kind of block":     {append(bytes.Clone(file[:bodyAt(t, file)]), 7, 0, 0, 0, 0, 0, 0, 0), ErrData},
		"before the member": {append(packed(t, 6, text), beforeStart()...), ErrData},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := io.ReadAll(NewReader(bytes.NewReader(c.file))); !errors.Is(err, c.want) {
				t.Errorf("error is %v, want %v", err, c.want)
			}
		})
	}
}

func flipped(file []byte, at int) []byte {
	file = bytes.Clone(file)
	file[at] ^= 0x55
	return file
}

// bodyAt is where the header written by packed ends.
func bodyAt(t *testing.T, file []byte) int {
	t.Helper()
	return bytes.Index(file, []byte("a log\x00")) + len("a log\x00")
}

// beforeStart is a member whose first symbol refers to a byte before it: 258 bytes at distance 1,
// by the fixed code.
func beforeStart() []byte {
	member := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}
	return append(member, 0x1b, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

func FuzzReader(f *testing.F) {
	f.Add(packed(f, flate.DefaultCompression, logText(50)), uint16(40))
	f.Add(packed(f, flate.HuffmanOnly, logText(20)), uint16(90))
	f.Add(beforeStart(), uint16(0))
	f.Fuzz(func(t *testing.T, file []byte, at uint16) {
		got, err := io.ReadAll(NewReader(bytes.NewReader(file)))
		slowly, slowErr := io.ReadAll(NewReader(iotest.OneByteReader(bytes.NewReader(file))))
		if !bytes.Equal(got, slowly) || (err == nil) != (slowErr == nil) {
			t.Fatalf("%d bytes and %v, but read byte by byte %d and %v", len(got), err, len(slowly), slowErr)
		}
		var want []byte
		usual, usualErr := gzip.NewReader(bytes.NewReader(file))
		if usualErr == nil {
			want, usualErr = io.ReadAll(usual)
		}
		if (err == nil) != (usualErr == nil) {
			t.Fatalf("error is %v, the standard library's %v", err, usualErr)
		}
		if err == nil && !bytes.Equal(got, want) {
			t.Fatal("the text differs from the standard library's")
		}
		// The same as the body of a member: what it is made of is seldom damaged just there.
		text := file
		again := packed(t, int(at)%10, text)
		if got, err := io.ReadAll(NewReader(bytes.NewReader(again))); err != nil || !bytes.Equal(got, text) {
			t.Fatalf("after packing: %v", err)
		}
		again[int(at)%len(again)] ^= byte(at >> 8)
		got, err = io.ReadAll(NewReader(bytes.NewReader(again)))
		usual, usualErr = gzip.NewReader(bytes.NewReader(again))
		if usualErr == nil {
			want, usualErr = io.ReadAll(usual)
		}
		if (err == nil) != (usualErr == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("damaged: error is %v, the standard library's %v", err, usualErr)
		}
	})
}

func BenchmarkReader(b *testing.B) {
	text := logText(100_000)
	file := packed(b, flate.DefaultCompression, text)
	buffer := make([]byte, chunkSize)
	for name, open := range map[string]func(io.Reader) io.Reader{
		"ours": func(r io.Reader) io.Reader { return NewReader(r) },
		"klauspost": func(r io.Reader) io.Reader {
			usual, err := fast.NewReader(r)
			if err != nil {
				b.Fatal(err)
			}
			return usual
		},
		"standard": func(r io.Reader) io.Reader {
			usual, err := gzip.NewReader(r)
			if err != nil {
				b.Fatal(err)
			}
			return usual
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r := open(bytes.NewReader(file))
				for {
					if _, err := r.Read(buffer); err != nil {
						if !errors.Is(err, io.EOF) {
							b.Fatal(err)
						}
						break
					}
				}
			}
		})
	}
}

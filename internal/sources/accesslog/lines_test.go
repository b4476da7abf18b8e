package accesslog

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// However the text arrives, the lines are the same, and so is the text before the offset.
func TestLines(t *testing.T) {
	text := strings.Repeat("0123456789 the first lines\n", 700) + strings.Repeat("x", 3*blockSize) + "\n" +
		"\x00\x00after a hole\r\n\n" + strings.Repeat("y", maxLine+1) + "\n" + "the end"
	arrivals := map[string]func(io.Reader) io.Reader{
		"at once":       func(r io.Reader) io.Reader { return r },
		"byte by byte":  iotest.OneByteReader,
		"in halves":     iotest.HalfReader,
		"with its end":  iotest.DataErrReader,
		"in small bits": func(r io.Reader) io.Reader { return &bits{r, 1013} },
	}
	for name, arrive := range arrivals {
		t.Run(name, func(t *testing.T) {
			const before = "before "
			l := newLines(arrive(strings.NewReader(text)), int64(len(before)), []byte(before), make([]byte, bufferSize))
			var got []string
			for i := 0; ; i++ {
				line, err := l.next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if i >= 699 {
					got = append(got, fmt.Sprintf("%d+%d %.12q %t %t", line.offset, line.length, line.text, line.isTooLong, line.isWhole))
				}
				if i%97 == 0 || i > 690 {
					wantTail := (before + text)[:l.offset]
					wantTail = wantTail[max(0, len(wantTail)-tailSize):]
					if string(l.before()) != wantTail {
						t.Fatalf("line %d: the text before byte %d is %.30q, want %.30q", i, l.offset, l.before(), wantTail)
					}
				}
			}
			long := 7 + 700*27
			hole := long + 3*blockSize + 1
			want := []string{
				fmt.Sprintf(`%d+26 "0123456789 t" false true`, long-27),
				fmt.Sprintf(`%d+%d "xxxxxxxxxxxx" false true`, long, 3*blockSize),
				fmt.Sprintf(`%d+13 "after a hole" false true`, hole+2),
				fmt.Sprintf(`%d+0 "" false true`, hole+16),
				fmt.Sprintf(`%d+%d "" true true`, hole+17, maxLine+1),
				fmt.Sprintf(`%d+7 "the end" false false`, hole+17+maxLine+2),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// bits reads a few bytes at a time.
type bits struct {
	io.Reader
	size int
}

func (b *bits) Read(buffer []byte) (int, error) {
	return b.Reader.Read(buffer[:min(len(buffer), b.size)])
}

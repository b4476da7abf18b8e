package main

import (
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// The lines that were rejected are counted, and shown again wherever their file is by now.
func TestRejected(t *testing.T) {
	bad := `192.0.2.9 - - [01/Oct/2025:10:00:00 +0000] "GET /x HTTP/1.1" 2OO 5` + "\n"
	long := `192.0.2.8 ` + strings.Repeat("y", 3000) + "\n"
	odd := "\x1b[2J\xff\u202eodd\n"
	text := strings.Repeat(goodLine, 60) + strings.Replace(bad, "/x", "/earlier", 1) + goodLine + bad + goodLine + long + odd + goodLine
	s := logsOnly(t, map[string]string{"access.log": text})
	s.ingest("rejected").wantCode(t, exitFailed).wantErr(t, "nothing was loaded yet")
	s.ingest("logs").wantCode(t, exitDone)
	wantOut := func(r result, texts ...string) {
		t.Helper()
		r.wantCode(t, exitDone)
		for _, text := range texts {
			if !strings.Contains(r.out, text) {
				t.Errorf("the output lacks %q:\n%s\n%s", text, r.out, r.err)
			}
		}
	}
	counts := s.ingest("rejected")
	wantOut(counts, "bad_status", "access.log", "│ 4     │")
	if strings.Contains(counts.out+counts.err, "192.0.2.") || strings.Contains(counts.out, "2OO") {
		t.Errorf("a text was shown that nobody asked for:\n%s", counts.out)
	}
	shown := s.ingest("rejected", "--show", "5")
	shown.wantErr(t, "personal data")
	wantOut(shown, strings.TrimSpace(bad), `\x1b[2J\xff\u{202e}odd`, "byte "+thousands(int64(strings.Index(text, bad)))+", 66 bytes", "/earlier", "yyy … and 2,010 bytes")
	if strings.Contains(shown.out, "\x1b") {
		t.Error("a line can speak to the terminal")
	}
	few := s.ingest("rejected", "--show", "1", "--reason", "bad_status", "--log", "web")
	wantOut(few, strings.TrimSpace(bad))
	if strings.Contains(few.out, "yyy") || strings.Contains(few.out, "/earlier") {
		t.Errorf("a line of another reason, or more than one:\n%s", few.out)
	}

	squeeze, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, move := range []struct{ name, text string }{
		{"access.log.1", text}, {"access.log.2.gz", string(gzipped(t, text))}, {"access.log.3.zst", string(squeeze.EncodeAll([]byte(text), nil))},
	} {
		if err := os.RemoveAll(s.path("logs")); err != nil {
			t.Fatal(err)
		}
		s.write("logs/access.log", strings.ReplaceAll(goodLine, "/a", "/another"))
		s.write("logs/"+move.name, move.text)
		wantOut(s.ingest("rejected", "--show", "5"), strings.TrimSpace(bad), "(now "+s.path("logs/"+move.name), "2,010 bytes", `\u{202e}odd`)
	}
	if err := os.RemoveAll(s.path("logs")); err != nil {
		t.Fatal(err)
	}
	s.write("logs/access.log", strings.ReplaceAll(text, "2OO", "2XX"))                     // It begins alike,
	s.write("logs/access.log.1", text[:len(text)-len(goodLine)]+strings.ToUpper(goodLine)) // or ends otherwise,
	s.write("logs/access.log.2.gz", string(gzipped(t, text[:len(text)-200])))              // or too early.
	gone := s.ingest("rejected", "--show", "1")
	wantOut(gone, "(gone: no file of the log has this line any more)")
	if strings.Contains(gone.out, "2OO") || strings.Contains(gone.out, "2XX") {
		t.Errorf("a line that is gone was shown:\n%s", gone.out)
	}
	wantOut(s.ingest("rejected", "--reason", "no_such"), "No line was rejected.")
	s.ingest("rejected", "--show", "-1").wantCode(t, exitUsage)

	// Lines of standard input are found in the files that it came from.
	piped := strings.ReplaceAll(text, "/a", "/piped")
	s.pipe(piped, "logs", "--log", "web", "-").wantCode(t, exitDone)
	s.write("logs/piped.log", piped)
	wantOut(s.ingest("rejected", "--show", "5"), "standard input (now "+s.path("logs/piped.log"))
}

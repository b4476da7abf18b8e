package accesslog

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkFormats parses the lines of each format's sample again and again.
func BenchmarkFormats(b *testing.B) {
	for _, f := range append(formats, sampleFormat(b, "nginx_string"), sampleFormat(b, "apache_string")) {
		b.Run(f.name, func(b *testing.B) {
			sample, err := os.ReadFile(filepath.Join("testdata", f.name+".log"))
			if err != nil {
				b.Fatal(err)
			}
			parse := f.open(nil)
			var lines [][]byte
			var e Entry
			size := 0
			for line := range bytes.Lines(sample) {
				line = bytes.TrimSpace(line)
				if line[0] == '#' {
					parse(line, &e)
				} else if parse(line, &e) == "" && e.Target != nil {
					lines = append(lines, line)
					size += len(line)
				}
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, line := range lines {
					parse(line, &e)
				}
			}
			b.ReportMetric(float64(len(lines)*b.N)/b.Elapsed().Seconds()/1e6, "Mlines/s")
		})
	}
}

package accesslog

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
)

// benchLog is a log of many lines as a portal writes them: many paths, agents and clients.
func benchLog(lines int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var log bytes.Buffer
	for i := range lines {
		agent := fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36",
			100+random.IntN(20), 90+random.IntN(50))
		at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 100 * time.Millisecond)
		fmt.Fprintf(&log, "203.0.113.%d - - [%s] \"GET /dataset/%08x-%04x/resource/%08x/download/data%d.csv HTTP/1.1\" 200 %d \"https://data.example.org/dataset/%d\" \"%s\"\n",
			random.IntN(256), at.Format("02/Jan/2006:15:04:05 -0700"), random.IntN(1<<17), random.IntN(4), random.IntN(4), random.IntN(4),
			random.IntN(1<<20), random.IntN(3000), agent)
	}
	return log.Bytes()
}

func BenchmarkParseCombined(b *testing.B) {
	text := benchLog(20_000)
	parse := combined.open(nil)
	var e Entry
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		for rest := text; len(rest) > 0; {
			i := bytes.IndexByte(rest, '\n')
			if why := parse(rest[:i], &e); why != "" {
				b.Fatal(why)
			}
			rest = rest[i+1:]
		}
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mlines/s")
}

func BenchmarkSource(b *testing.B) {
	text := string(benchLog(500_000))
	for name, content := range map[string]string{"plain": text, "gzip": packed(text)} {
		b.Run(name, func(b *testing.B) {
			s := newSite(b)
			s.write("access.log", content)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				drain(b, s.source())
			}
			b.ReportMetric(500_000*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mlines/s")
		})
	}
}

// drain reads all units without looking at the rows.
func drain(b *testing.B, s *Source) {
	b.Helper()
	for unit, err := range s.Units(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
		rows, err := unit.Open(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range rows {
			var batch arrow.RecordBatch
			for r.Reader.Next() {
				batch = r.Reader.RecordBatch()
			}
			if err := r.Reader.Err(); err != nil {
				b.Fatal(err, batch)
			}
			r.Reader.Release()
		}
	}
}

package metrics_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"footfall/internal/metrics"
)

// BenchmarkBuild builds every model in full, and again without news, on a year of a portal of
// 13,000 datasets with 2 million hits.
func BenchmarkBuild(b *testing.B) {
	w := world{datasets: 13_000, hits: 2_000_000, first: "2025-04-01", days: 365}
	db := openWarehouse(b, filepath.Join(b.TempDir(), "warehouse.duckdb"))
	w.fill(b, db, 0, w.days, 1)
	s := metrics.DefaultSettings(time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC))
	builder := newBuilder()
	if os.Getenv("CPU") != "" {
		builder.Now = cpuTime
	} else {
		builder.Now = time.Now
	}
	for _, full := range []bool{true, false} {
		s.Full = full
		name := map[bool]string{true: "full", false: "again"}[full]
		b.Run(name, func(b *testing.B) {
			var r metrics.Result
			for b.Loop() {
				var err error
				if r, err = builder.Build(b.Context(), db, s, 1); err != nil {
					b.Fatal(err)
				}
			}
			if os.Getenv("SLOWEST") != "" {
				for _, m := range r.Models {
					fmt.Fprintf(os.Stderr, "%8.3f s %10d rows %s\n", m.Seconds, m.Rows, m.Name)
				}
			}
		})
	}
}

// cpuTime is a clock of processor time, which other processes do not disturb.
func cpuTime() time.Time {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return time.Time{}
	}
	return time.Unix(0, usage.Utime.Nano()+usage.Stime.Nano())
}

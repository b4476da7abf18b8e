package accesslog

import (
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"footfall/internal/traffic"
)

// More rows come than were expected, in two batches.
func TestHitsKeepEveryRow(t *testing.T) {
	checked := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer checked.AssertSize(t, 0)
	built := newHits(checked, 3)
	defer built.release()
	classes := traffic.NetworkClasses()
	for batch := range 2 {
		var want []string
		for i := range 1000 {
			h := hit{
				at: int64(i), client: -int64(i), url: 2, agent: 3, referrer: 4, networkClass: classes[(i+batch)%len(classes)],
				method: []byte([]string{"GET", "POST", "GET", "BREW", "", "TRACE"}[i%6]), status: 200, bytes: 1 << 40,
			}
			built.add(&h)
			method := []string{"GET", "POST", "GET", "other", "other", "TRACE"}[i%6]
			want = append(want, fmt.Sprintf("%d|%s|%s|%d", h.client, h.networkClass, method, h.bytes))
		}
		rows := built.take()
		var got []string
		for i := range int(rows.NumRows()) {
			got = append(got, fmt.Sprintf("%s|%s|%s|%s", rows.Column(1).ValueStr(i), rows.Column(5).ValueStr(i),
				rows.Column(6).ValueStr(i), rows.Column(8).ValueStr(i)))
		}
		rows.Release()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("batch %d (-want +got):\n%s", batch, diff)
		}
	}
}

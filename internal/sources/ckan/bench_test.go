package ckan

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"footfall/internal/sources/sourcestest"
)

// BenchmarkFullPull reads 13,000 datasets with 26,000 resources and descriptions of 2 KB, as a
// portal on loopback serves them, and makes their rows.
func BenchmarkFullPull(b *testing.B) {
	p := &portal{rowsMax: 1000}
	for i := range 13_000 {
		p.add(i, "river-survey")["notes"] = strings.Repeat("A description. ", 136)
	}
	answers := map[string][]byte{} // recorded, so that the portal's work is not measured
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.URL.String()
		if answers[key] == nil {
			recorder := httptest.NewRecorder()
			p.ServeHTTP(recorder, r)
			answers[key] = recorder.Body.Bytes()
		}
		_, _ = w.Write(answers[key])
	}))
	defer server.Close()
	p.server = server
	h := newWarehouse(p)
	b.ReportAllocs()
	for b.Loop() {
		for unit, err := range h.source(0).Units(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			tables, err := sourcestest.Read(b.Context(), unit)
			if err != nil || len(tables["raw.resource"]) != 26_000 {
				b.Fatalf("%d resources, %v", len(tables["raw.resource"]), err)
			}
		}
	}
}

package warehouse

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"
	"github.com/google/go-cmp/cmp"
)

// methodRows are hits with the methods of a dictionary, in batches of two rows.
func methodRows(t *testing.T, list []string, batches ...[2]uint8) Rows {
	t.Helper()
	memory := mallocator.NewMallocator()
	texts := array.NewStringBuilder(memory)
	texts.AppendValues(list, nil)
	dictionary := texts.NewArray()
	of := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{{Name: "method", Type: of, Nullable: true}, {Name: "url_id", Type: arrow.PrimitiveTypes.Int64}}, nil)
	var records []arrow.RecordBatch
	for _, places := range batches {
		indices, ids := array.NewUint8Builder(memory), array.NewInt64Builder(memory)
		indices.AppendValues(places[:], nil)
		ids.AppendValues([]int64{int64(places[0]), int64(places[1])}, nil)
		records = append(records, array.NewRecordBatch(schema,
			[]arrow.Array{array.NewDictionaryArray(of, indices.NewArray(), dictionary), ids.NewArray()}, 2))
	}
	reader, err := array.NewRecordReader(schema, records)
	if err != nil {
		t.Fatal(err)
	}
	return Rows{Table: "raw.hit", Reader: reader}
}

func TestWordsOfAList(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	list := []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "other"}
	load := func(stream string, list []string, batches ...[2]uint8) error {
		hits := int64(2 * len(batches))
		_, err := w.Load(t.Context(), 1, unit(stream, methodRows(t, list, batches...), receipt(t, stream, hits, hits)), time.Unix(0, 0))
		return err
	}
	if err := load("a", list, [2]uint8{0, 9}, [2]uint8{2, 0}); err != nil {
		t.Fatal(err)
	}
	got := text(t, w.DB(), `select string_agg(method || ' ' || url_id, ', ' order by url_id) from raw.hit`)
	if diff := cmp.Diff("GET 0, GET 0, POST 2, other 9", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	list[1], list[2] = list[2], list[1]
	if err := load("b", list, [2]uint8{1, 2}); err == nil || !strings.Contains(err.Error(), "column method") {
		t.Errorf("a list in another order: %v, want an error that names the column", err)
	}
	if n := count(t, w, `raw.hit`); n != 4 {
		t.Errorf("%d hits after the unit that failed, want 4", n)
	}
}

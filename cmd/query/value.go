package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// appendText appends row i of a column as people and spreadsheets read it: dates as 2026-01-31,
// times as 2026-01-31 10:00:00, bytes in hexadecimal, lists and structs as JSON. Null appends
// nothing.
func appendText(b []byte, column arrow.Array, i int) []byte {
	if column.IsNull(i) {
		return b
	}
	switch c := column.(type) {
	case *array.String:
		return append(b, c.Value(i)...)
	case *array.Binary:
		return hex.AppendEncode(b, c.Value(i))
	case *array.Float32:
		return appendFloat(b, float64(c.Value(i)), 32)
	case *array.Float64:
		return appendFloat(b, c.Value(i), 64)
	case *array.Dictionary:
		return appendText(b, c.Dictionary(), c.GetValueIndex(i))
	case *array.Date32:
		return c.Value(i).ToTime().AppendFormat(b, time.DateOnly)
	case *array.Time64:
		return appendTime(b, c, i)
	case *array.Timestamp:
		return appendTimestamp(b, c, i, "2006-01-02 15:04:05")
	case *array.MonthDayNanoInterval:
		return appendInterval(b, c.Value(i))
	}
	return appendJSON(b, column, i)
}

// appendJSON appends row i of a column as a JSON value. Not-a-number and the infinities are null,
// since JSON has no word for them; bytes are base64.
func appendJSON(b []byte, column arrow.Array, i int) []byte {
	if column.IsNull(i) {
		return append(b, "null"...)
	}
	switch c := column.(type) {
	case *array.Boolean:
		return strconv.AppendBool(b, c.Value(i))
	case *array.Int8:
		return strconv.AppendInt(b, int64(c.Value(i)), 10)
	case *array.Int16:
		return strconv.AppendInt(b, int64(c.Value(i)), 10)
	case *array.Int32:
		return strconv.AppendInt(b, int64(c.Value(i)), 10)
	case *array.Int64:
		return strconv.AppendInt(b, c.Value(i), 10)
	case *array.Uint8:
		return strconv.AppendUint(b, uint64(c.Value(i)), 10)
	case *array.Uint16:
		return strconv.AppendUint(b, uint64(c.Value(i)), 10)
	case *array.Uint32:
		return strconv.AppendUint(b, uint64(c.Value(i)), 10)
	case *array.Uint64:
		return strconv.AppendUint(b, c.Value(i), 10)
	case *array.Float32:
		return appendJSONFloat(b, float64(c.Value(i)), 32)
	case *array.Float64:
		return appendJSONFloat(b, c.Value(i), 64)
	case *array.Decimal128:
		return append(b, c.Value(i).ToString(c.DataType().(*arrow.Decimal128Type).Scale)...)
	case *array.String:
		return appendJSONString(b, c.Value(i))
	case *array.Binary:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, c.Value(i))
		return append(b, '"')
	case *array.Date32:
		return append(c.Value(i).ToTime().AppendFormat(append(b, '"'), time.DateOnly), '"')
	case *array.Time64:
		return append(appendTime(append(b, '"'), c, i), '"')
	case *array.Timestamp:
		return append(appendTimestamp(append(b, '"'), c, i, "2006-01-02T15:04:05"), '"')
	case *array.MonthDayNanoInterval:
		return append(appendInterval(append(b, '"'), c.Value(i)), '"')
	case *array.Dictionary:
		return appendJSON(b, c.Dictionary(), c.GetValueIndex(i))
	case *array.Map:
		return appendMap(b, c, i)
	case array.ListLike:
		start, end := c.ValueOffsets(i)
		b = append(b, '[')
		for j := start; j < end; j++ {
			if j > start {
				b = append(b, ',')
			}
			b = appendJSON(b, c.ListValues(), int(j))
		}
		return append(b, ']')
	case *array.Struct:
		b = append(b, '{')
		for f, field := range c.DataType().(*arrow.StructType).Fields() {
			if f > 0 {
				b = append(b, ',')
			}
			b = append(appendJSONString(b, field.Name), ':')
			b = appendJSON(b, c.Field(f), i)
		}
		return append(b, '}')
	}
	return appendJSONString(b, column.ValueStr(i))
}

// appendMap appends a map as an object: its keys become texts, as JSON wants them.
func appendMap(b []byte, c *array.Map, i int) []byte {
	start, end := c.ValueOffsets(i)
	b = append(b, '{')
	for j := start; j < end; j++ {
		if j > start {
			b = append(b, ',')
		}
		b = appendJSONString(b, string(appendText(nil, c.Keys(), int(j))))
		b = appendJSON(append(b, ':'), c.Items(), int(j))
	}
	return append(b, '}')
}

func appendTimestamp(b []byte, c *array.Timestamp, i int, layout string) []byte {
	kind := c.DataType().(*arrow.TimestampType)
	if kind.TimeZone != "" {
		layout += ".999999999Z07:00"
	} else {
		layout += ".999999999"
	}
	return c.Value(i).ToTime(kind.Unit).AppendFormat(b, layout)
}

func appendTime(b []byte, c *array.Time64, i int) []byte {
	unit := c.DataType().(*arrow.Time64Type).Unit
	return c.Value(i).ToTime(unit).AppendFormat(b, "15:04:05.999999999")
}

// appendInterval writes an ISO 8601 duration of the three parts that an interval is kept in.
func appendInterval(b []byte, v arrow.MonthDayNanoInterval) []byte {
	seconds := strconv.FormatFloat(float64(v.Nanoseconds)/1e9, 'f', -1, 64)
	return fmt.Appendf(b, "P%dM%dDT%sS", v.Months, v.Days, seconds)
}

func appendFloat(b []byte, v float64, bits int) []byte {
	format := byte('f')
	if abs := math.Abs(v); abs != 0 && (abs < 1e-6 || abs >= 1e15) {
		format = 'e'
	}
	return strconv.AppendFloat(b, v, format, -1, bits)
}

func appendJSONFloat(b []byte, v float64, bits int) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(b, "null"...)
	}
	return appendFloat(b, v, bits)
}

// appendJSONString quotes a text and leaves everything readable that JSON allows.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ':
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// isNumber says whether a column is aligned to the right.
func isNumber(kind arrow.DataType) bool {
	id := kind.ID()
	return arrow.IsInteger(id) || arrow.IsFloating(id) || arrow.IsDecimal(id)
}

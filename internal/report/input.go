package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strconv"
	"time"
)

// NewInput takes the digests of a SQL file's text and of the rows it gave, as database/sql scans them into any.
// The settings of the build are an input like any other: what reads them has a name and rows too.
//
// The digest is of what was read and not of the published file, which changes every night. It tells null from
// an empty text and 1 from 1.0, and depends on the order of rows and columns.
func NewInput(file, text string, columns []string, rows [][]any) Input {
	h := sha256.New()
	for _, column := range columns {
		hashValue(h, column)
	}
	for _, row := range rows {
		hashWrite(h, "\n")
		for _, value := range row {
			hashValue(h, value)
		}
	}
	return Input{
		File:       file,
		TextSHA256: digest([]byte(text)),
		RowCount:   len(rows),
		RowsSHA256: hex.EncodeToString(h.Sum(nil)),
	}
}

// hashValue writes a value so that no two rows of values are written alike: its type, its length, its text.
func hashValue(h hash.Hash, value any) {
	var kind, text string
	switch v := value.(type) {
	case nil:
		kind = "null"
	case string:
		kind, text = "text", v
	case int64:
		kind, text = "integer", strconv.FormatInt(v, 10)
	case float64:
		kind, text = "number", strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		kind, text = "yesno", strconv.FormatBool(v)
	case time.Time:
		kind, text = "time", v.UTC().Format(time.RFC3339Nano)
	default:
		kind, text = fmt.Sprintf("%T", v), fmt.Sprint(v)
	}
	hashWrite(h, kind+" "+strconv.Itoa(len(text))+" "+text+" ")
}

// hashWrite takes no error: a hash gives none.
func hashWrite(h hash.Hash, s string) {
	_, _ = io.WriteString(h, s)
}

// digest is the SHA-256 of b in hexadecimal.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

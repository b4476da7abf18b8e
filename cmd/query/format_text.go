package main

import (
	"encoding/csv"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
)

// csvSink writes comma-separated values with a header line, as RFC 4180 has it but with LF.
type csvSink struct {
	w      *csv.Writer
	record []string
	text   []byte
}

func newCSV(w io.Writer, schema *arrow.Schema, _ int) (sink, error) {
	s := &csvSink{w: csv.NewWriter(w), record: make([]string, schema.NumFields())}
	for i, field := range schema.Fields() {
		s.record[i] = field.Name
	}
	return s, s.w.Write(s.record)
}

func (s *csvSink) write(batch arrow.RecordBatch) error {
	for row := range int(batch.NumRows()) {
		for i, column := range batch.Columns() {
			s.text = appendText(s.text[:0], column, row)
			s.record[i] = string(s.text)
		}
		if err := s.w.Write(s.record); err != nil {
			return err
		}
	}
	return nil
}

func (s *csvSink) end(int64, bool) error {
	s.w.Flush()
	return s.w.Error()
}

// jsonSink writes an object for each row: one a line, or all of them in an array.
type jsonSink struct {
	w                   io.Writer
	keys                [][]byte // "name": with what comes before it
	first, between, aft string
	none                string
	begun               bool
	line                []byte
}

func newNDJSON(w io.Writer, schema *arrow.Schema, _ int) (sink, error) {
	return &jsonSink{w: w, keys: jsonKeys(schema), between: "\n", aft: "\n"}, nil
}

func newJSON(w io.Writer, schema *arrow.Schema, _ int) (sink, error) {
	return &jsonSink{
		w: w, keys: jsonKeys(schema),
		first: "[\n", between: ",\n", aft: "\n]\n", none: "[]\n",
	}, nil
}

func jsonKeys(schema *arrow.Schema) [][]byte {
	keys := make([][]byte, schema.NumFields())
	for i, field := range schema.Fields() {
		opening := byte(',')
		if i == 0 {
			opening = '{'
		}
		keys[i] = append(appendJSONString([]byte{opening}, field.Name), ':')
	}
	return keys
}

func (s *jsonSink) write(batch arrow.RecordBatch) error {
	for row := range int(batch.NumRows()) {
		s.line = append(s.line[:0], s.between...)
		if !s.begun {
			s.line = append(s.line[:0], s.first...)
			s.begun = true
		}
		for i, column := range batch.Columns() {
			s.line = appendJSON(append(s.line, s.keys[i]...), column, row)
		}
		s.line = append(s.line, '}')
		if _, err := s.w.Write(s.line); err != nil {
			return err
		}
	}
	return nil
}

func (s *jsonSink) end(int64, bool) error {
	text := s.aft
	if !s.begun {
		text = s.none
	}
	_, err := io.WriteString(s.w, text)
	return err
}

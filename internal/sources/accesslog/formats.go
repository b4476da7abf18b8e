package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// An Entry is what a format finds in one line. Its byte fields are parts of the line and hold
// until the next line is parsed; escapes in them are still as the server wrote them.
type Entry struct {
	Host      []byte // virtual host without its port; nil: the line has none
	Address   []byte // of the connection: an address, or a host name where the server looks it up
	Forwarded []byte // X-Forwarded-For; nil: the line has none
	Method    []byte // nil: the request has none
	Target    []byte // path or URL asked for; nil: no request was made
	Referrer  []byte
	Agent     []byte
	At        int64 // Unix microseconds
	Status    int32
	Bytes     int64 // of the response's body
	HasTime   bool  // also of a line that is rejected for something after its time
	IsEscaped bool  // the line has a backslash
}

// A reason says in a few fixed words why a line was rejected or dropped; never the line's own.
type reason string

// A parser reads the lines of one file in their order. It returns why the line is rejected, or
// nothing. Whatever it remembers from line to line is its own.
type parser func(line []byte, e *Entry) reason

// A format is how a server writes its log.
type format struct {
	name string // as in the configuration
	open func() parser
	// fits is stricter than the parser: it says that the line is of this format and no other.
	fits func(line []byte) bool
}

// formats are all that are known. To add one, write a file and name it here.
var formats = []format{combined, common, virtualHostCombined, virtualHostCommon}

func formatNamed(name string) (format, error) {
	names := make([]string, 0, len(formats))
	for _, f := range formats {
		if f.name == name {
			return f, nil
		}
		names = append(names, f.name)
	}
	return format{}, fmt.Errorf("format %q is not known: use one of %s, or leave it out to have it detected",
		name, strings.Join(names, ", "))
}

var errNoLines = errors.New("there is no complete line yet")

// Detect names the format of a log from its first lines. At least half of the sample's lines,
// blank ones and comments aside, have to fit it. A last line without its end does not count.
func Detect(sample []byte) (string, error) {
	f, err := detect(sample)
	return f.name, err
}

func detect(sample []byte) (format, error) {
	sample = sample[:bytes.LastIndexByte(sample, '\n')+1]
	lineCount, fitting := 0, make([]int, len(formats))
	for line := range bytes.SplitSeq(sample, []byte("\n")) {
		line = trimLine(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		lineCount++
		for i, f := range formats {
			if f.fits(line) {
				fitting[i]++
			}
		}
	}
	if lineCount == 0 {
		return format{}, errNoLines
	}
	best := 0
	for i := range formats {
		if fitting[i] > fitting[best] {
			best = i
		}
	}
	if 2*fitting[best] < lineCount {
		names := make([]string, len(formats))
		for i, f := range formats {
			names[i] = fmt.Sprintf("%s %d", f.name, fitting[i])
		}
		return format{}, fmt.Errorf("no format fits the first %d lines (lines that fit: %s): name the log's format in the configuration",
			lineCount, strings.Join(names, ", "))
	}
	for i, f := range formats {
		if i != best && fitting[i] == fitting[best] {
			return format{}, fmt.Errorf("both %s and %s fit the first %d lines: name the log's format in the configuration",
				formats[best].name, f.name, lineCount)
		}
	}
	return formats[best], nil
}

// trimLine takes NUL bytes from the line's start, where a crash or a truncated log leaves them,
// and a carriage return from its end.
func trimLine(line []byte) []byte {
	for len(line) > 0 && line[0] == 0 {
		line = line[1:]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

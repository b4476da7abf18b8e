package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// An Entry is what a format finds in one line. Its byte fields are parts of the line, or of the
// parser's memory, and hold until the next line is parsed.
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
	IsEscaped bool  // the texts may still have the backslash escapes of nginx and Apache
}

// A reason says in a few fixed words why a line was rejected or dropped; never the line's own.
type reason string

// A parser reads the lines of one file in their order. It returns why the line is rejected, or
// nothing. Whatever it remembers from line to line is its own.
type parser func(line []byte, e *Entry) reason

// A format is how a server writes its log.
type format struct {
	name string // as in the configuration
	// open makes a parser. Times that are written without a zone are of the one given; nil: UTC.
	open func(zone *time.Location) parser
	// fits is stricter than the parser: it says that a line is of this format and no other. It is
	// given the lines in their order.
	fits func() func(line []byte) bool
	// hasHeader says that lines with # say how the lines after them are to be read. The parser is
	// given them too, and what it returns for them means nothing.
	hasHeader bool
}

// formats are all that can be detected. To add one, write a file and name it here.
var formats = []format{
	combined, common, virtualHostCombined, virtualHostCommon,
	w3c, cloudFront, caddy, traefik, nginxJSON,
}

// otherNames are names under which formats are known elsewhere.
var otherNames = map[string]string{
	"combinedio": combined.name, // the bytes at its end are further fields
	"ncsa":       combined.name,
	"clf":        common.name,
	"iis":        w3c.name,
}

// format is the one that the configuration gives: a name, a format string, or keys of JSON lines.
// It is false if the format has to be detected.
func (c *Config) format() (f format, isGiven bool, err error) {
	hasKeys := c.JSON != JSONKeys{}
	switch {
	case hasKeys && c.Format != "" && c.Format != "json":
		err = fmt.Errorf("format is %q, which the keys of json exclude: give one of them", c.Format)
	case hasKeys:
		f, err = c.JSON.format()
	case c.Format == "":
		return format{}, false, nil
	case c.Format == "json":
		err = errors.New("json tells too little: give the keys under which the parts of a request stand, as the log's json")
	default:
		f, err = formatOf(c.Format)
	}
	return f, true, err
}

// CheckFormat reports what is wrong with Format or JSON.
func (c *Config) CheckFormat() error {
	_, _, err := c.format()
	return err
}

// formatOf is a format by its name, or by the string of the server's configuration.
func formatOf(text string) (format, error) {
	apache, isApache := strings.CutPrefix(text, "apache:")
	nginx, isNginx := strings.CutPrefix(text, "nginx:")
	switch {
	case isApache, strings.HasPrefix(text, "LogFormat "):
		return apacheFormat(apache)
	case isNginx, strings.HasPrefix(text, "log_format "), strings.Contains(text, "$"):
		return nginxFormat(nginx)
	case strings.Contains(text, "%"):
		return apacheFormat(apache)
	}
	return formatNamed(text)
}

func formatNamed(name string) (format, error) {
	if other, ok := otherNames[name]; ok {
		name = other
	}
	names := make([]string, 0, len(formats))
	for _, f := range formats {
		if f.name == name {
			return f, nil
		}
		names = append(names, f.name)
	}
	return format{}, fmt.Errorf("%q is not known: use one of %s, the server's log_format or LogFormat string, or leave it out to have it detected",
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
	lineCount, jsonCount, fitting := 0, 0, make([]int, len(formats))
	fits := make([]func([]byte) bool, len(formats))
	for i, f := range formats {
		fits[i] = f.fits()
	}
	for line := range bytes.SplitSeq(sample, []byte("\n")) {
		line = trimLine(line)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		isComment := line[0] == '#'
		for i, f := range formats {
			if (!isComment || f.hasHeader) && fits[i](line) && !isComment {
				fitting[i]++
			}
		}
		switch {
		case isComment:
			continue
		case line[0] == '{':
			jsonCount++
		}
		lineCount++
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
		return format{}, noneFits(lineCount, jsonCount, fitting)
	}
	for i, f := range formats {
		if i != best && fitting[i] == fitting[best] {
			return format{}, fmt.Errorf("both %s and %s fit the first %s: name the log's format in the configuration",
				formats[best].name, f.name, lineWord(lineCount))
		}
	}
	return formats[best], nil
}

// noneFits says what was tried, and what the user can do.
func noneFits(lineCount, jsonCount int, fitting []int) error {
	if 2*jsonCount > lineCount {
		return fmt.Errorf("the first %s are JSON of no server that is known: say in logs[].json under which keys time and request stand",
			lineWord(lineCount))
	}
	var some []string
	for i, f := range formats {
		if fitting[i] > 0 {
			some = append(some, fmt.Sprintf("%s fits %d", f.name, fitting[i]))
		}
	}
	if some == nil {
		some = []string{"no line fits any"}
	}
	return fmt.Errorf("no format fits the first %s (%s): set the log's format to a name, or to the server's log_format or LogFormat string",
		lineWord(lineCount), strings.Join(some, ", "))
}

func lineWord(count int) string {
	if count == 1 {
		return "line"
	}
	return fmt.Sprintf("%d lines", count)
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

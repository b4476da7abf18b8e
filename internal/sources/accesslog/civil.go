package accesslog

import (
	"fmt"
	"strings"
)

// A civil is the time of a line, put together from the pieces of it that a format string has.
type civil struct {
	at                   int64 // microseconds: the whole time, or its second
	fraction             int64 // microseconds
	year, month, day     int
	hour, minute, second int
	offset               int64 // of the zone, in seconds
	hasAt, hasDay, isDay bool  // isDay: day is one of the year
	hasHour, hasZone     bool
}

// civilLetters are the letters of strftime that are understood.
const civilLetters = "YmdeHMSzbhByjTDFRaAZnt"

// compileClock makes a piece's clock of a strftime format.
func compileClock(layout string) ([]byte, error) {
	var clock []byte
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			clock = append(clock, 0, layout[i])
			continue
		}
		i++
		switch {
		case i == len(layout):
			return nil, fmt.Errorf("%%{%s}t ends in %%", layout)
		case layout[i] == '%':
			clock = append(clock, 0, '%')
		case layout[i] == 'n' || layout[i] == 't':
			clock = append(clock, 0, ' ')
		case strings.IndexByte(civilLetters, layout[i]) >= 0:
			clock = append(clock, 1, layout[i])
		default:
			return nil, fmt.Errorf("%%{%s}t: %%%c is not known: use those of %%%s", layout, layout[i],
				strings.Join(strings.Split(civilLetters, ""), " %"))
		}
	}
	return clock, nil
}

// read reads one piece at the text's start, and returns its length.
func (c *civil) read(piece *piece, stamps *stamps, text []byte) (length int, ok bool) {
	switch piece.kind {
	case bracketTime:
		if length = len(timeLayout); len(text) >= length {
			c.at, ok = stamps.parse(text[:length])
		}
		c.hasAt = ok
	case bareTime:
		if length = bareLength; len(text) >= length {
			c.at, ok = stamps.bare(text[:length])
		}
		c.hasAt = ok
	case isoTime:
		c.at, length, ok = stamps.iso(text)
		c.hasAt = ok
	case epochTime:
		c.at, length, ok = stamps.epoch(text, piece.unit)
		c.hasAt = ok
	case fractionTime:
		if len(text) == 0 || !isDigit(text[0]) {
			return 0, false
		}
		c.fraction, length = fractionMicros(text)
		ok = true
	case civilTime:
		length, ok = c.readClock(piece.clock, text)
	case anyText, word, statusNumber, sizeNumber:
	}
	return length, ok
}

// readClock reads text by the letters of strftime.
func (c *civil) readClock(clock, text []byte) (length int, ok bool) {
	rest := text
	for i := 0; i < len(clock); i += 2 {
		if clock[i] == 0 {
			if len(rest) == 0 || rest[0] != clock[i+1] {
				return 0, false
			}
			rest = rest[1:]
			continue
		}
		n, ok := c.readLetter(clock[i+1], rest)
		if !ok {
			return 0, false
		}
		rest = rest[n:]
	}
	return len(text) - len(rest), true
}

// composed are the letters that stand for several others.
func composed(letter byte) []byte {
	switch letter {
	case 'T':
		return []byte("\x01H\x00:\x01M\x00:\x01S")
	case 'R':
		return []byte("\x01H\x00:\x01M")
	case 'F':
		return []byte("\x01Y\x00-\x01m\x00-\x01d")
	case 'D':
		return []byte("\x01m\x00/\x01d\x00/\x01y")
	}
	return nil
}

func (c *civil) readLetter(letter byte, text []byte) (length int, ok bool) {
	if clock := composed(letter); clock != nil {
		return c.readClock(clock, text)
	}
	switch letter {
	case 'z':
		offset, n, ok := int64(0), 0, false
		if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
			offset, n, ok = zoneOffset(text)
		}
		c.offset, c.hasZone = offset, ok
		return n, ok
	case 'b', 'h':
		if len(text) < 3 {
			return 0, false
		}
		c.month = int(monthNumber(string(text[:3])))
		return 3, c.month > 0
	case 'B':
		for length < len(text) && isASCIILetter(text[length]) {
			length++
		}
		if length < 3 {
			return 0, false
		}
		month := monthNumber(string(text[:3]))
		c.month = int(month)
		return length, month > 0 && month.String() == string(text[:length])
	case 'a', 'A', 'Z':
		for length < len(text) && isASCIILetter(text[length]) {
			length++
		}
		if letter == 'Z' && (string(text[:length]) == "UTC" || string(text[:length]) == "GMT") {
			c.hasZone = true
		}
		return length, length > 0
	case 'Y':
		c.year, length = digits(text, 4)
		return length, length == 4
	case 'j':
		c.day, length = digits(text, 3)
		c.isDay, c.hasDay = true, true
		return length, length == 3 && c.day >= 1 && c.day <= 366
	}
	return c.readPair(letter, text)
}

// readPair reads a number of two digits; the day of the month may have one after a space.
func (c *civil) readPair(letter byte, text []byte) (length int, ok bool) {
	value, length := digits(text, 2)
	if letter == 'e' && length == 0 && len(text) > 1 && text[0] == ' ' {
		if value, length = digits(text[1:], 1); length == 1 {
			length = 2
		}
	}
	if length != 2 {
		return 0, false
	}
	switch letter {
	case 'm':
		c.month = value
	case 'd', 'e':
		c.day, c.hasDay = value, true
	case 'y':
		if c.year = 2000 + value; value >= 69 {
			c.year = 1900 + value
		}
	case 'H':
		c.hour, c.hasHour = value, true
		return 2, value < 24
	case 'M':
		c.minute = value
		return 2, value < 60
	case 'S':
		c.second = value
		return 2, value <= 60 // 60 is a leap second.
	}
	return 2, true
}

// digits reads at most count digits.
func digits(text []byte, count int) (value, length int) {
	for length < count && length < len(text) && isDigit(text[length]) {
		value = value*10 + int(text[length]-'0')
		length++
	}
	return value, length
}

func isASCIILetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

// micros is the time that was read; false if its pieces are not all there, or no time.
func (c *civil) micros(stamps *stamps) (micros int64, ok bool) {
	if c.hasAt {
		return c.at + c.fraction, true
	}
	if !c.hasDay || !c.hasHour {
		return 0, false
	}
	month, day := c.month, c.day
	if c.isDay {
		month, day = 1, 1
	}
	second, ok := dayStart(c.year, month, day)
	if !ok {
		return 0, false
	}
	if c.isDay {
		second += int64(c.day-1) * 86400
	}
	second += int64(c.hour*3600 + c.minute*60 + c.second)
	if c.hasZone {
		second -= c.offset
	} else {
		second = stamps.fromLocal(second)
	}
	return second*1_000_000 + c.fraction, true
}

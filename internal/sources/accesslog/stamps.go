package accesslog

import (
	"bytes"
	"strconv"
	"time"
)

// stamps reads times in all the ways that logs have of writing them. Times without a zone are of
// local. It remembers the last day, and the last quarter of an hour of local's clock.
type stamps struct {
	clock
	local *time.Location // nil: UTC

	isoDay      [10]byte
	isoStart    int64 // seconds, as if the day were UTC's
	quarter     int64
	localOffset int64
}

func newStamps(local *time.Location) stamps {
	if local == time.UTC {
		local = nil
	}
	return stamps{clock: newClock(), local: local, isoDay: [10]byte([]byte("2000-01-01")), isoStart: 946_684_800, quarter: -1}
}

// Times outside of these seconds are no times of requests: 1990 to 2299.
const (
	earliestSecond = 631_152_000
	latestSecond   = 10_413_791_999
)

// any reads a whole text as a time: of Apache's and nginx's logs (with brackets or without), ISO
// 8601, or a number of seconds, milli-, micro- or nanoseconds since 1970, as its size tells.
func (s *stamps) any(text []byte) (micros int64, ok bool) {
	text = bytes.TrimSpace(text)
	if len(text) == len(timeLayout) && text[0] == '[' {
		return s.parse(text)
	}
	var length int
	switch {
	case len(text) == bareLength && text[2] == '/':
		return s.bare(text)
	case len(text) > 10 && text[4] == '-':
		micros, length, ok = s.iso(text)
	default:
		micros, length, ok = s.epoch(text, 0)
	}
	return micros, ok && length == len(text)
}

// iso reads 2006-01-02T15:04:05 at the text's start, with or without a fraction and a zone. A
// space may stand for the T, and before the zone.
func (s *stamps) iso(text []byte) (micros int64, length int, ok bool) {
	if len(text) < 19 || text[10] != 'T' && text[10] != ' ' && text[10] != 't' || !s.setISODay(text[:10]) {
		return 0, 0, false
	}
	second, fraction, n, ok := timeOfDay(text[11:])
	if !ok {
		return 0, 0, false
	}
	second += s.isoStart
	length = 11 + n
	rest := text[length:]
	if len(rest) > 5 && rest[0] == ' ' && (rest[1] == '+' || rest[1] == '-') {
		rest = rest[1:]
		length++
	}
	switch {
	case len(rest) > 0 && (rest[0] == 'Z' || rest[0] == 'z'):
		length++
	case len(rest) > 0 && (rest[0] == '+' || rest[0] == '-'):
		offset, n, ok := zoneOffset(rest)
		if !ok {
			return 0, 0, false
		}
		second -= offset
		length += n
	default:
		second = s.fromLocal(second)
	}
	return second*1_000_000 + fraction, length, true
}

// dateTime reads a date and a time without a zone that stand apart.
func (s *stamps) dateTime(date, clock []byte) (micros int64, ok bool) {
	if len(date) != 10 || !s.setISODay(date) {
		return 0, false
	}
	second, fraction, n, ok := timeOfDay(clock)
	if !ok || n != len(clock) {
		return 0, false
	}
	return s.fromLocal(s.isoStart+second)*1_000_000 + fraction, true
}

func (s *stamps) setISODay(text []byte) bool {
	if string(text) == string(s.isoDay[:]) {
		return true
	}
	century, year, month, day := twoDigits(text), twoDigits(text[2:]), twoDigits(text[5:]), twoDigits(text[8:])
	if text[4] != '-' || text[7] != '-' || century < 0 || year < 0 {
		return false
	}
	start, ok := dayStart(century*100+year, month, day)
	if ok {
		s.isoDay, s.isoStart = [10]byte(text), start
	}
	return ok
}

// dayStart is a date's first second in UTC; false if there is no such day.
func dayStart(year, month, day int) (second int64, ok bool) {
	if year < 1990 || year > 2299 || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date.Unix(), date.Day() == day
}

// timeOfDay reads 15:04:05 and a fraction after a point or a comma.
func timeOfDay(text []byte) (second, micros int64, length int, ok bool) {
	if len(text) < 8 || text[2] != ':' || text[5] != ':' {
		return 0, 0, 0, false
	}
	hour, minute, sec := twoDigits(text), twoDigits(text[3:]), twoDigits(text[6:])
	if uint(hour) > 23 || uint(minute) > 59 || uint(sec) > 60 { // 60 is a leap second.
		return 0, 0, 0, false
	}
	length = 8
	if len(text) > 9 && (text[8] == '.' || text[8] == ',') && isDigit(text[9]) {
		var n int
		micros, n = fractionMicros(text[9:])
		length = 9 + n
	}
	return int64(hour*3600 + minute*60 + sec), micros, length, true
}

// fractionMicros reads the digits after a point, and leaves out what is below a microsecond.
func fractionMicros(text []byte) (micros int64, length int) {
	scale := int64(100_000)
	for length < len(text) && isDigit(text[length]) {
		micros += int64(text[length]-'0') * scale
		scale /= 10
		length++
	}
	return micros, length
}

// zoneOffset reads +0100, +01:00 or +01.
func zoneOffset(text []byte) (seconds int64, length int, ok bool) {
	if len(text) < 3 {
		return 0, 0, false
	}
	hours, minutes := twoDigits(text[1:]), 0
	length = 3
	switch {
	case len(text) >= 6 && text[3] == ':':
		minutes, length = twoDigits(text[4:]), 6
	case len(text) >= 5 && isDigit(text[3]):
		minutes, length = twoDigits(text[3:]), 5
	}
	if hours < 0 || hours > 15 || minutes < 0 || minutes > 59 {
		return 0, 0, false
	}
	seconds = int64(hours*3600 + minutes*60)
	if text[0] == '-' {
		seconds = -seconds
	}
	return seconds, length, true
}

// epoch reads a number since 1970, of which unit make a second. If unit is 0 the number's size tells
// it, and there may be a fraction.
func (s *stamps) epoch(text []byte, unit int64) (micros int64, length int, ok bool) {
	whole := int64(0)
	for length < len(text) && isDigit(text[length]) {
		if length > 18 {
			return 0, 0, false
		}
		whole = whole*10 + int64(text[length]-'0')
		length++
	}
	if length == 0 || length > 18 && whole < 0 {
		return 0, 0, false
	}
	fraction := int64(0)
	if unit == 0 && length+1 < len(text) && text[length] == '.' && isDigit(text[length+1]) {
		var n int
		fraction, n = fractionMicros(text[length+1:])
		length += 1 + n
	}
	if unit == 0 && length < len(text) && (text[length] == 'e' || text[length] == 'E') {
		return wideEpoch(text)
	}
	if unit == 0 {
		unit = 1
		for whole/unit > latestSecond && unit < 1_000_000_000 {
			unit *= 1000
		}
	}
	second := whole / unit
	if second < earliestSecond || second > latestSecond {
		return 0, 0, false
	}
	if unit <= 1_000_000 {
		return whole*(1_000_000/unit) + fraction/unit, length, true
	}
	return whole / (unit / 1_000_000), length, true
}

// wideEpoch reads seconds that are written with an exponent.
func wideEpoch(text []byte) (micros int64, length int, ok bool) {
	seconds, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(seconds >= earliestSecond && seconds <= latestSecond) {
		return 0, 0, false
	}
	return int64(seconds * 1e6), len(text), true
}

// fromLocal makes seconds of local's clock seconds since 1970. An hour that a clock shows twice is
// the first one.
func (s *stamps) fromLocal(second int64) int64 {
	if s.local == nil {
		return second
	}
	if quarter := second / 900; quarter != s.quarter {
		at := time.Unix(second, 0).UTC()
		there := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, s.local)
		s.quarter, s.localOffset = quarter, second-there.Unix()
	}
	return second - s.localOffset
}

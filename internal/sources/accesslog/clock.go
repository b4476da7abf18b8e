package accesslog

import "time"

// timeLayout is how the time stands in a line, for its length.
const timeLayout = "[10/Oct/2000:13:55:36 -0700]"

// bareLength is the length of a time without its brackets.
const bareLength = len(timeLayout) - len("[]")

// A clock reads the times of a log. It remembers the last day and zone, since nearly every line
// has the day and zone of the line before it.
type clock struct {
	day      [11]byte
	dayStart int64 // seconds, as if the day were UTC's
	zone     [5]byte
	offset   int64 // seconds to take away
}

func newClock() clock {
	return clock{
		day: [11]byte([]byte("01/Jan/2000")), dayStart: 946_684_800,
		zone: [5]byte([]byte("+0000")),
	}
}

// parse reads a time in its brackets, of the length of timeLayout, to Unix microseconds.
func (c *clock) parse(text []byte) (micros int64, ok bool) {
	_ = text[len(timeLayout)-1]
	if text[0] != '[' || text[bareLength+1] != ']' {
		return 0, false
	}
	return c.bare(text[1 : bareLength+1])
}

// bare is parse without the brackets.
func (c *clock) bare(text []byte) (micros int64, ok bool) {
	_ = text[bareLength-1]
	if text[11] != ':' || text[14] != ':' || text[17] != ':' || text[20] != ' ' {
		return 0, false
	}
	if string(text[:11]) != string(c.day[:]) && !c.setDay(text[:11]) {
		return 0, false
	}
	if string(text[21:26]) != string(c.zone[:]) && !c.setZone(text[21:26]) {
		return 0, false
	}
	hour, minute, second := twoDigits(text[12:]), twoDigits(text[15:]), twoDigits(text[18:])
	if uint(hour) > 23 || uint(minute) > 59 || uint(second) > 60 { // 60 is a leap second.
		return 0, false
	}
	return (c.dayStart + int64(hour*3600+minute*60+second) - c.offset) * 1_000_000, true
}

func (c *clock) setDay(text []byte) bool {
	month := monthNumber(string(text[3:6]))
	day, century, year := twoDigits(text), twoDigits(text[7:]), twoDigits(text[9:])
	if text[2] != '/' || text[6] != '/' || month == 0 || day < 1 || century < 19 || century > 22 || year < 0 {
		return false
	}
	date := time.Date(century*100+year, month, day, 0, 0, 0, 0, time.UTC)
	if date.Day() != day || date.Year() < 1990 {
		return false
	}
	copy(c.day[:], text)
	c.dayStart = date.Unix()
	return true
}

func (c *clock) setZone(text []byte) bool {
	hours, minutes := twoDigits(text[1:]), twoDigits(text[3:])
	if (text[0] != '+' && text[0] != '-') || hours < 0 || hours > 15 || minutes < 0 || minutes > 59 {
		return false
	}
	c.offset = int64(hours*3600 + minutes*60)
	if text[0] == '-' {
		c.offset = -c.offset
	}
	copy(c.zone[:], text)
	return true
}

func monthNumber(name string) time.Month {
	switch name {
	case "Jan":
		return time.January
	case "Feb":
		return time.February
	case "Mar":
		return time.March
	case "Apr":
		return time.April
	case "May":
		return time.May
	case "Jun":
		return time.June
	case "Jul":
		return time.July
	case "Aug":
		return time.August
	case "Sep":
		return time.September
	case "Oct":
		return time.October
	case "Nov":
		return time.November
	case "Dec":
		return time.December
	}
	return 0
}

// twoDigits reads two digits; it is negative if they are none.
func twoDigits(text []byte) int {
	if isDigit(text[0]) && isDigit(text[1]) {
		return int(text[0]-'0')*10 + int(text[1]-'0')
	}
	return -1 << 20
}

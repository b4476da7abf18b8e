package accesslog

import "time"

// A Day is a UTC day: the number of days since 1 January 1970.
type Day int64

const microsPerDay = 24 * 60 * 60 * 1_000_000

// DayOf is the UTC day of a moment.
func DayOf(t time.Time) Day { return dayOfMicros(t.UnixMicro()) }

// Time is the day's first moment.
func (d Day) Time() time.Time { return time.UnixMicro(int64(d) * microsPerDay).UTC() }

// String is the day as 2006-01-02.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// ParseDay reads a day as String writes it.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, err
	}
	return DayOf(t), nil
}

func dayOfMicros(micros int64) Day {
	day := micros / microsPerDay
	if micros%microsPerDay < 0 {
		day--
	}
	return Day(day)
}

// Days are what the warehouse knows of days.
type Days struct {
	// Loaded days have hits in the warehouse, or had them. If the salt of one is gone, it gets a
	// new one and is marked as resalted.
	Loaded map[Day]bool
	// Pruned days had their hits deleted. Lines for them are dropped as too_late.
	Pruned map[Day]bool
}

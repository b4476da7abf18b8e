package counting

import (
	"strconv"
	"strings"
	"time"
)

// SameZone says whether the days of a zone are those of the one that a tool names: a name of the
// time zone database, or an offset such as UTC+5.5. Zones that agree the year around are the same.
func SameZone(zone *time.Location, name string, at time.Time) bool {
	other, ok := namedZone(name)
	if !ok {
		return false
	}
	if zone == nil {
		zone = time.UTC
	}
	for month := range time.Month(12) {
		day := time.Date(at.Year(), month+1, 1, 0, 0, 0, 0, time.UTC)
		_, one := day.In(zone).Zone()
		_, two := day.In(other).Zone()
		if one != two {
			return false
		}
	}
	return true
}

func namedZone(name string) (*time.Location, bool) {
	if offset, isOffset := strings.CutPrefix(name, "UTC"); isOffset && offset != "" {
		hours, err := strconv.ParseFloat(offset, 64)
		return time.FixedZone(name, int(hours*3600)), err == nil
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil && name != "" && name != "Local"
}

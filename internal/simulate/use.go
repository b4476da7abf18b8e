package simulate

import (
	"math"
	"time"
)

// visit is a client who comes for a dataset on one day. If it takes data, it is one client-day.
type visit struct {
	dataset, client int32
	what            visitKind
}

type visitKind uint8

const (
	takes visitKind = iota // fetches data once, or as a person would
	polls                  // fetches data again and again all day
	looks                  // sees the page and takes nothing
)

const (
	burstDays = 3 // of a burst, or their mean
	pollDays  = 15
	spillDays = blockDays // every visit comes less than this after the day its process chose
)

// planBlock lists the visits of each day of a block of 28 days. Bursts and polls that began in the
// block before reach into it.
func (w *World) planBlock(block int, plan *[blockDays][]visit) {
	for i := range plan {
		plan[i] = plan[i][:0]
	}
	first := block * blockDays
	put := func(number int, v visit) {
		if at := number - first; at >= 0 && at < blockDays {
			plan[at] = append(plan[at], v)
		}
	}
	d := newDice(0, 0, 0)
	for b := block - 1; b <= block; b++ {
		for i := range w.datasets {
			s := &w.datasets[i]
			if s.created >= w.midnight((b+1)*blockDays+spillDays) || s.deleted+60*day < w.midnight(b*blockDays) {
				continue
			}
			// The use of a shared file is that of the record it was copied from.
			if s.sharedWith < 0 && s.rate > 0 {
				d.set(w.options.Seed, forUse, i, b)
				w.planUse(d, b, i, put)
			}
			if s.pageRate > 0 && b == block {
				d.set(w.options.Seed, forPages, i, b)
				w.planLooks(d, b, i, put)
			}
		}
	}
}

// planUse chooses the client-days of one dataset that begin in a block. Their mean, over all
// days of the world, is the dataset's rate.
func (w *World) planUse(d dice, block, number int, put func(int, visit)) {
	s := &w.datasets[number]
	perBlock := s.rate * blockDays / quarterDay
	pollShare, toolShare := programs(s.shape)
	switch s.shape {
	case ShapeBursts:
		for range d.poisson(perBlock / burstDays) {
			v := visit{int32(number), w.anybody(d, toolShare), takes}
			at := w.startDay(d, block)
			second := d.between(1, 5)
			put(at, v)
			put(at+second, v)
			put(at+d.between(second+1, 6), v)
		}
		return
	case ShapeWeekBursts, ShapeMonthBursts:
		days := 7
		if s.shape == ShapeMonthBursts {
			days = blockDays
		}
		for range d.poisson(perBlock / burstDays) {
			at := w.startDay(d, block)
			for range d.geometric(burstDays) {
				put(at+d.IntN(days), visit{int32(number), w.anybody(d, toolShare), takes})
			}
		}
		return
	case ShapePolled, ShapeMostlyPolled:
		length := pollDays
		if s.shape == ShapeMostlyPolled {
			length = blockDays
		}
		for range d.poisson(pollShare * perBlock / float64(length)) {
			v := visit{int32(number), w.anybody(d, 1), polls}
			at := block*blockDays + d.IntN(blockDays)
			for i := range length {
				put(at+i, v)
			}
		}
		perBlock *= 1 - pollShare
	}
	weight, peak := w.weight(s)
	for range d.poisson(perBlock * peak) {
		v := visit{int32(number), w.anybody(d, toolShare), takes}
		at := w.startDay(d, block)
		if d.Float64()*peak < weight(at) {
			put(at, v)
		}
	}
}

// programs are the shares that programs have in use: of all client-days those that come of polling, and
// of the others those of other tools.
func programs(shape Shape) (polls, tools float64) {
	switch shape {
	case ShapeBursts:
		return 0, 0.35
	case ShapePolled:
		return 0.3, 0.15
	case ShapeMostlyPolled:
		return 0.6, 0.15
	default:
		return 0, 0.3
	}
}

func (w *World) planLooks(d dice, block, number int, put func(int, visit)) {
	for range d.poisson(w.datasets[number].pageRate * blockDays / quarterDay) {
		put(w.startDay(d, block), visit{int32(number), w.anybody(d, 0.02), looks})
	}
}

// weight is how much of its mean use a dataset has on a day, and the most it ever has.
func (w *World) weight(s *dataset) (weight func(number int) float64, peak float64) {
	days := float64(w.options.Days)
	switch s.shape {
	case ShapeSeasonal:
		return func(number int) float64 {
			return 1 + 0.95*math.Cos(2*math.Pi*(float64(number)/days-s.season))
		}, 1.95
	case ShapeSeldomCampaign:
		const length, cycle = 30, 2 * 365
		from := int(s.season * cycle)
		return func(number int) float64 {
			if (number-from+2*cycle)%cycle < length {
				return 0.5 + 0.5*cycle/length
			}
			return 0.5
		}, 0.5 + 0.5*cycle/length
	case ShapeCampaign:
		const length = 30
		from := int(s.season * (days - length))
		return func(number int) float64 {
			if number >= from && number < from+length {
				return 0.5 + 0.5*days/length
			}
			return 0.5
		}, 0.5 + 0.5*days/length
	default:
		return func(int) float64 { return 1 }, 1
	}
}

// weekday is how busy the days of a week are, from Sunday; their mean is 1.
var weekday = [7]float64{0.5, 1.2, 1.25, 1.25, 1.2, 1.1, 0.5}

// startDay is a day of a block, one of a working week more likely.
func (w *World) startDay(d dice, block int) int {
	for {
		at := block*blockDays + d.IntN(blockDays)
		if d.Float64()*1.25 < weekday[w.weekdayOf(at)] {
			return at
		}
	}
}

func (w *World) weekdayOf(number int) time.Weekday {
	return time.Unix(w.midnight(number), 0).UTC().Weekday()
}

// anybody is a client from outside: a tool with the given chance, else a person.
func (w *World) anybody(d dice, toolShare float64) int32 {
	if d.chance(toolShare) {
		return int32(w.clients.people + d.IntN(w.clients.tools-w.clients.people))
	}
	return int32(d.IntN(w.clients.people))
}

// hours is how busy the hours of a day are for people, UTC.
var hours = [24]float64{
	.15, .1, .08, .08, .1, .15, .3, .6, .9, 1, 1, .95, .85, .95, 1, .95, .85, .65, .5, .45, .4, .35, .3, .2,
}

// second is a second of a day: any for tools, one of waking hours for people.
func second(d dice, tool bool) int64 {
	for {
		at := d.Int64N(day)
		if tool || d.Float64() < hours[at/3600] {
			return at
		}
	}
}

package main

import (
	"time"

	"footfall/internal/simulate"
)

// A truth is one way in which use falls in time.
type truth struct {
	name, text string
	shapes     []simulate.Shape // each dataset has one of them
}

var truths = []truth{
	{"steady", "each use on its own", []simulate.Shape{simulate.ShapeSteady}},
	{"week-bursts", "bursts of 3 client-days on average, each within a week", []simulate.Shape{simulate.ShapeWeekBursts}},
	{"month-bursts", "bursts of 3 client-days on average, each within four weeks", []simulate.Shape{simulate.ShapeMonthBursts}},
	{"polled", "30 % of use by apps that come daily for 15 days", []simulate.Shape{simulate.ShapePolled}},
	{"mostly-polled", "60 % of use by apps that come daily for four weeks", []simulate.Shape{simulate.ShapeMostlyPolled}},
	{"campaigns", "half of use within 30 days of every second year", []simulate.Shape{simulate.ShapeSeldomCampaign}},
	{"seasonal", "a yearly wave from nearly none to nearly double", []simulate.Shape{simulate.ShapeSeasonal}},
	{"mix", "a seventh of the datasets in each of these ways", []simulate.Shape{
		simulate.ShapeSteady, simulate.ShapeWeekBursts, simulate.ShapeMonthBursts, simulate.ShapePolled, simulate.ShapeMostlyPolled,
		simulate.ShapeSeldomCampaign, simulate.ShapeSeasonal,
	}},
}

// worldOf is the portal of a seed. Its logs, where they are written, have robots, staff and
// monitors besides, and every request twice: nothing of that may change a status.
func (p *plan) worldOf(t truth, seed int) simulate.Options {
	return simulate.Options{
		Seed: uint64(seed), Datasets: p.datasets, Publishers: 10,
		Start: time.Date(2025, time.October, 1, 0, 0, 0, 0, time.UTC), Days: 365, Lines: 120 * p.datasets,
		Threshold: threshold, Shapes: t.shapes, IsWhole: true, IsTwice: true,
	}
}

// The classes that datasets are held in by their true rate, in uses a quarter.
type class int

const (
	hardly       class = iota // up to T/4
	little                    // T/4 to T
	enough                    // T to 1.5 T: who is called low here is called so wrongly
	plenty                    // 1.5 T and more
	unmeasured                // not or not fully measurable, whatever its rate
	other                     // new, broken or changed: no part of a requirement
	classes      = int(other) + 1
	fullyClasses = int(plenty) + 1
)

var classNames = [classes]string{"up to T/4", "T/4 to T", "T to 1.5 T", "over 1.5 T", "not fully measurable", "new, broken or changed"}

// classOf is the class of a dataset that was measured on so many of all days.
func classOf(t simulate.Truth, measuredDays, exposure int) class {
	switch {
	case t.Measurable != simulate.MeasurableYes:
		return unmeasured
	case t.Kind != simulate.KindPlain && t.Kind != simulate.KindMoved && t.Kind != simulate.KindRenamed, measuredDays < exposure:
		return other
	default:
		return byRate(t.Rate, threshold)
	}
}

// byRate is the class of a dataset with that true rate where the threshold is T; both in uses a quarter.
func byRate(rate, threshold float64) class {
	switch {
	case rate <= threshold/4:
		return hardly
	case rate < threshold:
		return little
	case rate <= 1.5*threshold:
		return enough
	default:
		return plenty
	}
}

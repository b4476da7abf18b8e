package simulate

import (
	"fmt"
	"path/filepath"
	"time"
)

// logSpec is one log: where its files lie, when they are rotated, and when lines were lost.
type logSpec struct {
	path    string // of the growing file, below the directory of all logs
	dated   bool   // rotated files bear the date and not a number
	rotates func(number int) bool
	late    bool // the server writes a line at the end of the request
	lost    span
}

// rotateAt is the second of a day at which logs are rotated: 06:25 UTC.
const rotateAt = 6*3600 + 25*60

// logSpecs are the logs, by logNumber. Each server but one loses lines at some time, the longer
// ones only in worlds that are long enough.
func logSpecs(o Options) []logSpec {
	start := o.Start.Unix()
	weekly := func(number int) bool { return o.Start.AddDate(0, 0, number).Weekday() == time.Sunday }
	monthly := func(number int) bool { return o.Start.AddDate(0, 0, number).Day() == 1 }
	gap := func(share float64, length int64) span {
		if o.IsWhole {
			return span{never, never}
		}
		from := start + int64(share*float64(o.Days))*day + 14*3600 + 20*60
		return span{from, from + length}
	}
	return []logSpec{
		portalLog: {path: filepath.Join("portal", "access.log"), rotates: weekly, lost: gap(0.70, 20*3600)},
		files1Log: {path: filepath.Join("files-1", "access.log"), rotates: weekly, late: true, lost: span{never, never}},
		files2Log: {path: filepath.Join("files-2", "access.log"), rotates: weekly, late: true, lost: gap(0.50, day*int64(min(9, o.Days/30)))},
		mapsLog:   {path: filepath.Join("maps", "maps.log"), rotates: monthly, dated: true, lost: gap(0.30, day*int64(min(21, o.Days/15)))},
	}
}

// WriteLogs brings the logs below dir from what they were at one moment to what they are at
// another: lines are appended, files renamed and compressed. The first call starts at
// Options.Start in an empty directory, each later one where the one before it ended.
func (w *World) WriteLogs(dir string, from, to time.Time) error {
	begin, end := max(from.Unix(), w.start), to.Unix()
	if end <= begin {
		return nil
	}
	writers := make([]*logWriter, len(w.logs))
	for i := range w.logs {
		lw, err := w.openLog(filepath.Join(dir, w.logs[i].path), &w.logs[i], begin)
		if err != nil {
			return err
		}
		defer lw.close() // no effect after finish
		writers[i] = lw
	}
	g := w.generator()
	for number := w.dayOf(begin); w.midnight(number) < end; number++ {
		g.makeDay(number)
		for _, e := range g.events {
			if e.written < begin || e.written >= end {
				continue
			}
			if err := writers[e.log].line(e, g.text[e.from:e.to]); err != nil {
				return fmt.Errorf("simulated log %s: %w", w.logs[e.log].path, err)
			}
		}
	}
	for i, lw := range writers {
		if err := lw.finish(end); err != nil {
			return fmt.Errorf("simulated log %s: %w", w.logs[i].path, err)
		}
	}
	return nil
}

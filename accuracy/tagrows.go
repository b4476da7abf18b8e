package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"footfall/internal/traffic"
	"footfall/internal/warehouse"
)

// The sources of counts; the second is what the program calls the portal's own.
const (
	matomoName   = "matomo"
	trackingName = "accuracy-tracking"
)

// readingEvery is how many days lie between two readings of the portal's tracking.
const readingEvery = 7

// The columns that the program's own readers of counts fill.
const (
	usageCountColumns = "source:text metric:text unit:text url_id:int period_start:day period_end:day value:int"
	readingColumns    = "source:text metric:text unit:text subject_kind:text subject:text counted_as:text url_id:int read_at:time value:int"
	pullColumns       = `source:text metric:text period_start:day period_end:day pulled_at:time is_whole:bool is_final:bool hides_tail:bool
		row_count:int total_value:int`
	countUnitColumns = `source:text content_id:text stream_id:text generation:int path:text start_offset:int end_offset:int
		line_count:int hit_count:int rejected_count:int dropped_count:int blank_count:int`
	urlColumns = "url_id:int host:text path:text query:text"
)

// loadCounts brings what both tags counted of files into the warehouse: Matomo's by day, and a reading
// of the portal's tracking every week.
func (p *portal) loadCounts(ctx context.Context, days int) error {
	resources, err := p.resources(ctx)
	if err != nil {
		return err
	}
	units := []warehouse.Unit{{
		ID: matomoName, Stream: matomoName, Start: 0,
		Open: func(context.Context) ([]warehouse.Rows, error) { return p.matomoRows(days), nil },
	}}
	totals := map[string]int64{}
	read := func(number, day int) {
		rows := p.readingRows(resources, totals, number, day)
		units = append(units, warehouse.Unit{
			ID: fmt.Sprint(trackingName, number), Stream: trackingName, Start: int64(number),
			Open: func(context.Context) ([]warehouse.Rows, error) { return rows, nil },
		})
	}
	next := 0 // day of the next reading
	for c := range p.world.TrackingCounts() {
		for ; c.Day >= next; next += readingEvery {
			read(next/readingEvery, next)
		}
		if c.ResourceID != "" {
			totals[c.URL] += c.Clients
		}
	}
	read(next/readingEvery, days)
	return p.loadUnits(ctx, days, units)
}

// resources are the URLs of all resources, by their ids, as the catalogue has them last.
func (p *portal) resources(ctx context.Context) (all map[string]string, err error) {
	db, err := sql.Open("duckdb", p.warehouse()+"?access_mode=READ_ONLY&threads=1")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(ctx, `select resource_id, arg_max(url, valid_from) from raw.resource group by resource_id`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	all = map[string]string{}
	for rows.Next() {
		var id, url string
		if err := rows.Scan(&id, &url); err != nil {
			return nil, err
		}
		all[id] = url
	}
	return all, rows.Err()
}

// matomoRows are one answer for each day and metric.
func (p *portal) matomoRows(days int) []warehouse.Rows {
	counts, urls, pulls := newTable("raw.usage_count", usageCountColumns), newTable("raw.url", urlColumns), newTable("ledger.count_pull", pullColumns)
	known := map[int64]bool{}
	for c := range p.world.MatomoCounts() {
		u, isURL := traffic.ParseURL(c.URL)
		if c.ResourceID == "" || !isURL {
			continue
		}
		day := p.start.AddDate(0, 0, c.Day)
		counts.add(matomoName, "downloads", "client_days", u.ID(), day, day, c.Clients)
		if !known[u.ID()] {
			known[u.ID()] = true
			urls.add(u.ID(), u.Host, u.Path, u.Query)
		}
	}
	for number := range days {
		day := p.start.AddDate(0, 0, number)
		pulls.add(matomoName, "downloads", day, day, p.morning(days), true, true, false, int64(0), int64(0))
	}
	return []warehouse.Rows{counts.rows(), urls.rows(), pulls.rows(), countUnit("matomo", matomoName, 0)}
}

// readingRows are a reading of all totals in the morning after so many days.
func (p *portal) readingRows(resources map[string]string, totals map[string]int64, number, days int) []warehouse.Rows {
	readings, pulls := newTable("raw.counter_reading", readingColumns), newTable("ledger.count_pull", pullColumns)
	at := p.morning(days)
	for id, address := range resources {
		u, _ := traffic.ParseURL(address)
		readings.add(trackingName, "downloads", "client_days", "resource", id, address, u.ID(), at, totals[address])
	}
	day := at.Truncate(24 * time.Hour)
	pulls.add(trackingName, "downloads", day, day, at, true, true, false, int64(len(resources)), int64(0))
	return []warehouse.Rows{readings.rows(), pulls.rows(), countUnit("ckan_tracking", trackingName, number)}
}

// countUnit is the receipt of a unit of counts.
func countUnit(kind, name string, number int) warehouse.Rows {
	unit := newTable("ledger.unit", countUnitColumns)
	unit.add(kind, fmt.Sprint(name, number), name, int64(0), name, int64(number), int64(number+1),
		int64(0), int64(0), int64(0), int64(0), int64(0))
	return unit.rows()
}

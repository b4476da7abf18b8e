package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"

	"footfall/internal/simulate"
	"footfall/internal/traffic"
	"footfall/internal/warehouse"
	footfallsql "footfall/sql"
)

// hourLines is how many lines a log is said to have in each hour: no hour is empty.
const hourLines = 20

// A loader makes requests into units of rows, as the log reader makes them of lines.
type loader struct {
	portal   *portal
	networks *traffic.Networks
}

func (p *portal) loader() (*loader, error) {
	networks, err := traffic.ReadNetworks(strings.NewReader(p.world.Networks()), "networks.csv")
	return &loader{portal: p, networks: networks}, err
}

// load brings the requests of the days [from, to) into the warehouse, a unit for each log.
func (l *loader) load(ctx context.Context, requests []simulate.Request, from, to int) error {
	var units []warehouse.Unit
	for _, log := range simulate.LogNames() {
		units = append(units, warehouse.Unit{
			ID: log, Stream: log, Start: int64(from),
			Open: func(context.Context) ([]warehouse.Rows, error) { return l.rows(log, requests, from, to), nil },
		})
	}
	return l.portal.loadUnits(ctx, to, units)
}

// loadUnits brings units into the warehouse, on the morning after so many days.
func (p *portal) loadUnits(ctx context.Context, days int, units []warehouse.Unit) (err error) {
	schema, err := fs.Sub(footfallsql.Files, "schema")
	if err != nil {
		return err
	}
	at := p.morning(days)
	w, err := warehouse.Open(ctx, p.warehouse(), warehouse.Options{Schema: schema, Threads: 1, Now: func() time.Time { return at }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	run, err := w.BeginRun(ctx, "accuracy", "", at, at)
	if err != nil {
		return err
	}
	for _, unit := range units {
		if _, err := w.Load(ctx, run, unit, at); err != nil {
			return err
		}
	}
	return w.EndRun(ctx, run, at, 0, "")
}

// saltOf is a salt for each day: a client is known within its day only.
func saltOf(at time.Time) *traffic.Salt {
	var salt traffic.Salt
	binary.LittleEndian.PutUint64(salt[:8], uint64(at.Unix()/86400))
	return &salt
}

// A table is the rows of one table, given as lists of values in the order of its columns.
type table struct {
	name    string
	builder *array.RecordBuilder
}

func newTable(name, columns string) *table {
	types := map[string]arrow.DataType{
		"int": arrow.PrimitiveTypes.Int64, "small": arrow.PrimitiveTypes.Int32, "text": arrow.BinaryTypes.String,
		"bool": arrow.FixedWidthTypes.Boolean, "time": &arrow.TimestampType{Unit: arrow.Microsecond}, "day": arrow.FixedWidthTypes.Date32,
	}
	var fields []arrow.Field
	for column := range strings.FieldsSeq(columns) {
		name, kind, _ := strings.Cut(column, ":")
		fields = append(fields, arrow.Field{Name: name, Type: types[kind], Nullable: true})
	}
	// DuckDB reads the buffers, so they must be C's memory.
	return &table{name, array.NewRecordBuilder(mallocator.NewMallocator(), arrow.NewSchema(fields, nil))}
}

func (t *table) add(values ...any) {
	for i, value := range values {
		switch b := t.builder.Field(i).(type) {
		case *array.Int64Builder:
			b.Append(value.(int64))
		case *array.Int32Builder:
			b.Append(int32(value.(int)))
		case *array.StringBuilder:
			b.Append(value.(string))
		case *array.BooleanBuilder:
			b.Append(value.(bool))
		case *array.TimestampBuilder:
			b.Append(arrow.Timestamp(value.(time.Time).UnixMicro()))
		case *array.Date32Builder:
			b.Append(arrow.Date32FromTime(value.(time.Time)))
		default:
			panic(fmt.Sprintf("table %s: column %d has no builder", t.name, i))
		}
	}
}

// rows hands the table over.
func (t *table) rows() warehouse.Rows {
	batch := t.builder.NewRecordBatch()
	defer batch.Release()
	defer t.builder.Release()
	reader, err := array.NewRecordReader(t.builder.Schema(), []arrow.RecordBatch{batch})
	if err != nil {
		panic(err) // the batch has the builder's own schema
	}
	return warehouse.Rows{Table: t.name, Reader: reader}
}

// rows are those of one log and the days [from, to).
func (l *loader) rows(log string, requests []simulate.Request, from, to int) []warehouse.Rows {
	hits := newTable("raw.hit", "hit_at:time client_key:int url_id:int agent_id:int referrer_id:int network_class:text method:text status:small response_bytes:int")
	urls := newTable("raw.url", "url_id:int host:text path:text query:text")
	agents := newTable("raw.agent", "agent_id:int user_agent:text")
	referrers := newTable("raw.referrer", "referrer_id:int host:text path:text")
	hours := newTable("ledger.unit_hour", "log:text hour_at:time line_count:int first_at:time last_at:time")
	days := newTable("ledger.hit_day", "day:day")
	unit := newTable("ledger.unit", `source:text content_id:text stream_id:text generation:int log:text path:text start_offset:int end_offset:int
		line_count:int hit_count:int rejected_count:int dropped_count:int blank_count:int first_at:time last_at:time`)
	start := l.portal.start
	first, end := start.AddDate(0, 0, from), start.AddDate(0, 0, to)
	knownURLs, knownAgents, knownReferrers := map[int64]bool{}, map[int64]bool{}, map[int64]bool{}
	count := int64(0)
	for _, r := range requests {
		if r.Log != log || r.At.Before(first) || !r.At.Before(end) {
			continue
		}
		url, hostLen, pathLen := traffic.AppendCanonical(nil, []byte(r.Host), []byte(r.Target))
		if traffic.IsStatic(url[hostLen : hostLen+pathLen]) {
			continue
		}
		count++
		agent := traffic.AppendAgent(nil, []byte(r.Agent))
		referrer, referrerHost := traffic.AppendReferrer(nil, []byte(r.Referrer))
		urlID, agentID, referrerID := traffic.TextID(url), traffic.TextID(agent), traffic.TextID(referrer)
		address, _ := r.Address.MarshalBinary() // always possible
		hits.add(r.At, traffic.ClientKey(saltOf(r.At), address, agentID), urlID, agentID, referrerID,
			l.networks.Class(r.Address), r.Method, r.Status, r.Bytes)
		if !knownURLs[urlID] {
			knownURLs[urlID] = true
			urls.add(urlID, string(url[:hostLen]), string(url[hostLen:hostLen+pathLen]), strings.TrimPrefix(string(url[hostLen+pathLen:]), "?"))
		}
		if !knownAgents[agentID] {
			knownAgents[agentID] = true
			agents.add(agentID, string(agent))
		}
		if referrerID != 0 && !knownReferrers[referrerID] {
			knownReferrers[referrerID] = true
			referrers.add(referrerID, string(referrer[:referrerHost]), string(referrer[referrerHost:]))
		}
	}
	lines := int64(0)
	for hour := first; hour.Before(end); hour = hour.Add(time.Hour) {
		hours.add(log, hour, int64(hourLines), hour, hour.Add(time.Hour-time.Second))
		if hour.Hour() == 0 {
			days.add(hour)
		}
		lines += hourLines
	}
	lines = max(lines, count)
	unit.add("log", log, log, int64(1), log, log, int64(from), int64(to), lines, count, int64(0), lines-count, int64(0), first, end.Add(-time.Second))
	var all []warehouse.Rows
	for _, t := range []*table{hits, urls, agents, referrers, hours, days, unit} {
		all = append(all, t.rows())
	}
	return all
}

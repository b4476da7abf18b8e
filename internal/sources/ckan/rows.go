package ckan

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"footfall/internal/sources"
	"footfall/internal/traffic"
)

// Types of our columns.
var (
	varchar   = arrow.BinaryTypes.String
	bigint    = arrow.PrimitiveTypes.Int64
	boolean   = arrow.FixedWidthTypes.Boolean
	timestamp = &arrow.TimestampType{Unit: arrow.Microsecond}
)

// open makes the readers of a pull. Tables without rows are left out.
func open(ctx context.Context, pull receipt, c changes) ([]sources.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var rows []sources.Rows
	if len(c.resources) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.resource", Reader: newReader(ctx, resourceColumns(), c.resources)})
	}
	if len(c.datasets) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.dataset", Reader: newReader(ctx, datasetColumns(pull.site), c.datasets)})
	}
	if len(c.publishers) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.publisher", Reader: newReader(ctx, publisherColumns(), c.publishers)})
	}
	one := []receipt{pull}
	return append(rows,
		sources.Rows{Table: "ledger.source_pull", Reader: newReader(ctx, pullColumns(), one)},
		sources.Rows{Table: "ledger.unit", Reader: newReader(ctx, unitColumns(), one)}), nil
}

// datasetColumns are raw.dataset's.
func datasetColumns(site string) []column[version[dataset]] {
	type row = version[dataset]
	return append([]column[row]{
		{"dataset_id", varchar, func(v *row) any { return v.record.id }},
		{"name", varchar, func(v *row) any { return said(v, v.record.name) }},
		{"title", varchar, func(v *row) any { return said(v, v.record.title) }},
		{"publisher_id", varchar, func(v *row) any { return orNull(v.record.publisherID) }},
		{"record_kind", varchar, func(v *row) any { return said(v, v.record.kind) }},
		{"guid", varchar, func(v *row) any { return orNull(v.record.guid) }},
		{"parent_guid", varchar, func(v *row) any { return orNull(v.record.parentGUID) }},
		{"page_url", varchar, func(v *row) any { return said(v, pageURL(site, v.record)) }},
		{"page_url_id", bigint, func(v *row) any {
			if v.gone {
				return nil
			}
			id, _ := address(pageURL(site, v.record))
			return id
		}},
		{"created_at", timestamp, func(v *row) any { return v.record.created }},
		{"modified_at", timestamp, func(v *row) any { return v.record.modified }},
	}, versionColumns[dataset]()...)
}

// resourceColumns are raw.resource's.
func resourceColumns() []column[version[resource]] {
	type row = version[resource]
	return append([]column[row]{
		{"resource_id", varchar, func(v *row) any { return v.record.id }},
		{"dataset_id", varchar, func(v *row) any { return v.record.datasetID }},
		{"name", varchar, func(v *row) any { return said(v, v.record.name) }},
		{"format", varchar, func(v *row) any { return said(v, v.record.format) }},
		{"url", varchar, func(v *row) any { return said(v, v.record.url) }},
		{"url_id", bigint, func(v *row) any { id, _ := address(v.record.url); return id }},
		{"host", varchar, func(v *row) any { _, host := address(v.record.url); return said(v, host) }},
		{"url_type", varchar, func(v *row) any { return said(v, v.record.urlType) }},
		{"locator_function", varchar, func(v *row) any { return said(v, v.record.locatorFunction) }},
		{"resource_type", varchar, func(v *row) any { return said(v, v.record.resourceType) }},
		{"is_datastore_active", boolean, func(v *row) any {
			if v.gone {
				return nil
			}
			return v.record.isDatastoreActive
		}},
		{"created_at", timestamp, func(v *row) any { return v.record.created }},
	}, versionColumns[resource]()...)
}

// publisherColumns are raw.publisher's.
func publisherColumns() []column[version[publisher]] {
	type row = version[publisher]
	return append([]column[row]{
		{"publisher_id", varchar, func(v *row) any { return v.record.id }},
		{"name", varchar, func(v *row) any { return said(v, v.record.name) }},
		{"title", varchar, func(v *row) any { return said(v, v.record.title) }},
	}, versionColumns[publisher]()...)
}

// versionColumns are those that the three tables share.
func versionColumns[T any]() []column[version[T]] {
	type row = version[T]
	return []column[row]{
		{"is_gone", boolean, func(v *row) any { return v.gone }},
		{"version_hash", bigint, func(v *row) any { return v.hash }},
		{"valid_from", timestamp, func(v *row) any { return v.validFrom }},
		{"is_valid_from_assumed", boolean, func(v *row) any { return v.isAssumed }},
		{"seen_at", timestamp, func(v *row) any { return v.seenAt }},
	}
}

func pullColumns() []column[receipt] {
	return []column[receipt]{
		{"source", varchar, func(r *receipt) any { return r.stream }},
		{"pull_kind", varchar, func(r *receipt) any { return r.kind }},
		{"pulled_at", timestamp, func(r *receipt) any { return r.at }},
		{"is_complete", boolean, func(*receipt) any { return true }},
		{"hides_tail", boolean, func(*receipt) any { return false }},
		{"item_count", bigint, func(r *receipt) any { return r.items }},
	}
}

func unitColumns() []column[receipt] {
	columns := []column[receipt]{
		{"source", varchar, func(*receipt) any { return "ckan" }},
		{"content_id", varchar, func(r *receipt) any { return r.id }},
		{"stream_id", varchar, func(r *receipt) any { return r.stream }},
		{"path", varchar, func(r *receipt) any { return r.path }},
		{"start_offset", bigint, func(r *receipt) any { return r.number }},
		{"end_offset", bigint, func(r *receipt) any { return r.number + 1 }},
	}
	for _, name := range []string{"generation", "line_count", "hit_count", "rejected_count", "dropped_count", "blank_count"} {
		columns = append(columns, column[receipt]{name, bigint, func(*receipt) any { return int64(0) }})
	}
	return columns
}

// said is a text of a live version; of one that is gone nothing is said.
func said[T any](v *version[T], text string) any {
	if v.gone {
		return nil
	}
	return text
}

// orNull keeps ids that are absent from joining with each other.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// address is the id and host of a catalogue URL: nil and "" for what is no web address.
func address(raw string) (id any, host string) {
	u, ok := traffic.ParseURL(raw)
	if !ok {
		return nil, ""
	}
	return u.ID(), u.Host
}

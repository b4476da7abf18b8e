package ckan

import (
	"context"

	"footfall/internal/sources"
	"footfall/internal/traffic"
)

// open makes the readers of a pull. Tables without rows are left out.
func open(ctx context.Context, pull receipt, c changes) ([]sources.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var rows []sources.Rows
	if len(c.resources) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.resource", Reader: sources.NewReader(ctx, resourceColumns(), c.resources)})
	}
	if len(c.datasets) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.dataset", Reader: sources.NewReader(ctx, datasetColumns(pull.site), c.datasets)})
	}
	if len(c.publishers) > 0 {
		rows = append(rows, sources.Rows{Table: "raw.publisher", Reader: sources.NewReader(ctx, publisherColumns(), c.publishers)})
	}
	one := []receipt{pull}
	return append(rows,
		sources.Rows{Table: "ledger.source_pull", Reader: sources.NewReader(ctx, pullColumns(), one)},
		sources.Receipt{Source: "ckan", ID: pull.id, Stream: pull.stream, Path: pull.path, Number: pull.number}.Rows(ctx)), nil
}

// datasetColumns are raw.dataset's.
func datasetColumns(site string) []sources.Column[version[dataset]] {
	type row = version[dataset]
	return append([]sources.Column[row]{
		sources.NewColumn("dataset_id", sources.Varchar, func(v *row) any { return v.record.id }),
		sources.NewColumn("name", sources.Varchar, func(v *row) any { return said(v, v.record.name) }),
		sources.NewColumn("title", sources.Varchar, func(v *row) any { return said(v, v.record.title) }),
		sources.NewColumn("publisher_id", sources.Varchar, func(v *row) any { return orNull(v.record.publisherID) }),
		sources.NewColumn("record_kind", sources.Varchar, func(v *row) any { return said(v, v.record.kind) }),
		sources.NewColumn("guid", sources.Varchar, func(v *row) any { return orNull(v.record.guid) }),
		sources.NewColumn("parent_guid", sources.Varchar, func(v *row) any { return orNull(v.record.parentGUID) }),
		sources.NewColumn("page_url", sources.Varchar, func(v *row) any { return said(v, pageURL(site, v.record)) }),
		sources.NewColumn("page_url_id", sources.Bigint, func(v *row) any {
			if v.gone {
				return nil
			}
			id, _ := address(pageURL(site, v.record))
			return id
		}),
		sources.NewColumn("created_at", sources.Timestamp, func(v *row) any { return v.record.created }),
		sources.NewColumn("modified_at", sources.Timestamp, func(v *row) any { return v.record.modified }),
	}, versionColumns[dataset]()...)
}

// resourceColumns are raw.resource's.
func resourceColumns() []sources.Column[version[resource]] {
	type row = version[resource]
	return append([]sources.Column[row]{
		sources.NewColumn("resource_id", sources.Varchar, func(v *row) any { return v.record.id }),
		sources.NewColumn("dataset_id", sources.Varchar, func(v *row) any { return v.record.datasetID }),
		sources.NewColumn("name", sources.Varchar, func(v *row) any { return said(v, v.record.name) }),
		sources.NewColumn("format", sources.Varchar, func(v *row) any { return said(v, v.record.format) }),
		sources.NewColumn("url", sources.Varchar, func(v *row) any { return said(v, v.record.url) }),
		sources.NewColumn("url_id", sources.Bigint, func(v *row) any { id, _ := address(v.record.url); return id }),
		sources.NewColumn("host", sources.Varchar, func(v *row) any { _, host := address(v.record.url); return said(v, host) }),
		sources.NewColumn("url_type", sources.Varchar, func(v *row) any { return said(v, v.record.urlType) }),
		sources.NewColumn("locator_function", sources.Varchar, func(v *row) any { return said(v, v.record.locatorFunction) }),
		sources.NewColumn("resource_type", sources.Varchar, func(v *row) any { return said(v, v.record.resourceType) }),
		sources.NewColumn("is_datastore_active", sources.Boolean, func(v *row) any {
			if v.gone {
				return nil
			}
			return v.record.isDatastoreActive
		}),
		sources.NewColumn("created_at", sources.Timestamp, func(v *row) any { return v.record.created }),
	}, versionColumns[resource]()...)
}

// publisherColumns are raw.publisher's.
func publisherColumns() []sources.Column[version[publisher]] {
	type row = version[publisher]
	return append([]sources.Column[row]{
		sources.NewColumn("publisher_id", sources.Varchar, func(v *row) any { return v.record.id }),
		sources.NewColumn("name", sources.Varchar, func(v *row) any { return said(v, v.record.name) }),
		sources.NewColumn("title", sources.Varchar, func(v *row) any { return said(v, v.record.title) }),
	}, versionColumns[publisher]()...)
}

// versionColumns are those that the three tables share.
func versionColumns[T any]() []sources.Column[version[T]] {
	type row = version[T]
	return []sources.Column[row]{
		sources.NewColumn("is_gone", sources.Boolean, func(v *row) any { return v.gone }),
		sources.NewColumn("version_hash", sources.Bigint, func(v *row) any { return v.hash }),
		sources.NewColumn("valid_from", sources.Timestamp, func(v *row) any { return v.validFrom }),
		sources.NewColumn("is_valid_from_assumed", sources.Boolean, func(v *row) any { return v.isAssumed }),
		sources.NewColumn("seen_at", sources.Timestamp, func(v *row) any { return v.seenAt }),
	}
}

func pullColumns() []sources.Column[receipt] {
	return []sources.Column[receipt]{
		sources.NewColumn("source", sources.Varchar, func(r *receipt) any { return r.stream }),
		sources.NewColumn("pull_kind", sources.Varchar, func(r *receipt) any { return r.kind }),
		sources.NewColumn("pulled_at", sources.Timestamp, func(r *receipt) any { return r.at }),
		sources.NewColumn("is_complete", sources.Boolean, func(*receipt) any { return true }),
		sources.NewColumn("hides_tail", sources.Boolean, func(*receipt) any { return false }),
		sources.NewColumn("item_count", sources.Bigint, func(r *receipt) any { return r.items }),
	}
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

package ckan

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	"github.com/zeebo/xxh3"
)

// version is a row of raw.dataset, raw.resource or raw.publisher. Of a record that is gone only
// its id (and a resource's dataset) is filled in.
type version[T any] struct {
	record    T
	gone      bool
	hash      int64
	validFrom time.Time
	isAssumed bool // validFrom is what the portal says, not what a pull saw
	seenAt    time.Time
}

// changes are the versions that a pull adds, each in order of ids.
type changes struct {
	datasets   []version[dataset]
	resources  []version[resource]
	publishers []version[publisher]
}

// moment is when a pull sees things.
type moment struct {
	now     time.Time
	isFirst bool // nothing was known before
}

// validFrom is since when a version holds. Every change is seen now; only what the very first
// pull finds is taken to be as old as the portal says.
func (m moment) validFrom(created time.Time) (from time.Time, isAssumed bool) {
	if !m.isFirst {
		return m.now, false
	}
	if created.IsZero() || created.After(m.now) {
		return m.now, true
	}
	return created, true
}

// add appends a version of the record, unless the last one known is the same and not gone.
func add[T any](list []version[T], m moment, known map[string]Version, id string, record T, hash int64, created time.Time) []version[T] {
	if before, ok := known[id]; ok && before.Hash == hash && !before.IsGone {
		return list
	}
	v := version[T]{record: record, hash: hash, seenAt: m.now}
	v.validFrom, v.isAssumed = m.validFrom(created)
	return append(list, v)
}

// closeGone appends the end of a record, unless it is known to be gone.
func closeGone[T any](list []version[T], m moment, before Version, record T) []version[T] {
	if before.IsGone {
		return list
	}
	return append(list, version[T]{record: record, gone: true, hash: before.Hash, validFrom: m.now, seenAt: m.now})
}

// compare holds what came against what is known. A full pull closes what it did not bring; any
// pull closes the resources that its datasets no longer have.
func (s *Source) compare(c *client, got harvest, kind string, now time.Time) changes {
	m := moment{now: now, isFirst: s.Known.LastFull.IsZero()}
	var out changes
	datasets, resources := map[string]bool{}, map[string]bool{}
	for _, d := range got.datasets {
		datasets[d.id] = true
		out.datasets = add(out.datasets, m, s.Known.Datasets, d.id, d, d.hash(pageURL(c.site, d)), d.created)
		for _, r := range d.resources {
			if !resources[r.id] { // an id stands for one resource, whatever the portal repeats
				resources[r.id] = true
				out.resources = add(out.resources, m, s.Known.Resources, r.id, r, r.hash(), r.created)
			}
		}
	}
	for id, before := range s.Known.Resources {
		if !resources[id] && (kind == full || datasets[before.DatasetID]) {
			out.resources = closeGone(out.resources, m, before, resource{id: id, datasetID: before.DatasetID})
		}
	}
	if kind == full {
		for id, before := range s.Known.Datasets {
			if !datasets[id] {
				out.datasets = closeGone(out.datasets, m, before, dataset{id: id})
			}
		}
	}
	out.publishers = s.comparePublishers(c, got, kind, m)
	slices.SortFunc(out.datasets, func(a, b version[dataset]) int { return cmp.Compare(a.record.id, b.record.id) })
	slices.SortFunc(out.resources, func(a, b version[resource]) int { return cmp.Compare(a.record.id, b.record.id) })
	slices.SortFunc(out.publishers, func(a, b version[publisher]) int { return cmp.Compare(a.record.id, b.record.id) })
	return out
}

// comparePublishers does the same for organizations. With a filter, only those matter that have
// datasets in it, that it names, or that are known. What the datasets of an incremental pull say
// of a known organization may be out of date in the search index, so only a full pull renames it.
func (s *Source) comparePublishers(c *client, got harvest, kind string, m moment) []version[publisher] {
	var out []version[publisher]
	hasDatasets, seen := map[string]bool{}, map[string]bool{}
	for _, d := range got.datasets {
		hasDatasets[d.publisherID] = true
	}
	for _, p := range got.publishers {
		seen[p.id] = true
		before, isKnown := s.Known.Publishers[p.id]
		if kind == incremental && isKnown && !before.IsGone {
			continue
		}
		if c.fq == "" || isKnown || hasDatasets[p.id] || slices.Contains(c.config.Organizations, p.name) {
			out = add(out, m, s.Known.Publishers, p.id, p, p.hash(), p.created)
		}
	}
	if kind == full && got.isPublisherListComplete {
		for id, before := range s.Known.Publishers {
			if !seen[id] {
				out = closeGone(out, m, before, publisher{id: id})
			}
		}
	}
	return out
}

// pageURL is the address of a dataset's page.
func pageURL(site string, d dataset) string { return site + "/dataset/" + d.name }

// hash names what matters of a dataset: not its description, nor when it was modified.
func (d dataset) hash(pageURL string) int64 {
	return hash(d.title, d.name, d.publisherID, d.kind, d.guid, d.parentGUID, pageURL)
}

func (r resource) hash() int64 {
	active := ""
	if r.isDatastoreActive {
		active = "datastore"
	}
	return hash(r.datasetID, r.name, r.format, r.url, r.urlType, r.locatorFunction, r.resourceType, active)
}

func (p publisher) hash() int64 { return hash(p.name, p.title) }

// hash is xxh3-64 over the texts, each with its length before it, as a signed number.
func hash(texts ...string) int64 {
	var all []byte
	for _, t := range texts {
		all = binary.AppendUvarint(all, uint64(len(t)))
		all = append(all, t...)
	}
	return int64(xxh3.Hash(all))
}

package ckan

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// crawls is how often a catalogue that changes while it is read is read before giving up.
const crawls = 2

// organizationPage is CKAN's own limit for organizations with all their fields.
const organizationPage = 25

// harvest is all that a pull brought, in order of ids.
type harvest struct {
	datasets   []dataset
	others     int // packages that are no datasets, or not public
	publishers []publisher
	// isPublisherListComplete says that the portal's list of organizations was read, so that one
	// missing from it is gone.
	isPublisherListComplete bool
}

// searchJSON is a page of package_search.
type searchJSON struct {
	Count   int           `json:"count"`
	Results []packageJSON `json:"results"`
}

// crawl reads all datasets of the filter, or those modified since then if a time is given.
//
// Pages are sorted by id, which never changes: an edit in the meantime moves nothing. A dataset
// added or deleted moves the pages after it, and one may be missed or come twice; then the
// portal's count and the ids seen disagree, and everything is read once more.
func (c *client) crawl(ctx context.Context, since time.Time) (harvest, error) {
	fq := c.fq
	if !since.IsZero() {
		fq = and(fq, "metadata_modified:["+since.UTC().Format("2006-01-02T15:04:05Z")+" TO *]")
	}
	var err error
	for range crawls {
		var got harvest
		got, err = c.crawlOnce(ctx, fq, since.IsZero())
		if _, isIncomplete := errors.AsType[*incompleteError](err); !isIncomplete {
			return got, err
		}
	}
	return harvest{}, fmt.Errorf("%s: %w", c.path, err)
}

// incompleteError says that a crawl cannot have seen everything.
type incompleteError struct{ before, after, seen int }

func (e *incompleteError) Error() string {
	if e.before != e.after {
		return fmt.Sprintf("the portal counted %d datasets at first and %d at the end, and %d came, %d times over: nothing is changed; try again when it is not being edited",
			e.before, e.after, e.seen, crawls)
	}
	return fmt.Sprintf("the portal counts %d datasets but only %d came, %d times over: nothing is changed; its search index may be damaged or being rebuilt",
		e.after, e.seen, crawls)
}

// crawlOnce reads the pages once. A full crawl must see exactly what is counted; of changes it is
// enough to see all that were there when it began, since the next pull asks for the later ones.
func (c *client) crawlOnce(ctx context.Context, fq string, isFull bool) (harvest, error) {
	var got harvest
	seen := map[string]bool{}
	counted, last := -1, 0
	for start := 0; ; {
		var page searchJSON
		params := url.Values{"q": {"*:*"}, "sort": {"id asc"}, "rows": {strconv.Itoa(c.config.PageSize)}, "start": {strconv.Itoa(start)}}
		if fq != "" {
			params.Set("fq", fq)
		}
		if err := c.action(ctx, "package_search", params, &page); err != nil {
			return harvest{}, err
		}
		readAt := c.now().UTC().Truncate(time.Microsecond)
		if counted < 0 {
			counted = page.Count
		}
		last = page.Count
		before := len(seen)
		for i, p := range page.Results {
			if p.ID == "" {
				return harvest{}, fmt.Errorf("%s: dataset %d of the answer has no id: is this the API of a CKAN?", c.path, start+i)
			}
			if seen[string(p.ID)] {
				continue
			}
			seen[string(p.ID)] = true
			if !p.isListed() {
				got.others++
				continue
			}
			d := p.dataset()
			d.readAt = readAt
			if c.wantsCounts && !d.hasCounts() {
				return harvest{}, fmt.Errorf("%s: dataset %s came without all of its counts, others with them: nothing is taken; try again later",
					c.path, cmp.Or(d.name, d.id))
			}
			got.datasets = append(got.datasets, d)
			if o := p.Organization.publisher(); o.id != "" {
				got.publishers = append(got.publishers, o)
			}
		}
		got.publishers = unique(got.publishers)
		// A portal may hold pages to fewer rows than asked for, so what came is what is stepped by.
		start += len(page.Results)
		if len(seen) == before || start >= page.Count {
			break
		}
	}
	if len(seen) < counted || last < counted || (isFull && (last != counted || len(seen) != counted)) {
		return harvest{}, &incompleteError{before: counted, after: last, seen: len(seen)}
	}
	slices.SortFunc(got.datasets, func(a, b dataset) int { return strings.Compare(a.id, b.id) })
	return got, nil
}

// publishers adds the portal's list of organizations, which knows better than the search index
// how they are called. A portal that does not give its list away leaves what the datasets say.
func (c *client) publishers(ctx context.Context, got *harvest) error {
	listed, err := c.organizations(ctx)
	if isRefused(err) {
		return nil
	}
	if err != nil {
		return err
	}
	got.publishers = unique(append(listed, got.publishers...))
	got.isPublisherListComplete = len(listed) > 0
	return nil
}

// organizations reads the list page by page until a page brings none that is new: old portals
// know no offset and answer everything each time.
func (c *client) organizations(ctx context.Context) ([]publisher, error) {
	var all []publisher
	for start := 0; ; {
		var page []json.RawMessage
		params := url.Values{
			"all_fields": {"true"}, "sort": {"name asc"},
			"limit": {strconv.Itoa(organizationPage)}, "offset": {strconv.Itoa(start)},
		}
		if err := c.action(ctx, "organization_list", params, &page); err != nil {
			return nil, err
		}
		before := len(all)
		for _, item := range page {
			var o organizationJSON
			if err := json.Unmarshal(item, &o); err != nil {
				return nil, fmt.Errorf("%s: organization_list: %w", c.path, err)
			}
			if o.ID != "" && (o.State == "" || o.State == "active") {
				all = append(all, o.publisher())
			}
		}
		all = unique(all)
		start += len(page)
		if len(page) == 0 || len(all) == before {
			return all, nil
		}
	}
}

// unique sorts by id and keeps the first of each.
func unique(all []publisher) []publisher {
	slices.SortStableFunc(all, func(a, b publisher) int { return strings.Compare(a.id, b.id) })
	return slices.CompactFunc(all, func(a, b publisher) bool { return a.id == b.id })
}

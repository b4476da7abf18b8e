package ckan

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sample is how many of the most viewed datasets are looked at to find out whether a portal counts.
const sample = 10

// mostViewed is the order in which the portal's index has the most viewed datasets first.
const mostViewed = "views_total desc"

// errTracksNothing stands for counts that are asked for and not there.
var errTracksNothing = errors.New("portal.tracking is on, but the portal counts no visits: on CKAN 2.11 and later add tracking to ckan.plugins, before that set ckan.tracking_enabled = true, and let it run `ckan tracking update` and `ckan search-index rebuild` every day; or set portal.tracking: auto")

// walk asks for one dataset after the other, as CKAN 2.10 and older want it. What came is kept, so
// that a walk that is interrupted is gone on with by the next run, unless a day has passed.
func (t *Tracking) walk(ctx context.Context) (datasets []dataset, remove func(), err error) {
	paced := *t.Catalogue
	paced.Config.Pace = t.Pace
	c, err := newClient(&paced)
	if err != nil {
		return nil, nil, err
	}
	defer c.ask.Close()
	began, walked, err := openProgress(t.Progress, c.path, c.now())
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, walked.close()) }()
	if len(walked.datasets) == 0 {
		if err := c.findCounts(ctx); err != nil {
			return nil, nil, err
		}
	}
	got, err := c.crawl(ctx, time.Time{})
	if err != nil {
		return nil, nil, err
	}
	if err := t.Catalogue.plausible(c, got); err != nil {
		return nil, nil, err
	}
	log := t.Catalogue.logger()
	log.InfoContext(ctx, "reading the counts of each dataset", "source", t.Name, "datasets", len(got.datasets),
		"read_before", len(walked.datasets), "since", began)
	gone := map[string]bool{}
	for _, listed := range got.datasets {
		if d, isRead := walked.datasets[listed.id]; isRead {
			datasets = append(datasets, d)
			continue
		}
		d, err := c.show(ctx, listed.id)
		switch {
		case isGone(err):
			gone[listed.id] = true
			continue
		case err == nil && !d.hasCounts():
			err = fmt.Errorf("%s: dataset %s came without its counts", c.path, d.name)
		case err == nil:
			err = walked.add(d)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%w; of %d datasets the counts of %d are read, and the next run within a day goes on there",
				err, len(got.datasets), len(walked.datasets))
		}
		datasets = append(datasets, d)
	}
	if len(gone) > 0 {
		if err := c.checkGone(ctx, gone); err != nil {
			return nil, nil, err
		}
	}
	return datasets, walked.remove, nil
}

// findCounts wants one of the most viewed datasets to have views. CKAN 2.10 answers zeros also
// where it counts nothing.
func (c *client) findCounts(ctx context.Context) error {
	page, err := c.first(ctx, mostViewed, sample)
	if err != nil {
		return err
	}
	isCounting, err := c.isCounting(ctx, page)
	if err == nil && !isCounting {
		err = fmt.Errorf("%s: %w", c.path, errTracksNothing)
	}
	return err
}

// first are the first datasets in an order.
func (c *client) first(ctx context.Context, sort string, rows int) (page searchJSON, err error) {
	params := url.Values{"q": {"*:*"}, "sort": {sort}, "rows": {strconv.Itoa(rows)}}
	if c.fq != "" {
		params.Set("fq", c.fq)
	}
	err = c.action(ctx, "package_search", params, &page)
	return page, err
}

// isCounting looks for views at the datasets of a page, one after the other.
func (c *client) isCounting(ctx context.Context, page searchJSON) (bool, error) {
	for _, p := range page.Results {
		d, err := c.show(ctx, string(p.ID))
		switch {
		case isGone(err):
			continue
		case err != nil:
			return false, err
		case d.isViewed():
			return true, nil
		}
	}
	return false, nil
}

// isViewed says whether the dataset, or a resource of it, has a count above zero.
func (d *dataset) isViewed() bool {
	return d.views.total > 0 || slices.ContainsFunc(d.resources, func(r resource) bool { return r.views.total > 0 })
}

// show asks for one dataset and its counts.
func (c *client) show(ctx context.Context, id string) (dataset, error) {
	var p packageJSON
	if err := c.action(ctx, "package_show", url.Values{"id": {id}, "include_tracking": {"true"}}, &p); err != nil {
		return dataset{}, err
	}
	d := p.dataset()
	d.readAt = c.now().UTC().Truncate(time.Microsecond)
	if d.id != id {
		return dataset{}, fmt.Errorf("%s: asked for dataset %s, got %q", c.path, id, d.id)
	}
	return d, nil
}

// isGone says that a dataset that was listed is no more: deleted, or made private.
func isGone(err error) bool {
	refused, ok := errors.AsType[*refusalError](err)
	return ok && strings.HasSuffix(refused.kind, "Error") && (refused.status == 403 || refused.status == 404)
}

// checkGone wants the datasets that could not be shown to be listed no more.
func (c *client) checkGone(ctx context.Context, gone map[string]bool) error {
	again, err := c.crawl(ctx, time.Time{})
	if err != nil {
		return err
	}
	for _, d := range again.datasets {
		if gone[d.id] {
			return fmt.Errorf("%s: dataset %s is listed, but the portal does not show it: a reading without it would not be whole, so nothing is taken", c.path, d.name)
		}
	}
	return nil
}

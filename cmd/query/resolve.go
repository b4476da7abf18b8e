package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// matches finds what a name may mean, best first: rank 0 is an id or address, 1 the name now, 2 a
// former name, 3 the title, 4 a part of any of them. Every query has the columns id, name, title.
const (
	datasetMatches = `
with named as (
    select dataset_id as id, 0 as rank from dim_dataset where dataset_id = $name or page_url = $name
    union all
    select dataset_id, case when is_current then 1 else 2 end
    from dim_dataset_name
    where lower(name) = lower($name)
    union all
    select dataset_id, 3 from dim_dataset where lower(title) = lower($name)
    union all
    select dataset_id, 4
    from dim_dataset
    where contains(lower(name), lower($name)) or contains(lower(title), lower($name))
    union all
    select dataset_id, 4 from dim_dataset_name where contains(lower(name), lower($name))
)
select id, name, title, min(rank) as rank
from named
inner join dim_dataset on dim_dataset.dataset_id = named.id
group by id, name, title
qualify min(rank) = min(min(rank)) over ()
order by name, id`

	publisherMatches = `
with named as (
    select
        publisher_id as id,
        name,
        title,
        case
            when publisher_id = $name then 0
            when lower(name) = lower($name) then 1
            when lower(title) = lower($name) then 3
            when contains(lower(name), lower($name)) or contains(lower(title), lower($name)) then 4
        end as rank
    from dim_publisher
)
select id, name, title, rank
from named
where rank is not null
qualify rank = min(rank) over ()
order by name, id`

	datasetNames   = `select name from dim_dataset order by name`
	publisherNames = `select name from dim_publisher union select title from dim_publisher order by 1`
)

// shownMatches is how many of several matches are named.
const shownMatches = 10

// resolve finds the id of the dataset or publisher (kind) that a person calls name.
func (e *engine) resolve(ctx context.Context, kind, name string) (string, error) {
	matches, names := datasetMatches, datasetNames
	if kind == "publisher" {
		matches, names = publisherMatches, publisherNames
	}
	name = strings.TrimSpace(name)
	if name == "" {
		return "", fmt.Errorf("the name of the %s is empty", kind)
	}
	found, err := e.rows(ctx, matches, args{"name": name})
	if err != nil {
		return "", err
	}
	switch len(found) {
	case 1:
		return found[0]["id"], nil
	case 0:
		all, err := e.rows(ctx, names, nil)
		if err != nil {
			return "", err
		}
		var candidates []string
		for _, r := range all {
			candidates = append(candidates, r["name"])
		}
		return "", fmt.Errorf("no %s has %q in its name, title or id%s", kind, name,
			suggest(name, candidates))
	}
	return "", severalError(kind, name, found)
}

// severalError lists what a name may mean, for the next try.
func severalError(kind, name string, found []row) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%q fits %s: give more of one's name, or its id", name,
		countOf(int64(len(found)), kind))
	for _, r := range found[:min(len(found), shownMatches)] {
		fmt.Fprintf(&b, "\n  %s  %s", printable(r["name"]), printable(r["title"]))
	}
	if more := len(found) - shownMatches; more > 0 {
		fmt.Fprintf(&b, "\n  and %s more", grouped(int64(more)))
	}
	return errors.New(b.String())
}

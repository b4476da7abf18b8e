package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (a *app) datasetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "dataset NAME",
		Short: "Show what is known of one dataset, on a screen",
		Long: `Show what is known of one dataset, on a screen: the verdict and what it rests on, what to do
next, how it was a year before, its page and where its readers come from, its use and the verdict by
quarter, what others counted of it, its data and which of it is seen or broken, and what was not
measured.

NAME is its name, a former name, its id, the address of its page, its title, or a part of its name
or title that only it has.`,
		Example: `  query dataset bathing-waters
  query dataset https://portal.example.org/dataset/bathing-waters`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("dataset takes one name, not %d: put a name of several words "+
					"in quotes", len(args))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withEngine(ctx, func(e *engine) error {
				id, err := e.resolve(ctx, "dataset", args[0])
				if err != nil {
					return err
				}
				d, err := e.dataset(ctx, id)
				if err != nil {
					return err
				}
				_, err = io.WriteString(a.stdout, d.screen())
				return err
			})
		},
	}
}

// dataset is what the published file says of one dataset, each text as it is shown.
type dataset struct {
	about     row
	status    row // nil where it has none
	sites     []row
	periods   []row
	methods   []row
	counts    []row
	resources []row
	hosts     []row
	together  []row
}

const (
	aboutSQL = `
select
    name,
    title,
    coalesce(publisher, 'no publisher') as publisher,
    dataset_id,
    page_url,
    first_live_date,
    last_live_date,
    is_live,
    is_first_date_assumed,
    (
        select string_agg(name, ', ' order by first_seen_date, name)
        from dim_dataset_name
        where dim_dataset_name.dataset_id = dim_dataset.dataset_id and not is_current
    ) as former_names,
    (
        select min(series.title) from dim_dataset as series where series.guid = dim_dataset.parent_guid
    ) as series,
    (
        select nullif(count(*), 0)
        from dim_dataset as children
        where children.parent_guid = dim_dataset.guid and children.is_live
    ) as children,
    (
        select string_agg(others.name, ', ' order by others.name)
        from dim_dataset as others
        where others.group_id = dim_dataset.group_id and others.dataset_id <> dim_dataset.dataset_id
    ) as group_names,
    (
        select string_agg(
            replace(note_kind, '_', ' ') || if(note = '', '', ': ' || note), '; ' order by note_kind)
        from dataset_context
        where dataset_context.dataset_id = dim_dataset.dataset_id
    ) as notes,
    (select max(value) from build_info where key = 'threshold') as threshold,
    (select max(page_threshold) from build_setting) as page_threshold,
    (select max(value) from build_info where key = 'as_of_date') as as_of_date
from dim_dataset
where dataset_id = $id`

	// statusSQL has the shares only where they say something: most uses are by one program (most
	// people have the same browser), a third of the requests are by one client on one day.
	statusSQL = `
select
    dataset_status.*,
    suggested_action,
    if(busiest_client_share >= 0.33 and all_uses >= 5, round(100 * busiest_client_share)::bigint, null)
        as client_percent,
    if(busiest_agent_share >= 0.8 and all_uses >= 10, round(100 * busiest_agent_share)::bigint, null)
        as agent_percent
from dataset_status
left join (select dataset_id, suggested_action from review_list) as review_list using (dataset_id)
where dataset_id = $id`

	// sitesSQL has five sites of each source: the same people may be in several.
	sitesSQL = `
select
    source,
    case when medium = 'direct' then 'no referrer' else coalesce(nullif(referrer_name, ''), replace(medium, '_', ' ')) end
        as site,
    client_days as uses,
    coalesce(page_client_days, visits) as visits
from referrer_usage
where dataset_id = $id and period = 'trailing_year'
qualify row_number() over (
    partition by source order by coalesce(client_days, 0) + coalesce(page_client_days, visits) desc, medium, referrer_name
) <= 5
order by source <> 'log', source, coalesce(client_days, 0) + coalesce(page_client_days, visits) desc, medium, referrer_name`

	// periodsSQL has a question mark where nothing was seen and so nothing is known.
	periodsSQL = `
select
    case period when 'trailing_year' then '365 days' else period end as period,
    dataset_usage.seen_days = 0 and dataset_usage.all_uses = 0 as is_unknown,
    if(is_unknown, '?', format('{:,}', dataset_usage.all_uses)) as uses,
    if(is_unknown, '?', format('{:,}', total_requests)) as requests,
    format('{:,}', total_investigations) as investigations,
    if(is_unknown, '?', format('{:,}', dataset_usage.error_client_days)) as errors,
    if(is_unknown, '?', format('{:,}', dataset_usage.robot_client_days)) as robots,
    dataset_usage.measured_days || ' of ' || dataset_usage.live_days as measured,
    replace(coalesce(quarters.status, if(period = 'trailing_year', dataset_status.status, '')), '_', ' ')
        || if(coalesce(quarters.is_provisional, period = 'trailing_year' and dataset_status.is_provisional, false),
            ' so far', '') as verdict
from dataset_usage
left join dataset_status using (dataset_id)
left join dataset_status_quarter as quarters
    on quarters.dataset_id = dataset_usage.dataset_id and quarter_label = period
where dataset_usage.dataset_id = $id and dataset_usage.live_days > 0
order by period = 'trailing_year' desc, start_date desc
limit 9`

	methodsSQL = `
select
    access_method as method,
    format('{:,}', sum(client_days)::bigint) as uses,
    round(100 * sum(client_days) / nullif(sum(sum(client_days)) over (), 0))::bigint as percent,
    format('{:,}', sum(total_requests)::bigint) as requests,
    format_bytes(sum(response_bytes)::bigint) as bytes
from fct_dataset_day
inner join dim_date using (day)
where dataset_id = $id and days_before < 365
group by access_method
having sum(client_days) > 0
order by access_method desc`

	resourcesSQL = `
select
    coalesce(nullif(name, ''), resource_id) as name,
    coalesce(nullif(format, ''), '?') as format,
    resource_role as role,
    coalesce(host, 'no address') as host,
    coalesce(coverage, 'no_address') as coverage,
    is_live,
    (
        select max(last_error_date)
        from broken_resource
        where broken_resource.resource_id = dim_resource.resource_id
            and broken_resource.dataset_id = dim_resource.dataset_id and is_broken_now
    ) as last_error_date
from dim_resource
where dataset_id = $id
order by is_live desc, resource_role not in ('data', 'service'), name, resource_id
limit 13`

	// hostsSQL is about the days of the window on which the dataset was in the catalogue.
	hostsSQL = `
select
    host,
    count(*) as days,
    count(*) filter (where is_measured) as measured_days,
    count(*) filter (where coverage = 'gap') as gap,
    count(*) filter (where coverage = 'no_log') as no_log,
    count(*) filter (where coverage = 'behind_cache') as behind_cache,
    count(*) filter (where coverage = 'redirects') as redirects,
    max(day) filter (where not is_measured) as last_missed
from int_host_day
inner join dim_date using (day)
inner join dim_dataset on dim_dataset.dataset_id = $id
    and day between first_live_date and last_live_date
where days_before < 365
    and host in (
        select host
        from dim_resource
        where dataset_id = $id and resource_role in ('data', 'service')
            and (dim_resource.is_live or not dim_dataset.is_live)
    )
group by host
order by host`

	// togetherSQL compares the days on which all of these hosts were measured with those on which
	// the models take the dataset as measured: fewer, where use of a link is not credited to it.
	togetherSQL = `
with

days as (
    select day, bool_and(is_measured) as is_measured
    from int_host_day
    inner join dim_date using (day)
    inner join dim_dataset on dim_dataset.dataset_id = $id
        and day between first_live_date and last_live_date
    where days_before < 365
        and host in (
            select host
            from dim_resource
            where dataset_id = $id and resource_role in ('data', 'service')
                and (dim_resource.is_live or not dim_dataset.is_live)
        )
    group by day
)

select
    measured_days,
    live_days,
    measured_days < (select count(*) from days where is_measured) as has_uncredited_link
from dataset_usage
where dataset_id = $id and period = 'trailing_year' and live_days > 0`
)

func (e *engine) dataset(ctx context.Context, id string) (dataset, error) {
	var d dataset
	var about, status []row
	for _, part := range []struct {
		sql  string
		rows *[]row
	}{
		{aboutSQL, &about},
		{statusSQL, &status},
		{sitesSQL, &d.sites},
		{periodsSQL, &d.periods},
		{methodsSQL, &d.methods},
		{countsSQL, &d.counts},
		{resourcesSQL, &d.resources},
		{hostsSQL, &d.hosts},
		{togetherSQL, &d.together},
	} {
		found, err := e.rows(ctx, part.sql, args{"id": id})
		if err != nil {
			return d, err
		}
		*part.rows = found
	}
	d.about = about[0] // its id was just found there
	if len(status) > 0 {
		d.status = status[0]
	}
	return d, nil
}

-- The counts that each verdict is given on: base in every window and, in the current one, what if
-- the threshold were half or double, machines did not count, or suspected robots or own staff did;
-- and the visits of a dataset's page, which have a threshold and an exposure of their own.
--
-- grain: dataset_id, window_label, scenario
-- stored: no
--
-- dataset_id     see dim_dataset
-- window_label   see build_window
-- scenario       base, half, double, without_machines, with_suspected_robots, with_staff, or page
-- threshold      uses a quarter
-- live_days      days in the catalogue
-- data_days      days with a data link; of a page: with a host
-- measured_days  days on which all hosts were measured (e)
-- seen_days      days on which one of them was measured, or may have proven use (e_seen)
-- redirect_days  seen days on which only the portal's redirects could prove use
-- cached_days    days lost because a host is only seen behind a cache
-- unseen_days    days lost because a host has no log
-- new_days       days lost because it was not in the catalogue yet
-- uses           client-days on measured days (k)
-- seen_uses      client-days on seen days (k_seen)
-- all_uses       client-days on any day

with

scenarios as (
    select
        build_window.window_label,
        'base' as scenario,
        cast(build_setting.threshold as double) as threshold
    from build_window
    cross join build_setting

    union all

    select
        build_window.window_label,
        variants.scenario,
        case variants.scenario
            when 'half' then cast(build_setting.threshold as double) / 2e0
            when 'double' then cast(build_setting.threshold as double) * 2e0
            when 'page' then cast(build_setting.page_threshold as double)
            else cast(build_setting.threshold as double)
        end as threshold
    from build_window
    cross join build_setting
    cross join (
        values
            ('half'), ('double'), ('without_machines'), ('with_suspected_robots'),
            ('with_staff'), ('page')
    ) as variants (scenario)
    where build_window.window_kind = 'current'
)

select
    int_dataset_window.dataset_id,
    int_dataset_window.window_label,
    scenarios.scenario,
    scenarios.threshold,
    int_dataset_window.live_days,
    case scenarios.scenario
        when 'page' then int_dataset_window.page_link_days
        else int_dataset_window.data_days
    end as data_days,
    case scenarios.scenario
        when 'page' then int_dataset_window.page_days
        else int_dataset_window.measured_days
    end as measured_days,
    case scenarios.scenario
        when 'page' then int_dataset_window.page_seen_days
        else int_dataset_window.seen_days
    end as seen_days,
    case scenarios.scenario
        when 'page' then 0
        else int_dataset_window.redirect_days
    end as redirect_days,
    case scenarios.scenario
        when 'page' then int_dataset_window.page_cached_days
        else int_dataset_window.cached_days
    end as cached_days,
    case scenarios.scenario
        when 'page' then int_dataset_window.page_unseen_days
        else int_dataset_window.unseen_days
    end as unseen_days,
    int_dataset_window.new_days,
    case scenarios.scenario
        when 'page' then int_dataset_window.page_uses
        when 'without_machines' then int_dataset_window.uses - int_dataset_window.machine_uses
        when 'with_suspected_robots'
            then int_dataset_window.uses + int_dataset_window.suspected_uses
        when 'with_staff' then int_dataset_window.uses + int_dataset_window.staff_uses
        else int_dataset_window.uses
    end as uses,
    case scenarios.scenario
        when 'page' then int_dataset_window.page_seen_uses
        when 'without_machines'
            then int_dataset_window.seen_uses - int_dataset_window.machine_seen_uses
        when 'with_suspected_robots'
            then int_dataset_window.seen_uses + int_dataset_window.suspected_seen_uses
        when 'with_staff'
            then int_dataset_window.seen_uses + int_dataset_window.staff_seen_uses
        else int_dataset_window.seen_uses
    end as seen_uses,
    case scenarios.scenario
        when 'page' then int_dataset_window.page_client_days
        when 'without_machines'
            then int_dataset_window.all_uses - int_dataset_window.machine_all_uses
        when 'with_suspected_robots'
            then int_dataset_window.all_uses + int_dataset_window.suspected_all_uses
        when 'with_staff' then int_dataset_window.all_uses + int_dataset_window.staff_all_uses
        else int_dataset_window.all_uses
    end as all_uses
from int_dataset_window
inner join scenarios on scenarios.window_label = int_dataset_window.window_label

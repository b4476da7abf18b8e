package main

import "slices"

// countsSQL is what each source of counts says of the dataset. The most is known of known days only,
// and may there be less than the least.
const countsSQL = `
select
    source || if(metric_kind = 'pages', ', its page', '') as source,
    uses_low || if(uses_high > uses_low, ' to ' || uses_high, '') as counted,
    known_days as known,
    nullif(open_days, 0) as open,
    case
        when share_low is null then 'not known'
        when share_high > share_low then round(100 * share_low)::bigint || ' to ' || round(100 * share_high)::bigint || ' %'
        else round(100 * share_low)::bigint || ' %'
    end as sees,
    if(lower_limit > 0, lower_limit, null) as lowest,
    upper_limit as highest
from dataset_source_count
where dataset_id = $id
order by metric_kind, source`

// writeCounts shows what others counted, beside each other.
func (d dataset) writeCounts(p *page) {
	if len(d.counts) == 0 {
		return
	}
	p.heading("Counted by others, 365 days. Each sees a part of all use, of people whom the logs may see too:\n" +
		"never add them. At least and at most are what follows for all uses a quarter.")
	titles := []string{"source", "", "counted", "-client-days", "known", "-days known"}
	if slices.ContainsFunc(d.counts, func(r row) bool { return r["open"] != "" }) {
		titles = append(titles, "open", "-left open")
	}
	p.columns(d.counts, append(titles, "sees", "-sees", "lowest", "-at least", "highest", "-at most")...)
}

// restsOn names the logs, or the source of counts where no log can tell.
func (d dataset) restsOn() string {
	if source := d.status["evidence_source"]; source != "" && source != "log" {
		return "the counts of " + source
	}
	return d.status["rests_on"]
}

package matomo

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"footfall/internal/sources/counting"
)

// A channel is one of the types that Matomo sorts visits into, in our words.
type channel struct {
	medium string // empty: the host tells
	name   string
	method string // lists the sites of the type; empty: there are none
}

var (
	direct    = channel{medium: "direct"}
	search    = channel{medium: "search", method: "Referrers.getSearchEngines"}
	websites  = channel{method: "Referrers.getWebsites"}
	campaigns = channel{medium: "other", name: "campaign"} // what they are called may be anybody's name
	socials   = channel{medium: "social", method: "Referrers.getSocials"}
	ai        = channel{medium: "ai_assistant", method: "Referrers.getAIAssistants"}
)

// channelOf is the channel of a row of Referrers.getReferrerType: by its number, or by its label,
// which is all that old versions give.
func channelOf(r row) channel {
	switch {
	case r.Type == "1", r.Label == "Direct Entry":
		return direct
	case r.Type == "2", r.Label == "Search Engines":
		return search
	case r.Type == "3", r.Label == "Websites":
		return websites
	case r.Type == "6", r.Label == "Campaigns":
		return campaigns
	case r.Type == "7", r.Label == "Social Networks":
		return socials
	case r.Type == "8", r.Label == "AI Assistants":
		return ai
	}
	return channel{medium: "other"}
}

// readReferrals fills the pull with the visits of the whole site by where they came from. Matomo
// has none by page, but for a segment of its own for each, which it would have to archive.
func (c *client) readReferrals(ctx context.Context, pull *counting.Pull, total totals) error {
	types, err := c.report(ctx, "Referrers.getReferrerType", pull.Start, nil)
	if err != nil {
		return err
	}
	if len(types) == 0 {
		return fmt.Errorf("Referrers.getReferrerType lists none, but Matomo counted %d visits: its archive of the day is incomplete; the next run asks again", total.visits)
	}
	var rows []row // that say how many came, each with the referral beside it
	add := func(r row, referral counting.Referral) {
		rows, pull.Referrals = append(rows, r), append(pull.Referrals, referral)
	}
	for _, r := range types {
		known := channelOf(r)
		if known.method == "" {
			add(r, counting.Referral{Medium: known.medium, Name: known.name})
			continue
		}
		listed, err := c.report(ctx, known.method, pull.Start, nil)
		if err != nil {
			return err
		}
		var visits int64
		for _, l := range listed {
			visits += orZero(l.Visits)
			switch {
			case l.Label == "Others":
				pull.HidesTail = true
				add(l, counting.Referral{Medium: cmp.Or(known.medium, "other")})
			case known.medium == "":
				add(l, counting.Origin(string(l.Label), nil))
			default:
				add(l, counting.Referral{Medium: known.medium, Name: string(l.Label)})
			}
		}
		want := orZero(r.Visits)
		if len(listed) == 0 && want > 0 {
			return fmt.Errorf("%s lists none, but Matomo counted %d visits: its archive of the day is incomplete; the next run asks again", known.method, want)
		}
		pull.HidesTail = pull.HidesTail || visits < want
	}
	var value func(row) int64
	pull.Unit, value = measure(rows)
	for i, r := range rows {
		pull.Referrals[i].Value = value(r)
	}
	c.log.InfoContext(ctx, "Matomo answered", "source", pull.Source, "metric", pull.Metric, "day", pull.Start.Format(time.DateOnly),
		"sites", len(pull.Referrals), "visits_of_site", total.visits, "hides_tail", pull.HidesTail)
	return nil
}

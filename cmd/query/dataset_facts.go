package main

import (
	"fmt"
	"strings"
)

// writeStatus says the verdict and what is known beside it; what says nothing is left out.
func (d dataset) writeStatus(p *page) {
	s := d.status
	if s == nil {
		p.heading("NO STATUS: only datasets in the catalogue on " + d.about["as_of_date"] + " have one.")
		return
	}
	words := or(statusWords[s["status"]], s["status"])
	if s["is_provisional"] == "true" {
		words += " so far: provisional"
	}
	p.heading(words)
	p.line(2, s["evidence"])
	p.WriteString("\n")
	p.fact("To do", s["suggested_action"])
	p.fact("Reason", strings.Join(nonEmpty(spaced(s["reason"]), spaced(s["low_reason"])), "; "))
	p.fact("Uses a quarter", d.rate())
	p.fact("Year before", d.yearBefore())
	p.fact("Last request", or(s["last_request_date"], "none seen"))
	since := " failed"
	if s["last_request_date"] != "" {
		since += " since then"
	}
	if n := s["error_client_days"]; n != "0" && !strings.Contains(s["evidence"], " to get its data failed") {
		p.fact("Errors", times(n, "try", "tries")+" to get its data"+since)
	}
	p.fact("Page", d.pageVisits())
	for _, sites := range d.cameFrom() {
		p.fact("Came from", sites)
	}
	p.fact("Busiest", strings.Join(nonEmpty(
		percent(s["client_percent"], "of the requests by one client on one day"),
		percent(s["agent_percent"], "of the uses by "+or(s["busiest_agent"], "one program")),
	), "; "))
	p.fact("Not counted", prefixed("client-days with a request: ", strings.Join(nonEmpty(
		counted(s["robot_client_days"], "by listed robots"),
		counted(s["suspected_client_days"], "by suspected robots"),
		counted(s["staff_client_days"], "by own staff and monitors"),
	), ", ")))
	p.fact("Rests on", d.restsOn())
}

// rate says the limits and what they follow from.
func (d dataset) rate() string {
	s := d.status
	if source := s["evidence_source"]; source != "" && source != "log" {
		return fmt.Sprintf("%s, by counts; the threshold is %s", between(s["count_lower_limit"], s["count_upper_limit"]), d.about["threshold"])
	}
	if s["rate_per_quarter"] == "" && s["lower_limit"] == "" {
		return "not known; the threshold is " + d.about["threshold"]
	}
	spread := "this portal's own"
	if s["is_dispersion_default"] == "true" {
		spread = "assumed, for want of data"
	}
	return fmt.Sprintf("%s; %s; the threshold is %s; dispersion %s (%s)", or(s["rate_per_quarter"], "not known"),
		between(s["lower_limit"], s["upper_limit"]), d.about["threshold"], s["dispersion"], spread)
}

// between says what the limits say; a lower limit of 0 says nothing.
func between(lower, upper string) string {
	if strings.Trim(lower, "0.") == "" {
		lower = ""
	}
	limits := nonEmpty(prefixed("at least ", lower), prefixed("at most ", upper))
	if len(limits) == 0 {
		return "nothing sure"
	}
	return "with 95 % confidence " + strings.Join(limits, ", ")
}

// yearBefore compares with the 365 days before, where any of them was measured.
func (d dataset) yearBefore() string {
	s := d.status
	if s["earlier_rate_per_quarter"] == "" {
		return ""
	}
	said := map[string]string{
		"rising": "use is rising", "falling": "use is falling", "steady": "no change that chance would not make",
		"unknown": "too few days to compare",
	}
	return fmt.Sprintf("%s uses a quarter, on %s: %s", s["earlier_rate_per_quarter"],
		times(s["earlier_measured_days"], "measured day", "measured days"), or(said[s["trend"]], s["trend"]))
}

// pageVisits is the verdict on visits of its page, which never changes the one on its data.
func (d dataset) pageVisits() string {
	s := d.status
	if s["page_rate_per_quarter"] == "" {
		return ""
	}
	status := spaced(s["page_status"])
	if s["is_page_provisional"] == "true" {
		status += " so far"
	}
	return fmt.Sprintf("%s: %s, %s a quarter; %s; its threshold is %s", status,
		times(s["page_client_days"], "visit", "visits"), s["page_rate_per_quarter"],
		between(s["page_lower_limit"], s["page_upper_limit"]), d.about["page_threshold"])
}

// cameFrom lists the sites that most uses and visits came from, each source of it by itself.
func (d dataset) cameFrom() []string {
	var lines []string
	for i, r := range d.sites {
		var came []string
		if n := or(r["uses"], "0"); n != "0" {
			came = append(came, times(n, "use", "uses"))
		}
		if n := r["visits"]; n != "0" {
			came = append(came, times(n, "visit", "visits"))
		}
		site := r["site"] + " (" + strings.Join(came, ", ") + ")"
		switch {
		case i > 0 && d.sites[i-1]["source"] == r["source"]:
			lines[len(lines)-1] += ", " + site
		case r["source"] == "log":
			lines = append(lines, site)
		default:
			lines = append(lines, "by "+r["source"]+": "+site)
		}
	}
	return lines
}

func percent(n, of string) string {
	if n == "" {
		return ""
	}
	return n + " % " + of
}

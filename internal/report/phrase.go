package report

import (
	"fmt"
	"strings"
)

// phrases are what people read for the codes of the models, in small letters as within a sentence.
var phrases = map[string]string{
	// Statuses.
	"used":                  "used",
	"borderline":            "borderline",
	"barely_used":           "barely used",
	"unused":                "unused",
	"unreachable":           "unreachable",
	"insufficient_evidence": "too little seen",
	"not_measurable":        "not measurable",
	"judged":                "all that could be judged",
	"all":                   "all datasets",

	// The headlines' figures.
	"in_catalogue":    "in the catalogue",
	"not_visible":     "not visible: too little or nothing of their use",
	"low":             "unused or barely used",
	"low_so_far":      "unused or barely used so far, watched for less than a year",
	"used_and_broken": "used, and broken now",
	"mend":            "mend links that turn people away",
	"see":             "get the server log, so that use can be seen",
	"review":          "look at what is little used",

	// Why no more can be said.
	"none":            "no further reason",
	"external_host":   "its data is on a host without a log",
	"no_data_link":    "it has no link to data",
	"not_yet_live":    "it was not in the catalogue yet",
	"behind_cache":    "its log stands behind a cache",
	"partly_measured": "some of its data is on a host without a log",
	"counter_open":    "its counter fell, was renamed or went missing",
	"too_new":         "it is too new",
	"gaps":            "its logs have gaps",
	"clustered":       "use comes in clusters, so little of it proves nothing",
	"seldom_seen":     "its counts cannot prove little use",
	"not_a_full_year": "watched for less than a year",

	// What else is known of a low status.
	"robots_only":        "only robots fetched it",
	"lapsed":             "used a year before, and no more",
	"seen_not_taken":     "its page is read, its data is hardly taken",
	"one_client_a_day":   "never two people on a day",
	"no_search_arrivals": "nobody came from a search engine",
	"no_traffic":         "neither use nor visits",
	"little_traffic":     "few uses and few visits",

	// What turned people away.
	"still_fails": "still fails",
	"mended":      "mended or taken away",

	// Changes.
	"newly_used":        "newly used",
	"new":               "new",
	"removed":           "removed",
	"status_changed":    "another status",
	"renamed":           "renamed",
	"unchanged":         "unchanged",
	"any_status_change": "any change of status",
	"use":               "use",
	"measurement":       "what was measured",

	// Kinds of sites.
	"direct":       "none: typed, saved or from a program",
	"internal":     "the portal itself",
	"search":       "search engines",
	"social":       "social media",
	"email":        "email",
	"ai_assistant": "AI assistants",
	"government":   "government sites",
	"academic":     "universities and research",
	"code_host":    "code hosts",
	"data_portal":  "other data portals",
	"news":         "news",
	"other":        "other",
	"unclassified": "unclassified",

	// Sources, and the units of tools.
	"client_days":   "people on a day",
	"events":        "visits, however often one comes",
	"log":           "server log",
	"pages":         "counts of page visits",
	"files":         "counts of files taken",
	"gap":           "lines are missing",
	"missing_bytes": "a part of a file is missing",
	"low_volume":    "too few lines to tell silence from a gap",
	"partial_day":   "the log begins during the day",
	"no_line_yet":   "before its first line",
	"voided":        "voided by the operator",
	"referrals":     "counts of where people came from",
	"unknown":       "not counted",

	// How the share that a source of counts sees is known.
	"share_configured": "the operator",
	"share_measured":   "a log of the same datasets",
	"share_unknown":    "not known",

	"partial":     "counted in part",
	"provisional": "may change yet",
	"measured":    "a log, in full",
	"accepted":    "a log, accepted by the operator",
	"redirects":   "the portal's redirects, in part",
	"no_log":      "nothing",

	// Visitors.
	"regular":         "people",
	"machine":         "scripts and desktop GIS",
	"robot":           "robots",
	"suspected_robot": "suspected robots",

	// The catalogue.
	"opening": "at the start of the quarter",
	"added":   "added",
	"closing": "at the end of the quarter",
	"group":   "records that share data or an identifier",
	"series":  "parts of a series",
	"alone":   "records on their own",

	// Other rules.
	"base":                  "as reported",
	"half":                  "half the threshold",
	"double":                "twice the threshold",
	"without_machines":      "without scripts and desktop GIS",
	"with_suspected_robots": "with suspected robots",
	"with_staff":            "with the publishers' own staff",

	// Settings.
	"as_of_date":                "day on which the figures end",
	"first_date":                "first day of the figures",
	"threshold":                 "uses a quarter from which a dataset is used",
	"page_threshold":            "visits a quarter from which a page is visited",
	"full_year_days":            "days watched below which a low status is provisional",
	"year_start_month":          "month with which the year of quarters begins",
	"suspect_datasets_per_hour": "datasets an hour above which a client is a suspected robot",
}

// phraseOf is the phrase for a code; a code without one is read as it is written.
func phraseOf(code any) string {
	text := fmt.Sprint(code)
	if phrase, ok := phrases[text]; ok {
		return phrase
	}
	return strings.ReplaceAll(text, "_", " ")
}

package simulate

import (
	"cmp"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// MatomoToken is what the world's Matomo wants to be asked with.
const MatomoToken = "5f0d4f1f6b104f4e6a9e7a2b4c589c19"

// MatomoHandler serves the reporting API of a Matomo 5 whose tag is on the portal's pages, at
// /index.php: the days of site 1 that are over at the moment that at returns, in UTC. It answers the
// methods that list URLs and origins by day, and says [] of a day without anybody. Errors come with
// status 200, as from Matomo.
func (w *World) MatomoHandler(at func() time.Time) http.Handler {
	m := &matomo{w: w, at: at, counter: w.tagCounter(matomoTag), days: map[int]tagDay{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /index.php", m.serve)
	return mux
}

type matomo struct {
	w       *World
	at      func() time.Time
	mu      sync.Mutex
	counter *tagCounter
	days    map[int]tagDay // that were asked for
}

// matomoRow is a row of a report.
type matomoRow struct {
	Label    string `json:"label"`
	URL      string `json:"url,omitempty"`
	Type     int    `json:"referrer_type,omitempty"`
	Visits   int64  `json:"nb_visits"`
	Visitors int64  `json:"nb_uniq_visitors"`
	Hits     int64  `json:"nb_hits"`
}

// matomoChannels are the types of origins, by their numbers.
var matomoChannels = []struct {
	number int
	name   string
}{{1, "Direct Entry"}, {2, "Search Engines"}, {3, "Websites"}, {7, "Social Networks"}, {8, "AI Assistants"}}

func (m *matomo) serve(out http.ResponseWriter, r *http.Request) {
	refuse := func(message string) {
		answer(out, http.StatusOK, map[string]string{"result": "error", "message": message})
	}
	if err := r.ParseForm(); err != nil {
		refuse(err.Error())
		return
	}
	form := r.PostForm
	method := form.Get("method")
	switch {
	case form.Get("module") != "API" || form.Get("format") != "JSON":
		out.WriteHeader(http.StatusNotFound)
		return
	case form.Get("token_auth") != MatomoToken:
		refuse("Unable to authenticate with the provided token. It is either invalid, expired or is required to be sent as a POST parameter.")
		return
	case form.Get("idSite") != "1":
		refuse("An unexpected website was found in the request: website id was set to '" + form.Get("idSite") + "' .")
		return
	case method == "SitesManager.getSiteFromId":
		answer(out, http.StatusOK, map[string]any{
			"idsite": 1, "name": "Open data of land and water", "main_url": "https://" + PortalHost, "timezone": "UTC",
			"ts_created": m.w.options.Start.Format(time.DateTime),
		})
		return
	case form.Get("period") != "day":
		refuse("The period '" + form.Get("period") + "' is not supported.")
		return
	}
	moment, err := time.Parse(time.DateOnly, form.Get("date"))
	if err != nil {
		refuse("The date '" + form.Get("date") + "' is not a valid date.")
		return
	}
	result, isKnown := m.report(method, m.day(moment))
	if !isKnown {
		refuse("The method '" + method + "' does not exist or is not available in the module.")
		return
	}
	answer(out, http.StatusOK, result)
}

// day is what was counted on a day; nothing before it is over.
func (m *matomo) day(moment time.Time) tagDay {
	number := m.w.dayOf(moment.Unix())
	if number < 0 || number >= min(m.w.dayOf(m.at().Unix()), m.w.options.Days) {
		return tagDay{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, isKnown := m.days[number]; !isKnown {
		m.days[number] = m.counter.day(number)
	}
	return m.days[number]
}

func (m *matomo) report(method string, d tagDay) (result any, isKnown bool) {
	pages, downloads, outlinks := d.urls()
	switch method {
	case "Actions.get":
		return map[string]int64{"nb_pageviews": hits(pages), "nb_downloads": hits(downloads), "nb_outlinks": hits(outlinks)}, true
	case "VisitsSummary.get":
		return map[string]int64{"nb_visits": d.clients, "nb_uniq_visitors": d.clients}, true
	case "Actions.getPageUrls":
		return pages, true
	case "Actions.getDownloads":
		return downloads, true
	case "Actions.getOutlinks":
		return outlinks, true
	case "Referrers.getReferrerType":
		return d.channels(), true
	case "Referrers.getSearchEngines":
		return d.sites("Search Engines"), true
	case "Referrers.getWebsites":
		return d.sites("Websites"), true
	case "Referrers.getSocials":
		return d.sites("Social Networks"), true
	case "Referrers.getAIAssistants":
		return d.sites("AI Assistants"), true
	}
	return nil, false
}

// urls are the day's reports of URLs. A link to a file is a download, any other to another host an
// outlink.
func (d tagDay) urls() (pages, downloads, outlinks []matomoRow) {
	pages, downloads, outlinks = []matomoRow{}, []matomoRow{}, []matomoRow{}
	for _, c := range d.counts {
		row := matomoRow{Label: strings.TrimPrefix(c.URL, "https://"), URL: c.URL, Visits: c.Clients, Visitors: c.Clients, Hits: c.Hits}
		switch host, rest, _ := strings.Cut(row.Label, "/"); {
		case c.resource == pageItself:
			row.Label = "/" + rest
			pages = append(pages, row)
		case host == PortalHost || isFile(c.URL):
			downloads = append(downloads, row)
		default:
			outlinks = append(outlinks, row)
		}
	}
	return pages, downloads, outlinks
}

// isFile says whether a URL ends like one of a file.
func isFile(address string) bool {
	u, err := url.Parse(address)
	return err == nil && path.Ext(u.Path) != ""
}

func hits(rows []matomoRow) (sum int64) {
	for _, r := range rows {
		sum += r.Hits
	}
	return sum
}

func (d tagDay) channels() []matomoRow {
	rows := []matomoRow{}
	for _, channel := range matomoChannels {
		row := matomoRow{Label: channel.name, Type: channel.number}
		for _, site := range d.sites(channel.name) {
			row.Visits, row.Visitors = row.Visits+site.Visits, row.Visitors+site.Visitors
		}
		if row.Visits > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

func (d tagDay) sites(channel string) []matomoRow {
	rows := []matomoRow{}
	for _, o := range d.origins {
		if o.channel == channel {
			rows = append(rows, matomoRow{Label: o.site, Visits: o.clients, Visitors: o.clients})
		}
	}
	slices.SortStableFunc(rows, func(a, b matomoRow) int { return cmp.Compare(b.Visits, a.Visits) })
	return rows
}

// channelOf is the kind of place that a referrer is, and the site, in Matomo's words.
func channelOf(referrer string) (channel, site string) {
	u, err := url.Parse(referrer)
	if err != nil || u.Host == "" || u.Host == PortalHost {
		return "Direct Entry", ""
	}
	for _, known := range []struct{ host, channel, site string }{
		{"www.google.com", "Search Engines", "Google"},
		{"www.google.co.uk", "Search Engines", "Google"},
		{"www.bing.com", "Search Engines", "Bing"},
		{"duckduckgo.com", "Search Engines", "DuckDuckGo"},
		{"t.co", "Social Networks", "Twitter"},
		{"x.com", "Social Networks", "Twitter"},
		{"www.linkedin.com", "Social Networks", "LinkedIn"},
		{"www.reddit.com", "Social Networks", "reddit"},
		{"chatgpt.com", "AI Assistants", "ChatGPT"},
		{"www.perplexity.ai", "AI Assistants", "Perplexity"},
	} {
		if u.Host == known.host {
			return known.channel, known.site
		}
	}
	return "Websites", u.Host
}

package counting

import (
	"strings"

	"footfall/internal/traffic"
)

// A Site makes canonical URLs of what a tool calls its pages and files.
type Site struct {
	host    string          // of the pages that the tool counts
	aliases map[string]bool // other names of that host
}

// NewSite is the site whose pages are at siteURL, such as https://data.example.org/, and whose
// hosts are other names of it: staging copies, old names. The copy that Google Translate makes of
// the site is known by itself.
func NewSite(siteURL string, hosts []string) Site {
	u, _ := traffic.ParseURL(siteURL)
	s := Site{host: u.Host, aliases: map[string]bool{translated(u.Host): true}}
	for _, host := range hosts {
		s.aliases[strings.ToLower(host)] = true
	}
	return s
}

// URL is the canonical URL of a tool's text: an absolute URL, or a path of the site. A visit of
// another name of the site is one of the site. It is false for what is no URL, such as "(not set)".
func (s Site) URL(text string) (traffic.URL, bool) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "/") {
		text = "https://" + s.host + text
	}
	u, ok := traffic.ParseURL(text)
	if ok && s.aliases[u.Host] {
		u.Host, u.Query = s.host, withoutTranslation(u.Query)
	}
	return u, ok
}

// translated is the host under which Google Translate shows a site: data-example-org.translate.goog.
func translated(host string) string {
	host = strings.ReplaceAll(host, "-", "--")
	return strings.ReplaceAll(host, ".", "-") + ".translate.goog"
}

// withoutTranslation drops the parameters that say from which language to which a copy is translated.
func withoutTranslation(query string) string {
	if !strings.Contains(query, "_x_tr_") {
		return query
	}
	var kept []string
	for param := range strings.SplitSeq(query, "&") {
		if !strings.HasPrefix(param, "_x_tr_") {
			kept = append(kept, param)
		}
	}
	return strings.Join(kept, "&")
}

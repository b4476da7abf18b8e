package counting

import (
	"strings"

	"footfall/internal/traffic"
)

// Origin makes a referral of a tool's word for where visitors came from: a host, the name of a
// site that the list knows, a word for nowhere, or another name, which is kept as it is.
func Origin(word string, list *traffic.Referrers) Referral {
	word = strings.TrimSpace(word)
	switch strings.ToLower(word) {
	case "", "direct / none", "direct/none", "(direct)", "direct", "(none)", "direct entry":
		return Referral{Medium: "direct"}
	case "(not set)", "(other)", "unassigned":
		return Referral{Medium: "other"}
	}
	if strings.Contains(word, "@") { // a campaign named after a person
		return Referral{Medium: "other"}
	}
	if list != nil {
		if medium, name, known := list.Named(word); known {
			return Referral{Medium: medium, Name: name}
		}
	}
	address := word
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	host, hostLen := traffic.AppendReferrer(nil, []byte(address))
	if name := string(host[:hostLen]); strings.Contains(name, ".") || strings.Contains(name, "://") || name == "ip-address" {
		return Referral{Host: name}
	}
	if strings.ContainsAny(word, "/:") { // a page on a private network
		return Referral{Medium: "other"}
	}
	return Referral{Medium: "other", Name: strings.ToValidUTF8(word, "")}
}

package traffic

import (
	"strings"
	"testing"
)

func TestReferrerSeed(t *testing.T) {
	t.Parallel()
	referrers, err := ReadReferrers(readSeed(t, "referrers.csv"), "referrers.csv")
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{"data.example.org": true}
	for url, want := range map[string]string{
		"":                                    "direct ",
		"data.example.org/dataset/x":          "internal data.example.org",
		"www.google.com/":                     "search Google",
		"www.google.co.uk/search":             "search Google",
		"google.com.au/":                      "search Google",
		"google.github.io/":                   "code_host GitHub Pages",
		"notgoogle.com/":                      "other notgoogle.com",
		"google.example/":                     "other google.example",
		"mail.google.com/mail/u/0/":           "email Gmail",
		"scholar.google.de/":                  "academic Google Scholar",
		"gemini.google.com/app":               "ai_assistant Gemini",
		"www.bing.com/":                       "search Bing",
		"www.bing.com/chat":                   "ai_assistant Copilot",
		"www.bing.com/chatter":                "search Bing",
		"duckduckgo.com/":                     "search DuckDuckGo",
		"chatgpt.com/":                        "ai_assistant ChatGPT",
		"t.co/AbC":                            "social X",
		"statics.teams.cloud.microsoft/":      "social Teams",
		"github.com/someone/something":        "code_host GitHub",
		"www.gov.uk/guidance/x":               "government GOV.UK",
		"www.defra.gov.uk/":                   "government defra.gov.uk",
		"environment.data.gov.uk/":            "data_portal Defra Data Services Platform",
		"ckan.publishing.data.gov.uk/":        "data_portal data.gov.uk",
		"www.ed.ac.uk/geosciences":            "academic ed.ac.uk",
		"www.stanford.edu/":                   "academic stanford.edu",
		"www.usp.edu.br/":                     "academic usp.edu.br",
		"data.gov.sg/":                        "government data.gov.sg",
		"www.environnement.gouv.sn/":          "government environnement.gouv.sn",
		"www.meti.go.jp/":                     "government meti.go.jp",
		"abc.go.com/":                         "other go.com",
		"gov.example/":                        "other gov.example",
		"www.usgs.gov/":                       "government usgs.gov",
		"chat.qwen.ai/":                       "ai_assistant Qwen",
		"outlook.office.com/mail/":            "email Outlook",
		"android-app://com.twitter.android":   "social X",
		"sub.example.co.uk:8080/a":            "other example.co.uk",
		"localhost/":                          "other private network",
		"someones-machine/notes":              "other private network",
		"ip-address":                          "other private network",
		"github.io/":                          "code_host GitHub Pages",
		"android-app://com.google.android.gm": "email Gmail",
		"android-app://org.example.reader":    "other android-app://org.example.reader",
	} {
		host, path, hasPath := strings.Cut(url, "/")
		if isApp(url) {
			host, path, hasPath = url, "", false
		}
		if hasPath {
			path = "/" + path
		}
		medium, name := referrers.Classify(host, path, own)
		if got := medium + " " + name; got != want {
			t.Errorf("Classify(%q, %q) = %s, want %s", host, path, got, want)
		}
	}
}

func TestReferrerErrors(t *testing.T) {
	t.Parallel()
	const header = "domain,medium,name\n"
	for name, c := range map[string]struct{ text, want string }{
		"medium": {"example.org,press,\n", `referrers.csv line 2, column medium: "press" is none of search, social, email, ai_assistant, government, academic, code_host, data_portal, other`},
		"domain": {"https://example.org,search,\n", `referrers.csv line 2, column domain: "https://example.org" is no domain like example.org, google.* or .gov.*`},
		"twice":  {"example.org,search,A\nExample.org,social,B\n", `referrers.csv line 3, column domain: "Example.org" is listed twice`},
	} {
		_, err := ReadReferrers(strings.NewReader(header+c.text), "referrers.csv")
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v, want %s", name, err, c.want)
		}
	}
}

// Tools write the names of sites in their own way.
func TestReferrerNames(t *testing.T) {
	t.Parallel()
	referrers, err := ReadReferrers(readSeed(t, "referrers.csv"), "referrers.csv")
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]string{
		"google": "search Google", "Google": "search Google", " DuckDuckGo ": "search DuckDuckGo", "GitHub": "code_host GitHub",
		"chatgpt": "ai_assistant ChatGPT", "a newsletter": "", "": "",
	} {
		medium, name, found := referrers.Named(word)
		if got := strings.TrimSpace(medium + " " + name); got != want || found != (want != "") {
			t.Errorf("Named(%q) is %q, %t, want %q", word, got, found, want)
		}
	}
}

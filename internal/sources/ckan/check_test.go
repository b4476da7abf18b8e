package ckan

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		prepare func(*portal, *warehouse)
		want    Report
	}{
		"a public portal": {
			func(*portal, *warehouse) {},
			Report{Version: "2.12.0", Datasets: 30, Token: TokenNone},
		},
		"pages held to 20 rows": {
			func(p *portal, _ *warehouse) { p.rowsMax = 20 },
			Report{Version: "2.12.0", Datasets: 30, PageRows: 20, Token: TokenNone, Advice: []string{"The portal puts 20 rows on a page where 1000 are asked for; a full pull takes 2 requests."}},
		},
		"a token": {
			func(p *portal, h *warehouse) { h.config.Token, p.users = "t1", map[string]string{"t1": "reader"} },
			Report{Version: "2.12.0", Datasets: 30, Token: TokenAccepted},
		},
		"a wrong token": {
			func(_ *portal, h *warehouse) { h.config.Token = "t2" },
			Report{Version: "2.12.0", Datasets: 30, Token: TokenRefused, Advice: []string{"The portal does not know the token and treats us as nobody; public datasets can be read all the same."}},
		},
		"a portal that answers everybody": {
			func(p *portal, h *warehouse) { h.config.Token, p.users = "t1", map[string]string{"t1": "a", "": "b"} },
			Report{Version: "2.12.0", Datasets: 30, Token: TokenUnknown},
		},
		"a portal that hides its version and does not know the question": {
			func(p *portal, h *warehouse) {
				h.config.Token = "t1"
				p.fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
					if strings.HasSuffix(r.URL.Path, "package_search") {
						return false
					}
					answer(w, 400, "Bad request: Action name not known")
					return true
				}
			},
			Report{Datasets: 30, Token: TokenUnknown},
		},
		"a portal without short results": {
			func(p *portal, _ *warehouse) {
				p.fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
					if !r.URL.Query().Has("fl") {
						return false
					}
					answer(w, 400, object{"success": false, "error": object{"__type": "Search Query Error", "message": "Invalid search parameters: ['fl']"}})
					return true
				}
			},
			Report{Version: "2.12.0", Datasets: 30, Token: TokenNone},
		},
		"another site": {
			func(_ *portal, h *warehouse) { h.config.SiteURL = "https://portal.example.net" },
			Report{Version: "2.12.0", Datasets: 30, Token: TokenNone, Advice: []string{"The portal says that its pages are at https://data.example.org, the configuration says https://portal.example.net: visits to pages are found under the configured one only."}},
		},
		"a filter that finds nothing": {
			func(_ *portal, h *warehouse) { h.config.Organizations = []string{"nobody"} },
			Report{Version: "2.12.0", Token: TokenNone, Advice: []string{"No dataset is found: check the filter query and the organizations."}},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t).fill(30)
			h := newWarehouse(p)
			test.prepare(p, h)
			got, err := h.source(0).Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			test.want.API = p.server.URL + "/api/3/action"
			if test.want.Version != "" {
				test.want.SiteURL, test.want.Extensions = "https://data.example.org", []string{"activity", "tracking"}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckOfAPortalThatIsDown(t *testing.T) {
	p := newPortal(t).fill(3)
	p.fault = always(status(503))
	h := newWarehouse(p)
	h.config.MaxRetries = 1
	_, err := h.source(0).Check(t.Context())
	if err == nil || !strings.Contains(err.Error(), "status 503") || !strings.Contains(err.Error(), "tried 2 times") {
		t.Errorf("the error is %v, want its status", err)
	}
}

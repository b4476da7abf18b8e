package ckan

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// once answers the first request with handler and leaves the others to CKAN.
func once(handler http.HandlerFunc) func(int, http.ResponseWriter, *http.Request) bool {
	return func(n int, w http.ResponseWriter, r *http.Request) bool {
		if n > 1 {
			return false
		}
		handler(w, r)
		return true
	}
}

func always(handler http.HandlerFunc) func(int, http.ResponseWriter, *http.Request) bool {
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		handler(w, r)
		return true
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(code)
		fmt.Fprint(w, "<html><head><title>Please come\n back</title></head></html>")
	}
}

// cut promises more than it sends.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	fmt.Fprint(w, `{"success": true, "result": {"count": 3, "resu`)
}

func TestRetries(t *testing.T) {
	cases := map[string]struct {
		fault func(int, http.ResponseWriter, *http.Request) bool
		waits []time.Duration
	}{
		"429 with seconds":     {once(status(429, "Retry-After", "17")), []time.Duration{17 * time.Second}},
		"503 with a date":      {once(status(503, "Retry-After", noon.Add(90*time.Second).Format(http.TimeFormat))), []time.Duration{90 * time.Second}},
		"a date of the past":   {once(status(429, "Retry-After", noon.Add(-time.Hour).Format(http.TimeFormat))), []time.Duration{0}},
		"429 with nothing":     {once(status(429)), []time.Duration{time.Second}},
		"429 with nonsense":    {once(status(429, "Retry-After", "soon")), []time.Duration{time.Second}},
		"a body that is cut":   {once(cut), []time.Duration{time.Second}},
		"a connection dropped": {once(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), []time.Duration{time.Second}},
		"five errors in a row": {
			func(n int, w http.ResponseWriter, r *http.Request) bool {
				if n <= 5 {
					status(502)(w, r)
				}
				return n <= 5
			},
			[]time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t).fill(3)
			p.fault = test.fault
			h := newWarehouse(p)
			h.config.MaxWait = 5 * time.Second
			if got := len(h.pull(t, 0)["raw.dataset"]); got != 3 {
				t.Errorf("%d datasets, want 3", got)
			}
			if diff := cmp.Diff(test.waits, h.waits); diff != "" {
				t.Errorf("waits (-want +got):\n%s", diff)
			}
		})
	}
}

// TestErrors checks that trouble is an error which says what it is, and offers no unit.
func TestErrors(t *testing.T) {
	cases := map[string]struct {
		prepare func(*portal, *warehouse)
		want    []string // parts of the message
		asked   int      // requests; 0: not checked
	}{
		"half a catalogue": {
			prepare: func(p *portal, _ *warehouse) { p.claims = 20 },
			want:    []string{"package_search", "counts 60 datasets but only 40 came", "2 times over", "nothing is changed"},
		},
		"a success that is none": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, _ *http.Request) {
					answer(w, 200, object{"success": false, "result": object{"count": 40, "results": []object{}}})
				})
			},
			want: []string{"JSON without a result"},
		},
		"an empty catalogue": {
			prepare: func(p *portal, _ *warehouse) { p.packages = nil },
			want:    []string{"shows no dataset, where 40 were known"},
		},
		"an empty first catalogue": {
			prepare: func(p *portal, h *warehouse) { p.packages, h.known = nil, Known{} },
			want:    []string{"shows no dataset: check the filter query"},
		},
		"a shrunken catalogue": {
			prepare: func(p *portal, _ *warehouse) { p.packages = p.packages[:19] },
			want:    []string{"of 40 datasets known the portal shows only 19", "--accept-shrink"},
		},
		"a page of a firewall": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					fmt.Fprint(w, "<html><script>var x = '<b>';</script><body><h1>Checking your&nbsp;browser</h1></body></html>")
				})
			},
			want:  []string{"/api/3/action/package_search?", "status 200: text/html in place of JSON", `"Checking your browser"`},
			asked: 1,
		},
		"a login page": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/login" {
						status(200)(w, r)
						return
					}
					http.Redirect(w, r, "/login?next=x", http.StatusFound)
				})
			},
			want: []string{"in place of JSON", `"Please come back"`, "after a redirect to http://", "/login?next=x"},
		},
		"redirects in a circle": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, r.URL.String(), http.StatusFound)
				})
			},
			want:  []string{"stopped after 10 redirects"},
			asked: 10,
		},
		"success false with status 200": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, _ *http.Request) {
					answer(w, 200, object{"success": false, "error": object{"__type": "Search Error", "message": "SOLR returned an error"}})
				})
			},
			want:  []string{"status 200: Search Error: SOLR returned an error"},
			asked: 1,
		},
		"a validation error": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, _ *http.Request) {
					answer(w, 409, object{"success": false, "error": object{"__type": "Validation Error", "rows": []string{"Invalid integer"}}})
				})
			},
			want: []string{"status 409: Validation Error: rows: Invalid integer"},
		},
		"an unknown action": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, _ *http.Request) { answer(w, 400, "Bad request: Action name not known") })
			},
			want: []string{"status 400: Bad Request: Bad request: Action name not known"},
		},
		"JSON of something else": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, object{"hello": 1}) })
			},
			want: []string{"JSON without a result"},
		},
		"a result of another form": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = always(func(w http.ResponseWriter, _ *http.Request) {
					answer(w, 200, object{"success": true, "result": object{"count": "many"}})
				})
			},
			want: []string{"not what CKAN answers"},
		},
		"datasets without ids": {
			prepare: func(p *portal, _ *warehouse) { delete(p.packages[4], "id"); p.packages = p.packages[4:5] },
			want:    []string{"dataset 0 of the answer has no id"},
		},
		"always 503": {
			prepare: func(p *portal, _ *warehouse) { p.fault = always(status(503)) },
			want:    []string{"status 503: text/html in place of JSON", "Please come back", "tried 3 times"},
			asked:   3,
		},
		"always cut": {
			prepare: func(p *portal, _ *warehouse) { p.fault = always(cut) },
			want:    []string{"status 200: unexpected EOF (tried 3 times)"},
			asked:   3,
		},
		"a wait of an hour": {
			prepare: func(p *portal, _ *warehouse) { p.fault = always(status(429, "Retry-After", "3600")) },
			want:    []string{"status 429: the server asks to come back in 1h0m0s", "run again later"},
			asked:   1,
		},
		"nobody listens": {
			prepare: func(p *portal, _ *warehouse) { p.server.Close() },
			want:    []string{"connection refused", "tried 3 times"},
		},
		"too slow": {
			prepare: func(p *portal, h *warehouse) {
				h.config.RequestTimeout = 20 * time.Millisecond
				p.fault = always(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
			},
			want: []string{"Client.Timeout exceeded", "tried 3 times"},
		},
		"an error of the organizations": {
			prepare: func(p *portal, _ *warehouse) {
				p.fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
					if strings.HasSuffix(r.URL.Path, "organization_list") {
						status(500)(w, r)
						return true
					}
					return false
				}
			},
			want: []string{"organization_list?", "status 500"},
		},
		"no URL": {
			prepare: func(_ *portal, h *warehouse) { h.config.URL = "data.example.org" },
			want:    []string{`url "data.example.org"`, "https://data.example.org"},
		},
		"an organization that is a query": {
			prepare: func(_ *portal, h *warehouse) { h.config.Organizations = []string{"a OR b"} },
			want:    []string{`organization "a OR b"`, "environment-agency"},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t).fill(40)
			h := newWarehouse(p)
			h.config.MaxRetries = 2
			h.pull(t, 0)
			p.requests = nil
			test.prepare(p, h)
			message := h.fail(t, 7)
			for _, part := range test.want {
				if !strings.Contains(message, part) {
					t.Errorf("the error is %q, want %q in it", message, part)
				}
			}
			if test.asked > 0 && len(p.requests) != test.asked {
				t.Errorf("%d requests, want %d: %q", len(p.requests), test.asked, p.requests)
			}
		})
	}
}

func TestShrinkageCanBeAccepted(t *testing.T) {
	p := newPortal(t).fill(40)
	h := newWarehouse(p)
	h.pull(t, 0)
	p.packages = p.packages[:19]
	h.config.AcceptShrink = true
	if got := len(h.pull(t, 7)["raw.dataset"]); got != 21 {
		t.Errorf("%d datasets are gone, want 21", got)
	}
}

func TestTokenIsNeverShown(t *testing.T) {
	const token = "s3cret-token"
	p := newPortal(t).fill(3)
	var sent []string
	p.fault = always(func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.Header.Get("Authorization"))
		answer(w, 403, object{"success": false, "error": object{"__type": "Authorization Error", "message": "not for " + r.Header.Get("Authorization")}})
	})
	h := newWarehouse(p)
	h.config.Token = token
	message := h.fail(t, 0)
	if strings.Contains(message, token) || !strings.Contains(message, "not for [token]") {
		t.Errorf("the error is %q", message)
	}
	if !slices.Equal(sent, []string{token}) {
		t.Errorf("sent %q, want the token once", sent)
	}

	elsewhere := ""
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere += r.Header.Get("Authorization")
		status(200)(w, r)
	}))
	defer other.Close()
	p.fault = always(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(other.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
	})
	h.fail(t, 0)
	if elsewhere != "" {
		t.Errorf("another host got %q", elsewhere)
	}
}

func TestPasswordIsNeverShown(t *testing.T) {
	p := newPortal(t).fill(3)
	p.fault = always(status(404))
	h := newWarehouse(p)
	h.config.URL = strings.Replace(p.server.URL, "://", "://reader:pa55word@", 1)
	if message := h.fail(t, 0); strings.Contains(message, "pa55word") {
		t.Errorf("the error is %q", message)
	}
}

func TestCancelled(t *testing.T) {
	p := newPortal(t).fill(3)
	ctx, cancel := context.WithCancel(t.Context())
	p.fault = always(func(w http.ResponseWriter, r *http.Request) { cancel(); status(503)(w, r) })
	for _, err := range newWarehouse(p).source(0).Units(ctx) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v, want context.Canceled", err)
		}
	}
	if len(p.requests) != 1 {
		t.Errorf("%d requests, want 1", len(p.requests))
	}
}

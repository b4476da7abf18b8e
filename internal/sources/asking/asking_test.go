package asking

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAnswersAreBounded(t *testing.T) {
	var buffer bytes.Buffer
	if err := read(&buffer, strings.NewReader("12345"), 5); err != nil {
		t.Errorf("five bytes of five: %v", err)
	}
	if err := read(&buffer, strings.NewReader("123456"), 5); !errors.Is(err, errTooLong) {
		t.Errorf("six bytes of five: %v, want errTooLong", err)
	}
}

func TestRedirectsKeepSecretsSafe(t *testing.T) {
	cases := map[string]struct {
		from, to, secret, body string
		isFollowed             bool
	}{
		"to https":                       {"http://data.example.org/a", "https://data.example.org/a", "t", "", true},
		"within https":                   {"https://data.example.org/a", "https://data.example.org/b", "t", "", true},
		"out of https, with a secret":    {"https://data.example.org/a", "http://data.example.org/a", "t", "", false},
		"out of https, without one":      {"https://data.example.org/a", "http://data.example.org/a", "", "", true},
		"within http, as it was asked":   {"http://data.example.org/a", "http://data.example.org/b", "t", "", true},
		"with a body, within the host":   {"https://data.example.org/a", "https://data.example.org/b", "t", "token=t", true},
		"with a body, to another host":   {"https://data.example.org/a", "https://www.example.net/a", "t", "token=t", false},
		"with a body, but without token": {"https://data.example.org/a", "https://www.example.net/a", "", "q=1", true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			from, fromErr := http.NewRequest(http.MethodGet, test.from, nil)
			to, toErr := http.NewRequest(http.MethodPost, test.to, strings.NewReader(test.body))
			if fromErr != nil || toErr != nil {
				t.Fatal(fromErr, toErr)
			}
			config := Config{}
			if test.secret != "" {
				config.Secrets = []string{test.secret}
			}
			err := New(config).followSafely(to, []*http.Request{from})
			if isFollowed := err == nil; isFollowed != test.isFollowed {
				t.Errorf("followed: %t (%v), want %t", isFollowed, err, test.isFollowed)
			}
		})
	}
}

// ask sends one question to a server that answers by its number, from 1, and returns what the
// client waited for.
func ask(t *testing.T, config Config, question Request, serve func(n int, w http.ResponseWriter, r *http.Request)) (Answer, []time.Duration, error) {
	t.Helper()
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		serve(n, w, r)
	}))
	t.Cleanup(server.Close)
	var waits []time.Duration
	config.Now = func() time.Time { return time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC) }
	config.Pause = func(asked time.Duration) time.Duration { waits = append(waits, asked); return 0 }
	client := New(config)
	defer client.Close()
	question.URL = server.URL + question.URL
	answer, err := client.Do(t.Context(), question)
	return answer, waits, err
}

func TestOverloadIsTriedAgain(t *testing.T) {
	answer, waits, err := ask(t, Config{Retries: 3}, Request{URL: "/"}, func(n int, w http.ResponseWriter, _ *http.Request) {
		switch n {
		case 1:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.WriteHeader(http.StatusBadGateway)
		default:
			fmt.Fprint(w, "whole")
		}
	})
	if err != nil || answer.Status != http.StatusOK || string(answer.Body) != "whole" || answer.Tries != 0 {
		t.Errorf("the answer is %+v (%v)", answer, err)
	}
	if diff := cmp.Diff([]time.Duration{7 * time.Second, 2 * time.Second}, waits); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
}

// A body cut short is no answer, however well it began.
func TestCutBodyIsTriedAgain(t *testing.T) {
	cut := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "half")
	}
	answer, _, err := ask(t, Config{Retries: 1}, Request{URL: "/"}, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			cut(w)
			return
		}
		fmt.Fprint(w, "whole")
	})
	if err != nil || string(answer.Body) != "whole" {
		t.Errorf("after one cut: %q, %v", answer.Body, err)
	}
	_, _, err = ask(t, Config{Retries: 1}, Request{URL: "/"}, func(_ int, w http.ResponseWriter, _ *http.Request) { cut(w) })
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "tried 2 times") {
		t.Errorf("after two cuts the error is %v", err)
	}
}

// The last answer of an overloaded system is handed on, since it may say why.
func TestLastAnswerIsHandedOn(t *testing.T) {
	answer, _, err := ask(t, Config{Retries: 2}, Request{URL: "/"}, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, "quota exhausted")
	})
	if err != nil || answer.Status != http.StatusTooManyRequests || answer.Tries != 3 || string(answer.Body) != "quota exhausted" {
		t.Errorf("the answer is %+v with %q (%v)", answer, answer.Body, err)
	}
}

// A redirect that would show a secret is the same at every try.
func TestUnsafeRedirectIsNotTriedAgain(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") }))
	defer other.Close()
	tries := 0
	_, waits, err := ask(t, Config{Retries: 3, Secrets: []string{"t0ken"}}, Request{URL: "/", Body: []byte("token=t0ken")},
		func(_ int, w http.ResponseWriter, r *http.Request) {
			tries++
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		})
	if err == nil || !strings.Contains(err.Error(), "redirected to another host") || tries != 1 || len(waits) > 0 {
		t.Errorf("asked %d times, with pauses %v: %v", tries, waits, err)
	}
}

func TestLongWaitIsForTheNextRun(t *testing.T) {
	_, waits, err := ask(t, Config{Retries: 2}, Request{URL: "/"}, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	if err == nil || !strings.Contains(err.Error(), "run again later") || len(waits) > 0 {
		t.Errorf("the error is %v after pauses %v", err, waits)
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	secret := "s3cr+t /x"
	_, _, err := ask(t, Config{Secrets: []string{secret}}, Request{URL: "/?token_auth=s3cr%2Bt+%2Fx", Body: []byte("x=1")},
		func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if err == nil || strings.Contains(err.Error(), "s3cr") || !strings.Contains(err.Error(), "[token]") {
		t.Errorf("the error is %v", err)
	}
}

func TestBodyIsPosted(t *testing.T) {
	var got []string
	_, _, err := ask(t, Config{Retries: 1}, Request{URL: "/", Body: []byte("a=1"), Header: http.Header{"Content-Type": {"x/y"}}},
		func(n int, w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got = append(got, r.Method+" "+r.Header.Get("Content-Type")+" "+string(body))
			if n == 1 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		})
	if diff := cmp.Diff([]string{"POST x/y a=1", "POST x/y a=1"}, got); diff != "" || err != nil {
		t.Errorf("%v; requests (-want +got):\n%s", err, diff)
	}
}

func TestPace(t *testing.T) {
	now := time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)
	var waits []time.Duration
	client := New(Config{
		Pace: 5 * time.Second, Now: func() time.Time { return now },
		Pause: func(asked time.Duration) time.Duration {
			waits = append(waits, asked)
			now = now.Add(asked)
			return 0
		},
	})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	for _, rest := range []time.Duration{0, 2 * time.Second, 9 * time.Second} {
		now = now.Add(rest)
		if _, err := client.Do(t.Context(), Request{URL: server.URL}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]time.Duration{3 * time.Second}, waits); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
}

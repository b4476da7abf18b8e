// Package asking asks an upstream system over HTTP, with patience and without telling its secrets.
//
// Connections that break, bodies cut short and servers that are overloaded are tried again, at
// the pace that the system asks for; what any other answer means is for the source to say. No
// error of this package holds a secret that it was told of, or the password of a URL.
package asking

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
)

// maxBody bounds one answer; a page of 1,000 datasets with long descriptions has about 30 MB.
const maxBody = 512 << 20

// DefaultRetries is how often a request is tried again where nobody says otherwise.
const DefaultRetries = 5

// Config says how to ask. Zero values take what each line names last.
type Config struct {
	UserAgent string        // how the requests name themselves, "Footfall (dataset usage statistics)"
	Timeout   time.Duration // for each request, its body included, 2 minutes
	Retries   int           // of each request after its first try; 0: none
	MaxWait   time.Duration // longest pause before a retry, unless the system asks for more, 1 minute
	Pace      time.Duration // least time from one request to the next; 0: none
	Secrets   []string      // texts that no error may show; empty ones are none
	Base      *http.Client  // its transport is used; nil: a fresh one
	Now       func() time.Time

	// Pause stands between what a retry or the pace should wait and what it does; nil: it waits.
	Pause func(time.Duration) time.Duration
}

// Client asks one system, one request after the other.
type Client struct {
	config Config
	http   *retryablehttp.Client
	body   bytes.Buffer // of the answer being read
	next   time.Time    // when the pace allows the next request
}

// A Request is a question. A method without a body is asked with GET where Method is empty, one
// with a body with POST.
type Request struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
}

// An Answer is what came, whatever its status. Body is valid until the next request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Moved is the URL that a redirect led to, without a password; empty: none did.
	Moved string
	// Tries is how often it was asked, where the last try was still no answer of a healthy
	// system; 0: it is an answer.
	Tries int
}

// New makes a client.
func New(config Config) *Client {
	config.UserAgent = cmp.Or(config.UserAgent, "Footfall (dataset usage statistics)")
	config.Timeout = cmp.Or(config.Timeout, 2*time.Minute)
	config.MaxWait = cmp.Or(config.MaxWait, time.Minute)
	config.Secrets = slices.DeleteFunc(slices.Clone(config.Secrets), func(secret string) bool { return secret == "" })
	base := &http.Client{Transport: cleanhttp.DefaultPooledTransport()}
	if config.Base != nil {
		shared := *config.Base
		base = &shared
	}
	c := &Client{config: config}
	base.Timeout = config.Timeout
	base.CheckRedirect = c.followSafely
	c.http = &retryablehttp.Client{
		HTTPClient:   base,
		RetryWaitMin: time.Second,
		RetryWaitMax: config.MaxWait,
		RetryMax:     config.Retries,
		CheckRetry:   c.checkRetry,
		Backoff:      c.backoff,
		ErrorHandler: giveUp,
	}
	return c
}

// HTTP is a client for libraries that make requests by themselves: each goes through Do.
func (c *Client) HTTP() *http.Client { return &http.Client{Transport: transport{c}} }

type transport struct{ client *Client }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	question := Request{Method: r.Method, URL: r.URL.String(), Header: r.Header}
	if r.Body != nil {
		defer r.Body.Close()
		var err error
		if question.Body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	answer, err := t.client.Do(r.Context(), question)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: answer.Status, Header: answer.Header, Request: r,
		Body: io.NopCloser(bytes.NewReader(bytes.Clone(answer.Body))),
	}, nil
}

// Hide adds a text that no error may show, such as a token that was handed out.
func (c *Client) Hide(secret string) {
	if !slices.Contains(c.config.Secrets, secret) {
		c.config.Secrets = append(slices.Clone(c.config.Secrets), secret)
	}
}

// Close lets go of connections.
func (c *Client) Close() { c.http.HTTPClient.CloseIdleConnections() }

// Do asks, again where that may help. An error names the address, without secrets, and says that
// there was no whole answer; an answer of any status is no error.
func (c *Client) Do(ctx context.Context, question Request) (Answer, error) {
	if err := c.keepPace(ctx); err != nil {
		return Answer{}, c.Discreet(ctx, question.URL, err)
	}
	method := question.Method
	var body any
	if len(question.Body) > 0 {
		body = question.Body
		if method == "" {
			method = http.MethodPost
		}
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, method, question.URL, body)
	if err != nil {
		return Answer{}, c.Discreet(ctx, question.URL, err)
	}
	maps.Copy(request.Header, question.Header)
	request.Header.Set("User-Agent", c.config.UserAgent)
	request.SetResponseHandler(func(response *http.Response) error {
		c.body.Reset() // of the answer before, or of the try before
		return read(&c.body, response.Body, maxBody)
	})
	response, err := c.http.Do(request)
	var over *outOfTriesError
	switch {
	case errors.As(err, &over) && over.response != nil:
		response = over.response
	case err != nil:
		return Answer{}, c.Discreet(ctx, question.URL, err)
	}
	defer response.Body.Close()
	answer := Answer{Status: response.StatusCode, Header: response.Header, Body: c.body.Bytes()}
	if over != nil {
		answer.Tries = over.tries
		start, _ := io.ReadAll(io.LimitReader(response.Body, 8<<10))
		answer.Body = start
	}
	if first := original(response.Request); first != response.Request {
		answer.Moved = Redacted(response.Request.URL.String())
	}
	return answer, nil
}

// original is the request that was made before any redirect.
func original(request *http.Request) *http.Request {
	for request != nil && request.Response != nil && request.Response.Request != nil {
		request = request.Response.Request
	}
	return request
}

// errTooLong stops a body that cannot be an answer of such a system.
var errTooLong = errors.New("the answer is longer than 512 MiB; ask for fewer rows at once")

// read appends what comes to the buffer, unless it is longer than limit.
func read(into *bytes.Buffer, from io.Reader, limit int64) error {
	n, err := io.Copy(into, io.LimitReader(from, limit+1))
	if err == nil && n > limit {
		return errTooLong
	}
	return err
}

// Discreet names the address that an error belongs to, and takes the secrets out of whatever was
// echoed. A context that has ended is what its error says.
func (c *Client) Discreet(ctx context.Context, address string, err error) error {
	name := c.Hidden(Redacted(address))
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", name, ctx.Err())
	}
	if told := c.Hidden(err.Error()); told != err.Error() {
		err = errors.New(told)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// Hidden is a text without the secrets, as they are and as a URL writes them.
func (c *Client) Hidden(text string) string {
	for _, secret := range c.config.Secrets {
		text = strings.ReplaceAll(text, secret, "[token]")
		text = strings.ReplaceAll(text, url.QueryEscape(secret), "[token]")
	}
	return text
}

// Redacted is the URL without user and password.
func Redacted(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "the portal"
	}
	parsed.User = nil
	return parsed.String()
}

// errShown marks a redirect that was not followed, since it would show a secret.
var errShown = errors.New("which would show the token")

// followSafely follows up to ten redirects, as net/http does by itself, unless a secret would
// get into other hands.
func (c *Client) followSafely(next *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("stopped after 10 redirects")
	}
	if len(c.config.Secrets) == 0 {
		return nil
	}
	if via[0].URL.Scheme == "https" && next.URL.Scheme == "http" {
		return fmt.Errorf("redirected from https to http, %w: give the address with its final scheme", errShown)
	}
	if next.Body != nil && next.Body != http.NoBody && next.URL.Host != via[0].URL.Host {
		return fmt.Errorf("redirected to another host, %s, %w: give the final address", next.URL.Host, errShown)
	}
	return nil
}

// keepPace waits until the pace allows the next request.
func (c *Client) keepPace(ctx context.Context) error {
	if c.config.Pace == 0 {
		return nil
	}
	now := c.config.Now()
	wait := c.next.Sub(now)
	c.next = now.Add(max(wait, 0) + c.config.Pace)
	if wait <= 0 {
		return nil
	}
	if c.config.Pause != nil {
		wait = c.config.Pause(wait)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

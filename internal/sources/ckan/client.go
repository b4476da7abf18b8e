package ckan

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
)

// maxBody bounds one answer; a page of 1,000 datasets with long descriptions has about 30 MB.
const maxBody = 512 << 20

// client asks one portal. Its texts for people (path, errors) hold no secret.
type client struct {
	config Config // with defaults filled in
	api    string // URL up to and with /action
	site   string // URL of the pages' site, without a slash at its end
	stream string
	fq     string // filter of all pulls; may be empty
	path   string // names portal and filter, for people and for ledger.unit.path
	http   *retryablehttp.Client
	body   bytes.Buffer // of the answer being read; requests come one after the other
}

// newClient checks the configuration and fills in its defaults.
func newClient(s *Source) (*client, error) {
	config := s.Config
	config.PageSize = cmp.Or(config.PageSize, defaultPageSize)
	config.FullEvery = cmp.Or(config.FullEvery, defaultFullEvery)
	config.RequestTimeout = cmp.Or(config.RequestTimeout, defaultTimeout)
	config.MaxWait = cmp.Or(config.MaxWait, defaultMaxWait)
	config.UserAgent = cmp.Or(config.UserAgent, defaultAgent)

	api, site, err := endpoints(config.URL)
	if err != nil {
		return nil, err
	}
	c := &client{config: config, api: api, site: site}
	if config.SiteURL != "" {
		if _, c.site, err = endpoints(config.SiteURL); err != nil {
			return nil, err
		}
	}
	if c.fq, err = filter(config.FQ, config.Organizations); err != nil {
		return nil, err
	}
	c.path = redacted(api) + "/package_search"
	if c.fq != "" {
		c.path += "?" + url.Values{"fq": {c.fq}}.Encode()
	}
	if c.site != site {
		c.path += "#" + redacted(c.site)
	}
	parsed, err := url.Parse(api)
	if err != nil {
		return nil, err
	}
	c.stream = "ckan/" + cmp.Or(config.Name, parsed.Host)
	c.http = s.retrying(config)
	return c, nil
}

// apiTail are the ends of a URL that stand for the API rather than for a page of the site.
var apiTail = regexp.MustCompile(`/api(/[0-9]+)?(/action)?$`)

// endpoints finds the API and the site in a URL of either. A URL down to /action is taken as it
// is; otherwise the API is version 3, which every CKAN since 2.0 speaks.
func endpoints(raw string) (api, site string, err error) {
	parsed, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return "", "", fmt.Errorf("url %q: want that of the portal's site or API, as in https://data.example.org", raw)
	}
	parsed.RawQuery, parsed.Fragment = "", ""
	trimmed := strings.TrimRight(parsed.String(), "/")
	site = apiTail.ReplaceAllString(trimmed, "")
	api = site + "/api/3/action"
	if strings.HasSuffix(trimmed, "/action") {
		api = trimmed
	}
	return api, site, nil
}

// organizationName is the form of an organization's name in CKAN.
var organizationName = regexp.MustCompile(`^[\pL\pN_.-]+$`)

// filter joins the configured filter and the organizations to one filter query. A query that
// excludes ("-type:x") stays outside brackets, where Lucene would find nothing with it.
func filter(fq string, organizations []string) (string, error) {
	for _, name := range organizations {
		if !organizationName.MatchString(name) {
			return "", fmt.Errorf("organization %q: want its name as in the URL of its page, such as environment-agency", name)
		}
	}
	fq = strings.TrimSpace(fq)
	switch {
	case len(organizations) == 0:
		return fq, nil
	case len(organizations) == 1:
		return and(fq, "organization:"+organizations[0]), nil
	default:
		return and(fq, "organization:("+strings.Join(organizations, " OR ")+")"), nil
	}
}

// and narrows a filter query by one more clause.
func and(fq, clause string) string {
	switch {
	case fq == "":
		return clause
	case strings.HasPrefix(fq, "-"), strings.HasPrefix(fq, "+"), !strings.ContainsAny(fq, " \t"):
		return fq + " AND " + clause
	default:
		return "(" + fq + ") AND " + clause
	}
}

// action calls an action by GET and decodes its result into result.
func (c *client) action(ctx context.Context, name string, params url.Values, result any) error {
	return c.actionAs(ctx, c.config.Token, name, params, result)
}

func (c *client) actionAs(ctx context.Context, token, name string, params url.Values, result any) error {
	address := c.api + "/" + name
	if len(params) > 0 {
		address += "?" + params.Encode()
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", c.config.UserAgent)
	request.Header.Set("Accept", "application/json")
	if token != "" {
		request.Header.Set("Authorization", token)
	}
	request.SetResponseHandler(func(response *http.Response) error {
		c.body.Reset() // of the answer before, or of the try before
		return read(&c.body, response.Body, maxBody)
	})
	response, err := c.http.Do(request)
	if err != nil {
		return c.discreet(ctx, address, err)
	}
	defer response.Body.Close()
	if err := judge(response, c.body.Bytes(), result); err != nil {
		return c.discreet(ctx, address, err)
	}
	return nil
}

// errTooLong stops a body that cannot be a page of a catalogue.
var errTooLong = errors.New("the answer is longer than 512 MiB; ask for fewer rows at once")

// read appends what comes to the buffer, unless it is longer than limit.
func read(into *bytes.Buffer, from io.Reader, limit int64) error {
	n, err := io.Copy(into, io.LimitReader(from, limit+1))
	if err == nil && n > limit {
		return errTooLong
	}
	return err
}

// discreet names the address that an error belongs to, without passwords, and takes the token out
// of whatever the portal or a proxy echoed.
func (c *client) discreet(ctx context.Context, address string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", redacted(address), ctx.Err())
	}
	if token := c.config.Token; token != "" && strings.Contains(err.Error(), token) {
		err = errors.New(strings.ReplaceAll(err.Error(), token, "[token]"))
	}
	return fmt.Errorf("%s: %w", redacted(address), err)
}

// redacted is the URL without user and password.
func redacted(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "the portal"
	}
	parsed.User = nil
	return parsed.String()
}

// retrying wraps the source's HTTP client.
func (s *Source) retrying(config Config) *retryablehttp.Client {
	base := &http.Client{Transport: cleanhttp.DefaultPooledTransport()}
	if s.Client != nil {
		shared := *s.Client
		base = &shared
	}
	base.Timeout = config.RequestTimeout
	base.CheckRedirect = followSafely
	return &retryablehttp.Client{
		HTTPClient:   base,
		RetryWaitMin: time.Second,
		RetryWaitMax: config.MaxWait,
		RetryMax:     config.MaxRetries,
		CheckRetry:   s.checkRetry,
		Backoff:      s.backoff,
		ErrorHandler: giveUp,
	}
}

// errDowngrade stops a redirect that would send the token in the clear.
var errDowngrade = errors.New("redirected from https to http, which would show the token: give the address with its final scheme")

// followSafely follows up to ten redirects, as net/http does by itself.
func followSafely(next *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("stopped after 10 redirects")
	}
	if via[0].URL.Scheme == "https" && next.URL.Scheme == "http" && via[0].Header.Get("Authorization") != "" {
		return errDowngrade
	}
	return nil
}

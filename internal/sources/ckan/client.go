package ckan

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"footfall/internal/sources/asking"
)

// client asks one portal. Its texts for people (path, errors) hold no secret.
type client struct {
	config Config // with the defaults of a pull filled in
	api    string // URL up to and with /action
	site   string // URL of the pages' site, without a slash at its end
	stream string
	fq     string // filter of all pulls; may be empty
	path   string // names portal and filter, for people and for ledger.unit.path
	ask    *asking.Client
	now    func() time.Time
	// wantsCounts: a crawl is refused whose datasets come without the counts of their visits.
	wantsCounts bool
}

// newClient checks the configuration and fills in its defaults; those of asking are asking's own.
func newClient(s *Source) (*client, error) {
	config := s.Config
	config.PageSize = cmp.Or(config.PageSize, defaultPageSize)
	config.FullEvery = cmp.Or(config.FullEvery, defaultFullEvery)

	api, site, err := endpoints(config.URL)
	if err != nil {
		return nil, err
	}
	c := &client{config: config, api: api, site: site, now: s.Now}
	if config.SiteURL != "" {
		if _, c.site, err = endpoints(config.SiteURL); err != nil {
			return nil, err
		}
	}
	if c.fq, err = filter(config.FQ, config.Organizations); err != nil {
		return nil, err
	}
	c.path = asking.Redacted(api) + "/package_search"
	if c.fq != "" {
		c.path += "?" + url.Values{"fq": {c.fq}}.Encode()
	}
	if c.site != site {
		c.path += "#" + asking.Redacted(c.site)
	}
	parsed, err := url.Parse(api)
	if err != nil {
		return nil, err
	}
	c.stream = "ckan/" + cmp.Or(config.Name, parsed.Host)
	c.ask = asking.New(asking.Config{
		UserAgent: config.UserAgent, Timeout: config.RequestTimeout, Retries: config.MaxRetries, MaxWait: config.MaxWait,
		Pace: config.Pace, Secrets: []string{config.Token}, Base: s.Client, Now: s.Now, Pause: s.pause,
	})
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
	header := http.Header{"Accept": {"application/json"}}
	if token != "" {
		header.Set("Authorization", token)
	}
	answer, err := c.ask.Do(ctx, asking.Request{URL: address, Header: header})
	if err != nil {
		return err
	}
	if err := judge(answer, result); err != nil {
		if answer.Tries > 0 {
			err = fmt.Errorf("%w (tried %s)", err, asking.Times(answer.Tries))
		}
		return c.ask.Discreet(ctx, address, err)
	}
	return nil
}

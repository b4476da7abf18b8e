package ckan

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"footfall/internal/sources/asking"
)

// Report is what Check found out about a portal.
type Report struct {
	API        string   // address of the API used, without secrets
	Version    string   // CKAN's; empty where the portal hides it
	SiteURL    string   // where the portal says its pages are
	Extensions []string // plugins that the portal names
	Datasets   int      // public ones that the filter finds
	PageRows   int      // rows that one page really holds; 0: fewer datasets than that, so unknown
	Token      TokenState
	Advice     []string // what is worth changing, a sentence each
}

// TokenState says what became of the token.
type TokenState string

// The states of a token. CKAN treats a wrong token as nobody, without an error.
const (
	TokenNone     TokenState = "none"     // there is none
	TokenAccepted TokenState = "accepted" // the portal knows whose it is
	TokenRefused  TokenState = "refused"  // the portal takes us for nobody
	TokenUnknown  TokenState = "unknown"  // this portal does not tell
)

// Check asks the portal a few small questions and changes nothing. The error is that of the first
// question, whether the filter finds datasets, which everything depends on.
func (s *Source) Check(ctx context.Context) (Report, error) {
	if s.Now == nil {
		return Report{}, errNoClock
	}
	c, err := newClient(s)
	if err != nil {
		return Report{}, err
	}
	defer c.ask.Close()
	report := Report{API: asking.Redacted(c.api), Token: TokenNone}

	var page struct {
		Count   int `json:"count"`
		Results []struct {
			ID text `json:"id"`
		} `json:"results"`
	}
	params := url.Values{"q": {"*:*"}, "sort": {"id asc"}, "fl": {"id"}, "rows": {strconv.Itoa(c.config.PageSize)}}
	if c.fq != "" {
		params.Set("fq", c.fq)
	}
	err = c.action(ctx, "package_search", params, &page)
	if isRefused(err) { // perhaps only the short form is
		params.Del("fl")
		err = c.action(ctx, "package_search", params, &page)
	}
	if err != nil {
		return report, fmt.Errorf("ckan: %w", err)
	}
	report.Datasets = page.Count
	if len(page.Results) < page.Count {
		report.PageRows = len(page.Results)
	}
	if page.Count == 0 {
		report.advise("No dataset is found: check the filter query and the organizations.")
	}
	if report.PageRows > 0 && report.PageRows < c.config.PageSize {
		report.advise("The portal puts %d rows on a page where %d are asked for; a full pull takes %d requests.",
			report.PageRows, c.config.PageSize, (page.Count+report.PageRows-1)/report.PageRows)
	}
	if err := c.checkStatus(ctx, &report); err != nil {
		return report, fmt.Errorf("ckan: %w", err)
	}
	if c.config.Token != "" && len(page.Results) > 0 {
		if report.Token, err = c.checkToken(ctx, string(page.Results[0].ID)); err != nil {
			return report, fmt.Errorf("ckan: %w", err)
		}
		if report.Token == TokenRefused {
			report.advise("The portal does not know the token and treats us as nobody; public datasets can be read all the same.")
		}
	}
	return report, nil
}

// checkStatus asks what the portal says of itself; it may refuse.
func (c *client) checkStatus(ctx context.Context, report *Report) error {
	var status struct {
		Version    text   `json:"ckan_version"`
		SiteURL    text   `json:"site_url"`
		Extensions []text `json:"extensions"`
	}
	err := c.action(ctx, "status_show", nil, &status)
	if isRefused(err) {
		return nil
	}
	if err != nil {
		return err
	}
	report.Version, report.SiteURL = string(status.Version), string(status.SiteURL)
	for _, e := range status.Extensions {
		report.Extensions = append(report.Extensions, string(e))
	}
	ours, ourErr := url.Parse(c.site)
	theirs, theirErr := url.Parse(report.SiteURL)
	if ourErr == nil && theirErr == nil && theirs.Host != "" && theirs.Host != ours.Host {
		report.advise("The portal says that its pages are at %s, the configuration says %s: visits to pages are found under the configured one only.",
			report.SiteURL, asking.Redacted(c.site))
	}
	return nil
}

// checkToken asks, as nobody and with the token, whether we follow a dataset. CKAN answers that
// only to those it knows; where it answers everybody, or does not know the question, nothing can
// be told.
func (c *client) checkToken(ctx context.Context, datasetID string) (TokenState, error) {
	ask := func(token string) (status int, err error) {
		var follows flag
		err = c.actionAs(ctx, token, "am_following_dataset", url.Values{"id": {datasetID}}, &follows)
		if refused, ok := errors.AsType[*refusalError](err); ok && isRefused(err) {
			return refused.status, nil
		}
		return http.StatusOK, err
	}
	nobody, err := ask("")
	if err != nil {
		return TokenUnknown, err
	}
	us, err := ask(c.config.Token)
	switch {
	case err != nil || nobody != http.StatusForbidden:
		return TokenUnknown, err
	case us == http.StatusOK:
		return TokenAccepted, nil
	case us == http.StatusForbidden:
		return TokenRefused, nil
	default:
		return TokenUnknown, nil
	}
}

// isRefused says that CKAN itself would not answer, or not this.
func isRefused(err error) bool {
	refused, ok := errors.AsType[*refusalError](err)
	return ok && refused.kind != "" && refused.status < http.StatusInternalServerError
}

func (r *Report) advise(format string, args ...any) {
	r.Advice = append(r.Advice, fmt.Sprintf(format, args...))
}

// TrackingFound is what CheckTracking found out.
type TrackingFound struct {
	IsListed   bool  // counts come with the list of datasets: CKAN 2.11 and later, with its plugin
	IsCounting bool  // one of the most viewed datasets has views
	Datasets   int64 // public ones that the filter finds
}

// CheckTracking finds out whether and how the portal tells how often its pages were viewed. It
// asks for the most viewed datasets, and changes nothing.
func (s *Source) CheckTracking(ctx context.Context) (TrackingFound, error) {
	if s.Now == nil {
		return TrackingFound{}, errNoClock
	}
	c, err := newClient(s)
	if err != nil {
		return TrackingFound{}, err
	}
	defer c.ask.Close()
	page, err := c.first(ctx, mostViewed, sample)
	if err != nil {
		return TrackingFound{}, fmt.Errorf("ckan: %w", err)
	}
	found := TrackingFound{Datasets: int64(page.Count)}
	for _, p := range page.Results {
		found.IsListed = found.IsListed || p.Views.isSet
		d := p.dataset()
		found.IsCounting = found.IsCounting || d.isViewed()
	}
	if found.IsListed {
		return found, nil
	}
	found.IsCounting, err = c.isCounting(ctx, page)
	if err != nil {
		return found, fmt.Errorf("ckan: %w", err)
	}
	return found, nil
}

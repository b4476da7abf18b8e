package asking

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// patience is the longest pause that a system may ask for; beyond it the next run is the retry.
const patience = 10 * time.Minute

// ErrLater says that nothing more can be asked in this run.
var ErrLater = errors.New("the server asks to come back")

// checkRetry says which answers are worth another try: broken connections, cut bodies, time-outs,
// 408, 429, and the errors of an overloaded or restarting server.
func (c *Client) checkRetry(ctx context.Context, response *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		if errors.Is(err, errTooLong) || errors.Is(err, errShown) {
			return false, err
		}
		return retryablehttp.DefaultRetryPolicy(ctx, response, err)
	}
	switch response.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		return false, nil
	}
	if wait, ok := retryAfter(response, c.config.Now()); ok && wait > patience {
		return false, fmt.Errorf("%w in %s, which is longer than a run waits: run again later", ErrLater, wait.Round(time.Second))
	}
	return true, nil
}

// backoff is the pause before try number attempt+2: what the system asks for, or else 1, 2, 4 …
// seconds up to longest.
func (c *Client) backoff(shortest, longest time.Duration, attempt int, response *http.Response) time.Duration {
	wait, asked := retryAfter(response, c.config.Now())
	if !asked {
		wait = longest
		if attempt < 30 && shortest<<attempt < longest {
			wait = shortest << attempt
		}
	}
	if c.config.Pause != nil {
		return c.config.Pause(wait)
	}
	return wait
}

// retryAfter reads the header Retry-After, seconds or a date (RFC 9110, section 10.2.3).
func retryAfter(response *http.Response, now time.Time) (time.Duration, bool) {
	if response == nil {
		return 0, false
	}
	value := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(date.Sub(now), 0), true
}

// outOfTriesError is the end of all tries: the last answer, or why there was none.
type outOfTriesError struct {
	response *http.Response // not nil: its body is the caller's to read and close
	err      error
	tries    int
}

func (e *outOfTriesError) Error() string { return e.err.Error() + " (tried " + Times(e.tries) + ")" }
func (e *outOfTriesError) Unwrap() error { return e.err }

// giveUp makes the error of the last try.
func giveUp(response *http.Response, err error, tries int) (*http.Response, error) {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // the address is told by who asked
	}
	switch {
	case err != nil && response != nil:
		err = fmt.Errorf("status %d: %w", response.StatusCode, err)
		response.Body.Close()
		response = nil
	case err == nil:
		err = errors.New("no success")
	}
	return nil, &outOfTriesError{response: response, err: err, tries: tries}
}

// Times is "once" or "n times".
func Times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

package recorder

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
)

// A guard keeps a run from spending more than its user allows: each request that is to be
// sent asks it for leave, whatever the mode. What PassThrough names needs none.

// admit waits until a request may be sent, and counts it. It returns nil where nothing is
// limited. The error is that of a refusal, or of the caller's context.
func (s *Session) admit(req *http.Request) (*budget.Call, error) {
	if !s.cfg.isGuarded() {
		return nil, nil
	}
	call, err := budget.Of(s.spec.Run).Begin(req.Context(), s.limits(req))
	if err == nil {
		return call, nil
	}
	if c := callerOf(req); c.ctx.Err() != nil {
		closeBody(req)
		return nil, c.over()
	}
	_, err = s.refuse(req, s.errNotAdmitted(req, err))
	return nil, err
}

// isGuarded reports whether something limits the calls.
func (c *Config) isGuarded() bool {
	return c.LiveCalls > 0 || c.LiveTokens > 0 || c.MaxConcurrentCalls > 0 || len(c.RateLimit) > 0
}

// countsTokens reports whether it matters, or is told, what answers cost.
func (c *Config) countsTokens() bool { return c.LiveCalls > 0 || c.LiveTokens > 0 }

func (s *Session) limits(req *http.Request) budget.Limits {
	limits := budget.Limits{Calls: s.cfg.LiveCalls, Tokens: s.cfg.LiveTokens, Concurrent: s.cfg.MaxConcurrentCalls}
	address := matching.HostPort(req.URL)
	for _, host := range slices.Sorted(maps.Keys(s.cfg.RateLimit)) {
		if matching.NamesHost(host, address) {
			limits.Rates = append(limits.Rates, budget.Rate{Host: host, PerMinute: s.cfg.RateLimit[host]})
		}
	}
	return limits
}

// errNotAdmitted says why a request is not sent, and what to do.
func (s *Session) errNotAdmitted(req *http.Request, err error) error {
	request := s.redactor.Key(head(req))
	names := func(option, field string) string { return "Config." + field }
	if s.guide().Options {
		names = func(option, _ string) string { return "vcr." + option }
	}
	var spent *budget.SpentError
	var wait *budget.WaitError
	what, remedy := "what it would cost cannot be counted", err.Error()
	switch {
	case errors.As(err, &spent):
		what = "the budget of this run is used up: " + err.Error()
		remedy = fmt.Sprintf("run fewer tests at once, or raise %s", names("LiveBudget", "LiveCalls and LiveTokens"))
	case errors.As(err, &wait):
		what = err.Error() + ", and neither its context nor this package waits so long"
		remedy = fmt.Sprintf("send fewer requests at once, or raise %s", names("RateLimit", "RateLimit"))
	case errors.Is(err, budget.ErrBusy):
		what = fmt.Sprintf("%v for %s, and %d may be under way at once", err, budget.LongestWait, s.cfg.MaxConcurrentCalls)
		remedy = fmt.Sprintf("read or close the bodies of answers, or raise %s", names("MaxConcurrentCalls", "MaxConcurrentCalls"))
	}
	return &refusal{reason: fmt.Sprintf("%s: %s %s was not sent: %s; %s", s.tape.place.shown, request.Method, request.URL, what, remedy), cause: err}
}

// tokensOf returns how many tokens the answer of a call tells, 0 where none are counted.
func (s *Session) tokensOf(i *cassette.Interaction) int {
	if !s.cfg.countsTokens() {
		return 0
	}
	return int(chat.UsageOf(i).Tokens.Total())
}

// sendUncounted sends a request whose answer tells no tokens. The call is over when the
// body of the answer is.
func (s *Session) sendUncounted(call *budget.Call, req *http.Request) (*http.Response, error) {
	resp, err := s.base.RoundTrip(req)
	if err != nil || resp == nil {
		call.End(0)
		return resp, err
	}
	endWithBody(call, resp)
	return resp, nil
}

// endWithBody ends a call when the body of its answer was read or closed.
func endWithBody(call *budget.Call, resp *http.Response) {
	switch {
	case call == nil:
	case resp.Body == nil, resp.Body == http.NoBody, resp.StatusCode == http.StatusSwitchingProtocols:
		call.End(0)
	default:
		resp.Body = &lastingBody{resp.Body, call}
	}
}

// A lastingBody is as long under way as its call.
type lastingBody struct {
	io.ReadCloser
	call *budget.Call
}

func (b *lastingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.call.End(0)
	}
	return n, err
}

func (b *lastingBody) Close() error {
	defer b.call.End(0)
	return b.ReadCloser.Close()
}

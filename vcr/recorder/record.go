package recorder

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// record sends a request, out in the place of req, and puts what comes back on
// the tape. The caller gets the response as it arrives; the interaction is
// complete when its body is. body returns the body of the request once it was sent.
func (s *Session) record(req, out *http.Request, request cassette.Request, body func() cassette.Body) (*http.Response, error) {
	return s.recordTo(s.tape.reserve(), req, out, request, body)
}

// refresh sends a request of which an included cassette has a recording. What
// comes back is not held to be saved, but the secrets in it are learned.
func (s *Session) refresh(req *http.Request, q *question) (*http.Response, error) {
	request := q.request()
	if err := s.unfit(request); err != nil {
		return s.refuse(req, err)
	}
	return s.recordTo(new(slot), req, outgoing(req, request.Body), request, func() cassette.Body { return request.Body })
}

// answersWithPlaceholder reports whether the answer of a recording holds one.
func answersWithPlaceholder(i *cassette.Interaction) bool {
	for _, values := range i.Response.Header {
		if slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, redact.PlaceholderPrefix) }) {
			return true
		}
	}
	return bytes.Contains(i.Response.Body.Bytes(), []byte(redact.PlaceholderPrefix))
}

func (s *Session) recordTo(slot *slot, req, out *http.Request, request cassette.Request, body func() cassette.Body) (*http.Response, error) {
	s.redactor.LearnEnvironment()
	started := time.Now()
	resp, err := s.base.RoundTrip(out)
	if resp == nil && err == nil {
		err = errors.New("the base transport returned neither a response nor an error")
	}
	request.Header = req.Header.Clone()
	i := &cassette.Interaction{Request: request, Recorded: started}
	c := callerOf(req) // the end may come when req is the caller's again
	if err != nil {
		i.Request.Body = body()
		i.Error = failureOf(c, err)
		i.Took = time.Since(started)
		s.keep(slot, i)
		return nil, err
	}
	resp.Request = req
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return resp, nil // from here on it is a connection, not an exchange
	}
	i.Response = responseOf(resp)
	announced := sortedNames(resp.Trailer)
	length := resp.ContentLength
	finish := func(e ending) {
		sent := body()    // which may take a moment
		s.tape.hide(slot) // from here on it is changed
		i.Request.Body = sent
		i.Took = time.Since(started)
		e.complete(i, c)
		if e.end == "" {
			i.Response.Trailer = resp.Trailer.Clone() // only now the transport is done with it
		}
		if !slices.Equal(announced, sortedNames(i.Response.Trailer)) {
			i.Response.Announced = append([]string{}, announced...) // nil would mean all
		}
		if length != contentLength(request.Method, &i.Response) {
			i.Response.Length = &length
		}
		s.keep(slot, i)
	}
	if resp.Body == nil || resp.Body == http.NoBody {
		finish(ending{})
		return resp, nil
	}
	// The transport writes trailers into its own response, also when a rest is read
	// of which the caller knows nothing.
	given := *resp
	given.Trailer = resp.Trailer.Clone()
	recorded := &recordedBody{
		ReadCloser: resp.Body, finish: finish, trailers: func() { given.Trailer = resp.Trailer.Clone() },
		streams: length < 0, length: length, arrived: time.Now(),
	}
	given.Body = recorded
	s.tape.begin(slot, i, recorded)
	return &given, nil
}

// complete puts what was read of a body into its interaction.
func (e ending) complete(i *cassette.Interaction, c caller) {
	i.Response.Body = cassette.NewBody(e.body)
	i.Response.Chunks = e.chunks
	i.Response.End = e.end
	if e.err != nil {
		i.Error = failureOf(c, e.err)
	}
}

// keep redacts an interaction before it is held to be saved. The caller does not
// wait for that.
func (s *Session) keep(slot *slot, i *cassette.Interaction) {
	s.backlog.add(i.Request.Body.Len()+i.Response.Body.Len(), func() {
		s.redactor.Interaction(i)
		s.tape.hold(slot, i)
	})
}

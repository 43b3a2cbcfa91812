package recorder

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// record sends a request and puts what comes back on the tape. The caller gets
// the response as it arrives; the interaction is complete when its body is.
func (s *Session) record(req *http.Request, request cassette.Request) (*http.Response, error) {
	slot := s.tape.reserve()
	started := time.Now()
	resp, err := s.base.RoundTrip(outgoing(req, request.Body))
	if resp == nil && err == nil {
		err = errors.New("the base transport returned neither a response nor an error")
	}
	request.Header = req.Header.Clone()
	i := &cassette.Interaction{Request: request, Recorded: started}
	if err != nil {
		i.Error = transportError(err)
		i.Took = time.Since(started)
		s.keep(slot, i)
		return nil, err
	}
	resp.Request = req
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return resp, nil // from here on it is a connection, not an exchange
	}
	i.Response = responseOf(resp)
	finish := func(body []byte, end string, err error) {
		whole := i.Clone()
		whole.Response.Body = cassette.NewBody(body)
		whole.Response.End = end
		if end == "" {
			whole.Response.Trailer = resp.Trailer.Clone() // only now the transport is done with it
		}
		if err != nil {
			whole.Error = transportError(err)
		}
		whole.Took = time.Since(started)
		s.keep(slot, whole)
	}
	if resp.Body == nil || resp.Body == http.NoBody {
		finish(nil, "", nil)
		return resp, nil
	}
	body := &recordedBody{ReadCloser: resp.Body, background: s.background, finish: finish}
	resp.Body = body
	headless := i.Clone()
	s.redactor.Interaction(headless)
	s.tape.hold(slot, headless, body)
	return resp, nil
}

// keep redacts an interaction before it is held: nothing that is held to be
// saved ever carries a secret.
func (s *Session) keep(slot *slot, i *cassette.Interaction) {
	s.redactor.Interaction(i)
	s.tape.hold(slot, i, nil)
}

func responseOf(resp *http.Response) cassette.Response {
	r := cassette.Response{Status: resp.StatusCode, Header: resp.Header.Clone(), Uncompressed: resp.Uncompressed}
	if resp.Proto != "HTTP/1.1" {
		r.Proto = resp.Proto
	}
	_, reason, _ := strings.Cut(resp.Status, " ")
	if reason != http.StatusText(resp.StatusCode) {
		r.Reason = reason
	}
	return r
}

package recorder

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A playback is a response with its body, in one piece of memory.
type playback struct {
	response http.Response
	body     replayedBody
}

// replay makes a response of a recording.
func (s *Session) replay(req *http.Request, p pick) (*http.Response, error) {
	i, err := s.restored(p.interaction())
	if err != nil {
		return s.refuse(req, broken(err))
	}
	recorded := &i.Response
	switch {
	case i.Error != nil && recorded.Status == 0:
		return nil, replayFailure(req, i.Error)
	case recorded.Status == http.StatusSwitchingProtocols:
		return nil, &Refusal{Reason: fmt.Sprintf("%s: recording of a switch to another protocol, which cannot be replayed", s.tape.place.shown)}
	}
	play := &playback{response: http.Response{
		StatusCode:       recorded.Status,
		Status:           statusLine(recorded),
		Proto:            "HTTP/1.1",
		ProtoMajor:       1,
		ProtoMinor:       1,
		Header:           p.header(i),
		TransferEncoding: slices.Clone(recorded.Transfer),
		Close:            recorded.Close,
		Uncompressed:     recorded.Uncompressed,
		ContentLength:    contentLength(req.Method, recorded),
		Trailer:          announced(recorded),
		Body:             http.NoBody,
		Request:          req,
	}}
	resp := &play.response
	if major, minor, ok := http.ParseHTTPVersion(recorded.Proto); ok {
		resp.Proto, resp.ProtoMajor, resp.ProtoMinor = recorded.Proto, major, minor
	}
	if length := recorded.Body.Len(); length > 0 && resp.ContentLength == int64(length) && resp.Header.Get("Content-Length") != "" {
		resp.Header.Set("Content-Length", strconv.Itoa(length))
	}
	if s.cfg.InstantRetries {
		retryAtOnce(resp.Header)
	}
	if hasNoBody := resp.ContentLength == 0 || req.Method == http.MethodHead; !hasNoBody || recorded.Body.Len() > 0 || recorded.End != "" || resp.ProtoMajor == 2 {
		play.body.start(req, resp, i, s.cfg.Pace) // HTTP/2 has an empty body of its own
		resp.Body = &play.body
	}
	return resp, nil
}

// replayFailure returns the error of an exchange that brought no response. What
// the caller ended is ended by the caller again.
func replayFailure(req *http.Request, failure *cassette.TransportError) error {
	if !failure.Caller {
		return &replayedError{*failure}
	}
	c := callerOf(req)
	if c.ctx.Done() == nil {
		return errNoEnd
	}
	<-c.ctx.Done()
	return endedAgain(c, failure)
}

// retryAtOnce keeps a recorded 429 from making a test sleep. Which headers say
// how long to wait was looked up in the clients of OpenAI, Anthropic and AWS.
func retryAtOnce(header http.Header) {
	for _, name := range []string{"Retry-After", "Retry-After-Ms", "X-Amz-Retry-After"} {
		if header.Get(name) != "" {
			header.Set(name, "0")
		}
	}
}

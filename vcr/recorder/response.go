package recorder

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// responseOf returns what a tape keeps of a response, but for its body and what
// comes after that.
func responseOf(resp *http.Response) cassette.Response {
	r := cassette.Response{
		Status: resp.StatusCode, Header: resp.Header.Clone(), Uncompressed: resp.Uncompressed,
		Transfer: slices.Clone(resp.TransferEncoding), Close: resp.Close,
	}
	if resp.Proto != "HTTP/1.1" {
		r.Proto = resp.Proto
	}
	_, reason, follows := strings.Cut(resp.Status, " ")
	switch {
	case follows && reason == "":
		r.Reason = noReason
	case reason != http.StatusText(resp.StatusCode):
		r.Reason = reason
	}
	return r
}

// noReason stands for a status line that ends with the blank after its code, as
// some servers write it.
const noReason = " "

// replay makes a response of a recording.
func (s *Session) replay(req *http.Request, i *cassette.Interaction) (*http.Response, error) {
	if i.Error != nil && i.Response.Status == 0 {
		return nil, replayFailure(req, i.Error)
	}
	recorded := &i.Response
	if recorded.Status == http.StatusSwitchingProtocols {
		return nil, &Refusal{Reason: fmt.Sprintf("%s: recording of a switch to another protocol, which cannot be replayed", s.tape.place.shown)}
	}
	resp := &http.Response{
		StatusCode:       recorded.Status,
		Status:           statusLine(recorded),
		Proto:            "HTTP/1.1",
		ProtoMajor:       1,
		ProtoMinor:       1,
		Header:           recorded.Header.Clone(),
		TransferEncoding: slices.Clone(recorded.Transfer),
		Close:            recorded.Close,
		Uncompressed:     recorded.Uncompressed,
		ContentLength:    contentLength(req.Method, recorded),
		Trailer:          announced(recorded),
		Request:          req,
	}
	if major, minor, ok := http.ParseHTTPVersion(recorded.Proto); ok {
		resp.Proto, resp.ProtoMajor, resp.ProtoMinor = recorded.Proto, major, minor
	}
	if resp.Header == nil {
		resp.Header = http.Header{}
	}
	if recorded.Body.Len() > 0 && resp.ContentLength == int64(recorded.Body.Len()) && resp.Header.Get("Content-Length") != "" {
		resp.Header.Set("Content-Length", strconv.Itoa(recorded.Body.Len()))
	}
	if s.cfg.InstantRetries {
		retryAtOnce(resp.Header)
	}
	resp.Body = http.NoBody
	if hasNoBody := resp.ContentLength == 0 || req.Method == http.MethodHead; !hasNoBody || recorded.Body.Len() > 0 || recorded.End != "" || resp.ProtoMajor == 2 {
		resp.Body = newReplayedBody(req, resp, i, s.cfg.Pace) // HTTP/2 has an empty body of its own
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

// announced returns the trailers that are known before the body was read; their
// values come after it.
func announced(r *cassette.Response) http.Header {
	names := r.Announced
	if names == nil {
		names = sortedNames(r.Trailer)
	}
	if len(names) == 0 {
		return nil
	}
	trailer := make(http.Header, len(names))
	for _, name := range names {
		trailer[name] = nil
	}
	return trailer
}

func sortedNames(header http.Header) []string { return slices.Sorted(maps.Keys(header)) }

func statusLine(r *cassette.Response) string {
	code := fmt.Sprintf("%03d", r.Status)
	switch r.Reason {
	case "":
		return strings.TrimSpace(code + " " + http.StatusText(r.Status))
	case noReason:
		return code + " "
	}
	return code + " " + r.Reason
}

// contentLength returns what net/http reports for such a response.
func contentLength(method string, r *cassette.Response) int64 {
	length, err := strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64)
	switch {
	case r.Length != nil:
		return *r.Length
	case r.Status == http.StatusNoContent, r.Status == http.StatusNotModified && method != http.MethodHead:
		return 0
	case r.Uncompressed || len(r.Transfer) > 0:
		return -1
	case err == nil && length >= 0 && method != http.MethodHead && r.End == "" && r.Body.Len() > 0:
		return int64(r.Body.Len()) // somebody may have edited the tape
	case err == nil && length >= 0:
		return length
	case method == http.MethodHead:
		return -1
	case r.Body.Len() == 0 && r.End == "":
		return 0
	}
	return -1
}

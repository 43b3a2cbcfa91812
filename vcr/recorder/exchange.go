package recorder

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// read returns what is compared and recorded of a request. It reads the body to
// its end and closes it; the header is shared with req.
func read(req *http.Request) (cassette.Request, error) {
	request := cassette.Request{Method: req.Method, URL: urlOf(req), Header: req.Header}
	if request.Method == "" {
		request.Method = http.MethodGet
	}
	if req.Body == nil || req.Body == http.NoBody {
		return request, done(req.Context())
	}
	defer req.Body.Close()
	if err := done(req.Context()); err != nil {
		return request, err
	}
	var body bytes.Buffer
	if req.ContentLength > 0 {
		body.Grow(int(min(req.ContentLength, 1<<20)) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(req.Body); err != nil {
		return request, fmt.Errorf("reading the body of the request: %w", err)
	}
	request.Body = cassette.NewBody(body.Bytes())
	return request, nil
}

// urlOf returns the URL as a server would see it: with the host that the caller
// set beside it, and without a fragment.
func urlOf(req *http.Request) string {
	u := *req.URL
	u.Fragment, u.RawFragment, u.User = "", "", nil
	if req.Host != "" {
		u.Host = req.Host
	}
	return u.String()
}

// outgoing returns a copy of req whose body can be sent, since the body of req
// was read.
func outgoing(req *http.Request, body cassette.Body) *http.Request {
	out := req.WithContext(req.Context())
	if req.Body == nil || req.Body == http.NoBody {
		return out
	}
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body.Bytes())), nil }
	out.Body, _ = out.GetBody()
	return out
}

// replay makes a response of a recording.
func replay(req *http.Request, i *cassette.Interaction) (*http.Response, error) {
	if i.Error != nil && i.Response.Status == 0 {
		return nil, &replayedError{*i.Error}
	}
	recorded := &i.Response
	resp := &http.Response{
		StatusCode:    recorded.Status,
		Status:        statusLine(recorded),
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        recorded.Header.Clone(),
		Uncompressed:  recorded.Uncompressed,
		ContentLength: contentLength(req, recorded),
		Request:       req,
	}
	if major, minor, ok := http.ParseHTTPVersion(recorded.Proto); ok {
		resp.Proto, resp.ProtoMajor, resp.ProtoMinor = recorded.Proto, major, minor
	}
	if resp.Header == nil {
		resp.Header = http.Header{}
	}
	if len(recorded.Trailer) > 0 {
		resp.Trailer = make(http.Header, len(recorded.Trailer))
		for name := range recorded.Trailer {
			resp.Trailer[name] = nil // the values come when the body was read
		}
	}
	resp.Body = &replayedBody{ctx: req.Context(), rest: recorded.Body.Bytes(), recorded: i, trailer: resp.Trailer}
	if recorded.Body.Len() == 0 && recorded.End == "" && len(recorded.Trailer) == 0 {
		resp.Body = http.NoBody
	}
	return resp, nil
}

func statusLine(r *cassette.Response) string {
	reason := r.Reason
	if reason == "" {
		reason = http.StatusText(r.Status)
	}
	return strings.TrimSpace(fmt.Sprintf("%03d %s", r.Status, reason))
}

// contentLength returns what net/http reports for such a response.
func contentLength(req *http.Request, r *cassette.Response) int64 {
	length, err := strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64)
	switch {
	case r.Status == http.StatusNoContent, r.Status == http.StatusNotModified && req.Method != http.MethodHead:
		return 0
	case r.Uncompressed:
		return -1
	case err == nil && length >= 0:
		return length
	case req.Method == http.MethodHead:
		return -1
	case r.Body.Len() == 0 && r.End == "":
		return 0
	}
	return -1
}

// holds reports whether a request carries text in its URL, headers or body, or
// in the base64 of basic authentication.
func holds(request cassette.Request, text string) bool {
	if strings.Contains(request.URL, text) || bytes.Contains(request.Body.Bytes(), []byte(text)) {
		return true
	}
	for _, values := range request.Header {
		for _, value := range values {
			if strings.Contains(value, text) {
				return true
			}
			if encoded, ok := strings.CutPrefix(value, "Basic "); ok {
				if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil && bytes.Contains(decoded, []byte(text)) {
					return true
				}
			}
		}
	}
	return false
}

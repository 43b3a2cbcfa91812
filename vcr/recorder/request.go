package recorder

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// head returns what is compared and recorded of a request beside its body. The
// header is shared with req.
func head(req *http.Request) cassette.Request {
	method := req.Method
	if method == "" {
		method = http.MethodGet
	}
	return cassette.Request{Method: method, URL: urlOf(req), Header: req.Header}
}

func hasBody(req *http.Request) bool { return req.Body != nil && req.Body != http.NoBody }

// buffers hold the bodies of requests that are looked up and then forgotten.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestKept is the size in bytes up to which a buffer is used again.
const largestKept = 1 << 20

// forget gives back the buffer of a body of which nothing is kept.
func forget(body *bytes.Buffer) {
	if body.Cap() <= largestKept {
		body.Reset()
		buffers.Put(body)
	}
}

// read returns the body of a request, which it reads to its end and closes.
func read(req *http.Request) (*bytes.Buffer, error) {
	c := callerOf(req)
	whole := buffers.Get().(*bytes.Buffer)
	if err := c.over(); err != nil || !hasBody(req) {
		closeBody(req)
		return whole, err
	}
	body, length := req.Body, req.ContentLength
	if req.GetBody != nil || c.ctx.Done() == nil {
		defer closeBody(req)
		return whole, readAll(whole, body, length) // what can be had again lies in memory
	}
	// The body may come from a pipe into which nobody writes any more, and then is
	// read for longer than the request may be looked at.
	result := make(chan error, 1)
	closed := onceClosed(body)
	go func() {
		err := readAll(whole, body, length)
		closed()
		result <- err
	}()
	select {
	case err := <-result:
		return whole, err
	case <-c.ctx.Done():
		closed()
		return nil, c.over()
	}
}

// readAll reads a body to its end. length is 0 or -1 if it is not known.
func readAll(whole *bytes.Buffer, body io.Reader, length int64) error {
	if length > 0 {
		whole.Grow(int(min(length, 1<<20)) + bytes.MinRead)
	}
	if _, err := whole.ReadFrom(body); err != nil {
		return fmt.Errorf("reading the body of the request: %w", err)
	}
	return nil
}

// onceClosed returns what closes a body, and may be called again.
func onceClosed(body io.Closer) func() {
	return sync.OnceFunc(func() { _ = body.Close() })
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
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
	out := copyOf(req)
	if !hasBody(req) {
		return out
	}
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body.Bytes())), nil }
	out.Body, _ = out.GetBody()
	return out
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

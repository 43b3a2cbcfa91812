package recorder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
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

// releaseBody gives back the buffer of a body of which nothing is kept.
func releaseBody(body *bytes.Buffer) {
	if body.Cap() <= largestKept {
		body.Reset()
		buffers.Put(body)
	}
}

// readBody returns the body of a request, which it reads to its end and closes.
func readBody(req *http.Request) (*bytes.Buffer, error) {
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

// A caller is what ends an exchange from outside. An [http.Client] with a timeout
// gives the transport of net/http the deadline of a context, but others the
// channel Cancel as well, and words the error by which of them was first. What
// passes a recorder should end with the same words every time.
type caller struct {
	ctx    context.Context
	cancel <-chan struct{} // nil when there is none
}

// cancelTime is how long the timer of a client may lag behind the deadline that
// it set.
const cancelTime = 50 * time.Millisecond

func callerOf(req *http.Request) caller {
	//lint:ignore SA1019 net/http itself still sets it
	return caller{req.Context(), req.Cancel}
}

// over returns why the context is over, nil when it is not. The client knows by
// then whether it was its timeout.
func (c caller) over() error {
	if c.ctx.Err() == nil {
		return nil
	}
	if c.cancel != nil && errors.Is(c.ctx.Err(), context.DeadlineExceeded) {
		timer := time.NewTimer(cancelTime)
		defer timer.Stop()
		select {
		case <-c.cancel:
		case <-timer.C:
		}
	}
	return context.Cause(c.ctx)
}

// copyOf returns a copy of a request for the transport, to which a deadline and
// Cancel are one.
func copyOf(req *http.Request) *http.Request {
	c := callerOf(req)
	deadline, limited := c.ctx.Deadline()
	if c.cancel == nil || !limited {
		return req.WithContext(c.ctx)
	}
	ctx, cancel := context.WithCancelCause(c.ctx)
	go func() {
		select {
		case <-c.cancel:
			if time.Now().Before(deadline) {
				cancel(errCanceled)
			}
		case <-ctx.Done():
		}
	}()
	out := req.WithContext(ctx)
	//lint:ignore SA1019 net/http itself still sets it
	out.Cancel = nil
	return out
}

var errCanceled = errors.New("net/http: request canceled")

// streamedFrom is the length in bytes from which a body is sent while it is
// read, where nothing has to be matched before that.
const streamedFrom = 1 << 20

// mayUpload reports whether the body of a request may be sent while it is read.
func (s *Session) mayUpload(req *http.Request) bool {
	if !hasBody(req) || 0 < req.ContentLength && req.ContentLength < streamedFrom {
		return false
	}
	return s.mode.rerecords() && len(s.tape.indexes) == 0 || s.mayRecord() && s.tape.isEmpty && len(s.orphans()) == 0
}

// upload records a request whose body is sent while it is read.
func (s *Session) upload(req *http.Request) (*http.Response, error) {
	if err := callerOf(req).over(); err != nil {
		closeBody(req)
		return nil, err
	}
	request := head(req)
	if err := s.unfit(request); err != nil {
		return s.refuse(req, err)
	}
	s.traceRecorded(request)
	out, sent := newUpload(req)
	return s.record(0, req, out, request, sent.whole)
}

// longestUpload bounds how long the end of a response waits for the rest of its
// request.
const longestUpload = time.Second

// An upload hands the body of a request to the transport and keeps what was read.
type upload struct {
	caller caller
	body   io.Reader
	close  func() // closes body, once

	reading sync.Mutex    // held while reading, which may take for ever
	done    chan struct{} // closed when body was read to its end, or failed
	failed  sync.Once     // closes done

	mu    sync.Mutex // guards what follows
	read  blocks
	taken bool // whole was called, and nothing more is kept
}

func newUpload(req *http.Request) (*http.Request, *upload) {
	u := &upload{caller: callerOf(req), body: req.Body, close: onceClosed(req.Body), done: make(chan struct{})}
	// The transport of HTTP/1 waits for the body even when its context is over.
	context.AfterFunc(u.caller.ctx, u.close)
	out := copyOf(req)
	out.Body = u
	return out, u
}

func (u *upload) Read(p []byte) (int, error) {
	u.reading.Lock()
	defer u.reading.Unlock()
	if u.isTaken() {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := u.body.Read(p)
	u.keep(p[:n])
	if err == nil {
		return n, nil
	}
	u.failed.Do(func() { close(u.done) })
	if over := u.caller.over(); err != io.EOF && over != nil {
		return n, over // rather than that the body was closed
	}
	return n, err
}

func (u *upload) keep(part []byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.taken {
		u.read.add(part)
	}
}

func (u *upload) isTaken() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.taken
}

// Close is called by the transport when it is done with the body, which a
// server that answers early has not read. The rest is still read, since a
// request is recorded whole, until its response has ended.
func (u *upload) Close() error {
	go func() {
		_, _ = io.CopyN(io.Discard, u, disk.MaxSize) // nobody is left to be told
		u.close()
	}()
	return nil
}

// whole returns the body once it was read, or what of it was read when the
// caller's context is over, nothing more comes or it takes too long. It closes
// the body and is called once.
func (u *upload) whole() cassette.Body {
	ctx, cancel := context.WithTimeout(u.caller.ctx, longestUpload)
	defer cancel()
	for before := u.size(); u.goesOn(ctx, before); {
		before = u.size()
	}
	u.close()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.taken = true
	return cassette.NewBody(u.read.join())
}

// goesOn waits a little and reports whether more of the body came than before.
func (u *upload) goesOn(ctx context.Context, before int) bool {
	timer := time.NewTimer(drainTime)
	defer timer.Stop()
	select {
	case <-u.done:
		return false
	case <-ctx.Done():
		return false
	case <-timer.C:
		return u.size() > before
	}
}

func (u *upload) size() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.read.size
}

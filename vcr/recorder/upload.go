package recorder

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// streamedFrom is the length in bytes from which a body is sent while it is
// read, where nothing has to be matched before that.
const streamedFrom = 1 << 20

// streams reports whether the body of a request may be sent as it comes.
func (s *Session) streams(req *http.Request) bool {
	if !hasBody(req) || 0 < req.ContentLength && req.ContentLength < streamedFrom {
		return false
	}
	return s.mode == All && len(s.tape.reels) == 0 || s.mayRecord() && s.tape.empty && len(s.orphans()) == 0
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
		_, _ = io.CopyN(io.Discard, u, cassette.MaxSize) // nobody is left to be told
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

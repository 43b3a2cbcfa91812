package recorder

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// What a body that the caller closed before its end is still read for: clients
// that decode one JSON value leave the last newline unread.
const (
	drainBytes = 64 << 10
	drainTime  = 50 * time.Millisecond
)

// shortestWait tells a part that the server sent later from one that was there
// and only not read yet.
const shortestWait = time.Millisecond

// A recordedBody hands the body of a response to the caller as it arrives and
// keeps what was read.
type recordedBody struct {
	io.ReadCloser
	finish   func(ending) // called once
	trailers func()       // hands them to the caller

	reading sync.Mutex // held while reading, which may take for ever
	failed  error      // what reading failed with, and fails with from then on
	closed  atomic.Bool

	streams bool  // its length was not known beforehand: how it arrives is kept
	length  int64 // otherwise

	mu      sync.Mutex // guards what follows
	read    blocks
	chunks  []cassette.Chunk
	arrived time.Time // when the last part did, or the headers
	whole   bool      // the last part filled the buffer, and more may have been there
	ended   bool
}

// An ending is a body when nothing more of it is read, and why.
type ending struct {
	body   []byte
	chunks []cassette.Chunk
	end    string // as in cassette.Response
	err    error  // what reading it failed with
}

func (b *recordedBody) Read(p []byte) (int, error) {
	b.reading.Lock()
	defer b.reading.Unlock()
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.failed != nil {
		return 0, b.failed
	}
	var asked time.Time
	if b.streams {
		asked = time.Now()
	}
	n, err := b.ReadCloser.Read(p)
	b.failed = err
	b.keep(p[:n], len(p), asked)
	switch {
	case err == io.EOF:
		b.trailers()
		b.end("", nil)
	case err != nil && b.closed.Load():
		b.end(cassette.EndClosed, nil)
	case err != nil:
		b.end(cassette.EndAborted, err)
	}
	return n, err
}

// Close first reads what little may be left of the body, so that a complete
// answer is recorded as complete: once it is closed, callers cancel the context.
func (b *recordedBody) Close() error {
	if b.closed.Swap(true) {
		return nil
	}
	if !b.reading.TryLock() {
		return b.ReadCloser.Close() // unblocks the reader, which then sees an error
	}
	defer b.reading.Unlock()
	if !b.isEnded() {
		b.drain()
	}
	return b.ReadCloser.Close()
}

func (b *recordedBody) drain() {
	timeout := time.AfterFunc(drainTime, func() { _ = b.ReadCloser.Close() })
	defer timeout.Stop()
	rest, err := io.ReadAll(io.LimitReader(b.ReadCloser, drainBytes+1))
	if err == nil && len(rest) <= drainBytes {
		b.keep(rest, 0, time.Now())
		b.end("", nil)
		return
	}
	b.abandon()
}

// abandon ends the recording of a body of which nothing more is read.
func (b *recordedBody) abandon() { b.end(cassette.EndClosed, nil) }

// keep adds a part to what was read. It is a chunk of its own if the part before
// it had not filled its buffer, and this one was waited for.
func (b *recordedBody) keep(part []byte, buffer int, asked time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended || len(part) == 0 {
		return
	}
	b.read.expect(b.length)
	b.read.add(part)
	if !b.streams {
		return
	}
	now := time.Now()
	if last := len(b.chunks) - 1; last < 0 || !b.whole && now.Sub(asked) >= shortestWait {
		b.chunks = append(b.chunks, cassette.Chunk{Size: len(part), Delay: now.Sub(b.arrived)})
	} else {
		b.chunks[last].Size += len(part)
	}
	b.arrived, b.whole = now, len(part) == buffer
}

func (b *recordedBody) end(end string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		b.ended = true
		b.finish(ending{b.read.join(), b.chunks, end, err})
	}
}

func (b *recordedBody) isEnded() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

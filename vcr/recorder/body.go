package recorder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A replayedBody plays the body of a recording. It shares the recorded bytes.
type replayedBody struct {
	ctx      context.Context
	recorded *cassette.Interaction
	trailer  http.Header

	mu     sync.Mutex
	rest   []byte
	closed bool
}

func (b *replayedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if len(b.rest) > 0 {
		n := copy(p, b.rest)
		b.rest = b.rest[n:]
		return n, nil
	}
	return 0, b.end()
}

// end returns how the recorded body ended.
func (b *replayedBody) end() error {
	switch b.recorded.Response.End {
	case cassette.EndClosed:
		return errors.New("the recorded body ends here: the caller closed it while it was recorded; record this spec again to read further")
	case cassette.EndAborted:
		// The value itself: not every client that reads a stream uses errors.Is.
		if failure := b.recorded.Error; failure != nil && failure.Message != io.ErrUnexpectedEOF.Error() {
			return &replayedError{*failure}
		}
		return io.ErrUnexpectedEOF
	}
	for name := range b.trailer {
		b.trailer[name] = slices.Clone(b.recorded.Response.Trailer[name])
	}
	return io.EOF
}

func (b *replayedBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}

// A replayedError is the failure of a transport, played from the tape.
type replayedError struct{ recorded cassette.TransportError }

func (e *replayedError) Error() string   { return e.recorded.Message }
func (e *replayedError) Timeout() bool   { return e.recorded.Timeout }
func (e *replayedError) Temporary() bool { return e.recorded.Timeout }

// Unwrap gives the errors that the standard library itself returns for the
// ends which callers tell apart most.
func (e *replayedError) Unwrap() error {
	for _, known := range []error{io.ErrUnexpectedEOF, io.EOF, context.DeadlineExceeded, context.Canceled} {
		if e.recorded.Message == known.Error() {
			return known
		}
	}
	return nil
}

// What a body that the caller closed before its end is still read for: clients
// that decode one JSON value leave the last newline unread.
const (
	drainBytes = 64 << 10
	drainTime  = 50 * time.Millisecond
)

// A recordedBody hands the body of a response to the caller as it arrives and
// keeps what was read.
type recordedBody struct {
	io.ReadCloser
	background func(func()) bool                        // runs something that the session waits for
	finish     func(body []byte, end string, err error) // called once

	reading sync.Mutex // held while reading, which may take for ever
	closed  atomic.Bool

	mu    sync.Mutex // guards what follows
	read  []byte
	ended bool
}

func (b *recordedBody) Read(p []byte) (int, error) {
	b.reading.Lock()
	defer b.reading.Unlock()
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.ReadCloser.Read(p)
	b.keep(p[:n])
	switch {
	case err == io.EOF:
		b.end("", nil)
	case err != nil && b.closed.Load():
		b.end(cassette.EndClosed, nil)
	case err != nil:
		b.end(cassette.EndAborted, err)
	}
	return n, err
}

// Close ends the body for the caller at once. What little may be left of it is
// read in the background, so that a complete answer is recorded as complete.
func (b *recordedBody) Close() error {
	if b.closed.Swap(true) {
		return nil
	}
	if !b.reading.TryLock() {
		return b.ReadCloser.Close() // unblocks the reader, which then sees an error
	}
	defer b.reading.Unlock()
	if !b.isEnded() && b.background(b.drain) {
		return nil
	}
	return b.ReadCloser.Close()
}

func (b *recordedBody) drain() {
	b.reading.Lock()
	defer b.reading.Unlock()
	timeout := time.AfterFunc(drainTime, func() { _ = b.ReadCloser.Close() })
	rest, err := io.ReadAll(io.LimitReader(b.ReadCloser, drainBytes+1))
	timeout.Stop()
	_ = b.ReadCloser.Close()
	if err == nil && len(rest) <= drainBytes {
		b.keep(rest)
		b.end("", nil)
		return
	}
	b.abandon()
}

// abandon ends the recording of a body of which nothing more is read.
func (b *recordedBody) abandon() { b.end(cassette.EndClosed, nil) }

func (b *recordedBody) keep(part []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		b.read = append(b.read, part...)
	}
}

func (b *recordedBody) end(end string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		b.ended = true
		b.finish(b.read, end, err)
	}
}

func (b *recordedBody) isEnded() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

func transportError(err error) *cassette.TransportError {
	var timeout interface{ Timeout() bool }
	return &cassette.TransportError{Message: fmt.Sprint(err), Timeout: errors.As(err, &timeout) && timeout.Timeout()}
}

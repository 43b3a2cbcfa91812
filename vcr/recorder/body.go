package recorder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
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
		if b.recorded.Error != nil {
			return &replayedError{*b.recorded.Error}
		}
		return io.ErrUnexpectedEOF
	}
	for name := range b.trailer {
		b.trailer[name] = b.recorded.Response.Trailer[name]
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
	finish func(body []byte, end string, err error) // called once
	drains *sync.WaitGroup

	closed atomic.Bool

	mu    sync.Mutex // held while reading
	read  []byte
	ended bool
}

func (b *recordedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.ReadCloser.Read(p)
	b.read = append(b.read, p[:n]...)
	switch {
	case err == io.EOF:
		b.finished("", nil)
	case err != nil:
		b.finished(cassette.EndAborted, err)
	}
	return n, err
}

func (b *recordedBody) finished(end string, err error) {
	if !b.ended {
		b.ended = true
		b.finish(b.read, end, err)
	}
}

// Close ends the body for the caller at once. What little may be left of it is
// read in the background, so that a complete answer is recorded as complete.
func (b *recordedBody) Close() error {
	if b.closed.Swap(true) {
		return nil
	}
	if !b.mu.TryLock() {
		return b.ReadCloser.Close() // unblocks the reader, which then sees an error
	}
	defer b.mu.Unlock()
	if b.ended {
		return b.ReadCloser.Close()
	}
	b.drains.Add(1)
	go b.drain()
	return nil
}

func (b *recordedBody) drain() {
	defer b.drains.Done()
	b.mu.Lock()
	defer b.mu.Unlock()
	timeout := time.AfterFunc(drainTime, func() { _ = b.ReadCloser.Close() })
	rest, err := io.ReadAll(io.LimitReader(b.ReadCloser, drainBytes+1))
	timeout.Stop()
	_ = b.ReadCloser.Close()
	if err == nil && len(rest) <= drainBytes {
		b.read = append(b.read, rest...)
		b.finished("", nil)
		return
	}
	b.finished(cassette.EndClosed, nil)
}

// abandon ends the recording of a body that nobody closed.
func (b *recordedBody) abandon() {
	if b.mu.TryLock() {
		defer b.mu.Unlock()
		b.finished(cassette.EndClosed, nil)
	}
}

func transportError(err error) *cassette.TransportError {
	var timeout interface{ Timeout() bool }
	return &cassette.TransportError{Message: fmt.Sprint(err), Timeout: errors.As(err, &timeout) && timeout.Timeout()}
}

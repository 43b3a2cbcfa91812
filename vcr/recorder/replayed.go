package recorder

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A replayedBody plays the body of a recording, in the chunks in which it
// arrived. It shares the recorded bytes.
type replayedBody struct {
	caller   caller
	response *http.Response
	recorded *cassette.Interaction
	pace     float64 // how fast delays pass; 0 leaves them out

	closed atomic.Bool
	closes chan struct{} // closed with the body; nil where nothing waits for that

	mu     sync.Mutex // held while reading
	rest   []byte     // not read yet
	chunk  int        // the one that is being read
	unread int        // bytes left of it
}

func (b *replayedBody) start(req *http.Request, resp *http.Response, i *cassette.Interaction, pace float64) {
	b.caller, b.response, b.recorded, b.pace = callerOf(req), resp, i, pace
	b.rest, b.chunk = i.Response.Body.Bytes(), -1
	if pace > 0 || i.Error != nil {
		b.closes = make(chan struct{})
	}
}

func (b *replayedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	part, err := b.part()
	if err != nil || len(p) == 0 {
		return 0, err
	}
	n := copy(p, part)
	b.rest, b.unread = b.rest[n:], b.unread-n
	return n, nil
}

// WriteTo writes the chunks, without a buffer between.
func (b *replayedBody) WriteTo(w io.Writer) (written int64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		part, err := b.part()
		if err == io.EOF {
			return written, nil
		}
		if err != nil {
			return written, err
		}
		n, err := w.Write(part)
		written += int64(n)
		b.rest, b.unread = b.rest[n:], b.unread-n
		if err != nil {
			return written, err
		}
	}
}

// part returns what is left of the chunk that is being read, or starts the next.
func (b *replayedBody) part() ([]byte, error) {
	if b.closed.Load() {
		return nil, http.ErrBodyReadAfterClose
	}
	if err := b.caller.over(); err != nil {
		return nil, err
	}
	if len(b.rest) == 0 {
		return nil, b.end()
	}
	if b.unread == 0 {
		if err := b.next(); err != nil {
			return nil, err
		}
	}
	return b.rest[:b.unread], nil
}

// next starts the next chunk, when it is time for it.
func (b *replayedBody) next() error {
	b.chunk++
	chunks := b.recorded.Response.Chunks
	if b.chunk >= len(chunks) {
		b.unread = len(b.rest)
		return nil
	}
	if b.pace > 0 && chunks[b.chunk].Delay > 0 {
		if err := b.wait(time.Duration(float64(chunks[b.chunk].Delay) / b.pace)); err != nil {
			return err
		}
	}
	b.unread = min(chunks[b.chunk].Size, len(b.rest))
	return nil
}

// wait lets a delay pass, unless the body is closed or its context is over
// before that.
func (b *replayedBody) wait(delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-b.closes:
		return http.ErrBodyReadAfterClose
	case <-b.caller.ctx.Done():
		return b.caller.over()
	}
}

// end returns how the recorded body ended.
func (b *replayedBody) end() error {
	switch failure := b.recorded.Error; b.recorded.Response.End {
	case cassette.EndClosed:
		return errors.New("the recorded body ends here: the caller closed it while it was recorded; record this spec again to read further")
	case cassette.EndAborted:
		switch {
		case failure == nil || failure.Message == io.ErrUnexpectedEOF.Error():
			return io.ErrUnexpectedEOF // the value itself: not every client that reads a stream uses errors.Is
		case failure.Caller:
			return b.endByCaller(failure)
		}
		return &replayedError{*failure}
	}
	for name, values := range b.recorded.Response.Trailer {
		if b.response.Trailer == nil {
			b.response.Trailer = http.Header{}
		}
		b.response.Trailer[name] = slices.Clone(values)
	}
	return io.EOF
}

// endByCaller waits for the caller to do again what ended the recorded body.
func (b *replayedBody) endByCaller(failure *cassette.TransportError) error {
	if b.caller.ctx.Done() == nil {
		return errNoEnd
	}
	select {
	case <-b.closes:
		return http.ErrBodyReadAfterClose
	case <-b.caller.ctx.Done():
		return endedAgain(b.caller, failure)
	}
}

func (b *replayedBody) Close() error {
	if !b.closed.Swap(true) && b.closes != nil {
		close(b.closes)
	}
	return nil
}

package recorder

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/wire"
)

// record sends a request if the guards let it through, and puts what comes back on the
// tape: at a place of it, from 1, or for 0 after what was played or recorded last.
func (s *Session) record(place int, req, out *http.Request, request cassette.Request, body func() cassette.Body) (*http.Response, error) {
	call, err := s.admit(req)
	if err != nil {
		return nil, err
	}
	return s.recordTo(s.tape.reserve(place), call, req, out, request, body)
}

// sendUnrecorded sends a request of which an included cassette has a recording. What
// comes back is not held to be saved, but the secrets in it are learned.
func (s *Session) sendUnrecorded(req *http.Request, l *lookup) (*http.Response, error) {
	request := l.request()
	if err := s.unfit(request); err != nil {
		return s.refuse(req, err)
	}
	if s.spec.Trace != nil {
		s.trace(request, "sent and not recorded, since the answer of the included cassette cannot be used")
	}
	call, err := s.admit(req)
	if err != nil {
		return nil, err
	}
	return s.recordTo(new(pending), call, req, outgoing(req, request.Body), request, func() cassette.Body { return request.Body })
}

// recordTo sends out, which is req with a body that can be sent, and holds what comes back.
// The caller gets the response as it arrives; the interaction is complete when its body is,
// and then the call is over. body returns what was sent of the request's body.
func (s *Session) recordTo(p *pending, call *budget.Call, req, out *http.Request, request cassette.Request, body func() cassette.Body) (*http.Response, error) {
	s.redactor.LearnEnvironment()
	started := time.Now()
	resp, err := s.base.RoundTrip(out)
	if resp == nil && err == nil {
		err = errors.New("the base transport returned neither a response nor an error")
	}
	request.Header = s.headerOf(request)
	i := &cassette.Interaction{Request: request, Recorded: started}
	c := callerOf(req) // the end may come when req is the caller's again
	if err != nil {
		call.End(0)
		s.tape.ended(p)
		i.Request.Body = body()
		i.Error = cassette.NewTransportError(err, c.over() != nil)
		i.Took = time.Since(started)
		s.keep(p, i)
		return nil, err
	}
	resp.Request = req
	if resp.StatusCode == http.StatusSwitchingProtocols {
		call.End(0)
		return resp, nil // from here on it is a connection, not an exchange
	}
	i.Response = responseOf(resp)
	if err := s.unfitResponse(request, &i.Response); err != nil {
		if s.mode == Live {
			endWithBody(call, resp)
			return resp, nil // which is not compared
		}
		call.End(0)
		if resp.Body != nil {
			_ = resp.Body.Close()
		}
		return s.refuse(req, err)
	}
	announced := sortedNames(resp.Trailer)
	length := max(resp.ContentLength, -1)
	finish := func(e ending) {
		sent := body()  // which may take a moment
		s.tape.ended(p) // from here on it is changed
		i.Request.Body = sent
		i.Took = time.Since(started)
		e.complete(i, c)
		if e.end == "" {
			i.Response.Trailer = resp.Trailer.Clone() // only now the transport is done with it
		}
		if !slices.Equal(announced, sortedNames(i.Response.Trailer)) {
			i.Response.Announced = append([]string{}, announced...) // nil would mean all
		}
		if length != contentLength(request.Method, &i.Response) {
			i.Response.Length = &length
		}
		if call != nil {
			call.End(s.tokensOf(i))
		}
		s.keep(p, i)
	}
	if resp.Body == nil || resp.Body == http.NoBody {
		finish(ending{})
		return resp, nil
	}
	// The transport writes trailers into its own response, also when a rest is read
	// of which the caller knows nothing.
	given := *resp
	given.Trailer = resp.Trailer.Clone()
	recorded := &recordedBody{
		ReadCloser: resp.Body, finish: finish, trailers: func() { given.Trailer = resp.Trailer.Clone() },
		streams: length < 0, length: length, arrived: time.Now(),
		overlap: s.tape.newOverlap(p, resp.Header.Get("Content-Type"), length),
	}
	given.Body = recorded
	s.tape.begin(p, i, recorded)
	return &given, nil
}

// headerOf returns the header of a request as it is taped: a copy without what only tells
// which SDK sent it, unless a rule needs that.
func (s *Session) headerOf(request cassette.Request) http.Header {
	header := request.Header.Clone()
	maps.DeleteFunc(header, func(name string, _ []string) bool {
		return s.matcher.IsNoise(request, name) && !s.redactor.KeepsHeader(name)
	})
	return header
}

// complete puts what was read of a body into its interaction.
func (e ending) complete(i *cassette.Interaction, c caller) {
	i.Response.Body = cassette.NewBody(e.body)
	i.Response.Chunks = e.chunks
	i.Response.End = e.end
	if e.err != nil {
		i.Error = cassette.NewTransportError(e.err, c.over() != nil)
	}
	if last := len(e.chunks) - 1; last >= 0 && e.chunks[last].Size == 0 && i.Error != nil && i.Error.ByCaller() {
		i.Response.Chunks = e.chunks[:last] // the caller ends it, whatever has begun
	}
}

// keep redacts an interaction before it is held to be saved. The caller waits for
// that only if the call took so long that it does not matter.
func (s *Session) keep(p *pending, i *cassette.Interaction) {
	s.queue.add(sizeOf(i), func() {
		s.redact(i)
		s.tape.finish(p, i)
		s.journal.add(p)
	})
	s.journal.keepUp(i.Took)
}

// redact makes an interaction fit for a tape, in place.
func (s *Session) redact(i *cassette.Interaction) {
	if redaction.Quote(i) {
		s.hasQuoted.Store(true)
	}
	s.redactor.Interaction(i)
	clean(i)
}

// clean puts blanks where a text cannot be on a tape: servers end the reason of a
// status line as they like, and functions of the user write anything.
func clean(i *cassette.Interaction) {
	r := &i.Response
	r.Reason, r.Proto = wire.Clean(r.Reason), wire.Clean(r.Proto)
	for _, header := range []http.Header{i.Request.Header, r.Header, r.Trailer} {
		wire.CleanHeader(header)
	}
	for _, list := range [][]string{r.Announced, r.Transfer} {
		for n, text := range list {
			list[n] = wire.Clean(text)
		}
	}
}

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
	overlap *overlap
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
	if err != nil && b.streams && time.Since(asked) < shortestWait {
		b.forgetOverlap() // this end was there before, and only not read yet
	}
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
	b.forgetOverlap() // the caller does not read it, and so cannot wait for it
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

// forgetOverlap is for what is the same whichever request has begun.
func (b *recordedBody) forgetOverlap() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.overlap = nil
}

// abandon ends the recording of a body of which nothing more is read.
func (b *recordedBody) abandon() { b.end(cassette.EndClosed, nil) }

// keep adds a part to what was read. It is a chunk of its own if the part before
// it had not filled its buffer, and this one was waited for, or another request began
// between them.
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
	waited := now.Sub(asked) >= shortestWait
	var after []int
	if waited || !b.whole { // else it may have been there before
		after = b.overlap.next()
	}
	if last := len(b.chunks) - 1; last < 0 || !b.whole && waited || after != nil {
		b.chunks = append(b.chunks, cassette.Chunk{Size: len(part), Delay: now.Sub(b.arrived), After: after})
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
		if after := b.overlap.next(); after != nil && end != cassette.EndClosed {
			b.chunks = append(b.chunks, cassette.Chunk{After: after})
		}
		b.finish(ending{b.read.join(), b.chunks, end, err})
	}
}

func (b *recordedBody) isEnded() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

// The first block is as large as the first part, since most bodies are one; the
// largest one bounds what is left unused.
const (
	secondBlock  = 4 << 10
	largestBlock = 4 << 20
)

// blocks are a body that comes in parts. Unlike a slice that grows, they do not
// copy what they hold: a large body needs its size only, and that once more when
// it is joined.
type blocks struct {
	list [][]byte
	size int
}

// expect makes room for a body whose length is known.
func (b *blocks) expect(length int64) {
	if b.list == nil && length > 0 {
		b.list = [][]byte{make([]byte, 0, min(length, disk.MaxSize))}
	}
}

func (b *blocks) add(part []byte) {
	b.size += len(part)
	if b.list == nil {
		b.list = [][]byte{bytes.Clone(part)}
		return
	}
	for len(part) > 0 {
		last := len(b.list) - 1
		if len(b.list[last]) == cap(b.list[last]) {
			b.list = append(b.list, make([]byte, 0, min(max(b.size, secondBlock), largestBlock)))
			last++
		}
		room := min(cap(b.list[last])-len(b.list[last]), len(part))
		b.list[last] = append(b.list[last], part[:room]...)
		part = part[room:]
	}
}

// join returns the body in one piece and lets go of the blocks.
func (b *blocks) join() []byte {
	list := b.list
	*b = blocks{}
	if len(list) == 1 && cap(list[0]) <= 2*len(list[0]) {
		return slices.Clip(list[0])
	}
	return slices.Concat(list...)
}

// A queue is work on what was recorded. It is done in order, when nothing new came
// for a moment or when there is much of it: on a small machine it would take the
// processor from the requests that follow. The zero value is empty.
type queue struct {
	mu    sync.Mutex // guards what follows
	work  []func()
	size  int         // of what the work is on
	pause *time.Timer // runs as long as there is work
	came  bool        // more came since it was set

	doing sync.Mutex // held while work is done
}

// How long nothing has to come, and how many bytes of bodies wait for that at most.
const (
	pauseTime  = time.Millisecond
	mostQueued = 8 << 20
)

// add adds work on so many bytes.
func (q *queue) add(size int, do func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.work = append(q.work, do)
	q.came = true
	if q.size += size; q.size > mostQueued {
		q.size = 0
		go q.clear()
	}
	if q.pause == nil {
		q.pause = time.AfterFunc(pauseTime, q.paused)
	}
}

// paused is called when some time has passed. To set the timer anew whenever
// something comes would cost more than a short call does.
func (q *queue) paused() {
	q.mu.Lock()
	goesOn := q.came
	if q.came = false; goesOn {
		q.pause.Reset(pauseTime)
	} else {
		q.pause = nil
	}
	q.mu.Unlock()
	if !goesOn {
		q.clear()
	}
}

// clear returns when all that was added before is done.
func (q *queue) clear() {
	q.doing.Lock()
	defer q.doing.Unlock()
	q.mu.Lock()
	work := q.work
	q.work, q.size = nil, 0
	q.mu.Unlock()
	for _, do := range work {
		do()
	}
}

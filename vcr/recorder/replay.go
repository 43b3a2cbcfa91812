package recorder

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// A replayedResponse is a response with its body, in one piece of memory.
type replayedResponse struct {
	response http.Response
	body     replayedBody
}

// replay makes the response of a recording.
func (s *Session) replay(req *http.Request, played recording) (*http.Response, error) {
	i, err := s.restore(played)
	if err != nil {
		return s.refuse(req, ruleFailed(err))
	}
	i = s.shifts.shift(i)
	i, names := played.renaming.answer(req.Method, i)
	recorded := &i.Response
	switch {
	case i.Error != nil && recorded.Status == 0:
		return s.replayFailure(req, i)
	case recorded.Status == http.StatusSwitchingProtocols:
		return s.refuse(req, &refusal{reason: fmt.Sprintf("%s: line %d: a switch to another protocol cannot be replayed; run this spec live, or put a stand-in there", s.tape.place.shown, played.interaction().Line())})
	}
	replayed := &replayedResponse{response: http.Response{
		StatusCode:       recorded.Status,
		Status:           statusLine(recorded),
		Proto:            "HTTP/1.1",
		ProtoMajor:       1,
		ProtoMinor:       1,
		Header:           played.header(i),
		TransferEncoding: slices.Clone(recorded.Transfer),
		Close:            recorded.Close,
		Uncompressed:     recorded.Uncompressed,
		ContentLength:    contentLength(req.Method, recorded),
		Trailer:          announced(recorded),
		Body:             http.NoBody,
		Request:          req,
	}}
	resp := &replayed.response
	if major, minor, ok := http.ParseHTTPVersion(recorded.Proto); ok {
		resp.Proto, resp.ProtoMajor, resp.ProtoMinor = recorded.Proto, major, minor
	}
	if length := recorded.Body.Len(); length > 0 && resp.ContentLength == int64(length) && resp.Header.Get("Content-Length") != "" {
		resp.Header.Set("Content-Length", strconv.Itoa(length))
	}
	if s.cfg.InstantRetries {
		retryAtOnce(resp)
	}
	if hasNoBody := resp.ContentLength == 0 || req.Method == http.MethodHead; !hasNoBody || recorded.Body.Len() > 0 || recorded.End != "" || resp.ProtoMajor == 2 {
		replayed.body.names = names
		replayed.body.start(s, req, resp, i, played.index.beginnings) // HTTP/2 has an empty body of its own
		resp.Body = &replayed.body
	}
	return resp, nil
}

// retryAtOnce keeps a recorded failure from making a test sleep. The clients of OpenAI
// and Anthropic, and those of other APIs that the same generator made, wait as long as
// Retry-After-Ms or Retry-After say, and by a rule of their own where there is neither.
func retryAtOnce(resp *http.Response) {
	for _, name := range []string{"Retry-After", "Retry-After-Ms", "X-Amz-Retry-After"} {
		isRead := isRetried(resp.StatusCode) && name != "X-Amz-Retry-After"
		if isRead || resp.Header.Get(name) != "" {
			resp.Header.Set(name, "0")
		}
	}
}

// isRetried reports whether clients send a request again after such a status.
func isRetried(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= http.StatusInternalServerError
}

// header returns the header of the response that is played, as the caller's own.
func (r recording) header(played *cassette.Interaction) http.Header {
	header := played.Response.Header
	switch {
	case len(header) == 0:
		return http.Header{}
	case r.isRepeated && played == r.interaction():
		return r.index.repeatedHeader(r.position)
	}
	return header.Clone()
}

// repeatedHeader returns the header of a recording that is played once more.
func (x *index) repeatedHeader(n int) http.Header {
	x.mu.Lock()
	flat := x.repeated[n]
	if flat == nil {
		if x.repeated == nil {
			x.repeated = map[int]*flatHeader{}
		}
		flat = flatten(x.interactions[n].Response.Header)
		x.repeated[n] = flat
	}
	x.mu.Unlock()
	return flat.header()
}

// A flatHeader is a header as a list, from which a map is built faster than it is
// copied from another map.
type flatHeader struct {
	fields []headerField
	values []string // of all fields
}

// A headerField is a name and the range of its values.
type headerField struct {
	name     string
	from, to int
}

func flatten(header http.Header) *flatHeader {
	flat := &flatHeader{fields: make([]headerField, 0, len(header))}
	for name, values := range header {
		from := len(flat.values)
		flat.values = append(flat.values, values...)
		flat.fields = append(flat.fields, headerField{name, from, len(flat.values)})
	}
	return flat
}

// header returns a header that is the caller's own.
func (f *flatHeader) header() http.Header {
	header := make(http.Header, len(f.fields))
	values := slices.Clone(f.values)
	for n := range f.fields {
		field := &f.fields[n]
		header[field.name] = values[field.from:field.to:field.to]
	}
	return header
}

// A replayedBody plays the body of a recording in its chunks. It shares the
// recorded bytes.
type replayedBody struct {
	session    *Session
	caller     caller
	response   *http.Response
	recorded   *cassette.Interaction
	beginnings *beginnings  // for which its parts may wait
	names      *streamNames // nil where none are replaced
	pace       float64      // how fast delays pass; 0 leaves them out

	closed atomic.Bool
	closes chan struct{} // closed with the body; nil where nothing waits for that

	mu    sync.Mutex // held while reading
	chunk int        // the one that is being read
	part  []byte     // what is left of it
	rest  []byte     // what follows it
}

func (b *replayedBody) start(s *Session, req *http.Request, resp *http.Response, i *cassette.Interaction, others *beginnings) {
	pace := s.cfg.Pace
	b.session, b.caller, b.response, b.recorded, b.beginnings, b.pace = s, callerOf(req), resp, i, others, pace
	b.rest, b.chunk = i.Response.Body.Bytes(), -1
	if pace > 0 || i.Error != nil || waits(i.Response.Chunks) {
		b.closes = make(chan struct{})
	}
}

func (b *replayedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.fill(); err != nil || len(p) == 0 {
		return 0, err
	}
	n := copy(p, b.part)
	b.part = b.part[n:]
	return n, nil
}

// WriteTo writes the chunks, without a buffer between.
func (b *replayedBody) WriteTo(w io.Writer) (written int64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		err := b.fill()
		if err == io.EOF {
			return written, nil
		}
		if err != nil {
			return written, err
		}
		n, err := w.Write(b.part)
		written += int64(n)
		b.part = b.part[n:]
		if err != nil {
			return written, err
		}
	}
}

// fill makes sure that something is left of the chunk that is being read: it starts
// the next one if nothing is.
func (b *replayedBody) fill() error {
	if b.closed.Load() {
		return http.ErrBodyReadAfterClose
	}
	if err := b.caller.over(); err != nil {
		return err
	}
	for len(b.part) == 0 {
		if len(b.rest) == 0 {
			if err := b.holdEnd(); err != nil {
				return err
			}
			return b.end()
		}
		if err := b.next(); err != nil {
			return err
		}
	}
	return nil
}

// next starts the next chunk, when it is time for it.
func (b *replayedBody) next() error {
	chunks := b.recorded.Response.Chunks
	size := len(b.rest)
	if n := b.chunk + 1; n < len(chunks) && chunks[n].Size > 0 {
		if b.pace > 0 && chunks[n].Delay > 0 {
			if err := b.wait(time.Duration(float64(chunks[n].Delay) / b.pace)); err != nil {
				return err
			}
		}
		if chunks[n].After != nil {
			if err := b.hold(chunks[n].After); err != nil {
				return err
			}
		}
		size = min(chunks[n].Size, size)
	}
	b.chunk++
	b.part, b.rest = b.rest[:size], b.rest[size:]
	if b.names != nil {
		b.part = b.names.replace(b.part, b.recorded.Response.Body.Len()-len(b.rest)-size)
	}
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
		case failure.ByCaller():
			return b.endByCaller(failure)
		}
		return failure.Err()
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
		return harness.Final(b.session.errNotEnded(b.recorded))
	}
	timer := time.NewTimer(longestWait + b.recorded.Took)
	defer timer.Stop()
	select {
	case <-b.closes:
		return http.ErrBodyReadAfterClose
	case <-b.caller.ctx.Done():
		return endedAgain(b.caller, failure)
	case <-timer.C:
		return harness.Final(b.session.errNotEnded(b.recorded))
	}
}

func (b *replayedBody) Close() error {
	if !b.closed.Swap(true) && b.closes != nil {
		close(b.closes)
	}
	return nil
}

// longestWait is how much longer than while it was recorded an exchange waits for
// the caller to end it. A variable, for tests.
var longestWait = 10 * time.Second

// replayFailure returns the error of an exchange that brought no response. What
// the caller ended is ended by the caller again.
func (s *Session) replayFailure(req *http.Request, i *cassette.Interaction) (*http.Response, error) {
	if !i.Error.ByCaller() {
		return nil, i.Error.Err()
	}
	c := callerOf(req)
	if c.ctx.Done() == nil {
		return s.refuse(req, s.errNotEnded(i))
	}
	timer := time.NewTimer(longestWait + i.Took)
	defer timer.Stop()
	select {
	case <-c.ctx.Done():
		return nil, endedAgain(c, i.Error)
	case <-timer.C:
		return s.refuse(req, s.errNotEnded(i))
	}
}

// errNotEnded is for an exchange that the caller ended while it was recorded, and
// does not end in replay.
func (s *Session) errNotEnded(i *cassette.Interaction) error {
	return &refusal{reason: fmt.Sprintf("%s: line %d: the recorded exchange ended because the caller's context was over, and the context of this request does not end; give it one that does, or record this spec again", s.tape.place.shown, i.Line())}
}

// endedAgain returns the error of an exchange that the caller ended while it was
// recorded, now that its context is over in replay as well: that of the context,
// unless the transport had put the same in words of its own.
func endedAgain(c caller, failure *cassette.TransportError) error {
	err, recorded := c.over(), failure.Err()
	if err.Error() != failure.Message && errors.Is(recorded, c.ctx.Err()) {
		return recorded
	}
	return err
}

// restore returns an interaction with usable values in the place of placeholders, and
// what was quoted in the place of quotes.
// It remembers the values: a request that sends one back matches as if it held the
// placeholder. The error is that the user's function panicked.
func (s *Session) restore(played recording) (restored *cassette.Interaction, err error) {
	i, hasQuotes := played.interaction(), played.index.hasQuotes
	if s.cfg.RestoreOnReplay == nil {
		if hasQuotes {
			i = redaction.Restore(i, nil, true)
		}
		return i, nil
	}
	defer func() {
		if p := recover(); p != nil {
			restored, err = i, fmt.Errorf("%s: RestoreOnReplay: the function panicked: %v; mend it", s.tape.place.shown, p)
		}
	}()
	return redaction.Restore(i, func(placeholder string) string {
		value := s.cfg.RestoreOnReplay(placeholder)
		if value != placeholder {
			s.tape.identities.restore(placeholder, value)
			s.mu.Lock()
			defer s.mu.Unlock()
			if secret := (redaction.Secret{Name: nameIn(placeholder), Value: value}); !slices.Contains(s.restored, secret) {
				s.restored = append(s.restored, secret)
			}
		}
		return value
	}, hasQuotes), nil
}

// nameIn returns the name in a placeholder such as [redacted:token:2].
func nameIn(placeholder string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(placeholder, redaction.PlaceholderPrefix), "]")
	name, _, _ = strings.Cut(name, ":")
	return name
}

// secrets are those of the rules and the values that were restored.
func (s *Session) secrets(ofRules func() []redaction.Secret) func() []redaction.Secret {
	if s.cfg.RestoreOnReplay == nil {
		return ofRules
	}
	return func() []redaction.Secret {
		s.mu.Lock()
		restored := slices.Clip(s.restored)
		s.mu.Unlock()
		if ofRules == nil {
			return restored
		}
		return append(restored, ofRules()...)
	}
}

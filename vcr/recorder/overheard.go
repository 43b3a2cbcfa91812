package recorder

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// What is kept in mode live: how many calls of models, and of each answer how many bytes.
const (
	maxOverheard     = 1000
	maxOverheardBody = 1 << 20
)

// overheard are the calls of models in mode live. They are not recorded: they are there
// for assertions on answers, which read a tape in the other modes.
type overheard struct {
	mu    sync.Mutex
	calls []*overheardCall // in the order in which the requests started
}

type overheardCall struct {
	interaction *cassette.Interaction // nil until all of the answer was read
	isRedacted  bool
}

// begin makes room for a call that starts now.
func (o *overheard) begin() *overheardCall {
	call := new(overheardCall)
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.calls) == maxOverheard {
		o.calls = slices.Delete(o.calls, 0, 1)
	}
	o.calls = append(o.calls, call)
	return call
}

func (o *overheard) finish(call *overheardCall, i *cassette.Interaction) {
	o.mu.Lock()
	defer o.mu.Unlock()
	call.interaction = i
}

// soFar returns the calls whose answers were read, as redacted makes them fit to be seen.
func (o *overheard) soFar(redacted func(*cassette.Interaction) *cassette.Interaction) []*cassette.Interaction {
	o.mu.Lock()
	defer o.mu.Unlock()
	var interactions []*cassette.Interaction
	for _, call := range o.calls {
		if call.interaction == nil {
			continue
		}
		if !call.isRedacted {
			call.interaction, call.isRedacted = redacted(call.interaction), true
		}
		interactions = append(interactions, call.interaction)
	}
	return interactions
}

// overhear sends a call of a model past the tape, and keeps the answer as the caller
// reads it.
func (s *Session) overhear(guarded *budget.Call, req *http.Request, request cassette.Request) (*http.Response, error) {
	request.Header = request.Header.Clone()
	i := &cassette.Interaction{Request: request, Recorded: time.Now()}
	call := s.overheard.begin()
	finish := func(body []byte) {
		i.Took = time.Since(i.Recorded)
		i.Response.Body = cassette.NewBody(body)
		guarded.End(s.tokensOf(i))
		if len(body) > maxOverheardBody { // the end was there to be counted
			i.Response.Body = cassette.NewBody(bytes.Clone(body[:maxOverheardBody]))
		}
		s.overheard.finish(call, i)
	}
	resp, err := s.base.RoundTrip(req)
	switch {
	case err != nil:
		i.Error = cassette.NewTransportError(err, false)
		finish(nil)
	case resp == nil || resp.Body == nil || resp.StatusCode == http.StatusSwitchingProtocols:
		guarded.End(0)
	default:
		i.Response = responseOf(resp)
		resp.Body = &overheardBody{ReadCloser: resp.Body, most: s.mostOfBody(), finish: finish}
	}
	return resp, err
}

// mostOfBody is how many bytes are kept of an answer until its end, which tells the tokens.
func (s *Session) mostOfBody() int {
	if s.cfg.countsTokens() {
		return disk.MaxSize
	}
	return maxOverheardBody
}

// An overheardBody keeps what is read of a body, up to its end or until it is closed.
type overheardBody struct {
	io.ReadCloser
	most   int // bytes that are kept
	finish func(body []byte)

	mu   sync.Mutex // guards what follows
	read []byte
	over bool
}

func (b *overheardBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if room := b.most - len(b.read); !b.over {
		b.read = append(b.read, p[:min(n, room)]...)
	}
	if err != nil {
		b.end()
	}
	return n, err
}

func (b *overheardBody) Close() error {
	b.mu.Lock()
	b.end()
	b.mu.Unlock()
	return b.ReadCloser.Close()
}

func (b *overheardBody) end() {
	if !b.over {
		b.over = true
		b.finish(b.read)
	}
}

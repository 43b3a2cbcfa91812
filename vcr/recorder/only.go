package recorder

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// A choice says which recordings are recorded again: those that VCR_RECORD_ONLY names, or
// the stale ones. The others are played, and keep their bytes and their places. A session
// replays if VCR_RECORD_ONLY names nothing of its tape.

// choiceOfEnvironment returns what VCR_RECORD_ONLY says, nil if it is not set.
func choiceOfEnvironment() (*choice.Choice, error) {
	only, err := choice.OfEnvironment()
	if only == nil || err != nil {
		return nil, err
	}
	commanded, err := commandedMode()
	if err != nil {
		return nil, err
	}
	return only, only.Fits(string(commanded))
}

// choose makes a session replay of whose tape nothing is chosen. One of which all is chosen
// is in mode all.
func (s *Session) choose() {
	switch {
	case s.only == nil, s.spec.RefuseWith != nil:
		return
	case s.mode == None, s.mode == Live: // pinned, or recorded by an attempt before
		s.only = nil
		return
	case s.mode.rerecords():
		s.only = nil
	case s.tape.load(s) != nil:
		return // which refuses the first request
	case s.tape.chosen == nil:
		s.mode = None
		return
	}
	if s.spec.OnChosen != nil {
		s.spec.OnChosen()
	}
}

// isChosen reports whether a recording is to be recorded again.
func (t *tape) isChosen(r recording) bool {
	return t.chosen != nil && r.index == t.own && t.chosen[r.position]
}

// changed returns the chosen recording that a request replaces which no recording answers:
// the first one of its method and path that was not recorded again yet. The zero value is
// none. A request that was played is not a changed one.
func (s *Session) changed(l *lookup) (recording, error) {
	x := s.tape.own
	if s.only != nil {
		l.note = fmt.Sprintf("it is not sent, since %s chose no recording that it could replace", process.OnlyVariable)
	}
	if s.tape.chosen == nil {
		return recording{}, nil
	}
	l.redact(s)
	later, used, err := x.matching(l)
	if len(later) > 0 || len(used) > 0 || err != nil {
		return recording{}, err
	}
	sent := pathsOf([]cassette.Request{l.request()})[0]
	paths := pathsOf(x.requests())
	for _, n := range x.unplayed() {
		if s.tape.chosen[n] && paths[n] == sent && x.claim(n) {
			return s.tape.start(recording{index: x, position: n}, l), nil
		}
		if x.inOrder {
			break
		}
	}
	return recording{}, nil
}

// recordAgain sends a request whose recording was chosen, and records it in its place.
func (s *Session) recordAgain(req *http.Request, l *lookup, position int) (*http.Response, error) {
	request := l.request()
	if err := s.unfit(request); err != nil {
		return s.refuse(req, err)
	}
	s.tape.isRenewed.Store(true)
	return s.record(position+1, req, outgoing(req, request.Body), request, func() cassette.Body { return request.Body })
}

// replaced returns what was recorded again, by the position of what it replaces. It is
// called with t.mu held.
func (t *tape) replaced() map[int]*cassette.Interaction {
	var replaced map[int]*cassette.Interaction
	for _, p := range t.pending {
		if p.place == 0 || p.interaction == nil {
			continue
		}
		if replaced == nil {
			replaced = map[int]*cassette.Interaction{}
		}
		p.interaction.Number = t.loaded.Interactions[p.place-1].Number // by which others wait for it
		replaced[p.place-1] = p.interaction
	}
	return replaced
}

// A methodAndPath is what stays of a request whose question has changed.
type methodAndPath struct{ method, path string }

func pathsOf(requests []cassette.Request) []methodAndPath {
	paths := make([]methodAndPath, len(requests))
	for n, request := range requests {
		paths[n] = methodAndPath{request.Method, request.URL}
		if u, err := url.Parse(request.URL); err == nil {
			paths[n].path = u.Path
		}
	}
	return paths
}

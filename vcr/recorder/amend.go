package recorder

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// Mode amend keeps the answers of a tape when the code asks in other words: the request
// takes the place of the one on the tape. Nothing is sent, so nothing is lost if the spec
// fails; then the tape stays as it is.

// An amended interaction is one in the place of another.
type amended struct {
	interaction *cassette.Interaction // nil as long as it is made
	key         matching.Key          // of its request
}

// amend plays the recording of which a request is an edit, and notes the request for the
// tape; the zero value if there is none, which l then explains.
func (s *Session) amend(l *lookup) (recording, error) {
	l.redact(s)
	x := s.tape.own
	later, used, err := x.matching(l)
	if len(later) > 0 || len(used) > 0 || err != nil {
		return recording{}, err // it is no edit: a recording has it as it is
	}
	key, err := s.matcher.Key(l.key)
	if err != nil {
		return recording{}, err
	}
	n, err := s.claimAmendable(l, key)
	if err != nil || n < 0 {
		return s.repeatAmended(l, key), err
	}
	if err := x.interactions[n].Decode(); err != nil {
		return recording{}, err
	}
	edited := s.amended(x.interactions[n], l)
	if agrees, err := s.agreesWith(edited, l); !agrees || err != nil {
		return recording{}, err
	}
	s.tape.noteAmended(n, amended{edited, key})
	return s.tape.start(recording{index: x, position: n, amended: edited}, l), nil
}

// claimAmendable marks the recording of which a request is an edit as played. It returns
// the position of that, or -1. Equal requests at the same time come one after the other.
func (s *Session) claimAmendable(l *lookup, key matching.Key) (int, error) {
	t := s.tape
	t.amending.Lock()
	defer t.amending.Unlock()
	for {
		n, err := s.amendable(l, key)
		if err != nil || n < 0 {
			return n, err
		}
		who := t.identities.of(t.own.interactions[n].Request, l)
		if t.own.claim(n) { // else a request that it fits was faster
			t.identities.bind(who)
			t.noteAmended(n, amended{key: key})
			return n, nil
		}
	}
}

// amendable returns the position of the recording of which a request is an edit, -1 if
// there is none. An equal request was the same edit: what it amended must be equal, too.
func (s *Session) amendable(l *lookup, key matching.Key) (int, error) {
	x := s.tape.own
	positions := x.unplayed()
	if x.inOrder {
		positions = positions[:min(1, len(positions))]
	}
	if x.hasIdentities() {
		positions = slices.DeleteFunc(positions, func(n int) bool {
			who := x.identities.of(x.interactions[n].Request, l)
			return !x.identities.mayTake(who) && !x.identities.mayShare(who)
		})
	}
	requests := make([]cassette.Request, len(positions))
	for n, position := range positions {
		requests[n] = s.compared(s.redactor.Key, x.requests()[position])
	}
	place := func(n int) matching.Place { return s.tape.placeOf(x, positions[n]) }
	index, why, err := s.matcher.Amendable(l.key, requests, place)
	l.noteNotAmended(why)
	if err != nil || index < 0 {
		return -1, err
	}
	if before := s.tape.amendedFor(key); before >= 0 && !s.matcher.Same(x.requests()[before], x.requests()[positions[index]]) {
		l.noteNotAmended(s.tape.placeOf(x, before).String() + " was amended for an equal request, and played")
		return -1, nil
	}
	return positions[index], nil
}

func (l *lookup) noteNotAmended(why string) { l.note = "nothing was amended: " + why }

// agreesWith asks the functions of the rules about an amended interaction, as replay will.
func (s *Session) agreesWith(edited *cassette.Interaction, l *lookup) (agrees bool, err error) {
	if !s.matcher.HasFuncs() {
		return true, nil
	}
	if agrees, err = s.matcher.Agrees(l.copyOfSent(), edited.Request); !agrees && err == nil {
		l.noteNotAmended("MatchFunc says no to the request itself")
	}
	return agrees, err
}

// amended returns an interaction with the body of a request that was sent, redacted. Its
// headers stay, since they match, but for those that say how the body is read.
func (s *Session) amended(recorded *cassette.Interaction, l *lookup) *cassette.Interaction {
	sent := l.request()
	sent.Header, sent.Body = sent.Header.Clone(), cassette.NewBody(bytes.Clone(sent.Body.Bytes()))
	quoted := redaction.QuoteRequest(sent, s.hasGiven)
	if !bytes.Equal(quoted.Body.Bytes(), sent.Body.Bytes()) {
		s.hasQuoted.Store(true)
	}
	i := &cassette.Interaction{Request: quoted}
	s.redactor.Interaction(i)
	clean(i)
	request := recorded.Request
	request.Body, request.Header = i.Request.Body, request.Header.Clone()
	for _, name := range []string{"Content-Type", "Content-Encoding"} {
		before, now := redaction.HeaderValues(request.Header, name), redaction.HeaderValues(i.Request.Header, name)
		if slices.Equal(before, now) {
			continue
		}
		if request.Header.Del(name); len(now) > 0 {
			if request.Header == nil {
				request.Header = map[string][]string{}
			}
			request.Header[name] = now
		}
	}
	if request.Header.Get("Content-Length") != "" {
		request.Header.Set("Content-Length", strconv.Itoa(request.Body.Len()))
	}
	*i = *recorded.Amend(request, time.Now()) // the redactor knows it by its address
	return i
}

// repeatAmended returns what was amended for an equal request, where recordings may be
// repeated; else nothing.
func (s *Session) repeatAmended(l *lookup, key matching.Key) recording {
	last := s.tape.amendedFor(key)
	if !s.cfg.AllowRepeats || last < 0 {
		return recording{}
	}
	return s.tape.start(recording{index: s.tape.own, position: last, isRepeated: true, amended: s.tape.now()[last]}, l)
}

// amendedFor returns the last position that was amended for an equal request, -1 for none.
func (t *tape) amendedFor(key matching.Key) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := -1
	for n, a := range t.amended {
		if a.key == key {
			last = max(last, n)
		}
	}
	return last
}

func (t *tape) noteAmended(n int, a amended) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.amended == nil {
		t.amended = map[int]amended{}
	}
	t.amended[n] = a
}

func (t *tape) isAmended() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range t.amended {
		if a.interaction != nil {
			return true
		}
	}
	return false
}

// withAmended returns the loaded interactions with the amended ones in their places. It is
// called with t.mu held.
func (t *tape) withAmended() []*cassette.Interaction {
	if len(t.amended) == 0 {
		return t.loaded.Interactions
	}
	now := slices.Clone(t.loaded.Interactions)
	for n, a := range t.amended {
		now[n] = cmp.Or(a.interaction, now[n])
	}
	return now
}

// now is withAmended for who does not hold t.mu.
func (t *tape) now() []*cassette.Interaction {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.withAmended()
}

// amendedOnDisk returns the interactions that are marked as amended, once the session has
// saved what it saves. Of a file that was written they have their new lines.
func (t *tape) amendedOnDisk(saved Snapshot) []*cassette.Interaction {
	switch {
	case t.loaded == nil:
		return nil
	case !saved.Saved:
		return marked(t.loaded.Interactions)
	case len(saved.Amended) == 0:
		return nil
	}
	onDisk, err := parseReadOnly(t.place)
	if err != nil {
		return saved.Amended // who has changed the file has an error of their own
	}
	return marked(onDisk.Interactions)
}

// marked returns the interactions that are marked as amended.
func marked(interactions []*cassette.Interaction) (marked []*cassette.Interaction) {
	for _, i := range interactions {
		if !i.Amended.IsZero() {
			marked = append(marked, i)
		}
	}
	return marked
}

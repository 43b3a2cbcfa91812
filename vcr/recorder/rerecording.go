package recorder

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
)

// A rerecording is what a session got for the requests of a tape that was there, beside
// what is on that tape.
type rerecording struct {
	session     *Session
	recorded    []*cassette.Interaction       // in the order in which their requests started
	keys        []matching.Key                // of their requests
	numbers     map[*cassette.Interaction]int // of their requests among those that were sent, from 1
	comparisons []drift.Comparison            // in that order, too
	// kept has what stays on the tape, by what was recorded in its place.
	kept map[*cassette.Interaction]*cassette.Interaction
}

// compare pairs what was recorded with what is on the tape: by the key, then by method
// and path. It returns nil if there is nothing to compare, or if a function of the rules
// failed, which the requests have shown.
func (s *Session) compare(old, recorded []*cassette.Interaction) *rerecording {
	if len(old) == 0 || len(recorded) == 0 {
		return nil
	}
	numbers := s.tape.numbersOf(recorded)
	s.redactor.Revise(recorded) // to compare it with what is on the tape
	keyOf := func(request cassette.Request) (matching.Key, error) {
		return s.matcher.Key(s.compared(s.redactor.NameKey, request))
	}
	r := &rerecording{
		session: s, recorded: recorded, keys: make([]matching.Key, len(recorded)), numbers: map[*cassette.Interaction]int{},
		kept: map[*cassette.Interaction]*cassette.Interaction{},
	}
	var failed error
	for n, i := range recorded {
		var err error
		r.keys[n], err = keyOf(i.Request)
		failed = cmp.Or(failed, err)
		r.numbers[i] = numbers[n]
	}
	r.dropRetried(old, keyOf)
	place := drift.Place{Spec: s.redactor.Text(s.spec.Name), Cassette: s.tape.place.shown}
	r.comparisons = s.knowledge().CompareTapes(place, old, r.recorded, func(request cassette.Request) string {
		key, err := keyOf(request)
		failed = cmp.Or(failed, err)
		return string(key[:])
	})
	if failed != nil {
		return nil
	}
	return r
}

// dropRetried leaves out what failed and was asked for again with success, where the tape
// does not have the failure: the next run would only wait for it. Mode all records it.
func (r *rerecording) dropRetried(old []*cassette.Interaction, keyOf func(cassette.Request) (matching.Key, error)) {
	if r.session.mode == All || !slices.ContainsFunc(r.recorded, isFailure) {
		return
	}
	surplus := map[matching.Key]int{}
	for _, key := range r.keys {
		surplus[key]++
	}
	for _, i := range old {
		if key, err := keyOf(i.Request); err == nil {
			surplus[key]--
		}
	}
	var recorded []*cassette.Interaction
	var keys []matching.Key
	for n, i := range r.recorded {
		if key := r.keys[n]; isFailure(i) && surplus[key] > 0 && slices.Contains(r.keys[n+1:], key) {
			surplus[key]--
			continue
		}
		recorded, keys = append(recorded, i), append(keys, r.keys[n])
	}
	r.recorded, r.keys = recorded, keys
}

// hasFailed reports whether the service failed where the tape has an answer of it.
func (r *rerecording) hasFailed() bool {
	return r != nil && slices.ContainsFunc(r.comparisons, func(c drift.Comparison) bool { return c.Verdict == drift.Failed })
}

// mayStay reports whether a recording says what the new answer says. A refresh wants the
// same shape; mode all wants the same text, too.
func (r *rerecording) mayStay(c drift.Comparison) bool {
	switch {
	case !c.Old.Amended.IsZero(): // no answer to this request yet
		return false
	case c.Verdict != drift.Same:
		return isEqual(c)
	}
	return r.session.mode == Refresh || drift.EqualButForNoise(c.Old, c.New)
}

// isEqual reports whether both answers of a pair are equal to the byte, but for headers by
// which no client goes on.
func isEqual(c drift.Comparison) bool {
	if c.Old == nil || c.New == nil || c.Old.Error != nil || c.New.Error != nil {
		return false
	}
	a, b := &c.Old.Response, &c.New.Response
	for _, name := range []string{"Content-Type", "Link", "Location", "Retry-After"} {
		if a.Header.Get(name) != b.Header.Get(name) {
			return false
		}
	}
	return a.Status == b.Status && a.End == b.End && bytes.Equal(a.Body.Bytes(), b.Body.Bytes())
}

// keep decides what stays on the tape. The tape must answer the code as one run did: what
// a request took from an answer, such as the id of a thread, it must find there. So what
// depends on one another stays together or goes together. If the code has taken another
// course, or sends something else of its own, all answers before that may be why.
func (r *rerecording) keep() {
	goes := make([]bool, len(r.comparisons))
	ties := newTies(len(r.comparisons))
	turn := 0 // the last place where the course is another one
	said := newEchoes(r.comparisons)
	for n := range r.comparisons {
		c := &r.comparisons[n]
		goes[n] = c.New == nil || c.Old == nil || !r.mayStay(*c)
		if c.New != nil && c.Old != nil && !c.Changed {
			continue
		}
		if answers, ok := said.echoed(n); ok {
			ties.join(append(answers, n)...)
			c.Changed, c.Sent = false, nil // it says what the recorded one says
			continue
		}
		goes[n], turn = true, n
		if slices.ContainsFunc(r.comparisons[:n], func(before drift.Comparison) bool { return before.Verdict != drift.Same }) {
			c.Sent = nil // the code may send what it did not get before
		}
	}
	for n := range turn {
		goes[n] = goes[n] || !isEqual(r.comparisons[n])
	}
	r.tieOverlaps(ties)
	r.tiePlaceholders(ties)
	for n, gone := range ties.spread(goes) {
		if c := r.comparisons[n]; !gone {
			r.kept[c.New] = r.dated(c)
		}
	}
}

// dated returns a recording that stays, with the date of today if its own is old.
func (r *rerecording) dated(c drift.Comparison) *cassette.Interaction {
	if !r.session.renews(c.Old.Recorded, c.New.Recorded) {
		return c.Old
	}
	renewed := c.Old.Clone()
	renewed.Recorded = c.New.Recorded
	return renewed
}

// tape returns what the cassette holds from now on. Requests that are sent at the same
// time start in another order in each run, and the file would be shuffled each time. So
// each interaction takes the place of the one that it replaces, and one that replaces
// nothing follows what started before it. Among equal keys, which are played in the
// order of the tape, and on a tape that is played in order, the order is that in which
// the requests started.
func (r *rerecording) tape(old []*cassette.Interaction) []*cassette.Interaction {
	now := make([]*cassette.Interaction, len(r.recorded))
	for n, i := range r.recorded {
		now[n] = cmp.Or(r.kept[i], i)
	}
	if r.session.cfg.InOrder {
		return now
	}
	arranged := make([]*cassette.Interaction, len(now))
	for n, from := range r.order(old) {
		arranged[n] = now[from]
	}
	return arranged
}

// order returns the recordings as they stand on the tape.
func (r *rerecording) order(old []*cassette.Interaction) []int {
	positions := make(map[*cassette.Interaction]int, len(old))
	for n, i := range old {
		positions[i] = n
	}
	before := make(map[*cassette.Interaction]int, len(old))
	for _, c := range r.comparisons {
		if c.Old != nil && c.New != nil {
			before[c.New] = positions[c.Old]
		}
	}
	order, places := make([]int, len(r.recorded)), make([]int, len(r.recorded))
	for n, i := range r.recorded {
		order[n] = n
		place, ok := before[i]
		switch {
		case ok:
			places[n] = place
		case n > 0:
			places[n] = places[n-1]
		default:
			places[n] = -1
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return places[a] - places[b] })
	keepEqualInOrder(order, r.keys)
	return order
}

// keepEqualInOrder puts recordings with equal keys in the order in which they started,
// in the places that they have together.
func keepEqualInOrder(order []int, keys []matching.Key) {
	at := map[matching.Key][]int{}
	for place, n := range order {
		at[keys[n]] = append(at[keys[n]], place)
	}
	next := map[matching.Key]int{}
	for n, key := range keys {
		order[at[key][next[key]]] = n
		next[key]++
	}
}

package recorder

import (
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A slot is the place on the tape of a request that is being recorded.
type slot struct {
	interaction *cassette.Interaction // redacted; nil until all of it came
	begun       *cassette.Interaction // the same without its body, not redacted; nil until a response came
	body        *recordedBody         // that is being read
}

// reserve makes room for a request that starts now, after the interaction that
// was played or recorded last.
func (t *tape) reserve() *slot {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := new(slot)
	t.added[t.anchor] = append(t.added[t.anchor], s)
	t.slots = append(t.slots, s)
	return s
}

// begin notes a response whose body is being read.
func (t *tape) begin(s *slot, i *cassette.Interaction, body *recordedBody) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.begun, s.body = i, body
}

// hide keeps a response from being looked at until hold is called. Its body counts
// as being read until then, so that the session does not end before.
func (t *tape) hide(s *slot) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.begun = nil
}

// bodies returns those that are being read.
func (t *tape) bodies() []*recordedBody {
	t.mu.Lock()
	defer t.mu.Unlock()
	var bodies []*recordedBody
	for _, s := range t.slots {
		if s.body != nil {
			bodies = append(bodies, s.body)
		}
	}
	return bodies
}

// hold puts what came of a request into its slot.
func (t *tape) hold(s *slot, i *cassette.Interaction) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.interaction, s.begun, s.body = i, nil, nil
}

// recorded returns what was recorded, in the order in which the requests started.
func (t *tape) recorded() []*cassette.Interaction {
	t.mu.Lock()
	defer t.mu.Unlock()
	return held(t.slots)
}

// underWay returns what was recorded and what is, of which begun makes what may
// be looked at.
func (t *tape) underWay(begun func(*cassette.Interaction) *cassette.Interaction) []*cassette.Interaction {
	t.mu.Lock()
	defer t.mu.Unlock()
	var interactions []*cassette.Interaction
	for _, s := range t.slots {
		switch {
		case s.interaction != nil:
			interactions = append(interactions, s.interaction)
		case s.begun != nil:
			interactions = append(interactions, begun(s.begun))
		}
	}
	return interactions
}

func held(slots []*slot) []*cassette.Interaction {
	var interactions []*cassette.Interaction
	for _, s := range slots {
		if s.interaction != nil {
			interactions = append(interactions, s.interaction)
		}
	}
	return interactions
}

// merged returns the loaded interactions with the recorded ones between them.
func (t *tape) merged() []*cassette.Interaction {
	t.mu.Lock()
	defer t.mu.Unlock()
	interactions := held(t.added[-1])
	for n, i := range t.loaded.Interactions {
		interactions = append(append(interactions, i), held(t.added[n])...)
	}
	return slices.Clip(interactions)
}

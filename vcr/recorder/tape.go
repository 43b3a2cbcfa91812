package recorder

import (
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A tape is a cassette being played and recorded: what was loaded, with a
// cursor for each group of equal requests, and what was recorded in between.
type tape struct {
	place place

	loading sync.Once
	err     error              // why nothing can be played or recorded
	loaded  *cassette.Cassette // nil until loading is done, and where there was nothing to load
	disk    []byte             // what stands on disk; nil when there is no file
	before  []byte             // what stood there before the spec's first attempt
	open    bool               // whether mode once may record

	keys    []cassette.Request // what is compared of each loaded interaction
	exact   map[uint64]*group
	byValue func() map[match.Key]*group

	mu     sync.Mutex // guards the cursors and what follows
	played []bool
	order  []int // loaded interactions in the order in which they were played
	anchor int   // the loaded interaction played last, -1 at the start
	added  map[int][]*slot
	slots  []*slot // all of added, in the order in which their requests started
}

// A group is the loaded interactions whose requests are equal, in tape order.
type group struct {
	members []int
	next    int // no member before it is unplayed
}

// A slot is the place on the tape of a request that is being recorded.
type slot struct {
	interaction *cassette.Interaction // nil until a response or an error came
	body        *recordedBody         // nil when the body is not being read
}

func newTape(p place) *tape {
	return &tape{place: p, anchor: -1, added: map[int][]*slot{}}
}

// load reads the cassette once; later calls return the same error.
func (t *tape) load(s *Session) error {
	t.loading.Do(func() {
		if s.mode == Live || s.cfg.Refuse != nil {
			return
		}
		if t.disk, t.err = readFile(t.place.file); t.err != nil {
			t.err = &Refusal{Reason: t.err.Error(), Cause: t.err}
			return
		}
		t.before = t.disk
		loaded := new(cassette.Cassette)
		if t.before != nil {
			if loaded, t.err = cassette.ParseBeside(t.place.shown, t.before, os.DirFS(filepath.Dir(t.place.file))); t.err != nil {
				t.err = &Refusal{Reason: t.err.Error(), Cause: t.err}
				return
			}
		}
		t.index(s, loaded)
	})
	return t.err
}

func (t *tape) index(s *Session, loaded *cassette.Cassette) {
	if t.err = s.belongs(loaded); t.err != nil {
		return
	}
	t.loaded = loaded
	t.open = t.before == nil || loaded.Partial
	interactions := loaded.Interactions
	t.played = make([]bool, len(interactions))
	t.keys = make([]cassette.Request, len(interactions))
	t.exact = make(map[uint64]*group, len(interactions))
	for n, i := range interactions {
		t.keys[n] = s.redactor.Key(i.Request)
		hash := match.Exact(t.keys[n])
		if g := t.exact[hash]; g == nil || match.Same(t.keys[g.members[0]], t.keys[n]) {
			t.exact[hash] = g.with(n)
		}
	}
	// Most requests are found by their bytes; the value keys, which need every
	// body to be decoded, wait for the first that is not.
	t.byValue = sync.OnceValue(func() map[match.Key]*group {
		groups := make(map[match.Key]*group, len(t.keys))
		for n, request := range t.keys {
			key := match.Value(request)
			groups[key] = groups[key].with(n)
		}
		return groups
	})
}

func (g *group) with(member int) *group {
	if g == nil {
		g = new(group)
	}
	g.members = append(g.members, member)
	return g
}

// play returns the first unplayed recording that matches, byte-equal ones
// first, and marks it as played; nil when there is none.
func (t *tape) play(request cassette.Request, repeat bool) *cassette.Interaction {
	same := t.exact[match.Exact(request)]
	if same != nil && !match.Same(t.keys[same.members[0]], request) {
		same = nil
	}
	if i := t.take(same); i != nil {
		return i
	}
	if len(t.keys) == 0 {
		return nil
	}
	equal := t.byValue()[match.Value(request)]
	if i := t.take(equal); i != nil || equal == nil || !repeat {
		return i
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.start(equal.members[len(equal.members)-1])
}

func (t *tape) take(g *group) *cassette.Interaction {
	if g == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for ; g.next < len(g.members); g.next++ {
		if n := g.members[g.next]; !t.played[n] {
			return t.start(n)
		}
	}
	return nil
}

// start marks a loaded interaction as played. t.mu is held.
func (t *tape) start(n int) *cassette.Interaction {
	t.played[n] = true
	t.order = append(t.order, n)
	t.anchor = n
	return t.loaded.Interactions[n]
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

// hold puts what came of a request into its slot.
func (t *tape) hold(s *slot, i *cassette.Interaction, body *recordedBody) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.interaction, s.body = i, body
}

// recorded returns what was recorded, in the order in which the requests started.
func (t *tape) recorded() []*cassette.Interaction {
	t.mu.Lock()
	defer t.mu.Unlock()
	return held(t.slots)
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

// unplayed returns the positions of the loaded interactions not played so far.
func (t *tape) unplayed() []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	var positions []int
	for n, played := range t.played {
		if !played {
			positions = append(positions, n)
		}
	}
	return positions
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

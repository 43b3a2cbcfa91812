package recorder

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// A tape is a cassette that is played and recorded: what was loaded, and what is
// recorded between that.
type tape struct {
	place    place
	included []place // of the cassettes that are read only

	loading      sync.Once
	isLoaded     atomic.Bool        // loading is done
	err          error              // why nothing can be played or recorded
	loaded       *cassette.Cassette // nil until loading is done, and where there was nothing to load
	before       []byte             // the file before the spec's first attempt; nil when there was none
	onDisk       disk.Sum           // of the file as it is now; zero when there is none, and where none is written
	isIncomplete bool               // there was no cassette, or a partial one: mode once records
	isEmpty      bool               // no recording could match

	replacements  []string // that RedactWith wrote on the loaded and the included cassettes
	keepsRejected bool     // what is in its place comes from a run that broke off, and is new

	own     *index   // of what was loaded; nil until that is done
	indexes []*index // what is asked: that, but in the modes all and refresh, and those of the included cassettes

	chosen []bool // of the loaded interactions, which are to be recorded again; nil for none

	identities identities
	amending   sync.Mutex // held while a recording is chosen to be amended

	searching   sync.Once // for a cassette that the spec had under another name
	renamedFrom string

	begun     atomic.Int64 // how many requests are pending
	isRenewed atomic.Bool  // the request of a chosen recording came: what follows may be another one

	mu           sync.Mutex // guards what follows
	looked       map[fingerprint]candidates
	played       []*cassette.Interaction // in the order in which their requests started
	given        map[string]bool         // the placeholders in the answers of played[:searched]
	searched     int
	last         int                // the loaded interaction that was played last, -1 at the start
	pendingAfter map[int][]*pending // by the loaded interaction that they follow
	pending      []*pending         // all of them, in the order in which their requests started
	amended      map[int]amended    // by the loaded interaction that they replace
}

func newTape(p place, included []place) *tape {
	return &tape{place: p, included: included, last: -1, pendingAfter: map[int][]*pending{}, looked: map[fingerprint]candidates{}}
}

// startFrom takes over what an earlier attempt had loaded.
func (t *tape) startFrom(s *Session, earlier *tape) {
	t.onDisk, t.before = earlier.onDisk, earlier.before
	if earlier.loaded != nil {
		t.loading.Do(func() { t.index(s, earlier.loaded) })
	}
}

// load reads the cassette once; later calls return the same error.
func (t *tape) load(s *Session) error {
	if t.isLoaded.Load() {
		return t.err
	}
	t.loading.Do(func() {
		defer t.isLoaded.Store(true)
		if s.mode == Live || s.spec.RefuseWith != nil {
			return
		}
		s.recover()
		if t.before, t.err = readCassette(t.place); t.err != nil {
			t.err = s.unreadable(t.err, t.err)
			return
		}
		if s.mode != None {
			t.onDisk = disk.SumOf(t.before)
		}
		loaded := new(cassette.Cassette)
		if t.before != nil {
			if loaded, t.err = s.parse(t.place, t.before); t.err != nil {
				t.err = s.unreadable(t.err, t.err)
				return
			}
		}
		t.index(s, loaded)
	})
	return t.err
}

// parse reads a cassette. Responses wait until they are played, unless the
// session may write: it must not call an API and then find that the cassette
// cannot be read, and thus not be replaced.
func (s *Session) parse(p place, data []byte) (*cassette.Cassette, error) {
	loaded, err := cassette.Parse(p.shown, data, disk.Bodies(p.file))
	if err != nil || s.mode == None || s.mode == Once && !loaded.Partial && s.only == nil && !s.recordsStale() {
		return loaded, err
	}
	return loaded, decodeAll(loaded)
}

// decodeAll reads all responses of a cassette.
func decodeAll(c *cassette.Cassette) error {
	for _, i := range c.Interactions {
		if err := i.Decode(); err != nil {
			return err
		}
	}
	return nil
}

func (t *tape) index(s *Session, loaded *cassette.Cassette) {
	if t.err = s.belongs(loaded); t.err != nil {
		return
	}
	t.loaded = loaded
	t.replacements = slices.Clone(loaded.Replacements)
	t.isEmpty = len(loaded.Interactions) == 0 || s.mode.rerecords()
	t.isIncomplete = t.before == nil || loaded.Partial
	switch {
	case s.mode.rerecords():
	case s.only != nil:
		t.chosen = s.only.Of(t.place.file, loaded.Interactions)
	default:
		t.chosen = s.chooseStale(loaded.Interactions)
	}
	t.own = newIndex(s, t.place.shown, loaded, s.cfg.InOrder)
	if !s.mode.rerecords() { // which records all of it again
		t.indexes = append(t.indexes, t.own)
	}
	for _, place := range t.included {
		c, err := parseReadOnly(place)
		if err != nil {
			t.err = s.unreadable(s.notIncluded(place, err), err)
			return
		}
		t.isEmpty = t.isEmpty && len(c.Interactions) == 0
		t.indexes = append(t.indexes, newIndex(s, place.shown, c, false))
		t.replacements = append(t.replacements, c.Replacements...)
	}
}

// belongs refuses a cassette of another suite where suites share a folder.
func (s *Session) belongs(c *cassette.Cassette) error {
	if !s.spec.Shared || c.Suite == "" || s.spec.Suite == "" || c.Suite == s.spec.Suite {
		return nil
	}
	return &refusal{reason: fmt.Sprintf("%s: belongs to the suite %s, not to %s; %s, or, if the package was moved, change the line suite: in the file", s.tape.place.shown, c.Suite, s.spec.Suite, cmp.Or(s.spec.PlaceRemedy, plainPlaceRemedy))}
}

const plainPlaceRemedy = "set another Config.Path in one of them"

// A pending is an interaction that is being recorded.
type pending struct {
	interaction *cassette.Interaction // redacted; nil until all of it came
	begun       *cassette.Interaction // the same without its body, not redacted; nil until a response came
	body        *recordedBody         // that is being read

	number  int // among the requests that were sent to be recorded, from 1; 0 for one that is not kept
	after   int // the loaded interaction that it follows
	place   int // on the tape, from 1, if it replaces what is there; 0 if it follows that
	behind  int // how many were played before its request started
	endedAt int // the number of the last request that had begun when all of it was there; 0 until then
}

// reserve makes room for a request that starts now: at a place of the tape, from 1, or for 0
// after the interaction that was played or recorded last.
func (t *tape) reserve(place int) *pending {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := &pending{number: len(t.pending) + 1, after: t.last, place: place, behind: len(t.played)}
	if place == 0 {
		t.pendingAfter[t.last] = append(t.pendingAfter[t.last], p)
	}
	t.pending = append(t.pending, p)
	t.begun.Store(int64(p.number))
	return p
}

// begin notes a response whose body is being read.
func (t *tape) begin(p *pending, i *cassette.Interaction, body *recordedBody) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.begun, p.body = i, body
}

// ended notes that an exchange is over, and keeps it from being seen until finish is
// called. Its body counts as being read until then, so that the session does not end
// before.
func (t *tape) ended(p *pending) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.begun, p.endedAt = nil, len(t.pending)
}

// finish completes a pending interaction.
func (t *tape) finish(p *pending, i *cassette.Interaction) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.interaction, p.begun, p.body = i, nil, nil
}

// bodies returns the bodies that are being read.
func (t *tape) bodies() []*recordedBody {
	t.mu.Lock()
	defer t.mu.Unlock()
	var bodies []*recordedBody
	for _, p := range t.pending {
		if p.body != nil {
			bodies = append(bodies, p.body)
		}
	}
	return bodies
}

// recorded returns what was recorded, in the order in which the requests started.
func (t *tape) recorded() []*cassette.Interaction {
	t.mu.Lock()
	defer t.mu.Unlock()
	return finished(t.pending)
}

// numbersOf returns the numbers of what was recorded, 0 for what is not kept.
func (t *tape) numbersOf(recorded []*cassette.Interaction) []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	byInteraction := make(map[*cassette.Interaction]int, len(t.pending))
	for _, p := range t.pending {
		byInteraction[p.interaction] = p.number
	}
	numbers := make([]int, len(recorded))
	for n, i := range recorded {
		numbers[n] = byInteraction[i]
	}
	return numbers
}

// soFar returns what was played, what was recorded or is being recorded, and both
// in the order in which the requests started. Begun makes fit to be seen what is being
// recorded.
func (t *tape) soFar(begun func(*cassette.Interaction) *cassette.Interaction) (played, recorded, both []*cassette.Interaction) {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := 0 // of those that were played
	for _, p := range t.pending {
		i := p.interaction
		if i == nil && p.begun != nil {
			i = begun(p.begun)
		}
		if i != nil {
			recorded = append(recorded, i)
			both = append(append(both, t.played[next:p.behind]...), i)
			next = p.behind
		}
	}
	return slices.Clone(t.played), recorded, append(both, t.played[next:]...)
}

func finished(list []*pending) []*cassette.Interaction {
	var interactions []*cassette.Interaction
	for _, p := range list {
		if p.interaction != nil {
			interactions = append(interactions, p.interaction)
		}
	}
	return interactions
}

// merged returns the loaded interactions with the recorded ones between them.
func (t *tape) merged() []*cassette.Interaction {
	t.mu.Lock()
	defer t.mu.Unlock()
	interactions := finished(t.pendingAfter[-1])
	before := t.withAmended()
	replaced := t.replaced()
	for n, i := range before {
		i = cmp.Or(replaced[n], i)
		interactions = append(append(interactions, i), finished(t.pendingAfter[n])...)
	}
	return slices.Clip(interactions)
}

// renamed reports whether a cassette that no spec claims answers the first
// request of a spec without a cassette. Then the spec was renamed: to call the API
// again would cost money and lose that cassette.
func (t *tape) renamed(s *Session, l *lookup) bool {
	t.searching.Do(func() {
		orphans := s.orphans()
		if len(orphans) > 0 {
			l.redact(s)
		}
		for _, file := range orphans {
			orphan, err := parseReadOnly(placeOf(file))
			if err != nil {
				continue // it is told as unused after the suite
			}
			x := newIndex(s, process.Shown(file), orphan, false)
			if matching, _, err := x.matching(l); err == nil && len(matching) > 0 {
				t.renamedFrom = x.cassette
				return
			}
		}
	})
	return t.renamedFrom != ""
}

// orphans returns the cassettes that may be that of this session under another
// name.
func (s *Session) orphans() []string {
	if s.tape.before != nil || s.spec.Orphans == nil || s.mode != None && s.mode != Once && s.mode != Amend {
		return nil
	}
	return s.spec.Orphans()
}

package recorder

import (
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A tape is a cassette being played and recorded: what was loaded, with a
// cursor for each group of equal requests, and what was recorded in between.
type tape struct {
	place place

	loading sync.Once
	ready   atomic.Bool        // loading is done
	err     error              // why nothing can be played or recorded
	loaded  *cassette.Cassette // nil until loading is done, and where there was nothing to load
	before  []byte             // what stood on disk before the spec's first attempt; nil when there was no file
	disk    cassette.Sum       // of what stands there now; zero when there is no file, and where none is written
	open    bool               // whether mode once may record
	empty   bool               // there is no recording that could match

	own   *reel   // of what was loaded; nil until that is done
	reels []*reel // what is asked for a recording: that, but in mode all, and those of the cassettes that are read only

	looking     sync.Once // for a cassette that the spec had under another name
	renamedFrom string

	mu     sync.Mutex // guards what follows
	seen   map[fingerprint]found
	played []*cassette.Interaction // in the order in which their requests started
	anchor int                     // the loaded interaction played last, -1 at the start
	added  map[int][]*slot
	slots  []*slot // all of added, in the order in which their requests started
}

func newTape(p place) *tape {
	return &tape{place: p, anchor: -1, added: map[int][]*slot{}, seen: map[fingerprint]found{}}
}

// load reads the cassette once; later calls return the same error.
func (t *tape) load(s *Session) error {
	if t.ready.Load() {
		return t.err
	}
	t.loading.Do(func() {
		defer t.ready.Store(true)
		if s.mode == Live || s.cfg.Refuse != nil {
			return
		}
		if t.before, t.err = readFile(t.place.file); t.err != nil {
			t.err = unreadable(s, t.err, t.err)
			return
		}
		if s.mode != None {
			t.disk = sumOf(t.before)
		}
		loaded := new(cassette.Cassette)
		if t.before != nil {
			if loaded, t.err = s.parse(t.place, t.before); t.err != nil {
				t.err = unreadable(s, t.err, t.err)
				return
			}
		}
		t.index(s, loaded)
	})
	return t.err
}

// parse reads a cassette. Responses wait until they are played, unless the
// session may write: it must not call an API and then find that the cassette
// cannot be read and thus not be replaced.
func (s *Session) parse(p place, data []byte) (*cassette.Cassette, error) {
	loaded, err := cassette.Open(p.shown, data, os.DirFS(filepath.Dir(p.file)))
	if err != nil || s.mode == None || s.mode == Once && !loaded.Partial {
		return loaded, err
	}
	for _, i := range loaded.Interactions {
		if err := i.Decode(); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

// unreadable refuses requests because a cassette cannot be read. The reason may
// quote what stands where something else should.
func unreadable(s *Session, reason, cause error) error {
	return &Refusal{Reason: s.redactor.Text(reason.Error()), Cause: cause}
}

func (t *tape) index(s *Session, loaded *cassette.Cassette) {
	if t.err = s.belongs(loaded); t.err != nil {
		return
	}
	t.loaded = loaded
	t.empty = len(loaded.Interactions) == 0 || s.mode == All
	t.open = t.before == nil || loaded.Partial
	t.own = newReel(t.place.shown, loaded.Interactions, s.matcher, s.taped, s.cfg.InOrder)
	if s.mode != All { // which records all of it anew
		t.reels = append(t.reels, t.own)
	}
	for _, place := range s.included {
		c, err := openReadOnly(place.file)
		if err != nil {
			t.err = unreadable(s, notIncluded(s.cfg, place, err), err)
			return
		}
		t.empty = t.empty && len(c.Interactions) == 0
		t.reels = append(t.reels, newReel(place.shown, c.Interactions, s.matcher, s.taped, false))
	}
}

// A pick is a recording that answers a request. The zero value is none.
type pick struct {
	reel     *reel
	position int
	repeated bool // it was played before
}

func (p pick) interaction() *cassette.Interaction { return p.reel.interactions[p.position] }

// header returns the header of the response that is played, as the caller's own.
func (p pick) header(played *cassette.Interaction) http.Header {
	header := played.Response.Header
	switch {
	case len(header) == 0:
		return http.Header{}
	case p.repeated && played == p.interaction():
		return p.reel.repeatedHeader(p.position)
	}
	return header.Clone()
}

// play returns the recording that answers a request, and marks it as played.
func (t *tape) play(s *Session, q *question) (pick, error) {
	if t.empty {
		return pick{}, nil
	}
	if !s.matcher.NeedsHeaders() {
		q.print = fingerprintOf(q.sent, q.body.Bytes())
	}
	var f found
	for n, r := range t.reels {
		position, err := r.take(r.exact[q.print], q)
		if position < 0 && err == nil {
			if f == nil {
				f = t.look(s, q)
			}
			position, err = f[n].take(s, q)
		}
		if position >= 0 || err != nil {
			return t.start(pick{r, position, false}), err
		}
	}
	if s.cfg.AllowRepeats {
		return t.repeat(s, q, f)
	}
	return pick{}, nil
}

// repeat returns the last recording that answers a request, which was played.
func (t *tape) repeat(s *Session, q *question, f found) (pick, error) {
	for n, r := range t.reels {
		equal, err := f[n].equal(s, q)
		if err != nil {
			return pick{}, err
		}
		position, err := r.last(equal, q)
		if err != nil {
			return pick{}, err
		}
		if position >= 0 && r.isPlayed(position) { // else it is to be played in its order
			return t.start(pick{r, position, true}), nil
		}
	}
	return pick{}, nil
}

// start notes that a recording is played from now on.
func (t *tape) start(p pick) pick {
	if p.position < 0 {
		return pick{}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.played = append(t.played, p.interaction())
	if p.reel == t.own {
		t.anchor = p.position
	}
	return p
}

// comesLater reports whether a recording matches that is to be played in its
// order, after others.
func (t *tape) comesLater(q *question) (bool, error) {
	if !t.own.inOrder {
		return false, nil
	}
	later, _, err := t.own.matching(q)
	return len(later) > 0, err
}

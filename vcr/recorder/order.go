package recorder

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Exchanges overlap: a stream that stays open carries what later requests caused. While
// it is recorded, each part of it notes which requests had begun since the part before,
// and replay holds the part until they have begun again.

// An overlap tells which requests of a tape begin while a stream is read. Nil tells of
// none. It is used by one goroutine at a time.
type overlap struct {
	tape *tape
	seen int // the number of the last request that was told
}

// newOverlap returns the overlap of a response; nil if it is not a stream of events or
// lines. Only in these does a part mean something before the whole is there.
func (t *tape) newOverlap(p *pending, contentType string, length int64) *overlap {
	kind := media.KindOf(contentType)
	if p.number == 0 || length >= 0 || kind != media.SSE && kind != media.NDJSON {
		return nil
	}
	return &overlap{t, p.number}
}

// next returns the numbers of the requests that began since the last call. Left out is
// what ended before the last of them began: that one follows it in replay, too.
func (o *overlap) next() []int {
	if o == nil || int(o.tape.begun.Load()) == o.seen {
		return nil
	}
	t := o.tape
	t.mu.Lock()
	defer t.mu.Unlock()
	began := t.pending[o.seen:]
	o.seen = len(t.pending)
	var numbers []int
	for _, p := range began {
		if p.endedAt == 0 || p.endedAt >= o.seen {
			numbers = append(numbers, p.number)
		}
	}
	return numbers
}

// number gives interactions for which others wait a number on the cassette, their place
// if that is free. While they are recorded, they have that of their request.
func (t *tape) number(interactions []*cassette.Interaction) {
	t.mu.Lock()
	defer t.mu.Unlock()
	places := make(map[*cassette.Interaction]int, len(interactions))
	for n, i := range interactions {
		places[i] = n + 1
	}
	used := t.numbersKept(interactions)
	for _, p := range t.pending {
		if p.interaction == nil {
			continue
		}
		for n := range p.interaction.Response.Chunks {
			chunk := &p.interaction.Response.Chunks[n]
			after := chunk.After
			chunk.After = nil
			for _, number := range after {
				if other := t.pending[number-1].interaction; places[other] > 0 {
					if other.Number == 0 {
						other.Number = used.take(places[other])
					}
					chunk.After = append(chunk.After, other.Number)
				}
			}
		}
	}
}

// usedNumbers are the numbers that a cassette has, or names.
type usedNumbers map[int]bool

// numbersKept returns the numbers of the interactions that were on the tape before.
func (t *tape) numbersKept(interactions []*cassette.Interaction) usedNumbers {
	recorded := make(map[*cassette.Interaction]bool, len(t.pending))
	for _, p := range t.pending {
		recorded[p.interaction] = true
	}
	used := usedNumbers{}
	for _, i := range interactions {
		used[i.Number] = true // of what was recorded now, that of what it replaces
		if recorded[i] {
			continue
		}
		for _, chunk := range i.Response.Chunks {
			for _, number := range chunk.After {
				used[number] = true
			}
		}
	}
	return used
}

// take returns the number that is asked for, or the next one that is free.
func (u usedNumbers) take(number int) int {
	for u[number] {
		number++
	}
	u[number] = true
	return number
}

// beginnings tell which interactions of an index have begun in replay.
type beginnings struct {
	begun    []atomic.Bool
	numbered func() map[int]int // places by number

	next    atomic.Pointer[chan struct{}] // closed when the next one begins; nil if nobody waits
	givenUp atomic.Bool                   // one did not come
}

func newBeginnings(interactions []*cassette.Interaction) *beginnings {
	return &beginnings{
		begun: make([]atomic.Bool, len(interactions)),
		numbered: sync.OnceValue(func() map[int]int {
			places := map[int]int{}
			for n, i := range slices.Backward(interactions) {
				if i.Decode() == nil && i.Number > 0 { // else the error is told when it is played
					places[i.Number] = n
				}
			}
			return places
		}),
	}
}

// begin notes that an interaction is played from now on.
func (b *beginnings) begin(place int) {
	b.begun[place].Store(true)
	b.wake()
}

// wake tells those who wait to look again.
func (b *beginnings) wake() {
	if b.next.Load() == nil {
		return // as nearly always
	}
	if next := b.next.Swap(nil); next != nil {
		close(*next)
	}
}

// await returns what is closed when the next interaction begins; nil if all with these
// numbers have begun, or are not waited for.
func (b *beginnings) await(numbers []int) <-chan struct{} {
	next := b.next.Load()
	for next == nil {
		made := make(chan struct{})
		b.next.CompareAndSwap(nil, &made)
		next = b.next.Load()
	}
	for _, number := range numbers {
		if place, ok := b.numbered()[number]; ok && !b.begun[place].Load() && !b.givenUp.Load() {
			return *next
		}
	}
	return nil
}

// giveUp ends all waiting, now and later.
func (b *beginnings) giveUp() {
	b.givenUp.Store(true)
	b.wake()
}

// hold waits until the requests have begun for which a part of the body waits, or the
// session is closed. If none begins for longestWait, the code is another one than was
// recorded: it may never send them. From then on no part of the tape waits, so that a
// test is held up once at most.
func (b *replayedBody) hold(after []int) error {
	for {
		next := b.beginnings.await(after)
		if next == nil {
			return nil
		}
		timer := time.NewTimer(longestWait)
		select {
		case <-next:
		case <-timer.C:
			b.beginnings.giveUp()
		case <-b.session.ends:
			return nil
		case <-b.closes:
			return http.ErrBodyReadAfterClose
		case <-b.caller.ctx.Done():
			return b.caller.over()
		}
		timer.Stop()
	}
}

// holdEnd is hold for the end of the body. Where the caller ended it, it will again.
func (b *replayedBody) holdEnd() error {
	chunks := b.recorded.Response.Chunks
	last := len(chunks) - 1
	if last < 0 || chunks[last].Size > 0 || b.recorded.Error != nil && b.recorded.Error.ByCaller() {
		return nil
	}
	return b.hold(chunks[last].After)
}

// waits reports whether a part waits for a request.
func waits(chunks []cassette.Chunk) bool {
	return slices.ContainsFunc(chunks, func(c cassette.Chunk) bool { return c.After != nil })
}

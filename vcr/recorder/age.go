package recorder

import (
	"slices"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A recording is stale if it is older than MaxAge. Only one that is played says so: what
// nobody asks for any more may be as old as it likes.

// isStale reports whether a recording is stale. One without a date is not.
func (s *Session) isStale(i *cassette.Interaction) bool {
	return s.cfg.MaxAge > 0 && isOlder(i.Recorded, time.Now(), s.cfg.MaxAge)
}

// renews reports whether the date of a recording that stays becomes that of the new answer,
// because it is older than half of MaxAge. A younger one keeps its date: so most refreshes
// leave the file as it is, and none of what they keep is stale before the next one is due.
func (s *Session) renews(recorded, now time.Time) bool {
	return s.cfg.MaxAge > 0 && isOlder(recorded, now, s.cfg.MaxAge/2)
}

func isOlder(recorded, now time.Time, age time.Duration) bool {
	return !recorded.IsZero() && now.Sub(recorded) > age
}

// stale returns what was played of the session's own tape and is stale, in tape order.
// The age of a pinned cassette says nothing, since nobody wants to record it again.
func (s *Session) stale(played []*cassette.Interaction) []*cassette.Interaction {
	if s.cfg.MaxAge <= 0 || s.spec.Pinned || s.tape.own == nil {
		return nil
	}
	var stale []*cassette.Interaction
	for _, i := range s.tape.own.interactions {
		if s.isStale(i) && slices.Contains(played, i) {
			stale = append(stale, i)
		}
	}
	return stale
}

// recordsStale reports whether the session records stale recordings again that are asked
// for. The modes all and refresh do so with all recordings.
func (s *Session) recordsStale() bool {
	return s.cfg.RecordStale && s.only == nil && (s.mode == Once || s.mode == NewEpisodes)
}

// chooseStale chooses the stale recordings of a tape, as VCR_RECORD_ONLY would.
func (s *Session) chooseStale(interactions []*cassette.Interaction) (chosen []bool) {
	if !s.recordsStale() || !slices.ContainsFunc(interactions, s.isStale) {
		return nil
	}
	for _, i := range interactions {
		chosen = append(chosen, s.isStale(i))
	}
	return chosen
}

package vcr

import (
	"fmt"
	"time"
)

// MaxAge sets how old a recording may be that a spec plays. Older ones are stale, by the
// date recorded on the tape: the report lists them with the command that refreshes them.
// Recordings that nobody asks for are not stale, nor are those without a date, and those
// of a cassette that is [Pinned]. To fail the suite for them, add FailOn("stale"); to
// record them again, add [RecordStale].
//
//	vcr.Configure(vcr.MaxAge(90*24*time.Hour), vcr.FailOn("stale"))
//
// In mode refresh, an interaction that stays on the tape gets the date of today once it is
// older than half of this age: so most refreshes leave the file as it is.
func MaxAge(age time.Duration) Option {
	return option(func(s *settings) {
		if age <= 0 {
			s.fail(fmt.Errorf("vcr.MaxAge(%s): not an age; give one such as 90*24*time.Hour", age))
			return
		}
		s.maxAge = age
	})
}

// RecordStale records a recording again that is older than [MaxAge] and is asked for, in
// the modes once and new_episodes; the modes all and refresh send every request anyway.
// What comes back takes its place. What the code then asks in another way takes the places
// of stale recordings with the same method and path, or is added. If the spec fails, the
// cassette stays as it was. Elsewhere, as in CI, stale recordings are played and reported.
func RecordStale() Option { return option(func(s *settings) { s.recordStale = true }) }

// checkAge returns what is missing beside the options about age. A decorator around this
// one may have it.
func (s *settings) checkAge(name string) error {
	if s.maxAge == 0 && s.recordStale {
		return fmt.Errorf("the options of %q: vcr.RecordStale without vcr.MaxAge; say how old a recording may be", name)
	}
	return nil
}

package recorder

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// Close ends the session, saves what was recorded, and returns what the session
// did. Passed says how the spec ended: a spec that failed, was skipped or
// interrupted did not pass. In the modes that record:
//
//   - If the spec passed, the recording becomes the cassette.
//   - If it did not, the cassette is marked as partial. The next run in mode once
//     then records what is missing.
//   - If it did not, and a new recording looks like a failure of the service (401,
//     402, 403, 407, 408, 425, 429, 5xx, no response), the old cassette stays. The
//     recording goes to the folder .rejected beside the cassettes. In the modes all and
//     refresh, and where recordings that were there are recorded again, the old cassette
//     stays whatever the failure was.
//   - If the service failed where the cassette has an answer of it, mode refresh keeps the
//     cassette of a spec that passed, too.
//   - If the answers have changed as Config.FailOnDrift does not allow, the old cassette
//     stays, and Close returns an error.
//   - If it did not, and Config.RecordOnlyPassed is set, nothing is kept. Nor is what
//     was amended.
//   - If the file has changed since the session read it, another process claims
//     the same cassette. The file stays as it is, and Close returns an error.
//
// An interaction with a body that is too large to be read again is left out, and Close
// returns an error that names it. If the cassette cannot be written, the recording stays
// in a journal, which the next run takes up.
//
// Responses that nobody closed are saved as far as they were read. The session
// refuses requests afterwards; a second Close returns the same snapshot.
func (s *Session) Close(passed bool) (Snapshot, error) {
	if s.closed.Swap(true) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.final, nil
	}
	s.journal.stop()
	close(s.ends)
	for _, body := range s.tape.bodies() {
		body.abandon()
	}
	s.queue.clear()
	var saved Snapshot
	err := s.tape.load(s)
	switch {
	case err == nil && s.mode == Live:
		saved, err = s.compareLive(passed)
	case err == nil:
		saved, err = s.save(passed)
	case !passed:
		err = nil // one reason for a failure is enough
	}
	if err == nil || saved.Saved || saved.Rejected != "" {
		s.journal.end()
	} else if s.journal.leave() {
		err = fmt.Errorf("%w; the next run takes up what was recorded, which is in %s", err, process.Shown(s.tape.place.journal()))
	}
	s.tellNotes()
	final := s.snapshot()
	final.Saved, final.Partial, final.Rejected = saved.Saved, saved.Partial, saved.Rejected
	final.Kept, final.Drift = saved.Kept, saved.Drift
	final.Amended = s.tape.amendedOnDisk(saved)
	final.Idle, final.TimeSaved = s.isIdle(final), timeSaved(final.Replayed, s.cfg.Pace)
	for _, finding := range s.redactor.Findings() {
		final.Redacted = append(final.Redacted, finding.String())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passed, s.final = passed, final
	for _, cancel := range s.cancels {
		cancel(s.errClosed())
	}
	s.cancels = nil
	return final, err
}

// isIdle reports whether the session would have recorded and got no request.
func (s *Session) isIdle(final Snapshot) bool {
	return final.Err == nil && s.mayRecord() && !s.used.Load() && len(final.Live) == 0
}

// save decides what becomes of the recording. It returns a snapshot that says
// only that.
func (s *Session) save(passed bool) (Snapshot, error) {
	t := s.tape
	if t.loaded == nil {
		return Snapshot{}, nil
	}
	if s.mode == None || s.spec.Discard {
		return Snapshot{Partial: t.loaded.Partial}, nil
	}
	recorded, isAmended := t.recorded(), t.isAmended()
	next := &cassette.Cassette{}
	*next = *t.loaded
	next.Suite, next.Spec, next.Partial = s.spec.Suite, s.redactor.Text(s.spec.Name), !passed
	next.BodyLimit = s.cfg.BodyLimit
	switch {
	case len(recorded) == 0 && !isAmended && passed:
		return s.saveNothing(next)
	case len(recorded) > 0 && s.mode.rerecords():
		return s.saveAgain(next, recorded)
	case len(recorded) == 0 && !passed, !passed && s.cfg.RecordOnlyPassed: // what was amended may be why
		return Snapshot{Partial: t.loaded.Partial}, nil
	default:
		next.Interactions = t.merged()
	}
	s.finish(next)
	if !passed && (slices.ContainsFunc(recorded, isFailure) || t.isRenewed.Load() && t.before != nil) {
		return s.reject(next, "")
	}
	return s.write(next)
}

// finish makes the interactions of a cassette ready to be written.
func (s *Session) finish(next *cassette.Cassette) {
	s.redactor.Finish(next.Interactions)
	next.Quotes = next.Quotes || s.hasQuoted.Load()
	next.Replacements = s.redactor.Replacements(next.Interactions, next.Replacements)
	s.tape.number(next.Interactions)
}

// saveAgain saves what was recorded of a tape that was there.
func (s *Session) saveAgain(next *cassette.Cassette, recorded []*cassette.Interaction) (Snapshot, error) {
	t, passed := s.tape, !next.Partial
	again := s.compare(t.loaded.Interactions, recorded)
	var drifted *Drift
	if next.Interactions = recorded; again != nil {
		again.keep()
		next.Interactions, drifted = again.tape(t.loaded.Interactions), again.drift()
	}
	if !passed && s.cfg.RecordOnlyPassed {
		return Snapshot{Partial: t.loaded.Partial, Drift: drifted}, nil
	}
	if again == nil || len(again.kept) == 0 {
		next.Replacements, next.Quotes = nil, false
	}
	s.finish(next)
	isSame := slices.Equal(next.Interactions, t.loaded.Interactions)
	var saved Snapshot
	var err error
	switch refused := s.errDrifted(drifted); {
	case !passed && (slices.ContainsFunc(recorded, isFailure) || t.before != nil), s.mode == Refresh && again.hasFailed():
		saved, err = s.reject(next, "")
	case refused != nil:
		saved, err = s.reject(next, refused.Error()+"\n  the cassette stays")
	case isSame && disk.SumOf(t.before) == t.onDisk && !t.loaded.Partial:
		t.dropRejected()
	default:
		saved, err = s.write(next)
	}
	if saved.Rejected != "" {
		err = errors.Join(err, s.writeDifferences(drifted))
	} else if again != nil {
		saved.Kept = len(again.kept)
	}
	saved.Drift = drifted
	return saved, err
}

// saveNothing is for a spec that passed and recorded nothing. It takes back what an
// earlier attempt wrote. It removes the mark partial if the spec played the tape.
func (s *Session) saveNothing(next *cassette.Cassette) (Snapshot, error) {
	t := s.tape
	proven := s.used.Load() && !s.mode.rerecords()
	switch {
	case disk.SumOf(t.before) == t.onDisk && !(t.loaded.Partial && proven):
		return Snapshot{Partial: t.loaded.Partial}, nil
	case t.before != nil:
		return s.write(next)
	}
	same, err := t.isUnchanged()
	if !same {
		return Snapshot{}, err
	}
	return Snapshot{}, disk.Remove(t.place.dir, t.place.file)
}

func (s *Session) write(next *cassette.Cassette) (Snapshot, error) {
	t := s.tape
	left, err := t.replaceWithFitting(next)
	switch {
	case errors.Is(err, errChanged):
		return s.reject(next, fmt.Sprintf("%s: the cassette was changed by another spec or process while this spec ran, and stays as it is; %s", t.place.shown, cmp.Or(s.spec.PlaceRemedy, plainPlaceRemedy)))
	case err != nil:
		return Snapshot{}, err
	}
	t.dropRejected()
	return Snapshot{Saved: true, Partial: next.Partial, Amended: marked(next.Interactions)}, s.errNotKept(left)
}

// dropRejected removes what an earlier run put aside: what is accepted now makes it useless.
func (t *tape) dropRejected() {
	if !t.keepsRejected && t.place.inside(filepath.Join(rejectedDir, t.place.name)) == nil {
		_ = disk.Remove(t.place.rejectedRoot(), t.place.rejected())
		_ = os.Remove(t.place.differences())
	}
}

// errNotKept names the interactions that are too large for a tape, nil for none.
func (s *Session) errNotKept(left []*cassette.Interaction) error {
	var errs []error
	for _, i := range left {
		errs = append(errs, fmt.Errorf("%s: %s %s was not kept: its bodies have %d bytes, and no file of more than %d is read again; send this request past the recording; the other interactions were saved",
			s.tape.place.shown, i.Request.Method, s.redactor.URL(i.Request.URL), sizeOf(i), disk.MaxSize))
	}
	return errors.Join(errs...)
}

// sizeOf returns the size of the bodies of an interaction.
func sizeOf(i *cassette.Interaction) int { return i.Request.Body.Len() + i.Response.Body.Len() }

// reject puts a recording where it does no harm. The error is nil unless reason
// says that the caller must be told, or the file could not be written.
func (s *Session) reject(next *cassette.Cassette, reason string) (Snapshot, error) {
	saved := Snapshot{Rejected: process.Shown(s.tape.place.rejected()), Partial: s.tape.loaded.Partial}
	err := s.saveRejected(next)
	if reason != "" {
		err = errors.Join(fmt.Errorf("%s; what this spec recorded is in %s", reason, saved.Rejected), err)
	}
	return saved, err
}

// saveRejected saves a cassette where git and the next run do not see it.
func (s *Session) saveRejected(c *cassette.Cassette) error {
	place := s.tape.place
	if err := place.inside(filepath.Join(rejectedDir, place.name)); err != nil {
		return err
	}
	if _, err := c.SaveWith(disk.Replace, place.rejectedRoot(), place.rejected()); err != nil {
		return err
	}
	return disk.WriteFile(place.ignore(), []byte("*\n"))
}

// isFailure reports whether a recording looks like the service failed, rather
// than the code under test.
func isFailure(i *cassette.Interaction) bool {
	if i.Error != nil && i.Response.Status == 0 {
		return true
	}
	switch i.Response.Status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusProxyAuthRequired,
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return i.Response.Status >= 500
}

// errChanged means that the file is not what was read or written last.
var errChanged = errors.New("changed by somebody else")

// saving keeps two sessions of a process from looking at one file and then both
// writing it. Of several processes, one makes a new file.
var saving sync.Mutex

// replaceWithFitting is replace without the largest interactions, if the files would be
// too large with them. Of what was on the tape, nothing is left out. A tape that lacks
// something is partial.
func (t *tape) replaceWithFitting(next *cassette.Cassette) (left []*cassette.Interaction, err error) {
	for {
		err := t.replace(next)
		var tooLarge *disk.TooLargeError
		if !errors.As(err, &tooLarge) {
			return left, err
		}
		largest := -1
		for n, i := range next.Interactions {
			if i.Line() == 0 && (largest < 0 || sizeOf(i) > sizeOf(next.Interactions[largest])) {
				largest = n
			}
		}
		if largest < 0 {
			return left, err
		}
		left = append(left, next.Interactions[largest])
		next.Interactions = slices.Delete(slices.Clone(next.Interactions), largest, largest+1)
		next.Partial = true
	}
}

// replace writes the file, unless somebody else has changed it.
func (t *tape) replace(next *cassette.Cassette) error {
	saving.Lock()
	defer saving.Unlock()
	same, err := t.isUnchanged()
	switch {
	case err != nil:
		return err
	case !same:
		return errChanged
	}
	put := disk.Replace
	if t.onDisk == (disk.Sum{}) {
		put = disk.Create
	}
	sum, err := next.SaveWith(put, t.place.dir, t.place.file)
	switch {
	case errors.Is(err, fs.ErrExist):
		return errChanged
	case err == nil:
		t.onDisk = sum
	}
	return err
}

// isUnchanged reports whether the file still is what was read or written last.
func (t *tape) isUnchanged() (bool, error) {
	now, err := readCassette(t.place)
	return err == nil && disk.SumOf(now) == t.onDisk, err
}

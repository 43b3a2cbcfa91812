package recorder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// A journal keeps what a session records in a file, as it comes: if the process is
// killed, no call was paid in vain. The next session that may write the cassette takes
// it up, see recovery.go. It is a cassette with comments:
//
//	# The journal of a recording that goes on. The next run takes up what it finds here.
//	# onto 4eefb9a7a40a8b31
//	ginkgo-vcr: 1
//	partial: true
//	---
//	request: …
//	--- # 1 after -1
//
// Each document ends with a separator, so that one that was cut off is known: it has
// none. That tells when its request started among the others, and after which
// interaction of the tape, because a document is written when its response has ended.
//
// The journal holds no secret that a cassette saved at the same moment would not hold.
// When a value turns out to be secret, it is replaced in what was written before.
type journal struct {
	session *Session
	isKept  bool        // the session keeps one
	closing atomic.Bool // the cassette is being saved, and nothing need be written

	mu      sync.Mutex // guards what follows
	file    *disk.Journal
	failed  bool // nothing more is written
	list    []*pending
	docs    []*cassette.Interaction // of the list, as they are or will be in the file
	written int                     // of the docs
	learned int                     // what the redactor knew when they were written
	header  cassette.Cassette       // what the file says of the docs before them
	nextTry time.Time               // before it, docs are not searched for what was learned

	timer *time.Timer   // runs as long as docs wait
	took  time.Duration // what the calls of the docs that wait took
	came  bool          // one more came since the timer was set
}

// patience is how long the caller waits until what it got is in the journal: up to a
// twentieth of what the call took. Code that panics over an answer, or exits, does so
// at once. Calls that take less are written some moments later. A variable, for tests.
var patience = func(took time.Duration) time.Duration {
	if took < 20*time.Millisecond {
		return 0
	}
	return took / 20
}

// What is not written at once waits for a moment in which nothing comes, unless the
// calls took long enough, on average, that the writing does not slow them down.
const (
	moment  = 50 * time.Millisecond
	slowOne = time.Millisecond
)

// keepUp waits for the journal, as long as the call that has ended allows.
func (j *journal) keepUp(took time.Duration) {
	wait := patience(took)
	if !j.isKept || wait == 0 {
		return
	}
	done := make(chan struct{})
	go func() {
		j.session.queue.clear()
		j.flush()
		close(done)
	}()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C: // it goes on
	}
}

// add notes an interaction that was recorded and redacted.
func (j *journal) add(p *pending) {
	if !j.isKept || p.number == 0 || sizeOf(p.interaction) > disk.MaxSize {
		return // the last is not saved either
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = append(j.list, p)
	j.docs = append(j.docs, p.interaction)
	j.took += p.interaction.Took
	j.came = true
	if j.timer == nil {
		j.timer = time.AfterFunc(moment, j.waited)
	}
}

// waited is called a moment after docs began to wait, and then once in each moment.
func (j *journal) waited() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if waiting := len(j.docs) - j.written; j.came && j.took < time.Duration(waiting)*slowOne && !j.closing.Load() {
		j.came = false
		j.timer.Reset(moment)
		return
	}
	j.timer = nil
	if !j.closing.Load() {
		j.write()
	}
}

// flush writes what was added. Recording goes on if that fails.
func (j *journal) flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.closing.Load() {
		j.write()
	}
}

func (j *journal) write() {
	if j.failed || j.written == len(j.docs) {
		return
	}
	err := j.open()
	if err == nil && j.file != nil {
		err = j.update()
	}
	j.failed = err != nil
	if err != nil && !errors.Is(err, fs.ErrExist) { // which another session with this cassette has
		j.session.noteOnce(filepath.Dir(j.session.tape.place.journal()),
			fmt.Sprintf("%s: what is recorded is not in a journal, and is lost if this run breaks off: %v", j.session.tape.place.shown, err))
	}
}

// update writes the new docs, or all of them when one that was written holds what is
// known to be a secret by now.
func (j *journal) update() error {
	first := len(j.docs)
	if now := j.session.redactor.Changes(); now != j.learned {
		if j.written > 0 && time.Now().Before(j.nextTry) {
			time.AfterFunc(time.Until(j.nextTry), j.flush)
			return nil // what taught the secret is not written before that is replaced
		}
		started := time.Now()
		first, j.learned = j.session.redactor.Revise(j.docs), now
		j.nextTry = time.Now().Add(searchShare * time.Since(started))
	}
	write := j.file.Append
	from := j.written
	if isNew := j.updateHeader(); first < j.written || isNew {
		write, from = j.file.Rewrite, 0
	}
	var data []byte
	if from == 0 {
		data = j.head()
	}
	for n, i := range j.docs[from:] {
		data = append(data, documentOf(i)...)
		data = fmt.Appendf(data, "--- # %d after %d\n", j.list[from+n].number, j.list[from+n].after)
	}
	j.written, j.took = len(j.docs), 0
	return write(data)
}

// updateHeader reports whether the new docs need another header than the file has.
func (j *journal) updateHeader() (isNew bool) {
	s := j.session
	before := len(j.header.Replacements)
	for _, text := range s.redactor.Replacements(j.docs[j.written:], nil) {
		if !slices.Contains(j.header.Replacements, text) {
			j.header.Replacements = append(j.header.Replacements, text)
		}
	}
	isNew = len(j.header.Replacements) > before || s.hasQuoted.Load() != j.header.Quotes
	j.header.Quotes = s.hasQuoted.Load()
	return isNew && j.written > 0
}

// searchShare bounds the share of the time in which docs are searched: a session may
// learn something from each answer.
const searchShare = 20

// emptyFile is what a cassette has before its first document.
var emptyFile = append(new(cassette.Cassette).Encode(), "---\n"...)

// documentOf returns the document of an interaction, with its bodies in it.
func documentOf(i *cassette.Interaction) []byte {
	return bytes.TrimPrefix((&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode(), emptyFile)
}

// open makes the file. There is none for a later attempt at a spec whose earlier one
// has changed the cassette: this attempt goes on from what is not on disk any more.
func (j *journal) open() (err error) {
	t := j.session.tape
	if j.file == nil && (t.before == nil || disk.SumOf(t.before) == t.onDisk) {
		j.file, err = disk.CreateJournal(t.place.journal())
	}
	return err
}

// head is what the file has before the first document.
func (j *journal) head() []byte {
	s := j.session
	t := s.tape
	base := "onto " + contentID(t.before)
	switch {
	case (s.mode == All || t.chosen != nil) && t.before != nil:
		base = beside // it must not replace the cassette, as when the spec fails
	case disk.SumOf(t.before) != t.onDisk: // by an earlier attempt
		onDisk, _ := readCassette(t.place)
		base = "instead of " + contentID(onDisk)
	}
	j.header.Suite, j.header.Spec, j.header.Partial = s.spec.Suite, s.redactor.Text(s.spec.Name), true
	head := j.header.Encode()
	return fmt.Appendf(nil, "%s\n# %s\n%s---\n", journalStart, base, head)
}

const journalStart = "# The journal of a recording that goes on. The next run takes up what it finds here."

// beside says that a journal must not become the cassette.
const beside = "beside the cassette"

// contentID tells contents of a cassette apart, nil for no file.
func contentID(data []byte) string {
	if data == nil {
		return "nothing"
	}
	return disk.Hash(data)
}

// stop ends the writing. When it returns, nobody reads the interactions any more, and
// they may be made ready for the cassette.
func (j *journal) stop() {
	j.closing.Store(true)
	j.mu.Lock()
	defer j.mu.Unlock() // a write that had begun is over
}

// end removes the file.
func (j *journal) end() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file != nil {
		j.file.Remove()
	}
	j.file, j.failed = nil, true
}

// leave leaves the file to the next run, because the cassette could not be saved. It
// reports whether all that was recorded is in it.
func (j *journal) leave() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.isKept {
		j.write()
	}
	isWhole := j.file != nil && !j.failed && j.written == len(j.docs)
	if j.file != nil {
		j.file.Leave()
	}
	j.file, j.failed = nil, true
	return isWhole
}

package recorder

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// recover takes up the journal that an earlier process left when it was killed, before
// the cassette is read: it saves what Close would have saved if the spec had failed.
// Only failures of the service are left out, and not all with them, because they often
// are why a program exits. What cannot be taken up is told, and refuses nothing.
func (s *Session) recover() {
	if !s.mayWrite() {
		return
	}
	place := s.tape.place
	file, data, err := disk.TakeJournal(place.journal())
	if file == nil && err == nil {
		return
	}
	if err == nil {
		err = s.takeUp(data)
	}
	switch {
	case file == nil:
	case err != nil:
		file.Leave() // somebody may mend it, or the next run has the space or the rights
	default:
		file.Remove()
	}
	if err != nil {
		s.note(fmt.Sprintf("%s: what a run recorded that broke off cannot be taken up: %v", place.shown, err))
	}
}

// mayWrite reports whether the session may write the cassette.
func (s *Session) mayWrite() bool {
	return s.mode != None && s.mode != Live && !s.spec.Discard && s.spec.RefuseWith == nil
}

// takeUp makes a journal a part of the cassette, or puts it beside that.
func (s *Session) takeUp(data []byte) error {
	place := s.tape.place
	found, err := readJournal(process.Shown(place.journal()), data)
	if err != nil {
		return err
	}
	saving.Lock()
	defer saving.Unlock()
	onDisk, err := readCassette(place)
	if err != nil {
		return err
	}
	s.redactor.LearnEnvironment()
	switch id := contentID(onDisk); {
	case len(found.interactions) == 0:
		return nil
	case found.base == "onto "+id, found.base == "instead of "+id:
		if found.base == "instead of "+id {
			onDisk = nil
		}
		return s.addToCassette(found, onDisk)
	case found.base == beside:
		return s.putAside(found, "stays as it was, because a run broke off that was to record it again")
	default:
		return s.putAside(found, "was changed since a run broke off that recorded it")
	}
}

func countOf(n int) string {
	if n == 1 {
		return "1 interaction"
	}
	return fmt.Sprintf("%d interactions", n)
}

// addToCassette saves a partial cassette with what a journal has.
func (s *Session) addToCassette(found *leftJournal, onDisk []byte) error {
	place := s.tape.place
	next := &cassette.Cassette{Suite: found.header.Suite, Spec: found.header.Spec}
	if onDisk != nil {
		loaded, err := s.parse(place, onDisk)
		if err != nil {
			return err
		}
		next = loaded
	}
	next.Partial, next.BodyLimit = true, s.cfg.BodyLimit
	taken := found.withoutFailures()
	next.Interactions = insert(next.Interactions, taken)
	next.Quotes = next.Quotes || found.header.Quotes
	next.Replacements = append(slices.Clip(next.Replacements), found.header.Replacements...)
	note := fmt.Sprintf("%s: took up %s of a run that broke off", place.shown, countOf(len(taken)))
	if failures := len(found.interactions) - len(taken); failures > 0 {
		note += fmt.Sprintf(", and left out what look like failures of the service: %d", failures)
	}
	s.note(note)
	if len(taken) == 0 {
		return nil
	}
	s.redactor.Revise(next.Interactions)
	next.Replacements = s.redactor.Replacements(next.Interactions, next.Replacements)
	_, err := next.SaveWith(disk.Replace, place.dir, place.file)
	return err
}

// putAside saves a journal where it does no harm.
func (s *Session) putAside(found *leftJournal, reason string) error {
	place := s.tape.place
	c := found.header
	c.Interactions = insert(nil, found.interactions)
	s.redactor.Revise(c.Interactions)
	if err := s.saveRejected(&c); err != nil {
		return err
	}
	s.tape.keepsRejected = true
	s.note(fmt.Sprintf("%s: %s; what that recorded is in %s: %s", place.shown, reason, process.Shown(place.rejected()), countOf(len(c.Interactions))))
	return nil
}

// insert returns the interactions of a tape with those of a journal between them.
func insert(tape []*cassette.Interaction, recorded []journaled) []*cassette.Interaction {
	var all []*cassette.Interaction
	add := func(follows func(after int) bool) {
		for _, r := range recorded {
			if follows(r.after) {
				all = append(all, r.interaction)
			}
		}
	}
	add(func(after int) bool { return after < 0 })
	for n, i := range tape {
		all = append(all, i)
		add(func(after int) bool { return after == n })
	}
	add(func(after int) bool { return after >= len(tape) })
	return all
}

// A leftJournal is what a process that was killed left.
type leftJournal struct {
	base         string // what it is to be added to
	header       cassette.Cassette
	interactions []journaled // in the order in which their requests started
}

// A journaled interaction knows its place: when its request started among the others,
// and after which interaction of the tape.
type journaled struct {
	interaction   *cassette.Interaction
	number, after int
}

func (l *leftJournal) withoutFailures() []journaled {
	return slices.DeleteFunc(slices.Clone(l.interactions), func(r journaled) bool { return isFailure(r.interaction) })
}

var (
	baseLine = regexp.MustCompile(`\A#.*\n# (.+)\n`)
	endLine  = regexp.MustCompile(`(?m)^--- # (\d{1,9}) after (-?\d{1,9})\n`)
)

// readJournal reads a journal up to the last document that is whole.
func readJournal(shown string, data []byte) (*leftJournal, error) {
	ends := endLine.FindAllSubmatchIndex(data, -1)
	base := baseLine.FindSubmatch(data)
	switch {
	case base == nil && len(data) > 0 && !strings.HasPrefix(journalStart, string(data[:min(len(data), len(journalStart))])):
		return nil, fmt.Errorf("%s: not a journal; delete it", shown)
	case len(ends) == 0 || base == nil:
		return new(leftJournal), nil // it was killed before the first document was whole
	}
	c, err := cassette.Parse(shown, data[:ends[len(ends)-1][0]], nil)
	if err != nil {
		return nil, err
	}
	if len(c.Interactions) != len(ends) {
		return nil, fmt.Errorf("%s: was changed; delete it", shown)
	}
	found := &leftJournal{base: string(base[1])}
	found.header = cassette.Cassette{Suite: c.Suite, Spec: c.Spec, Partial: true, Quotes: c.Quotes, Replacements: c.Replacements}
	for n, i := range c.Interactions {
		if err := i.Decode(); err != nil {
			return nil, err
		}
		number, _ := strconv.Atoi(string(data[ends[n][2]:ends[n][3]])) // digits
		after, _ := strconv.Atoi(string(data[ends[n][4]:ends[n][5]]))
		found.interactions = append(found.interactions, journaled{i.Clone(), number, after})
	}
	slices.SortStableFunc(found.interactions, func(a, b journaled) int { return a.number - b.number })
	return found, nil
}

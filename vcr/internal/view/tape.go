// Package view reads tapes as the page of a report shows them: each interaction as a
// conversation if it is one, and as it is on the tape.
//
// Tapes are untrusted, and may be large. A tape is read as far as there is room for it, and
// long texts are cut. Secrets that were not kept off a tape are replaced.
package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// leastOfInteraction is the room that an interaction needs, in bytes.
const leastOfInteraction = 1200

// How much is read of a tape, and of a body in a file of its own: a multiple of what
// there is room for, in these bounds.
const (
	readForEach = 6
	leastRead   = 12 << 10
	mostRead    = 4 << 20
)

// A tape is what the page shows of a cassette.
type tape struct {
	Path         string        `json:"path"`
	Show         string        `json:"show"`           // the command that shows it whole
	Note         string        `json:"note,omitempty"` // why there is not more to see
	Partial      bool          `json:"partial,omitempty"`
	IsCut        bool          `json:"isCut,omitempty"` // the tape has more interactions
	Interactions []interaction `json:"interactions,omitempty"`

	cut int // how many texts are not whole
}

// Tapes returns what shows the cassettes below a folder: a function that gets a path from
// there, with slashes, and how many bytes of JSON it has, about. It returns how many texts
// are cut.
func Tapes(root string) func(path string, room int) (shown any, cut int) {
	return func(path string, room int) (any, int) {
		t := tape{Path: line(path), Show: "vcr show " + process.ShellQuoted(line(path))}
		if room -= len(t.Path) + len(t.Show) + 100; room < leastOfInteraction {
			t.Note = noRoom
			return t, 0
		}
		t.read(root, path, room)
		if len(encode(t)) > 2*room { // of marks that JSON writes longer
			t.Interactions, t.Note, t.cut = nil, noRoom, 0
		}
		return t, t.cut
	}
}

const noRoom = "There is no room for it on this page."

// redact finds secrets by the rules that need no options.
var redact = sync.OnceValue(func() func(string) string {
	r, _ := redaction.New(redaction.Rules{}) // no rule, no error
	return r.Text
})

// withoutSecrets returns a text to be shown.
func withoutSecrets(text string) string { return redact()(text) }

// read reads a tape as far as there is room for it.
func (t *tape) read(root, name string, room int) {
	if path.IsAbs(name) || !filepath.IsLocal(filepath.FromSlash(name)) {
		t.Note = "It is outside of the folder in which this page looks for cassettes."
		return
	}
	limit := min(max(readForEach*room, leastRead), mostRead)
	file := filepath.Join(root, filepath.FromSlash(name))
	c, beside, isWhole, err := load(file, limit)
	if err != nil {
		t.Note = "It cannot be read: " + line(withoutSecrets(reasonOf(err)))
		return
	}
	t.Partial = c.Partial
	for n, i := range c.Interactions {
		share := max(room/(len(c.Interactions)-n), leastOfInteraction)
		if n > 0 && share > room {
			isWhole = false
			break
		}
		shown := interactionOf(i, beside, share)
		room -= len(encode(shown))
		t.cut += shown.cut
		t.Interactions = append(t.Interactions, shown)
	}
	t.IsCut = !isWhole
}

// reasonOf is the text of an error without the path, which stands beside it.
func reasonOf(err error) string {
	var flaw *cassette.ParseError
	var other *disk.Flaw
	var failed *fs.PathError
	switch {
	case errors.As(err, &other):
		return "is " + other.Is
	case errors.As(err, &flaw):
		at := *flaw
		at.File = "line"
		if at.Line == 0 {
			at.File = "it"
		}
		return at.Error()
	case errors.As(err, &failed):
		return failed.Err.Error()
	}
	return err.Error()
}

// load reads the interactions with which a cassette begins: those in so many bytes, and
// at least one.
func load(file string, limit int) (c *cassette.Cassette, beside *smallFiles, isWhole bool, err error) {
	f, err := disk.Open(file)
	if err != nil {
		return nil, nil, false, err
	}
	defer func() { _ = f.Close() }() // it was only read
	var begin []byte
	for isFull := false; !isFull; limit *= 4 {
		begin, isWhole, err = readUpTo(f, begin, limit)
		if err != nil {
			return nil, nil, false, err
		}
		if isWhole {
			break
		}
		if end, documents := lastDocument(begin); documents > 1 { // the header is one
			begin, isFull = begin[:end], true
		} else if limit >= mostRead {
			return nil, nil, false, errLarge
		}
	}
	beside = &smallFiles{FS: disk.Bodies(file), limit: int64(limit)}
	if c, err = cassette.Parse(file, begin, beside); err != nil && beside.refused {
		err = errLarge
	}
	return c, beside, isWhole, err
}

// readUpTo reads on until it has a number of bytes, or the whole file.
func readUpTo(f io.Reader, begin []byte, limit int) (longer []byte, isWhole bool, err error) {
	longer = make([]byte, limit)
	n, err := io.ReadFull(f, longer[copy(longer, begin):])
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return longer[:len(begin)+n], true, nil
	}
	return longer, false, err
}

// lastDocument returns where the last whole document ends, and how many there are. Each
// ends at a line of dashes, which no text in a document has: it would be indented.
func lastDocument(begin []byte) (end, documents int) {
	for at := 0; ; {
		next := bytes.Index(begin[at:], []byte("\n---"))
		if next < 0 {
			return end, documents
		}
		at += next + 1
		if rest := begin[at+3:]; bytes.HasPrefix(rest, []byte{'\n'}) || bytes.HasPrefix(rest, []byte("\r\n")) {
			end, documents = at, documents+1
		}
	}
}

var errLarge = errors.New("it is too large for this page")

// smallFiles are the files of a folder that are not too large.
type smallFiles struct {
	fs.FS
	limit   int64
	refused bool // a file was too large
}

func (s *smallFiles) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() > s.limit {
		s.refused, err = true, errLarge
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func encode(value any) []byte {
	encoded, _ := json.Marshal(value) // plain values have no errors
	return encoded
}

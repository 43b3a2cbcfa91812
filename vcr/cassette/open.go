package cassette

import (
	"io/fs"
	"maps"
	"sync"
	"sync/atomic"
)

// Open is like [ParseBeside], but of documents in canonical form it reads only the
// requests. [Interaction.Decode] reads the rest of one, also the bodies beside the
// cassette, when it is played. Documents in another form are decoded at once.
//
// What no cassette can hold, such as conflict markers and control characters, is
// an error wherever it stands, and so is a document that does not begin with a
// whole request. What else is wrong with a response is an error of Decode.
func Open(file string, data []byte, beside fs.FS) (*Cassette, error) {
	return parse(file, data, beside, requests)
}

// A rest is what Open left of a document: all that follows the request.
type rest struct {
	file   string
	folder *folder
	beside map[string][]byte // the files to which the request refers
	start  int               // of the document in its source
	at     int               // of the rest in it

	mu   sync.Mutex
	done atomic.Bool
	err  error // once it is done
}

// Decode decodes what [Open] left of i: response, error and times. If that cannot
// be read, every call returns the same [*ParseError], and these fields stay zero.
// On an interaction that is decoded, or that Open did not make, it does nothing,
// at no cost. It is safe for concurrent use; the fields are to be read after it.
func (i *Interaction) Decode() error {
	r := i.rest
	if r == nil {
		return nil
	}
	if !r.done.Load() {
		r.decode(i)
	}
	return r.err
}

func (r *rest) decode(i *Interaction) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done.Load() {
		return
	}
	read, ok := r.scan(i, r.folder)
	if !ok {
		d := &decoder{file: r.file, line: i.line, folder: r.folder}
		read, r.err = d.interaction(document{source: i.source, start: r.start, line: i.line})
	}
	if r.err == nil {
		i.Response, i.Error, i.Recorded, i.Took, i.beside = read.Response, read.Error, read.Recorded, read.Took, read.beside
	}
	r.done.Store(true)
}

// scan reads the rest if it is in canonical form. Without a folder the bodies
// beside the cassette are left out.
func (r *rest) scan(i *Interaction, folder *folder) (*Interaction, bool) {
	s := newScanner(folder)
	defer s.release()
	s.open(i.source, r.at)
	s.beside = maps.Clone(r.beside)
	read := new(Interaction)
	s.outcome(read)
	return read, s.done()
}

// files returns the files beside the cassette to which the document of i refers.
// The content of those that were not read yet is nil.
func (i *Interaction) files() (map[string][]byte, error) {
	if i.rest != nil && !i.rest.done.Load() {
		if noted, ok := i.rest.scan(i, nil); ok {
			return noted.beside, nil
		}
	}
	err := i.Decode()
	return i.beside, err
}

package cassette

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// A scanner reads documents in canonical form, which is exactly what an encoder
// writes, and mirrors that. At the first byte that it does not expect it is lost,
// and yaml.v3 reads the document instead. So whatever a scanner accepts must mean
// the same to both; what it does not know for sure, it does not accept.
type scanner struct {
	data []byte // the document
	text string // the same bytes
	at   int
	lost bool

	folder *folder           // nil leaves files beside the cassette unread
	beside map[string][]byte // the files of the folder to which the document refers

	names   []string // of the headers being read
	values  []string // of all of them
	ends    []int    // where in values those of each name end
	scratch []byte   // in which a body is restored

	last struct { // the headers of a request
		text   string
		header http.Header
	}
}

func newScanner(folder *folder) *scanner {
	s := scanners.Get().(*scanner)
	s.folder = folder
	return s
}

// scanners are used again: a suite of small cassettes opens thousands of them, and
// the lists of a scanner are as large as what it reads.
var scanners = sync.Pool{New: func() any {
	const usual = 32
	return &scanner{names: make([]string, 0, usual), values: make([]string, 0, usual), ends: make([]int, 0, usual)}
}}

// release lets go of what was read, and of the scanner.
func (s *scanner) release() {
	clear(s.names[:cap(s.names)])
	clear(s.values[:cap(s.values)])
	*s = scanner{names: s.names[:0], values: s.values[:0], ends: s.ends[:0], scratch: s.scratch}
	scanners.Put(s)
}

// open begins a document, some bytes of which were read before.
func (s *scanner) open(content []byte, at int) {
	s.data, s.text, s.at, s.lost, s.beside = content, sharedString(content), at, false, nil
}

// lose gives the document up: nothing that is looked for is found any more.
func (s *scanner) lose() { s.data, s.text, s.at, s.lost = nil, "", 0, true }

// skip steps over what comes next, if it is that.
func (s *scanner) skip(next string) bool {
	if !strings.HasPrefix(s.text[s.at:], next) {
		return false
	}
	s.at += len(next)
	return true
}

func (s *scanner) expect(next string) {
	if !s.skip(next) {
		s.lose()
	}
}

// done reports whether the document was read to its end.
func (s *scanner) done() bool { return !s.lost && s.at == len(s.text) }

func (s *scanner) header() (h header) {
	s.expect("ginkgo-vcr: 1\n")
	h.suite = s.optional("suite", 0)
	h.spec = s.optional("spec", 0)
	h.partial = s.isTrue("partial", 0)
	return h
}

func (s *scanner) request(r *Request) {
	s.expect("request:\n")
	r.Method = s.field("method", 2)
	r.URL = s.field("url", 2)
	r.Header = s.requestHeaders()
	s.body(&r.Body)
}

// requestHeaders gives requests that have the same headers, as those of one
// program mostly do, one map: interactions are not changed in place.
func (s *scanner) requestHeaders() http.Header {
	if rest, ok := strings.CutPrefix(s.text[s.at:], s.last.text); ok && s.last.header != nil && !strings.HasPrefix(rest, "    ") {
		s.at += len(s.last.text)
		return s.last.header
	}
	start := s.at
	header := s.headers("headers")
	if !s.lost {
		s.last.text, s.last.header = s.text[start:s.at], header
	}
	return header
}

// atOutcome reports whether what follows a request comes next.
func (s *scanner) atOutcome() bool {
	rest := s.text[s.at:]
	return strings.HasPrefix(rest, "response:\n") || strings.HasPrefix(rest, "error:\n")
}

// outcome reads all that follows a request.
func (s *scanner) outcome(i *Interaction) {
	if s.skip("response:\n") {
		s.response(i)
	} else {
		s.expect("error:\n")
		i.Error = s.failure(2)
	}
	s.parsed("recorded", 0, func(text string) (err error) {
		i.Recorded, err = time.Parse(utcSeconds, text)
		return err
	})
	s.parsed("took", 0, func(text string) (err error) {
		i.Took, err = time.ParseDuration(text)
		return err
	})
	i.beside = s.beside
}

func (s *scanner) response(i *Interaction) {
	r := &i.Response
	if !s.parsed("status", 2, func(text string) (err error) {
		r.Status, err = parseStatus(text)
		return err
	}) {
		s.lose()
	}
	r.Reason = s.optional("reason", 2)
	r.Proto = s.optional("proto", 2)
	r.Header = s.headers("headers")
	s.body(&r.Body)
	chunks, delays := s.counts("chunks", "B", 1), s.counts("delays", "", 0)
	r.readChunks(chunks, delays)
	r.Trailer = s.headers("trailers")
	r.Announced = s.list("announced", 2)
	r.Transfer = s.list("transfer", 2)
	r.Close = s.isTrue("close", 2)
	s.parsed("length", 2, func(text string) (err error) {
		r.Length = new(int64)
		*r.Length, err = parseLength(text)
		return err
	})
	r.Uncompressed = s.isTrue("uncompressed", 2)
	if r.End = s.optional("end", 2); r.End != "" && r.End != EndClosed && r.End != EndAborted {
		s.lose()
	}
	if s.skip("  error:\n") {
		i.Error = s.failure(4)
	}
}

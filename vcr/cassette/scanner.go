package cassette

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/wire"
)

// A scanner reads documents in canonical form, which is exactly what an encoder
// writes. At the first byte that it does not expect it is lost, and yaml.v3 reads
// the document instead. So it accepts only what yaml.v3 reads as the same.
type scanner struct {
	data []byte // the document
	text string // the same bytes
	at   int
	lost bool

	broke bool // a value was read that has no place on one line of HTTP

	folder *folder           // nil leaves files beside the cassette unread
	beside map[string][]byte // the files of the folder to which the document refers

	fields  int      // of the headers that were read, since takeFields
	names   []string // of the headers being read
	values  []string // of all of them
	ends    []int    // where in values those of each name end
	scratch []byte   // for restoring a body

	last struct { // headers of a request
		text   string
		header http.Header
	}
}

func newScanner(folder *folder) *scanner {
	s := scanners.Get().(*scanner)
	s.folder = folder
	return s
}

// scanners are used again: a suite of small cassettes needs thousands of them, and
// the lists of a scanner grow with what it reads.
var scanners = sync.Pool{New: func() any {
	const usual = 32
	return &scanner{names: make([]string, 0, usual), values: make([]string, 0, usual), ends: make([]int, 0, usual)}
}}

// release forgets what was read, and gives the scanner back.
func (s *scanner) release() {
	if cap(s.values) > wire.MostFields {
		s.values = nil // a long list would keep memory
	}
	clear(s.names[:cap(s.names)])
	clear(s.values[:cap(s.values)])
	*s = scanner{names: s.names[:0], values: s.values[:0], ends: s.ends[:0], scratch: s.scratch}
	scanners.Put(s)
}

// open begins to read a document at the given byte.
func (s *scanner) open(content []byte, at int) {
	s.data, s.text, s.at, s.lost, s.beside = content, sharedString(content), at, false, nil
}

// sharedString returns b as a string without a copy: otherwise names and values
// would take their memory twice. It is safe because the cassette keeps the bytes it
// was read from, and they do not change, as Parse requires.
func sharedString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// lose gives the document up: from here on nothing is read.
func (s *scanner) lose() { s.data, s.text, s.at, s.lost = nil, "", 0, true }

// skip steps over next, and reports whether that came next.
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
	h.quotes = s.isTrue("quotes", 0)
	h.replaced = s.list("replacements", 0)
	return h
}

func (s *scanner) request(r *Request) {
	s.expect("request:\n")
	s.broke = false
	r.Method = s.field("method", 2)
	r.URL = s.field("url", 2)
	r.Header = s.requestHeaders()
	if s.broke || wire.Method(r.Method) != nil || wire.URL(r.URL) != nil {
		s.lose()
	}
	s.body(&r.Body)
}

// requestHeaders returns one map for requests with the same headers, as the
// requests of one program mostly have: interactions are not changed in place.
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

// atOutcome reports whether a response or an error comes next.
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
		i.Error = s.transportError(2)
	}
	s.parsed("recorded", 0, func(text string) (err error) {
		i.Recorded, err = time.Parse(utcSeconds, text)
		return err
	})
	s.parsed("took", 0, func(text string) (err error) {
		i.Took, err = parseTook(text)
		return err
	})
	s.parsed("number", 0, func(text string) (err error) {
		i.Number, err = parseNumber(text)
		return err
	})
	s.parsed("amended", 0, func(text string) (err error) {
		i.Amended, err = time.Parse(utcSeconds, text)
		return err
	})
	i.beside = s.beside
}

func (s *scanner) response(i *Interaction) {
	r := &i.Response
	s.broke = false
	if !s.parsed("status", 2, func(text string) (err error) {
		r.Status, err = parseStatus(text)
		return err
	}) {
		s.lose()
	}
	r.Reason = s.optional("reason", 2)
	r.Proto = s.optional("proto", 2)
	r.Header = s.headers("headers")
	if s.broke {
		s.lose()
	}
	s.body(&r.Body)
	s.broke = false
	chunks, delays := s.items("chunks", isChunk), s.items("delays", isDelay)
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
	if s.broke {
		s.lose()
	}
	if s.skip("  error:\n") {
		i.Error = s.transportError(4)
	}
}

// blanks are as many as any key is indented by, or a line of a body.
const blanks = "            "

// key steps over a key and its colon, if they come next.
func (s *scanner) key(key string, indent int) bool {
	rest, ok := strings.CutPrefix(s.text[s.at:], blanks[:indent])
	if !ok || !strings.HasPrefix(rest, key) || !strings.HasPrefix(rest[len(key):], ":") {
		return false
	}
	s.at += indent + len(key) + 1
	return true
}

// field reads a required key, and its value.
func (s *scanner) field(key string, indent int) string {
	if !s.key(key, indent) {
		s.lose()
	}
	return s.line()
}

// optional is like field, and returns "" if the key is not there.
func (s *scanner) optional(key string, indent int) string {
	if !s.key(key, indent) {
		return ""
	}
	return s.line()
}

// line reads the value that is the rest of a line.
func (s *scanner) line() string {
	s.expect(" ")
	value := s.scalar(false)
	s.expect("\n")
	return value
}

func (s *scanner) isTrue(key string, indent int) bool {
	if !s.key(key, indent) {
		return false
	}
	s.expect(" true\n")
	return true
}

// parsed passes the value of a key to parse, and reports whether the key is there.
func (s *scanner) parsed(key string, indent int, parse func(text string) error) bool {
	if !s.key(key, indent) {
		return false
	}
	if parse(s.line()) != nil {
		s.lose()
	}
	return true
}

// items reads a list of items of one kind, of which there may be many.
func (s *scanner) items(key string, isItem func(string) bool) []string {
	list := s.longList(key, 2, math.MaxInt) // a part has a byte of the body at least
	for _, text := range list {
		if !isItem(text) {
			s.lose()
			return nil
		}
	}
	return list
}

// list reads a key with a list on its line; nil if the key is not there.
func (s *scanner) list(key string, indent int) []string {
	return s.longList(key, indent, wire.MostFields)
}

// longList is list for as many values as there may be.
func (s *scanner) longList(key string, indent, most int) []string {
	if !s.key(key, indent) {
		return nil
	}
	s.values = s.values[:0]
	s.flow(most)
	return append(make([]string, 0, len(s.values)), s.values...)
}

// flow reads the list that is the rest of a line. It gives up when more than so many
// values were read.
func (s *scanner) flow(most int) {
	s.expect(" [")
	for more := !s.skip("]\n"); more && !s.lost; {
		s.values = append(s.values, s.scalar(true))
		if len(s.values) > most {
			s.lose()
		}
		if more = !s.skip("]\n"); more {
			s.expect(", ")
		}
	}
}

// headers reads names, each with a list of values. All values share one array.
func (s *scanner) headers(key string) http.Header {
	if !s.key(key, 2) {
		return nil
	}
	s.expect("\n")
	s.names, s.values, s.ends = s.names[:0], s.values[:0], s.ends[:0]
	for s.skip("    ") {
		name := s.headerName()
		if n := len(s.names); n > 0 && name <= s.names[n-1] {
			s.lose() // out of order, or twice
		}
		s.flow(wire.MostFields)
		if s.names, s.ends = append(s.names, name), append(s.ends, len(s.values)); len(s.names)+len(s.values) > wire.MostFields {
			s.lose()
		}
	}
	if s.lost || len(s.names) == 0 {
		s.lose()
		return nil
	}
	s.fields += len(s.names) + len(s.values)
	header := make(http.Header, len(s.names))
	values, start := append(make([]string, 0, len(s.values)), s.values...), 0
	for n, end := range s.ends {
		header[s.names[n]] = values[start:end:end]
		start = end
	}
	return header
}

// takeFields returns how many names and values of headers were read, once.
func (s *scanner) takeFields() int {
	fields := s.fields
	s.fields = 0
	return fields
}

func (s *scanner) headerName() string {
	start := s.at
	name := s.scalar(true)
	if s.at-start > longestKey {
		s.lose()
	}
	s.expect(":")
	return name
}

// scalar reads a value on one line.
func (s *scanner) scalar(inFlow bool) string {
	if s.skip(`"`) {
		return s.quoted("")
	}
	value := s.text[s.at:]
	value = value[:plainEnd(value, inFlow)]
	if !isPlain(value, inFlow) {
		s.lose()
		return ""
	}
	s.at += len(value)
	return value
}

// quoted reads a double-quoted scalar after its first quote. Its next lines are
// indented by margin.
func (s *scanner) quoted(margin string) string {
	var value []byte
	start := s.at
	for s.at < len(s.text) && s.text[s.at] != '\n' {
		switch s.text[s.at] {
		case '"':
			rest := s.text[start:s.at]
			s.at++
			if value == nil {
				return rest
			}
			return string(append(value, rest...))
		case '\\':
			value = append(value, s.text[start:s.at]...)
			s.at++
			value = s.escape(value, margin)
			start = s.at
		default:
			s.at++
		}
	}
	s.lose()
	return ""
}

// escape appends what a backslash and the characters after it stand for.
func (s *scanner) escape(value []byte, margin string) []byte {
	switch {
	case s.skip(`"`):
		return append(value, '"')
	case s.skip(`\`):
		return append(value, '\\')
	case s.skip("n"):
		s.broke = true
		return append(value, '\n')
	case s.skip("r"):
		s.broke = true
		return append(value, '\r')
	case s.skip("t"):
		return append(value, '\t')
	case s.skip("x"):
		return s.code(value, 2)
	case s.skip("u"):
		return s.code(value, 4)
	case margin != "" && s.skip("\n"+margin):
		// More blanks would be layout, unless the first of them is escaped.
		if !s.skip(`\ `) {
			if s.at < len(s.text) && strings.IndexByte(" \t\n", s.text[s.at]) < 0 {
				return value
			}
			s.lose()
		}
		return append(value, ' ')
	}
	s.lose()
	return value
}

// code appends the character with the number that comes next.
func (s *scanner) code(value []byte, digits int) []byte {
	if len(s.text)-s.at < digits {
		s.lose()
		return value
	}
	number, err := strconv.ParseUint(s.text[s.at:s.at+digits], 16, 16)
	if err != nil || utf16.IsSurrogate(rune(number)) {
		s.lose()
		return value
	}
	s.at += digits
	s.broke = s.broke || wire.IsBreak(rune(number))
	return utf8.AppendRune(value, rune(number))
}

package rows

import (
	"bytes"
	"strings"
)

// A record is what a template stands for: its skeleton, and slots whose content may
// differ.
type record struct {
	text    []byte // without its end
	slots   []slot
	isWhole bool // otherwise it breaks off
}

// A slot is a value in a record: a string or a number of JSON, an id, a line of plain
// text, or the blanks before the brace that ends a line.
type slot struct {
	start, end         uint32 // in the record
	nameStart, nameEnd uint32 // of the nearest member of JSON before it, or of the field
	kind               kind
}

type kind byte

const (
	isText kind = iota
	isNumber
	isPadding
	isOrdinal // a number that counts the records
)

func (r record) value(s slot) []byte { return r.text[s.start:s.end] }

func (r record) name(s slot) []byte { return r.text[s.nameStart:s.nameEnd] }

// hasSkeletonOf reports whether two whole records differ only in their slots.
func (r record) hasSkeletonOf(other record) bool {
	if !r.isWhole || len(r.slots) != len(other.slots) {
		return false
	}
	var at, otherAt uint32
	for n, s := range r.slots {
		o := other.slots[n]
		if s.kind != o.kind || !bytes.Equal(r.text[at:s.start], other.text[otherAt:o.start]) {
			return false
		}
		at, otherAt = s.end, o.end
	}
	return bytes.Equal(r.text[at:], other.text[otherAt:])
}

// appendSlots appends the slots of a record: a line of NDJSON, a server-sent event, or
// lines of headers and JSON.
func appendSlots(slots []slot, text []byte) []slot {
	at := 0
	for line := range bytes.Lines(text) {
		l := lexer{text: text[:at+len(bytes.TrimSuffix(line, []byte("\n")))], slots: slots}
		l.line(at)
		slots = l.slots
		at += len(line)
	}
	return slots
}

// A lexer finds the slots of a line. It expects no valid JSON.
type lexer struct {
	text  []byte // up to the end of the line
	slots []slot
	name  span // of the last member
}

type span struct{ start, end int }

func (l *lexer) line(at int) {
	field, value, isField := bytes.Cut(l.text[at:], []byte{':'})
	switch {
	case len(field) > 0 && (field[0] == '{' || field[0] == '['):
		l.json(at)
	case !isField || string(field) != "data" && string(field) != "id":
		// event names, comments and headers make the skeleton
	default:
		l.name = span{at, at + len(field)}
		value := bytes.TrimPrefix(value, []byte{' '})
		at = len(l.text) - len(value)
		if len(value) > 0 && string(field) == "data" && strings.IndexByte(`{["`, value[0]) >= 0 {
			l.json(at)
		} else {
			l.add(at, len(l.text), isText)
		}
	}
}

func (l *lexer) add(start, end int, k kind) {
	l.slots = append(l.slots, slot{uint32(start), uint32(end), uint32(l.name.start), uint32(l.name.end), k})
}

func (l *lexer) json(at int) {
	last := at + bytes.LastIndexByte(l.text[at:], '}')
	for at < len(l.text) {
		switch c := l.text[at]; {
		case c == '"':
			at = l.quoted(at)
		case '0' <= c && c <= '9' || c == '-':
			end := at + 1
			for end < len(l.text) && isNumeric(l.text[end]) {
				end++
			}
			l.add(at, end, isNumber)
			at = end
		case at == last:
			start := at
			for l.text[start-1] == ' ' {
				start--
			}
			l.add(start, at, isPadding)
			at++
		default:
			at++
		}
	}
}

func isNumeric(c byte) bool {
	return '0' <= c && c <= '9' || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'
}

// quoted reads the string that starts at a quote, and returns where it ends.
func (l *lexer) quoted(at int) int {
	start := at + 1
	end := start
	for ; end < len(l.text) && l.text[end] != '"'; end++ {
		if l.text[end] == '\\' {
			end++
		}
	}
	if end >= len(l.text) {
		return len(l.text) // it does not end here, so it is no string
	}
	at = end + 1
	next := at
	for next < len(l.text) && l.text[next] == ' ' {
		next++
	}
	if next < len(l.text) && l.text[next] == ':' {
		l.name = span{start, end}
		return next + 1
	}
	if string(l.text[l.name.start:l.name.end]) != "type" {
		l.add(start, end, isText)
	}
	return at
}

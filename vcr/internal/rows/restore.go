package rows

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// An Error says what is wrong with a text, and what to write instead.
type Error struct {
	Line   int // of the text, from 1
	Reason string
	Remedy string
}

// Error returns "line N: reason; remedy".
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s; %s", e.Line, e.Reason, e.Remedy) }

const remedyText = "write the body under text, or record this spec again"

// Restore returns the body that [Show] shows, or that a person wrote in its form. The
// error is an [*Error].
func Restore(form Form, shown []byte) ([]byte, error) {
	r := readers.Get().(*reader)
	defer r.release()
	r.form, r.shown = form, shown
	limit, size := mostGrowth*int64(len(shown)), int64(0)
	for r.next() {
		group := r.size()
		if size += group; size > limit {
			r.fail(r.start, fmt.Sprintf("restores to more than %d times the size of the text", mostGrowth), remedyText)
			break
		}
		r.body = slices.Grow(r.body, int(group))
		r.restore()
	}
	if r.err != nil {
		return nil, r.err
	}
	if body := r.body; len(body) > cap(body)/8*7 {
		r.body = nil // it has no memory to spare for the next body
		return body, nil
	}
	return append([]byte{}, r.body...), nil
}

// A reader reads one group after another.
type reader struct {
	form  Form
	shown []byte
	at    int    // in shown, of the next group
	err   *Error // the first one; nothing is read after it
	body  []byte // what the groups restored to

	start  int    // in shown, of the group
	tail   []byte // the end of its last record
	before int    // how many records precede the group
	count  int    // of its records
	pieces []piece
	rows   []row
	ends   []uint32 // in shown, of all values: row by row
}

// A piece of a template is text, and after it a place that each record fills.
type piece struct {
	text []byte
	hole int // the index of a row, or one of these:
}

const (
	noHole  = -1 // none: text is the end of the template
	ordinal = -2 // the number of records before
)

// A row has a value for each record of its group.
type row struct {
	name    []byte
	start   int  // in shown
	first   int  // in ends
	at      int  // in shown, of the first value
	hasBars bool // a value has a |
	count   int  // of its values
	size    int  // of its values, in bytes
	used    int  // how often the template has its name
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// release forgets what was read, and gives a reader of usual size back.
func (r *reader) release() {
	const usual, usualSize = 64, 256 << 10
	if cap(r.pieces) > usual || cap(r.ends) > usualSize || cap(r.body) > usualSize {
		return
	}
	clear(r.rows[:cap(r.rows)])
	clear(r.pieces[:cap(r.pieces)])
	*r = reader{body: r.body[:0], pieces: r.pieces[:0], rows: r.rows[:0], ends: r.ends[:0]}
	readers.Put(r)
}

// fail notes an error at an offset of the text, unless there is one.
func (r *reader) fail(at int, reason, remedy string) {
	if r.err == nil {
		r.err = &Error{Line: 1 + bytes.Count(r.shown[:at], []byte("\n")), Reason: reason, Remedy: remedy}
	}
}

// next reads the next group, and reports whether there was one.
func (r *reader) next() bool {
	if r.err != nil || r.at == len(r.shown) {
		return false
	}
	r.start, r.before, r.count = r.at, r.before+r.count, 1
	r.pieces, r.rows, r.ends = r.pieces[:0], r.rows[:0], r.ends[:0]
	template := r.cut()
	if n := bytes.Index(template, []byte("\n<")); n >= 0 {
		r.readRows(r.start+n+1, r.start+len(template))
		template = template[:n]
	}
	r.readTemplate(template)
	for n := range r.rows {
		if row := &r.rows[n]; row.used == 0 {
			r.fail(row.start, fmt.Sprintf("row <%.60s> has no place, because the template above it has no <%.60s>", row.name, row.name),
				fmt.Sprintf("write <%.60s> where its values belong, or name the row as the template does", row.name))
		}
	}
	return r.err == nil
}

// cut takes the next group, and returns it without its end.
func (r *reader) cut() []byte {
	rest := r.shown[r.at:]
	var length int
	if r.form == Events {
		if length = bytes.Index(rest, []byte("\n\n")); length >= 0 {
			length += len("\n\n")
		} else {
			length = len(rest)
		}
	} else {
		length = lineLength(rest)
		for length < len(rest) && rest[length] == '<' {
			length += lineLength(rest[length:])
		}
	}
	group := rest[:length]
	for range len(r.form.end()) {
		group = bytes.TrimSuffix(group, []byte("\n"))
	}
	r.at += length
	r.tail = rest[len(group):length]
	return group
}

// lineLength returns the length of the first line of text, with its line feed.
func lineLength(text []byte) int {
	if n := bytes.IndexByte(text, '\n'); n >= 0 {
		return n + 1
	}
	return len(text)
}

// readRows reads the rows between two offsets of the text, up to their values.
func (r *reader) readRows(at, end int) {
	for at < end {
		line := r.shown[at:end]
		line = bytes.TrimSuffix(line[:lineLength(line)], []byte("\n"))
		name, values, ok := cutRow(line)
		if !ok {
			r.fail(at, fmt.Sprintf("%.60q is not a row", line), "write <name> |value|value| there, or the body under text")
			return
		}
		if last := len(r.rows) - 1; last < 0 || !bytes.Equal(r.rows[last].name, name) {
			if r.rowOf(name) != noHole {
				r.fail(at, fmt.Sprintf("row <%.60s> stands in two places", name), "put its lines together")
				return
			}
			if len(r.rows) == mostRows {
				r.fail(at, fmt.Sprintf("a template has more than %d rows", mostRows), remedyText)
				return
			}
			r.rows = append(r.rows, row{name: name, start: at, first: len(r.ends), at: at + len("<> |") + len(name)})
		}
		if flaw, remedy := r.readValues(&r.rows[len(r.rows)-1], at+len(line)-len(values), values); flaw != "" {
			r.fail(at, fmt.Sprintf("row <%.60s> %s", name, flaw), remedy)
			return
		}
		at += len(line) + 1
	}
	first := &r.rows[0]
	r.count = first.count
	for n := range r.rows {
		if row := &r.rows[n]; row.count != r.count {
			r.fail(row.start, fmt.Sprintf("row <%.60s> has %d and row <%.60s> has %d values", row.name, row.count, first.name, r.count),
				"give each row of a template as many values as the others")
		}
	}
}

// cutRow cuts a line of a row into its name and its values.
func cutRow(line []byte) (name, values []byte, ok bool) {
	if len(line) == 0 || line[0] != '<' {
		return nil, nil, false
	}
	end := nameEnd(line, 1)
	values, ok = bytes.CutPrefix(line[end:], []byte("> |"))
	return line[1:end], values, ok && end > 1
}

func nameEnd(text []byte, at int) int {
	for at < len(text) && isName(text[at]) {
		at++
	}
	return at
}

// readValues notes where the values end that stand at an offset of the text.
func (r *reader) readValues(row *row, at int, values []byte) (flaw, remedy string) {
	if len(values) == 0 {
		return "has no value in this line", "write || for one that is empty, or remove the line"
	}
	for len(values) > 0 {
		end, bars := valueEnd(values)
		if end < 0 {
			return "does not end in |", `end each value with |, and write \| for a | in it`
		}
		r.ends = append(r.ends, uint32(at+end))
		row.count++
		row.size += end - bars
		row.hasBars = row.hasBars || bars > 0
		values = values[end+1:]
		at += end + 1
	}
	return "", ""
}

// valueEnd returns the index of the | that ends the value with which text begins, -1 if
// there is none, and how many | are in the value.
func valueEnd(text []byte) (end, bars int) {
	for at := 0; ; at = end + 1 {
		n := bytes.IndexByte(text[at:], '|')
		if n < 0 {
			return -1, 0
		}
		end = at + n
		backslashes := 0
		for backslashes < n && text[end-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return end, bars
		}
		bars++
	}
}

// readTemplate cuts a template at the places that records fill.
func (r *reader) readTemplate(text []byte) {
	if bytes.HasPrefix(text, []byte{'<'}) {
		first := text[:lineLength(text)]
		if name, _, isRow := cutRow(first); isRow {
			r.fail(r.start, fmt.Sprintf("row <%.60s> has no template above it", name), "remove the empty line above it, or write the body under text")
			return
		}
	}
	start := 0
	for at := 0; ; {
		n := bytes.IndexByte(text[at:], '<')
		if n < 0 {
			r.pieces = append(r.pieces, piece{text[start:], noHole})
			return
		}
		open := at + n
		at = open + 1
		if hole, end := r.hole(text, at); hole != noHole {
			r.pieces = append(r.pieces, piece{text[start:open], hole})
			start, at = end, end
		}
	}
}

// hole returns what fills the place whose name starts in text, and where it ends.
func (r *reader) hole(text []byte, at int) (hole, end int) {
	if bytes.HasPrefix(text[at:], []byte("#>")) {
		return ordinal, at + len("#>")
	}
	if len(r.rows) > 0 {
		end = nameEnd(text, at)
		if n := r.rowOf(text[at:end]); n != noHole && end < len(text) && text[end] == '>' {
			r.rows[n].used++
			return n, end + 1
		}
	}
	return noHole, at
}

// rowOf returns the index of the row with a name.
func (r *reader) rowOf(name []byte) int {
	for n := range r.rows {
		if bytes.Equal(r.rows[n].name, name) {
			return n
		}
	}
	return noHole
}

// size returns how many bytes the group restores to, or a few more.
func (r *reader) size() int64 {
	one := int64(len(r.form.end()))
	for _, p := range r.pieces {
		one += int64(len(p.text))
		if p.hole == ordinal {
			one += int64(len(strconv.Itoa(r.before + r.count)))
		}
	}
	all := one * int64(r.count)
	for _, row := range r.rows {
		all += int64(row.size) * int64(row.used)
	}
	return all
}

// restore appends the records of the group to the body.
func (r *reader) restore() {
	body := r.body
	for n := range r.count {
		if n > 0 {
			body = append(body, r.form.end()...)
		}
		for i := range r.pieces {
			p := &r.pieces[i]
			body = append(body, p.text...)
			if p.hole >= 0 {
				body = r.appendValue(body, &r.rows[p.hole], n)
			} else if p.hole == ordinal {
				body = strconv.AppendInt(body, int64(r.before+n), 10)
			}
		}
	}
	r.body = append(body, r.tail...)
}

// appendValue appends the value of record n as it was on the wire.
func (r *reader) appendValue(body []byte, row *row, n int) []byte {
	start, end := row.at, int(r.ends[row.first+n])
	if n > 0 {
		start = int(r.ends[row.first+n-1]) + 1
		if r.shown[start] == '\n' {
			start += len("\n<> |") + len(row.name)
		}
	}
	value := r.shown[start:end]
	if row.hasBars {
		for n := bytes.IndexByte(value, '|'); n >= 0; n = bytes.IndexByte(value, '|') {
			body = append(append(body, value[:n-1]...), '|')
			value = value[n+1:]
		}
	}
	return append(body, value...)
}

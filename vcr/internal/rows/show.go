package rows

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
)

// largestShown bounds the memory that showing a body takes.
const largestShown = 4 << 20

// Show returns the text that restores to a body. Ok is false if rows do not make it
// shorter, if it would not be restored to the byte, and for a body above 4 MiB.
func Show(form Form, body []byte) (shown []byte, ok bool) {
	if len(body) > largestShown {
		return nil, false
	}
	w := &writer{form: form, records: recordsOf(form, body), seed: maphash.MakeSeed()}
	markOrdinals(w.records)
	if !w.write() {
		return nil, false
	}
	restored, err := Restore(form, w.shown)
	return w.shown, err == nil && bytes.Equal(restored, body)
}

func recordsOf(form Form, body []byte) (records []record) {
	const usual = 20 // bytes for each slot
	slots := make([]slot, 0, len(body)/usual)
	for len(body) > 0 {
		text, rest, isWhole := bytes.Cut(body, []byte(form.end()))
		first := len(slots)
		slots = appendSlots(slots, text)
		records = append(records, record{text, slots[first:len(slots):len(slots)], isWhole})
		body = rest
	}
	return records
}

// markOrdinals marks the numbers of a member that each object has, and that is always
// the number of records before it.
func markOrdinals(records []record) {
	const least = 3
	objects, counts := 0, map[string]*int{} // of records with that number; -1 if one has another
	var digits []byte
	for n, r := range records {
		if r.isWhole && bytes.IndexByte(r.text, '{') >= 0 {
			objects++
		}
		digits = strconv.AppendInt(digits[:0], int64(n), 10)
		for _, s := range r.slots {
			if s.kind != isNumber {
				continue
			}
			count := counts[string(r.name(s))]
			if count == nil {
				count = new(int)
				counts[string(r.name(s))] = count
			}
			if *count >= 0 && bytes.Equal(r.value(s), digits) {
				*count++
			} else {
				*count = -1
			}
		}
	}
	if objects < least {
		return
	}
	for _, r := range records {
		for i, s := range r.slots {
			if s.kind == isNumber && *counts[string(r.name(s))] == objects {
				r.slots[i].kind = isOrdinal
			}
		}
	}
}

type writer struct {
	form    Form
	records []record
	shown   []byte
	seed    maphash.Seed
}

// write reports whether the text has rows.
func (w *writer) write() (hasRows bool) {
	for rest := w.records; len(rest) > 0; {
		run := 1
		for run < len(rest) && rest[run].hasSkeletonOf(rest[0]) {
			run++
		}
		if run > 1 && w.run(rest[:run]) {
			hasRows = true
		} else {
			w.inFull(rest[:run])
		}
		rest = rest[run:]
	}
	return hasRows
}

func (w *writer) inFull(run []record) {
	for _, r := range run {
		w.template(r, nil)
		if r.isWhole {
			w.shown = append(w.shown, w.form.end()...)
		}
	}
}

// run writes records with one skeleton as a template and its rows, and reports whether
// that is shorter.
func (w *writer) run(run []record) bool {
	start := len(w.shown)
	columns := w.columns(run)
	w.template(run[0], columns)
	ok := len(columns) > 0
	for rank := words; rank <= padding && ok; rank++ {
		for n, c := range columns {
			isFirst := !slices.ContainsFunc(columns[:n], func(o column) bool { return o.name == c.name })
			if c.rank == rank && isFirst {
				ok = ok && w.row(run, c)
			}
		}
	}
	w.shown = append(w.shown, w.form.end()...)
	full := 0
	for _, r := range run {
		full += width(r.text) + len(w.form.end())
	}
	if !ok || width(w.shown[start:]) >= full {
		w.shown = w.shown[:start]
		return false
	}
	return true
}

// width returns the size of text on a tape, where its lines have a margin.
func width(text []byte) int {
	const margin = 6
	return len(text) + margin*(1+bytes.Count(text, []byte("\n")))
}

// template writes a record, with names for the columns.
func (w *writer) template(r record, columns []column) {
	at := uint32(0)
	for n, s := range r.slots {
		name := ""
		if s.kind == isOrdinal {
			name = "#"
		} else if len(columns) > 0 && columns[0].slot == n {
			name, columns = columns[0].name, columns[1:]
		}
		if name != "" {
			w.shown = append(w.shown, r.text[at:s.start]...)
			w.shown = append(append(append(w.shown, '<'), name...), '>')
			at = s.end
		}
	}
	w.shown = append(w.shown, r.text[at:]...)
}

// A column is a slot whose values differ in a run.
type column struct {
	slot int
	name string // of its row; equal columns have one
	rank rank
}

// rank says which rows come first.
type rank int

const (
	words rank = iota
	others
	padding
)

// columns returns the slots whose values differ, in the order of the template. It
// returns none if there are too many.
func (w *writer) columns(run []record) (columns []column) {
	names, taken := map[uint64]string{}, map[string]bool{}
	for n, s := range run[0].slots {
		if s.kind == isOrdinal {
			continue
		}
		c := column{n, "", others}
		var hash maphash.Hash
		hash.SetSeed(w.seed)
		varies := false
		for _, r := range run {
			value := r.value(r.slots[n])
			varies = varies || !bytes.Equal(value, run[0].value(s))
			hash.Write(value)
			hash.WriteByte('\n')
			if bytes.ContainsAny(value, ` \`) {
				c.rank = words
			}
		}
		if !varies {
			continue
		}
		if s.kind == isPadding {
			c.rank = padding
		}
		// Two columns with one hash by chance would be found when the text is restored.
		if c.name = names[hash.Sum64()]; c.name == "" {
			c.name = nameOf(run[0], s, taken)
			names[hash.Sum64()], taken[c.name] = c.name, true
		}
		if columns = append(columns, c); len(columns) > mostRows {
			return nil
		}
	}
	return columns
}

// nameOf returns a name for a slot of a record that is neither taken nor in the record.
func nameOf(r record, s slot, taken map[string]bool) string {
	const longest = 40
	own := r.name(s)
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && isName(byte(r)) {
			return r
		}
		return '_'
	}, string(own[:min(len(own), longest)]))
	name = cmp.Or(name, "value")
	if s.kind == isPadding {
		name = "pad"
	}
	unique := name
	for n := 2; taken[unique] || bytes.Contains(r.text, []byte("<"+unique+">")); n++ {
		unique = name + strconv.Itoa(n)
	}
	return unique
}

// row writes the lines of a row. Ok is false if a value cannot be in one.
func (w *writer) row(run []record, c column) (ok bool) {
	prefix := "\n<" + c.name + "> |"
	w.shown = append(w.shown, prefix...)
	line := len(w.shown)
	for n, r := range run {
		start := len(w.shown)
		value := r.value(r.slots[c.slot])
		rest := value
		for at := bytes.IndexByte(rest, '|'); at >= 0; at = bytes.IndexByte(rest, '|') {
			w.shown = append(append(w.shown, rest[:at]...), `\|`...)
			rest = rest[at+1:]
		}
		w.shown = append(append(w.shown, rest...), '|')
		if end, _ := valueEnd(w.shown[start:]); start+end != len(w.shown)-1 {
			return false // backslashes that are not JSON
		}
		if n+1 < len(run) && c.rank == words && endsLine(value, len(w.shown)-line) {
			w.shown = append(w.shown, prefix...)
			line = len(w.shown)
		}
	}
	return true
}

// endsLine reports whether a line of words ends after a value that is at its end:
// mostly with a sentence, so that other words change few lines.
func endsLine(value []byte, length int) bool {
	const short, long = 40, 100
	if bytes.HasSuffix(value, []byte(`\n`)) || length > long {
		return true
	}
	value = bytes.TrimRight(value, " ")
	return length > short && len(value) > 0 && strings.IndexByte(".,:;!?", value[len(value)-1]) >= 0
}

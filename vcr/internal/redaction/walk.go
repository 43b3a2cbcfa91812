package redaction

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A walk goes through a message once for each layer. First byName replaces the values
// under secret names and learns them. Then byValue replaces what is known, and what
// looks like a key, wherever it occurs.
type walk struct {
	r          *Redactor
	layer      layer
	learns     bool // values under secret names are learned
	unnumbered bool // placeholders get no numbers
	knownOnly  bool // formats are not searched for again
	isScan     bool // values under secret names are findings too

	changed  bool // something was replaced
	findings []Finding

	// Memory that the next walk uses again.
	scratch [deepest][]byte // decoded texts
	bytes   []byte          // a text that came as a string
	order   []string        // the names of a header
}

type layer int

const (
	byName layer = iota
	byValue
)

// deepest is how many texts inside each other are read, such as JSON in a string of
// JSON.
const deepest = 8

// newWalk returns a walk for one call, with the memory of an earlier one.
func (r *Redactor) newWalk() *walk {
	w, ok := r.walks.Get().(*walk)
	if !ok {
		w = new(walk)
	}
	w.r, w.learns = r, true
	return w
}

func (r *Redactor) release(w *walk) {
	*w = walk{scratch: w.scratch, bytes: w.bytes, order: w.order}
	r.walks.Put(w)
}

// text replaces in a text of its own.
func (w *walk) text(place, text string) string {
	if !w.stringMayHoldSecret(text) {
		return text
	}
	edits := w.textEdits([]byte(text), 0)
	if edits == nil {
		return text
	}
	w.changed = true
	w.reportEdits(place, edits)
	return string(media.Apply([]byte(text), edits))
}

// textEdits returns the edits of a text: in itself, in the strings of its JSON, in the
// JSON of those strings, and so on.
func (w *walk) textEdits(text []byte, depth int) []media.Edit {
	if !w.mayHoldSecret(text) {
		return nil // the common case
	}
	var edits []media.Edit
	if w.layer == byName {
		edits = w.linkEdits(text, depth)
	} else {
		edits = w.valueEdits(text)
	}
	escaped := bytes.IndexByte(text, '\\') >= 0 && depth < deepest
	if w.layer == byValue && !escaped {
		return edits
	}
	var inStrings []media.Edit
	media.EachString(text, func(name, content []byte, start int) {
		if w.layer == byName {
			if replaced, isSecret := w.jsonFieldEdits(name, content); isSecret {
				inStrings = append(inStrings, moved(replaced, start)...)
				return
			}
		}
		if !escaped || bytes.IndexByte(content, '\\') < 0 || !w.mayHoldSecret(content) {
			return // without escapes, it was read as part of the text
		}
		w.scratch[depth] = media.Unquote(w.scratch[depth][:0], content)
		if decoded := w.textEdits(w.scratch[depth], depth+1); decoded != nil {
			inStrings = append(inStrings, moved(media.Requote(content, decoded), start)...)
		}
	})
	return merge(edits, inStrings)
}

// valueEdits returns the edits of known values, and of what looks like a key.
func (w *walk) valueEdits(text []byte) []media.Edit {
	edits := w.r.known.edits(text, w.unnumbered)
	if w.knownOnly {
		return edits
	}
	return merge(edits, w.formatEdits(text))
}

// linkEdits returns the edits of secret parameters in the URLs of a text.
func (w *walk) linkEdits(text []byte, depth int) []media.Edit {
	const delimiters = " \t\r\n\"'<>`\\(){}|"
	var edits []media.Edit
	if bytes.IndexByte(text, '=') < 0 {
		return nil
	}
	for at := 0; ; {
		question := bytes.IndexByte(text[at:], '?')
		if question < 0 {
			return edits
		}
		before := text[at : at+question]
		before = before[bytes.LastIndexAny(before, delimiters)+1:]
		at += question + 1
		if !bytes.Contains(before, []byte("://")) && !bytes.HasPrefix(before, []byte("/")) {
			continue
		}
		query := text[at:]
		if end := bytes.IndexAny(query, delimiters+"#"); end >= 0 {
			query = query[:end]
		}
		edits = append(edits, moved(w.formEdits(query, inQuery, depth), at)...)
		at += len(query)
	}
}

// formEdits returns the edits of a form, or of the query of a URL. A value may hold
// any text, such as JSON.
func (w *walk) formEdits(form []byte, in namePlace, depth int) []media.Edit {
	var edits []media.Edit
	media.EachField(form, func(name, value []byte, start int) {
		decoded, escaped := value, bytes.ContainsAny(value, "%+")
		if escaped {
			decoded = media.Unescape(nil, value)
		}
		if w.layer == byName {
			name = media.Unescape(nil, name)
			if w.r.names.isSecret(in, name) {
				if replacement, ok := w.replacementFor(in, string(name), decoded); ok {
					edits = append(edits, media.Edit{Start: start, End: start + len(value), Text: media.Escape(replacement), Note: w.note(string(name))})
				}
				return
			}
		} else if !escaped {
			return // it was read as part of the text
		}
		if depth < deepest {
			edits = append(edits, moved(media.Reescape(value, w.documentEdits(media.Other, decoded, depth+1)), start)...)
		}
	})
	return edits
}

// jsonFieldEdits returns the edits of a string in JSON, and whether its name is
// secret.
func (w *walk) jsonFieldEdits(name, content []byte) (edits []media.Edit, isSecret bool) {
	if bytes.IndexByte(name, '\\') >= 0 {
		name = media.Unquote(nil, name)
	}
	if len(name) == 0 || len(content) == 0 || !w.r.names.isSecret(inField, name) {
		return nil, false
	}
	return w.jsonStringEdits(string(name), content), true
}

// jsonStringEdits returns the edit that replaces the content of a string in JSON.
func (w *walk) jsonStringEdits(name string, content []byte) []media.Edit {
	value := media.Unquote(nil, content)
	replacement, ok := w.replacementFor(inField, name, value)
	if !ok {
		return nil
	}
	return media.Requote(content, []media.Edit{{End: len(value), Text: replacement, Note: w.note(name)}})
}

// replacementFor returns the replacement of a value under a secret name.
func (w *walk) replacementFor(in namePlace, name string, value []byte) (replacement string, ok bool) {
	switch {
	case len(value) == 0,
		!w.unnumbered && w.r.known.isReplacement(value),
		w.isScan && (holdsPlaceholder(value) || isDummy(string(value))):
		return "", false
	}
	if w.learns && !(w.unnumbered && holdsPlaceholder(value)) {
		replacement = w.r.known.learnIn(in, name, string(value)).onTape
	}
	if w.unnumbered {
		replacement = placeholderOf(placeholderName(name), 1)
	}
	return replacement, replacement != string(value)
}

// note returns the kind of a finding by name, "" outside scans.
func (w *walk) note(name string) string {
	if w.isScan {
		return name
	}
	return ""
}

// moved returns edits of a part of a text as edits of the text.
func moved(edits []media.Edit, by int) []media.Edit {
	for n := range edits {
		edits[n].Start += by
		edits[n].End += by
	}
	return edits
}

// merge returns the edits of both lists in order.
func merge(a, b []media.Edit) []media.Edit {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	return sorted(slices.Concat(a, b))
}

// sorted returns edits in order. Of edits that overlap, it keeps the one that starts
// first; of those with the same start, the longest.
func sorted(edits []media.Edit) []media.Edit {
	slices.SortStableFunc(edits, func(a, b media.Edit) int {
		return cmp.Or(a.Start-b.Start, b.End-a.End)
	})
	kept := edits[:0]
	for _, e := range edits {
		if len(kept) == 0 || e.Start >= kept[len(kept)-1].End {
			kept = append(kept, e)
		}
	}
	return kept
}

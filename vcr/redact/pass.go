package redact

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A pass goes through a message once. The first pass of two replaces what stands
// under a secret name, and learns it; the second replaces what is known, and
// what looks like a key, wherever it stands.
type pass struct {
	r       *Redactor
	names   bool // the first pass
	key     bool // placeholders have no numbers
	deaf    bool // nothing is learned
	scan    bool // what is found by its name is reported, too
	again   bool // shapes were looked for before
	changed bool // something was replaced

	finds   []Find
	scratch [deepest][]byte // decoded texts
	bytes   []byte          // a text that came as a string
	order   []string        // the names of a header
}

// deepest is how many texts inside one another are looked into, such as JSON in
// a string of JSON.
const deepest = 8

// inside returns the edits of a text: of what stands in it, in the strings of its
// JSON, in the JSON of those strings, and so on.
func (p *pass) inside(text []byte, depth int) []media.Edit {
	if !p.mayHold(text) {
		return nil // as most texts
	}
	var edits []media.Edit
	if p.names {
		edits = p.links(text, depth)
	} else {
		edits = p.found(text)
	}
	escaped := bytes.IndexByte(text, '\\') >= 0 && depth < deepest
	if !p.names && !escaped {
		return edits
	}
	var inStrings []media.Edit
	media.EachString(text, func(name, content []byte, start int) {
		if p.names {
			if replaced, secret := p.field(name, content); secret {
				inStrings = append(inStrings, moved(replaced, start)...)
				return
			}
		}
		if !escaped || bytes.IndexByte(content, '\\') < 0 || !p.mayHold(content) {
			return // it is no other text than the one that is looked at, or as good as that
		}
		p.scratch[depth] = media.Unquote(p.scratch[depth][:0], content)
		if found := p.inside(p.scratch[depth], depth+1); found != nil {
			inStrings = append(inStrings, moved(media.Requote(content, found), start)...)
		}
	})
	return merge(edits, inStrings)
}

// field returns the edits of a string of JSON, and whether its name is secret.
func (p *pass) field(name, content []byte) (edits []media.Edit, secret bool) {
	if bytes.IndexByte(name, '\\') >= 0 {
		name = media.Unquote(nil, name)
	}
	if len(name) == 0 || len(content) == 0 || !secretFields.has(name) {
		return nil, false
	}
	value := media.Unquote(nil, content)
	if replacement, ok := p.named(string(name), value, (*knowledge).learnField); ok {
		whole := media.Edit{End: len(value), Text: replacement, Note: p.note(string(name))}
		edits = media.Requote(content, []media.Edit{whole})
	}
	return edits, true
}

// links returns the edits of secret parameters in the URLs of a text.
func (p *pass) links(text []byte, depth int) []media.Edit {
	const delimiters = " \t\r\n\"'<>`\\(){}|"
	var edits []media.Edit
	if bytes.IndexByte(text, '=') < 0 {
		return nil
	}
	for at := 0; ; {
		mark := bytes.IndexByte(text[at:], '?')
		if mark < 0 {
			return edits
		}
		before := text[at : at+mark]
		before = before[bytes.LastIndexAny(before, delimiters)+1:]
		at += mark + 1
		if !bytes.Contains(before, []byte("://")) && !bytes.HasPrefix(before, []byte("/")) {
			continue
		}
		query := text[at:]
		if end := bytes.IndexAny(query, delimiters+"#"); end >= 0 {
			query = query[:end]
		}
		edits = append(edits, moved(p.fields(query, p.r.query, (*knowledge).learnNamed, depth), at)...)
		at += len(query)
	}
}

// fields returns the edits of a form, or of the query of a URL. A value may hold
// any text, such as JSON.
func (p *pass) fields(form []byte, names *nameSet, learn func(*knowledge, string, string) *standIn, depth int) []media.Edit {
	var edits []media.Edit
	media.EachField(form, func(name, value []byte, start int) {
		decoded, escaped := value, bytes.ContainsAny(value, "%+")
		if escaped {
			decoded = media.Unescape(nil, value)
		}
		if p.names {
			name = media.Unescape(nil, name)
			if names.has(name) {
				if replacement, ok := p.named(string(name), decoded, learn); ok {
					edits = append(edits, media.Edit{Start: start, End: start + len(value), Text: media.Escape(replacement), Note: p.note(string(name))})
				}
				return
			}
		} else if !escaped {
			return // it was looked at with all the rest
		}
		if depth < deepest {
			edits = append(edits, moved(media.Reescape(value, p.document(media.Other, decoded, depth+1)), start)...)
		}
	})
	return edits
}

// named returns what replaces a value under a secret name.
func (p *pass) named(name string, value []byte, learn func(*knowledge, string, string) *standIn) (replacement string, ok bool) {
	if len(value) == 0 || !p.key && p.r.known.stands(value) || p.scan && (holdsPlaceholder(value) || isDummy(string(value))) {
		return "", false
	}
	if !p.deaf && (!holdsPlaceholder(value) || !p.key) {
		replacement = learn(p.r.known, name, string(value)).text
	}
	if p.key {
		replacement = placeholderOf(placeholderName(name), 1)
	}
	return replacement, replacement != string(value)
}

// note is what a find by name is reported as, if it is.
func (p *pass) note(name string) string {
	if p.scan {
		return name
	}
	return ""
}

// found returns the edits of what is known and what looks like a key.
func (p *pass) found(text []byte) []media.Edit {
	edits := p.r.known.find(text, p.key)
	if p.again {
		return edits
	}
	return merge(edits, p.shapes(text))
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

// sorted returns edits in order. Where two overlap, the one that begins first is
// made, and of those that begin at one place the longer one.
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

package redaction

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

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
	inResponse bool
	isLogin    bool               // in a URL to which a service sends a browser back: its code is that of OAuth
	visit      func(value []byte) // is called for each value under a secret name; may be nil

	changed  bool // something was replaced
	findings []Finding
	kept     []span // of the document that is read: what Rules.KeepBody selects

	// Memory that the next walk uses again.
	scratch    [deepest][]byte // decoded texts
	bytes      []byte          // a text that came as a string
	order      []string        // the names of a header
	containers []container     // around a place in JSON
}

// A span is a range of a text.
type span struct{ start, end int }

type layer int

const (
	byName layer = iota
	byValue
	byRename // replaces placeholders that have another name by now
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
	*w = walk{scratch: w.scratch, bytes: w.bytes, order: w.order, containers: w.containers}
	r.walks.Put(w)
}

// text replaces in a text of its own.
func (w *walk) text(place, text string) string {
	if !w.stringMayHoldSecret(text) {
		return text
	}
	edits := w.textEdits([]byte(text), 0, shown)
	if edits == nil {
		return text
	}
	w.changed = true
	w.reportEdits(place, edits)
	return string(media.Apply([]byte(text), edits))
}

// textEdits returns the edits of a text: in itself, in the strings of its JSON, in the
// JSON of those strings, and so on.
func (w *walk) textEdits(text []byte, depth int, in scope) []media.Edit {
	switch {
	case w.layer == byRename:
		return w.r.known.renameEdits(text)
	case w.layer == byName:
		return w.nameEdits(text, depth, in)
	case !w.mayHoldSecret(text):
		return nil // the common case
	}
	return merge(w.valueEdits(text), w.escapedEdits(text, depth, said))
}

// nameEdits returns the edits of values behind names.
func (w *walk) nameEdits(text []byte, depth int, in scope) (edits []media.Edit) {
	if (in == said || !looksLikeJSON(text)) && holdsColour(text) {
		plain, colours := withoutColours(text)
		return recoloured(w.plainNameEdits(plain, depth, in), colours)
	}
	return w.plainNameEdits(text, depth, in)
}

func (w *walk) plainNameEdits(text []byte, depth int, in scope) (edits []media.Edit) {
	if mayHoldWritten(text) || in == document && !looksLikeJSON(text) {
		edits = w.writtenEdits(text, in, depth)
	}
	if in == said {
		return merge(edits, w.escapedEdits(text, depth, in))
	}
	if quotesSecretField(text, w.r.names) || hidesWritten(text) {
		edits = merge(edits, w.fieldEdits(text, depth))
	}
	return edits
}

// escapedEdits returns the edits of the strings of JSON that have escapes. Without, they
// were read as part of the text.
func (w *walk) escapedEdits(text []byte, depth int, in scope) (edits []media.Edit) {
	if depth == deepest || bytes.IndexByte(text, '\\') < 0 {
		return nil
	}
	media.EachString(text, func(_, content []byte, start int) {
		if bytes.IndexByte(content, '\\') < 0 || !w.mayHoldSecret(content) {
			return
		}
		w.scratch[depth] = media.Unquote(w.scratch[depth][:0], content)
		if decoded := w.textEdits(w.scratch[depth], depth+1, in); decoded != nil {
			edits = append(edits, moved(media.Requote(content, decoded), start)...)
		}
	})
	return edits
}

// valueEdits returns the edits of known values, and of what looks like a key.
func (w *walk) valueEdits(text []byte) []media.Edit {
	edits := w.r.known.edits(text, w.unnumbered)
	if w.knownOnly {
		return edits
	}
	return merge(merge(edits, w.formatEdits(text)), w.commandEdits(text))
}

// formEdits returns the edits of a form, or of the query of a URL. A value may hold
// any text, such as JSON.
func (w *walk) formEdits(form []byte, in place, isStrict bool, host string, depth int) []media.Edit {
	var edits []media.Edit
	var neighbours besideCode
	media.EachField(form, func(name, value []byte, start int) {
		decoded, escaped := value, bytes.ContainsAny(value, "%+")
		if escaped {
			decoded = media.Unescape(nil, value)
		}
		if w.layer == byName {
			if bytes.ContainsAny(name, "%+") {
				name = media.Unescape(nil, name)
			}
			if v := w.parameterVerdict(in, name, form, &neighbours, host); v != kept {
				if isStrict && v == secret && !w.r.names.isForced(in, name) {
					v = ifDrawn
				}
				if replacement, ok := w.replacementFor(in, string(name), decoded, v); ok {
					edits = append(edits, media.Edit{Start: start, End: start + len(value), Text: media.Escape(replacement), Note: w.note(string(name))})
					return
				}
				if v == secret {
					return
				}
			}
			if w.r.names.keeps(in, name) {
				return
			}
		} else if !escaped {
			return // it was read as part of the text
		}
		switch {
		case depth == deepest:
		case isStrict:
			edits = append(edits, moved(media.Reescape(value, w.textEdits(decoded, depth+1, said)), start)...)
		default:
			edits = append(edits, moved(media.Reescape(value, w.documentEdits(media.Other, decoded, depth+1)), start)...)
		}
	})
	return edits
}

// parameterVerdict judges a parameter of a form or query by its neighbours and its host
// too.
func (w *walk) parameterVerdict(in place, name, form []byte, neighbours *besideCode, host string) verdict {
	v := w.r.names.verdict(in, name)
	switch {
	case v == ifDrawn && host != "" && bytes.EqualFold(name, []byte("key")) && isGoogle(host):
		return secret
	case v != kept || w.r.names.keeps(in, name):
	case bytes.EqualFold(name, []byte("code")) && isAzureFunction(host):
		return secret
	case bytes.EqualFold(name, []byte("code")) && (w.isLogin || neighbours.in(form).ofCode),
		bytes.EqualFold(name, []byte("state")) && neighbours.in(form).ofState:
		return ifDrawn
	}
	return v
}

// besideCode tells whether code and state in a form are those of OAuth, by what is
// beside them. Each form is read once.
type besideCode struct{ isRead, ofCode, ofState bool }

func (b *besideCode) in(form []byte) *besideCode {
	if !b.isRead {
		b.isRead = true
		media.EachField(form, func(name, _ []byte, _ int) {
			if oauthNames.has(name) {
				b.ofCode = b.ofCode || !bytes.EqualFold(name, []byte("code"))
				b.ofState = b.ofState || !bytes.EqualFold(name, []byte("state"))
			}
		})
	}
	return b
}

// isAzureFunction reports whether the parameter code is the key of a function.
func isAzureFunction(host string) bool { return strings.HasSuffix(host, ".azurewebsites.net") }

// isGoogle reports whether the parameter key is always a credential of a host.
func isGoogle(host string) bool {
	return host == "googleapis.com" || strings.HasSuffix(host, ".googleapis.com")
}

// replacementFor returns the replacement of a value, given what is said of its name.
func (w *walk) replacementFor(in place, name string, value []byte, v verdict) (replacement string, ok bool) {
	isForced := v == forced || w.r.names.redact[in] != nil && w.r.names.isForced(in, []byte(name))
	if w.visit != nil {
		w.visit(value)
	}
	text := string(value)
	switch {
	case len(value) == 0,
		!w.unnumbered && w.r.known.isReplacement(value),
		w.isScan && (holdsPlaceholder(value) || isDummy(text) || isExample(text)),
		!isForced && !w.isSecret(in, name, text, v):
		return "", false
	}
	if w.learns && !(w.unnumbered && holdsPlaceholder(value)) {
		replacement = w.r.known.learnIn(in, name, text, v).onTape
		if w.inResponse {
			w.r.known.setGiven(text)
		}
	}
	if w.unnumbered {
		replacement = placeholderOf(placeholderName(name), 1)
	}
	return replacement, replacement != text
}

// isSecret reports whether a value under a name is a secret.
func (w *walk) isSecret(in place, name, value string, v verdict) bool {
	switch v {
	case kept:
		return false
	case ifDrawn:
		return isDrawn(withoutScheme(value)) || isPlaceholder([]byte(value)) || w.r.known.isSearched(value) || w.r.known.isCustom(name, value)
	}
	if in == inHeader {
		return true
	}
	return !isExample(value) && !(w.inResponse && (isDocumentation(value) || in == inBody && isWording(value)))
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

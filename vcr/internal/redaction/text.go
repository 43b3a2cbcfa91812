package redaction

import (
	"bytes"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A scope says what may be secret in a text because of a name in it.
type scope int

const (
	// document is a whole body, or the value of a form field. The names of its fields,
	// links, lines and elements decide.
	document scope = iota
	// shown is a header, or an error: as a document, but of one line.
	shown
	// said is a string of JSON, such as the output of a tool. Names do not decide in it:
	// what follows one in a link, a command or a line of configuration is only secret if
	// it is drawn at random too.
	said
)

// mayHoldWritten reports whether writtenEdits may find something in a text that is no
// document.
func mayHoldWritten(text []byte) bool {
	at := bytes.IndexByte(text, '=')
	return at >= 0 && (bytes.IndexByte(text, '?') >= 0 || bytes.IndexByte(text, '#') >= 0 || assigns(text, at)) || holdsOption(text)
}

// hidesWritten reports whether escapes of JSON hide something from writtenEdits.
func hidesWritten(text []byte) bool { return escapes(text, true) }

// assigns reports whether a name that may be secret precedes an equals sign. The first
// sign is text[at].
func assigns(text []byte, at int) bool {
	for {
		end := at
		for end > 0 && at-end < 3 && strings.IndexByte(" \t\"'\\", text[end-1]) >= 0 {
			end--
		}
		if end > 0 && isNameByte(text[end-1]) && defaultNames.mayBeSecret(text[max(0, end-4):end]) {
			return true
		}
		next := bytes.IndexByte(text[at+1:], '=')
		if next < 0 {
			return false
		}
		at += 1 + next
	}
}

// writtenEdits returns the edits of secrets that are written behind a name in a text:
// in links, commands, connection strings, configuration and markup.
func (w *walk) writtenEdits(text []byte, in scope, depth int) []media.Edit {
	isStrict := in == said || looksLikeJSON(text)
	var edits []media.Edit
	if bytes.IndexByte(text, '=') >= 0 {
		edits = w.linkEdits(text, isStrict, depth)
	}
	if in == document && !isStrict && bytes.IndexByte(text, 0) < 0 {
		switch {
		case isMarkup(text):
			edits = merge(edits, w.markupEdits(text))
		case isObject(text):
			edits = merge(edits, w.memberEdits(text, false))
		default:
			edits = merge(merge(edits, w.lineEdits(text)), w.memberEdits(text, true))
		}
	}
	edits = merge(merge(edits, w.assignmentEdits(text, isStrict)), w.optionEdits(text))
	if in == document && !isStrict {
		edits = merge(edits, w.driverEdits(text, false))
	}
	return edits
}

// spanEdits returns the edit of the value text[start:end] under a name. If it is strict,
// the value must be drawn.
func (w *walk) spanEdits(text []byte, start, end int, in place, name string, v verdict, isStrict bool) []media.Edit {
	value := text[start:end]
	if v == secret && isStrict {
		v = ifDrawn
	}
	replacement, ok := w.replacementFor(in, name, value, v)
	if !ok {
		return nil
	}
	return []media.Edit{{Start: start, End: end, Text: replacement, Note: w.note(name)}}
}

const linkDelimiters = " \t\r\n\"'<>`\\(){}|"

// linkEdits returns the edits of secret parameters in the URLs of a text: in their
// queries, and in fragments such as #access_token=….
func (w *walk) linkEdits(text []byte, isStrict bool, depth int) []media.Edit {
	var edits []media.Edit
	for _, mark := range [...]byte{'?', '#'} {
		for at := 0; ; {
			offset := bytes.IndexByte(text[at:], mark)
			if offset < 0 {
				break
			}
			before := text[at : at+offset]
			before = before[bytes.LastIndexAny(before, linkDelimiters)+1:]
			at += offset + 1
			if !bytes.Contains(before, []byte("://")) && !bytes.HasPrefix(before, []byte("/")) {
				continue
			}
			query := text[at:]
			if end := bytes.IndexAny(query, linkDelimiters+"#"); end >= 0 {
				query = query[:end]
			}
			edits = append(edits, moved(w.formEdits(query, inQuery, isStrict, hostIn(before), depth), at)...)
			at += len(query)
		}
	}
	return sorted(edits)
}

// hostIn returns the host of a URL, "" without one.
func hostIn(url []byte) string {
	_, rest, ok := bytes.Cut(url, []byte("://"))
	if !ok {
		return ""
	}
	if end := bytes.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return string(rest)
}

// An assignment is a name, a sign and a value in a text.
type assignment struct {
	name       []byte
	nameStart  int
	start, end int // of the value, without quotes
}

// place returns where the name is: in a line such as API_KEY=…, it is that of a variable.
func (a assignment) place() place {
	if isVariableName(a.name) {
		return inVariable
	}
	return inBody
}

const longestAssigned = 8192

// assignmentEdits returns the edits of values behind an equals sign: of variables, as in
// export API_KEY=…, and in connection strings, as in Server=db;Password=…. Outside
// documents, and wherever a line holds more, they must be drawn.
func (w *walk) assignmentEdits(text []byte, isStrict bool) []media.Edit {
	var edits []media.Edit
	for at := 0; ; {
		offset := bytes.IndexByte(text[at:], '=')
		if offset < 0 {
			return edits
		}
		at += offset + 1
		a, ok := assignmentAt(text, at-1)
		if !ok || len(edits) > 0 && a.start < edits[len(edits)-1].End {
			continue
		}
		in := a.place()
		v := w.r.names.verdict(in, a.name)
		if v == kept || isLabelled(a) || isStrict && labels.has(a.name) {
			continue // a stream may cut the value, and its first half is no format
		}
		connects := isConnection(text, a)
		if isStrict && in != inVariable && !(connects && isPasswordName(a.name)) {
			continue
		}
		if connects && isPasswordName(a.name) {
			v = secret
		}
		edits = append(edits, w.spanEdits(text, a.start, a.end, in, string(a.name), v, isStrict || !connects)...)
	}
}

// assignmentAt reads around the equals sign text[sign].
func assignmentAt(text []byte, sign int) (a assignment, ok bool) {
	end, start := sign, sign+1
	if end > 0 && text[end-1] == ' ' {
		end--
		if start < len(text) && text[start] == ' ' {
			start++
		}
	}
	a.nameStart = end
	for a.nameStart > 0 && end-a.nameStart < longestName && isNameByte(text[a.nameStart-1]) {
		a.nameStart--
	}
	if a.nameStart > 0 && text[a.nameStart-1] == '\\' && a.nameStart < end && strings.IndexByte("nrt", text[a.nameStart]) >= 0 {
		a.nameStart++ // an escaped line break
	}
	a.name = text[a.nameStart:end]
	if len(a.name) < 2 || !isLetter(a.name[0]) && a.name[0] != '_' || !defaultNames.mayBeSecret(a.name) {
		return a, false
	}
	if a.nameStart > 0 && strings.IndexByte("?&", text[a.nameStart-1]) >= 0 {
		return a, false // of a link or a form
	}
	a.start, a.end, ok = assignedAt(text, start)
	return a, ok
}

// assignedAt returns where the value is that starts at a place of text, perhaps with a
// quote.
func assignedAt(text []byte, start int) (from, to int, ok bool) {
	text = text[:min(len(text), start+longestAssigned)]
	from = start
	if from+1 < len(text) && text[from] == '\\' && text[from+1] == '"' {
		from++
	}
	if from < len(text) && strings.IndexByte("\"'`", text[from]) >= 0 {
		quote := text[from]
		from++
		for to = from; to < len(text) && text[to] != quote && text[to] >= ' ' && text[to] != '\\'; to++ {
		}
		return from, to, to > from && to < len(text)
	}
	for to = from; to < len(text) && text[to] > ' ' && strings.IndexByte("\"'`;&,()<>\\|{}[]=", text[to]) < 0; to++ {
	}
	for padding := 0; to > from && to < len(text) && text[to] == '=' && padding < 2; padding++ {
		to++
	}
	return from, to, to > from
}

// isLabelled reports whether a name and the length of its value are a format.
func isLabelled(a assignment) bool {
	const shortest = 40
	return a.end-a.start >= shortest && labels.has(a.name)
}

var labels = newNameSet(strings.Fields("aws_secret_access_key secretaccesskey accountkey sharedaccesskey sharedaccesssignature"))

func isVariableName(name []byte) bool {
	letters := 0
	for _, c := range name {
		switch {
		case isUpper(c):
			letters++
		case c != '_' && !isDigit(c):
			return false
		}
	}
	return letters > 1
}

func isPasswordName(name []byte) bool {
	for _, known := range [...]string{"password", "pwd", "passwd", "accountkey", "sharedaccesskey"} {
		if len(name) == len(known) && bytes.EqualFold(name, []byte(known)) {
			return true
		}
	}
	return false
}

// isConnection reports whether an assignment is part of a connection string, such as
// Server=db;Password=… and host=db password=….
func isConnection(text []byte, a assignment) bool {
	if a.end < len(text) && text[a.end] == ';' {
		return true
	}
	const near = 200
	before := text[max(0, a.nameStart-near):a.nameStart]
	before = before[bytes.LastIndexByte(before, '\n')+1:]
	before = bytes.TrimRight(before, " ")
	if len(before) > 0 && before[len(before)-1] == ';' {
		return true
	}
	for _, name := range [...]string{"host=", "user=", "dbname=", "server="} {
		if bytes.Contains(before, []byte(name)) {
			return true
		}
	}
	after := text[a.end:min(len(text), a.end+near)]
	return bytes.HasPrefix(after, []byte(" host=")) || bytes.HasPrefix(after, []byte(" dbname=")) || bytes.HasPrefix(after, []byte(" sslmode="))
}

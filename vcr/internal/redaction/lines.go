package redaction

import (
	"bytes"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// lineEdits returns the edits of lines such as API_KEY=… and password: …, of the lines
// below one such as secret: >- and tokens:, and of pairs of lines such as
// name: DB_PASSWORD and value: ….
func (w *walk) lineEdits(text []byte) []media.Edit {
	var edits []media.Edit
	var pairName []byte
	isNetrc := bytes.Contains(text, []byte("machine ")) && bytes.Contains(text, []byte("login "))
	for start := 0; start < len(text); {
		line, _, _ := bytes.Cut(text[start:], []byte("\n"))
		next := start + len(line) + 1
		if isNetrc {
			edits = append(edits, moved(w.netrcEdits(line), start)...)
		}
		a, ok := lineAssignment(line)
		switch {
		case isBlockHead(line, a):
			var replaced []media.Edit
			replaced, next = w.blockEdits(text, a, indentOf(line), min(next, len(text)))
			edits = append(edits, replaced...)
		case ok:
			name := a.name
			v := w.r.names.verdict(a.place(), name)
			if v == kept && pairName != nil && bytes.EqualFold(name, []byte("value")) {
				name = pairName
				v = w.r.names.verdict(inBody, name)
			}
			pairName = nil
			if bytes.EqualFold(a.name, []byte("name")) || bytes.EqualFold(a.name, []byte("key")) {
				pairName = line[a.start:a.end]
			}
			if v != kept && !isLabelled(a) {
				edits = append(edits, moved(w.spanEdits(line, a.start, a.end, inBody, string(name), v, false), start)...)
			}
		}
		start = next
	}
	return sorted(edits)
}

// isBlockHead reports whether the value of a line of YAML is below it: a list, or a text
// behind | or >.
func isBlockHead(line []byte, a assignment) bool {
	rest := bytes.TrimSpace(line[min(len(line), a.start):])
	return len(a.name) > 1 && a.start > 0 && line[a.nameStart+len(a.name)] != '=' &&
		(len(rest) == 0 || (rest[0] == '|' || rest[0] == '>') && len(bytes.Trim(rest[1:], "+-0123456789")) == 0)
}

// indentOf returns the column of what is in a line of YAML, behind the dash of an element.
func indentOf(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " -")) }

// blockEdits returns the edits of the lines below the head of a block, and where the block
// ends. Each line is a value. The elements of a list are often names of secrets, so they
// must be drawn. An object is read by its own lines.
func (w *walk) blockEdits(text []byte, head assignment, indent, start int) (edits []media.Edit, end int) {
	isList := head.start == head.end
	v := w.r.names.verdict(inBody, head.name)
	if isList {
		if v = w.r.names.containerVerdict(inBody, head.name); v == kept && !w.r.names.keeps(inBody, head.name) {
			v = w.r.names.verdict(inBody, bytes.TrimSuffix(head.name, []byte("s")))
		}
	}
	if v == kept {
		return nil, start
	}
	for end = start; end < len(text); {
		line, _, _ := bytes.Cut(text[end:], []byte("\n"))
		value := bytes.TrimSpace(line)
		if len(value) > 0 && (indentOf(line) <= indent || isList && value[0] != '-') {
			break
		}
		if isList {
			value = bytes.Trim(bytes.TrimPrefix(value, []byte("-")), " \"'")
		}
		if len(value) > 0 && len(value) < longestAssigned {
			at := end + bytes.Index(line, value)
			edits = append(edits, w.spanEdits(text, at, at+len(value), inBody, string(head.name), v, isList)...)
		}
		end = min(end+len(line)+1, len(text))
	}
	return edits, end
}

// netrcEdits returns the edits of the passwords in a line of a .netrc file. They must be
// drawn, unless the line tells the login too.
func (w *walk) netrcEdits(line []byte) []media.Edit {
	label := []byte("password ")
	at := bytes.Index(line, label)
	if at < 0 || at > 0 && line[at-1] != ' ' && line[at-1] != '\t' {
		return nil
	}
	from := at + len(label)
	to := runEnd(line, from, func(c byte) bool { return c > ' ' })
	if to == from || to-from > longestAssigned {
		return nil
	}
	words := strings.Fields(string(line[:min(from, longestAssigned)]))
	isStrict := len(words) != 5 || words[0] != "machine" || words[2] != "login"
	return w.spanEdits(line, from, to, inBody, "password", secret, isStrict)
}

// lineAssignment reads a line that holds a name and a value, and nothing else.
func lineAssignment(line []byte) (a assignment, ok bool) {
	if len(line) > longestAssigned {
		return a, false
	}
	at := 0
	skip := func(set string) {
		for at < len(line) && strings.IndexByte(set, line[at]) >= 0 {
			at++
		}
	}
	skip(" \t-")
	mayBeBlank := false // what is between name and value
	for _, word := range [...]string{"> ", "< ", "export ", "set ", "setenv ", "ENV "} {
		if bytes.HasPrefix(line[at:], []byte(word)) {
			at += len(word)
			mayBeBlank = word == "ENV " || word == "setenv "
		}
	}
	skip(" \t\"'")
	a.nameStart = at
	for at < len(line) && isNameByte(line[at]) {
		at++
	}
	a.name = line[a.nameStart:at]
	skip(" \t\"'")
	if len(a.name) < 2 || at == len(line) {
		return a, false
	}
	switch isSign := line[at] == '=' || line[at] == ':'; {
	case !isSign && !(mayBeBlank && line[at-1] == ' '),
		line[at] == ':' && at+1 < len(line) && strings.IndexByte(" \t\r", line[at+1]) < 0:
		return a, false
	case isSign:
		at++
	}
	skip(" \t")
	rest := bytes.TrimRight(line[at:], " \t\r,")
	a.start, a.end = at, at+len(rest)
	if len(rest) == 0 {
		return a, false
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		closing := bytes.IndexByte(rest[1:], quote)
		if closing < 1 || closing+2 < len(rest) {
			return a, false
		}
		a.start++
		a.end--
		return a, true
	}
	// Code and prose have blanks and brackets; a scheme may precede a token.
	unschemed := []byte(withoutScheme(string(rest)))
	return a, !bytes.ContainsAny(unschemed, " \t\"'`(){}<>[]$;,")
}

package cassette

import (
	"bytes"
	"regexp"
	"strings"
	"time"
)

// Amend returns a copy of i with another request, which is marked as amended at a time.
// It keeps the line of i. In the file all but the request keeps its bytes, if i was read
// from one with a key request at the start of a line. A document that cannot be decoded
// stays as it is.
func (i *Interaction) Amend(request Request, at time.Time) *Interaction {
	c := i.Clone()
	if c.source != nil {
		return c
	}
	c.Request, c.Amended, c.line = request, at, i.line
	if c.frame = i.frameFor(at); c.frame != nil {
		c.beside = c.frame.files(i.beside)
	}
	return c
}

// A frame is a document without its request.
type frame struct{ before, after []byte }

var (
	requestKey  = regexp.MustCompile(`(?m)^request:[ ]*\n`)
	nextKey     = regexp.MustCompile(`(?m)^[^ \n]`)
	amendedLine = regexp.MustCompile(`(?m)^amended:.*\n`)
)

// frameFor returns the frame of a document that was read, nil where it has none.
func (i *Interaction) frameFor(at time.Time) *frame {
	f := i.frame
	if f == nil {
		f = i.frameRead()
	}
	if f == nil {
		return nil
	}
	return &frame{amendedLine.ReplaceAll(f.before, nil), appendAmended(amendedLine.ReplaceAll(f.after, nil), at)}
}

// frameRead finds the request in a document that was read, nil if it cannot be cut out.
func (i *Interaction) frameRead() *frame {
	if i.rest != nil { // in canonical form
		return &frame{i.source[:i.rest.start], i.source[i.rest.at:]}
	}
	start := requestKey.FindIndex(i.source)
	if start == nil || bytes.IndexByte(i.source, '\r') >= 0 {
		return nil
	}
	end := len(i.source)
	if next := nextKey.FindIndex(i.source[start[1]:]); next != nil {
		end = start[1] + next[0]
	}
	if f := (&frame{i.source[:start[0]], i.source[end:]}); f.isOutcome() {
		return f
	}
	return nil
}

// isOutcome reports whether a frame is a document by itself, of which only the request is
// missing.
func (f *frame) isOutcome() bool {
	_, document, ok := bytes.Cut(f.before, []byte("\n"))
	if !ok || !bytes.HasPrefix(f.before, []byte("---")) {
		return false
	}
	top, err := new(decoder).parse(append(bytes.Clone(document), f.after...))
	if err != nil {
		return false
	}
	_, asked := top.child("request")
	_, responded := top.child("response")
	_, failed := top.child("error")
	return !asked && responded != failed
}

// files returns those of some files beside the cassette to which a frame refers.
func (f *frame) files(all map[string][]byte) map[string][]byte {
	files := map[string][]byte{}
	for name, content := range all {
		if bytes.Contains(f.before, []byte(name)) || bytes.Contains(f.after, []byte(name)) {
			files[name] = content
		}
	}
	return files
}

// keepsFrame reports whether a document is written with the bytes of its frame, and notes
// the files to which that refers.
func (e *encoder) keepsFrame(i *Interaction) bool {
	if i.frame == nil || e.beside == nil && len(i.beside) > 0 {
		return false
	}
	for name, content := range i.beside {
		if e.beside[name] == nil {
			e.beside[name] = content
		}
	}
	return true
}

func appendAmended(dst []byte, at time.Time) []byte {
	if at.IsZero() {
		return dst
	}
	return appendField(dst, "amended", at.UTC().Format(utcSeconds), 0)
}

// amendedAtEnd returns when a document was amended, if it says so in its last line; the
// zero value where it does not.
func amendedAtEnd(source []byte) time.Time {
	end := bytes.TrimRight(source, "\n")
	value, ok := bytes.CutPrefix(end[bytes.LastIndexByte(end, '\n')+1:], []byte("amended: "))
	if !ok {
		return time.Time{} // as nearly all
	}
	at, _ := time.Parse(utcSeconds, strings.Trim(string(value), `"'`)) // Decode tells what is wrong
	return at
}

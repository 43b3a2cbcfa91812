package media

import (
	"bytes"
	"mime"
	"strings"
)

// longestBoundary is the length of the longest boundary that RFC 2046 allows.
const longestBoundary = 70

// A Section is one part of a multipart body, to the byte: its headers, each line with
// its CR LF and without the empty line after them, and its content.
type Section struct{ Head, Content []byte }

// CutMultipart cuts a multipart body at its boundary, which its Content-Type names.
// The sections share the bytes of body, and JoinMultipart returns exactly body from
// them. Ok is false if there is no section, if the boundary is none that IsBoundary
// accepts, if a section has no end of its headers, or if there is anything before the
// first boundary or after the last, but for a final CR LF, which must be there.
func CutMultipart(contentType string, body []byte) (boundary string, sections []Section, ok bool) {
	if KindOf(contentType) != Multipart {
		return "", nil, false
	}
	_, params, err := mime.ParseMediaType(contentType)
	if boundary = params["boundary"]; err != nil || !IsBoundary(boundary) {
		return "", nil, false
	}
	rest, opened := bytes.CutPrefix(body, []byte("--"+boundary+"\r\n"))
	rest, closed := bytes.CutSuffix(rest, []byte("\r\n--"+boundary+"--\r\n"))
	if !opened || !closed {
		return "", nil, false
	}
	for section := range bytes.SplitSeq(rest, []byte("\r\n--"+boundary+"\r\n")) {
		content, found := bytes.CutPrefix(section, []byte("\r\n"))
		var head []byte
		if !found {
			end := bytes.Index(section, []byte("\r\n\r\n"))
			if end < 0 {
				return "", nil, false
			}
			head, content = section[:end+2], section[end+4:]
		}
		sections = append(sections, Section{head, content})
	}
	return boundary, sections, true
}

// JoinMultipart returns the body that CutMultipart cuts.
func JoinMultipart(boundary string, sections []Section) []byte {
	size := 2*len(boundary) + 16
	for _, s := range sections {
		size += len(boundary) + len(s.Head) + len(s.Content) + 8
	}
	body := append(make([]byte, 0, size), "--"+boundary...)
	for _, s := range sections {
		body = append(append(body, "\r\n"...), s.Head...)
		body = append(append(body, "\r\n"...), s.Content...)
		body = append(body, "\r\n--"+boundary...)
	}
	return append(body, "--\r\n"...)
}

// IsBoundary reports whether a text can be a boundary: 1 to 70 printable characters of
// ASCII, without a space at the end.
func IsBoundary(text string) bool {
	return text != "" && len(text) <= longestBoundary && !strings.HasSuffix(text, " ") &&
		printableASCII(text)
}

func printableASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

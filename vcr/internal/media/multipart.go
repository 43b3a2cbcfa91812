package media

import (
	"bufio"
	"bytes"
	"maps"
	"mime"
	"net/textproto"
	"slices"
	"strings"
)

// A Part is one part of a multipart body.
type Part struct {
	Name        string // of the form field, "" where it has none
	File        bool   // whether it has a file name
	ContentType string // "" where the part does not say
	Header      string // all headers in one spelling, without the field's name
	Start, End  int    // of its content, in the body
}

// Parts returns the parts of a multipart body, in their order, also the one that the end of body cuts off. The boundary, which
// clients draw at random, is not in them, nor is what stands before the first part and after the last. ContentType is the header of
// the body; there are no parts if it names no boundary. Whole is false then, if the closing boundary is missing, and if the headers
// of a part do not parse.
func Parts(contentType string, body []byte) (parts []Part, whole bool) {
	split, whole := splitParts(contentType, body)
	for _, p := range split {
		part := Part{ContentType: p.header.Get("Content-Type"), Start: p.start, End: p.end}
		if disposition, params, err := mime.ParseMediaType(p.header.Get("Content-Disposition")); err == nil {
			part.Name = params["name"]
			_, part.File = params["filename"]
			delete(params, "name")
			p.header.Set("Content-Disposition", mime.FormatMediaType(disposition, params))
		}
		part.Header = canonicalHeader(p.header)
		parts = append(parts, part)
		whole = whole && p.header != nil
	}
	return parts, whole
}

// canonicalHeader returns the headers of a part as lines, sorted by name, with their parameters sorted as well.
func canonicalHeader(header textproto.MIMEHeader) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if kind, params, err := mime.ParseMediaType(value); err == nil {
				// FormatMediaType sorts the parameters; it is empty for what it cannot spell.
				if sorted := mime.FormatMediaType(kind, params); sorted != "" {
					value = sorted
				}
			}
			lines = append(lines, name+": "+value)
		}
	}
	return strings.Join(lines, "\n")
}

// part is one part of a multipart body: its headers, nil if they do not parse, and the range of its content in the body.
type part struct {
	header     textproto.MIMEHeader
	start, end int
}

// splitParts finds the parts of a multipart body. mime/multipart does that too, but does not tell where in the body they are. When
// the closing boundary is missing, closed is false and the last part reaches to the end.
func splitParts(contentType string, body []byte) (parts []part, closed bool) {
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(mediaType, "multipart/") || params["boundary"] == "" {
		return nil, false
	}
	boundary := []byte("--" + params["boundary"])
	open := -1
	for next := 0; ; {
		found := bytes.Index(body[next:], boundary)
		if found < 0 {
			break
		}
		start := next + found
		next = start + len(boundary)
		if start > 0 && body[start-1] != '\n' {
			continue
		}
		line, _, _ := bytes.Cut(body[next:], []byte("\n"))
		suffix := string(bytes.TrimRight(bytes.TrimSuffix(line, []byte("\r")), " \t"))
		if suffix != "" && suffix != "--" {
			continue
		}
		if open >= 0 {
			parts = append(parts, readPart(body, open, start))
		}
		if suffix == "--" {
			return parts, true
		}
		next = min(next+len(line)+1, len(body))
		open = next
	}
	if open >= 0 {
		parts = append(parts, readPart(body, open, len(body)))
	}
	return parts, false
}

// readPart reads the part that begins at body[start], up to the boundary at body[boundary].
func readPart(body []byte, start, boundary int) part {
	content := start
	for {
		line, _, found := bytes.Cut(body[content:boundary], []byte("\n"))
		if !found {
			return part{start: start, end: start}
		}
		content += len(line) + 1
		if len(line) == 0 || string(line) == "\r" {
			break
		}
	}
	end := boundary
	if end < len(body) {
		// The line break before a boundary belongs to the boundary.
		end = content + len(bytes.TrimSuffix(bytes.TrimSuffix(body[content:end], []byte("\n")), []byte("\r")))
	}
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(body[start:content]))).ReadMIMEHeader()
	if err != nil {
		header = nil
	}
	return part{header, content, end}
}

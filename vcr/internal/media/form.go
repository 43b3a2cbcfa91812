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

// EachField calls visit for each field of a form that has a value. The query of a URL
// is read the same way. Name and value are as written: [Unescape] decodes them. The
// value begins at body[start].
func EachField(body []byte, visit func(name, value []byte, start int)) {
	for start := 0; start <= len(body); {
		field, _, _ := bytes.Cut(body[start:], []byte("&"))
		if name, value, ok := bytes.Cut(field, []byte("=")); ok {
			visit(name, value, start+len(name)+1)
		}
		start += len(field) + 1
	}
}

// A Part is one part of a multipart body.
type Part struct {
	Name        string // of the form field; "" if it has none
	File        bool   // whether the part has a file name
	ContentType string // "" if the part does not name one
	Header      string // all headers in one spelling, without the field's name
	Start, End  int    // the content's range in the body
}

// Parts returns the parts of a multipart body in order. The last one may be cut off at
// the end of body. The parts do not contain the boundary, which clients choose at
// random, nor the text before the first part and after the last.
//
// ContentType is the body's header; if it names no boundary, there are no parts. Whole
// is false if the boundary is unknown, the closing boundary is missing or the headers
// of a part do not parse.
func Parts(contentType string, body []byte) (parts []Part, whole bool) {
	sections, whole := splitMultipart(contentType, body)
	for _, s := range sections {
		part := Part{ContentType: s.header.Get("Content-Type"), Start: s.start, End: s.end}
		if disposition, params, err := mime.ParseMediaType(s.header.Get("Content-Disposition")); err == nil {
			part.Name = params["name"]
			_, part.File = params["filename"]
			delete(params, "name")
			s.header.Set("Content-Disposition", mime.FormatMediaType(disposition, params))
		}
		part.Header = canonicalHeader(s.header)
		parts = append(parts, part)
		whole = whole && s.header != nil
	}
	return parts, whole
}

// canonicalHeader returns a part's headers as lines. Names and parameters are sorted.
func canonicalHeader(header textproto.MIMEHeader) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if kind, params, err := mime.ParseMediaType(value); err == nil {
				// FormatMediaType sorts the parameters. It returns "" for what it cannot write.
				if sorted := mime.FormatMediaType(kind, params); sorted != "" {
					value = sorted
				}
			}
			lines = append(lines, name+": "+value)
		}
	}
	return strings.Join(lines, "\n")
}

// section is one part of a multipart body: its headers, nil if they do not parse, and
// the content's range in the body.
type section struct {
	header     textproto.MIMEHeader
	start, end int
}

// splitMultipart splits a multipart body into its parts. It exists because
// mime/multipart does not tell where in the body they are. Closed is false if the
// closing boundary is missing; the last part then reaches to the end.
func splitMultipart(contentType string, body []byte) (sections []section, closed bool) {
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(mediaType, "multipart/") || params["boundary"] == "" {
		return nil, false
	}
	boundary := []byte("--" + params["boundary"])
	open := -1
	for next := 0; ; {
		n := bytes.Index(body[next:], boundary)
		if n < 0 {
			break
		}
		start := next + n
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
			sections = append(sections, readSection(body, open, start))
		}
		if suffix == "--" {
			return sections, true
		}
		next = min(next+len(line)+1, len(body))
		open = next
	}
	if open >= 0 {
		sections = append(sections, readSection(body, open, len(body)))
	}
	return sections, false
}

// readSection reads the part that begins at body[start] and ends before the boundary at
// body[boundary].
func readSection(body []byte, start, boundary int) section {
	content := start
	for {
		line, _, complete := bytes.Cut(body[content:boundary], []byte("\n"))
		if !complete {
			return section{start: start, end: start}
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
	return section{header, content, end}
}

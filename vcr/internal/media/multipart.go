package media

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"mime"
	"net/textproto"
	"slices"
	"strings"
)

// CanonicalMultipart returns a multipart body by its parts, in their order: the headers of each, sorted, and its bytes, or its value
// if it is JSON. The boundary, which clients draw at random, is not in it, nor is what stands before the first part and after the
// last. Each piece is preceded by its length, so that no two lists of parts look alike.
//
// It is false if contentType, the header's value, names no boundary, if a part's headers do not parse, or if the closing boundary is
// missing.
func CanonicalMultipart(contentType string, body []byte) (canonical []byte, ok bool) {
	parts, closed := splitParts(contentType, body)
	if !closed {
		return nil, false
	}
	canonical = []byte{}
	for _, part := range parts {
		if part.header == nil {
			return nil, false
		}
		content := body[part.start:part.end]
		if KindOf(part.header.Get("Content-Type")) == JSON {
			if value, err := CanonicalJSON(content); err == nil {
				content = value
			}
		}
		canonical = appendFramed(canonical, canonicalHeader(part.header))
		canonical = appendFramed(canonical, content)
	}
	return canonical, true
}

func canonicalHeader(header textproto.MIMEHeader) []byte {
	var canonical []byte
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if kind, params, err := mime.ParseMediaType(value); err == nil {
				// FormatMediaType sorts the parameters; it is empty for what it cannot spell.
				if sorted := mime.FormatMediaType(kind, params); sorted != "" {
					value = sorted
				}
			}
			canonical = appendFramed(canonical, []byte(name))
			canonical = appendFramed(canonical, []byte(value))
		}
	}
	return canonical
}

func appendFramed(out, piece []byte) []byte {
	return fmt.Appendf(out, "%d:%s,", len(piece), piece)
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

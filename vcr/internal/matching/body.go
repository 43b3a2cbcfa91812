package matching

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/jsonrpc"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A payload is a body without anything that the rules ignore.
type payload struct {
	part   match.Part
	isRead bool           // it is valid JSON, a form or multipart
	isLong bool           // it has too many values to be read
	value  any            // its value if isRead; an object of the fields for a form and multipart
	fields map[string]any // the headers of each field; an array where a name has several fields
	bytes  []byte         // the body, for anything else
}

// canonical returns bytes that are equal for equal payloads.
func (p payload) canonical() []byte {
	if !p.isRead {
		return p.bytes
	}
	text := media.AppendJSON(make([]byte, 0, len(p.bytes)), p.value)
	if p.fields != nil {
		text = media.AppendJSON(text, p.fields)
	}
	return text
}

// payload returns the body of a request for comparison by a part. JSON of more than
// so many values stays unread.
func (s *ruleSet) payload(part match.Part, r cassette.Request, most int) (payload, error) {
	p := payload{part: part, bytes: r.Body.Bytes()}
	if part == match.RawBody || len(p.bytes) == 0 {
		return p, nil
	}
	if plain, ok := media.Decompress(headerOf(r.Header, "Content-Encoding"), p.bytes); ok {
		p.bytes = plain
	}
	var err error
	if p.bytes, err = s.normalizedBody(p.bytes); err != nil {
		return p, err
	}
	contentType := headerOf(r.Header, "Content-Type")
	if p.isJSON(contentType) && bytes.Count(p.bytes, []byte{','}) > most {
		p.isLong = true
		return p, nil
	}
	p.read(contentType, s.ignorePartHeaders)
	if !p.isRead {
		return p, nil
	}
	if p.fields == nil {
		jsonrpc.Forget(p.value)
	}
	p.ignore(s.ignoreBody)
	if len(s.normalizeText) > 0 {
		p.value, err = s.normalizedStrings(p.value)
	}
	return p, err
}

// headerOf returns the first value of a header, whatever its letter case.
func headerOf(header http.Header, name string) string {
	for spelled, values := range header {
		if strings.EqualFold(spelled, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

func (p *payload) isJSON(contentType string) bool {
	return p.part == match.JSONBody || p.part == match.Body && media.KindOf(contentType) == media.JSON
}

// read parses the body. A body that does not parse stays unread.
func (p *payload) read(contentType string, ignoredHeaders []string) {
	kind := media.KindOf(contentType)
	switch {
	case p.isJSON(contentType):
		if value, err := media.ParseJSON(p.bytes); err == nil {
			p.isRead, p.value = true, value
		}
	case p.part == match.FormBody || p.part == match.Body && kind == media.Form:
		if fields, err := url.ParseQuery(string(p.bytes)); err == nil {
			for name, values := range fields {
				for _, value := range values {
					p.add(name, "", fieldValue([]byte(value), media.Other))
				}
			}
			p.isRead = true
		}
	case p.part == match.MultipartBody || p.part == match.Body && kind == media.Multipart:
		if parts, whole := media.Parts(contentType, p.bytes); whole {
			for _, part := range parts {
				text, kind := p.bytes[part.Start:part.End], media.KindOf(part.ContentType)
				value := any(string(text))
				if !part.File || kind == media.JSON {
					value = fieldValue(text, kind)
				}
				p.add(part.Name, withoutHeaders(part.Header, ignoredHeaders), value)
			}
			p.isRead = true
		}
	}
}

// withoutHeaders returns the lines of the headers of a part that are not ignored.
func withoutHeaders(lines string, names []string) string {
	if len(names) == 0 {
		return lines
	}
	var kept []string
	for line := range strings.SplitSeq(lines, "\n") {
		if name, _, _ := strings.Cut(line, ":"); !namesHeader(names, name) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// fieldValue returns the parsed value of a field whose type or first character is
// that of JSON, and otherwise its text.
func fieldValue(text []byte, kind media.Kind) any {
	if trimmed := bytes.TrimSpace(text); kind == media.JSON || len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		if value, err := media.ParseJSON(text); err == nil {
			return value
		}
	}
	return string(text)
}

// add adds a field. The second of a name makes its value and headers an array.
func (p *payload) add(name, header string, value any) {
	if p.fields == nil {
		p.value, p.fields = map[string]any{}, map[string]any{}
	}
	values := p.value.(map[string]any)
	switch before, known := p.fields[name]; headers := before.(type) {
	case []any:
		p.fields[name] = append(headers, header)
		values[name] = append(values[name].([]any), value)
	default:
		if known {
			p.fields[name] = []any{headers, header}
			values[name] = []any{values[name], value}
			return
		}
		p.fields[name], values[name] = header, value
	}
}

func (s *ruleSet) normalizedBody(body []byte) (normal []byte, err error) {
	if len(s.normalizeBody) == 0 {
		return body, nil
	}
	defer recoverNormalizer("NormalizeBody", &err)
	body = bytes.Clone(body) // it belongs to the tape or to the request
	for _, normalize := range s.normalizeBody {
		body = normalize(body)
	}
	return body, nil
}

func (s *ruleSet) normalizedText(text string) (normal string, err error) {
	defer recoverNormalizer("NormalizeText", &err)
	for _, normalize := range s.normalizeText {
		text = normalize(text)
	}
	return text, nil
}

// recoverNormalizer turns a panic of a user's function into an error. A nil
// function panics as well.
func recoverNormalizer(rule string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: the function panicked: %v; mend it, or leave the rule out", rule, p)
	}
}

// normalizedStrings normalises every string in a value, in place.
func (s *ruleSet) normalizedStrings(value any) (any, error) {
	var err error
	switch v := value.(type) {
	case string:
		if !utf8.ValidString(v) {
			return v, nil // the bytes of a file
		}
		return s.normalizedText(v)
	case []any:
		for n := range v {
			if v[n], err = s.normalizedStrings(v[n]); err != nil {
				return v, err
			}
		}
	case map[string]any:
		for name := range v {
			if v[name], err = s.normalizedStrings(v[name]); err != nil {
				return v, err
			}
		}
	}
	return value, nil
}

// ignored replaces a value that does not count until it is removed.
type ignored struct{}

// ignore removes the values that the paths select. It evaluates all paths before
// it removes anything, so that an index means the same in each of them.
func (p *payload) ignore(paths []*jsonpath.Path) {
	var selected []jsonpath.LocatedNodeList
	for _, path := range paths {
		selected = append(selected, path.SelectLocated(p.value))
	}
	for _, nodes := range selected {
		for _, node := range nodes {
			p.value = replaceAt(p.value, node.Path, ignored{})
			ignoreField(p.fields, node.Path)
		}
	}
	if len(selected) > 0 {
		p.value = withoutIgnored(p.value)
		p.fields, _ = withoutIgnored(p.fields).(map[string]any)
	}
}

// replaceAt replaces the value at a path, and returns the whole.
func replaceAt(value any, path spec.NormalizedPath, replacement any) any {
	if len(path) == 0 {
		return replacement
	}
	switch v := value.(type) {
	case map[string]any:
		if name, ok := path[0].(spec.Name); ok {
			v[string(name)] = replaceAt(v[string(name)], path[1:], replacement)
		}
	case []any:
		if index, ok := path[0].(spec.Index); ok {
			v[index] = replaceAt(v[index], path[1:], replacement)
		}
	}
	return value
}

// ignoreField ignores the headers of a field that is ignored as a whole, or of one
// of several fields with its name.
func ignoreField(fields map[string]any, path spec.NormalizedPath) {
	switch {
	case len(path) == 0:
		clear(fields)
	case len(path) <= 2 && fields != nil:
		replaceAt(fields, path, ignored{})
	}
}

// withoutIgnored removes what was replaced by ignored from objects and arrays.
func withoutIgnored(value any) any {
	switch v := value.(type) {
	case ignored:
		return nil
	case map[string]any:
		for name, member := range v {
			if member == any(ignored{}) {
				delete(v, name)
				continue
			}
			v[name] = withoutIgnored(member)
		}
	case []any:
		kept := v[:0]
		for _, item := range v {
			if item != any(ignored{}) {
				kept = append(kept, withoutIgnored(item))
			}
		}
		return kept
	}
	return value
}

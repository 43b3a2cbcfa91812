package match

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A content is what a body says under the rules.
type content struct {
	part   Part
	isRead bool           // it is JSON, a form or multipart
	value  any            // then its value; of a form and of multipart, an object of its fields
	fields map[string]any // the headers of each field; several values of one name are an array
	bytes  []byte         // otherwise
}

func (c content) canonical() []byte {
	if !c.isRead {
		return c.bytes
	}
	text := media.AppendJSON(nil, c.value)
	if c.fields != nil {
		text = media.AppendJSON(text, c.fields)
	}
	return text
}

// content reads a body as the part says that it is to be compared.
func (s *ruleSet) content(part Part, r cassette.Request) (content, error) {
	c := content{part: part, bytes: r.Body.Bytes()}
	if part == RawBody || len(c.bytes) == 0 {
		return c, nil
	}
	if plain, ok := cassette.Decode(headerOf(r.Header, "Content-Encoding"), c.bytes); ok {
		c.bytes = plain
	}
	var err error
	if c.bytes, err = s.normalizedBody(c.bytes); err != nil {
		return c, err
	}
	c.read(headerOf(r.Header, "Content-Type"))
	if !c.isRead {
		return c, nil
	}
	c.ignore(s.ignoreBody)
	if len(s.normalizeText) > 0 {
		c.value, err = s.normalizedStrings(c.value)
	}
	return c, err
}

// read finds the value of a body. One that is not what it should be has none.
func (c *content) read(contentType string) {
	kind := media.KindOf(contentType)
	switch {
	case c.part == JSONBody || c.part == Body && kind == media.JSON:
		if value, err := media.ParseJSON(c.bytes); err == nil {
			c.isRead, c.value = true, value
		}
	case c.part == FormBody || c.part == Body && kind == media.Form:
		if fields, err := url.ParseQuery(string(c.bytes)); err == nil {
			for name, values := range fields {
				for _, value := range values {
					c.add(name, "", fieldValue([]byte(value), media.Other))
				}
			}
			c.isRead = true
		}
	case c.part == MultipartBody || c.part == Body && kind == media.Multipart:
		if parts, whole := media.Parts(contentType, c.bytes); whole {
			for _, part := range parts {
				text, kind := c.bytes[part.Start:part.End], media.KindOf(part.ContentType)
				value := any(string(text))
				if !part.File || kind == media.JSON {
					value = fieldValue(text, kind)
				}
				c.add(part.Name, part.Header, value)
			}
			c.isRead = true
		}
	}
}

// fieldValue returns the value of a field: of JSON, if it says so or looks like
// it, else its text.
func fieldValue(text []byte, kind media.Kind) any {
	if trimmed := bytes.TrimSpace(text); kind == media.JSON || len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		if value, err := media.ParseJSON(text); err == nil {
			return value
		}
	}
	return string(text)
}

func (c *content) add(name, header string, value any) {
	if c.fields == nil {
		c.value, c.fields = map[string]any{}, map[string]any{}
	}
	values := c.value.(map[string]any)
	switch before, known := c.fields[name]; headers := before.(type) {
	case []any:
		c.fields[name] = append(headers, header)
		values[name] = append(values[name].([]any), value)
	default:
		if known {
			c.fields[name] = []any{headers, header}
			values[name] = []any{values[name], value}
			return
		}
		c.fields[name], values[name] = header, value
	}
}

// headerOf finds a header in any spelling.
func headerOf(header http.Header, name string) string {
	for spelled, values := range header {
		if strings.EqualFold(spelled, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

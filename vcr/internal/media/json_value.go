package media

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// ParseJSON returns the value of a JSON text: a map[string]any, []any, string, json.Number or bool, or nil. Unlike encoding/json it
// loses nothing that may tell two values apart: numbers are kept as they are written, and a surrogate without its partner becomes
// the three bytes that UTF-8 has no use for (WTF-8) instead of U+FFFD. The last of duplicate keys wins.
//
// The error tells why body has no value: it is not JSON or not UTF-8, has bytes after the value, or is nested deeper than 10,000.
func ParseJSON(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, errors.New("invalid JSON: not UTF-8")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, body); err != nil {
		return nil, fmt.Errorf("invalid JSON: %w", err)
	}
	p := parser{text: compact.String()}
	return p.value(), nil
}

// A parser walks a valid, compact JSON text.
type parser struct {
	text string
	at   int
}

func (p *parser) value() any {
	switch p.text[p.at] {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		return p.string()
	}
	start := p.at
	for p.at < len(p.text) && strings.IndexByte(",]}", p.text[p.at]) < 0 {
		p.at++
	}
	switch literal := p.text[start:p.at]; literal {
	case "true", "false":
		return literal == "true"
	case "null":
		return nil
	default:
		return json.Number(literal)
	}
}

func (p *parser) object() any {
	object := map[string]any{}
	p.at++
	for p.text[p.at] != '}' {
		if p.text[p.at] == ',' {
			p.at++
		}
		name := p.string()
		p.at++
		object[name] = p.value()
	}
	p.at++
	return object
}

func (p *parser) array() any {
	array := []any{}
	p.at++
	for p.text[p.at] != ']' {
		if p.text[p.at] == ',' {
			p.at++
		}
		array = append(array, p.value())
	}
	p.at++
	return array
}

func (p *parser) string() string {
	end, _ := stringEnd(p.text, p.at)
	content := p.text[p.at+1 : end-1]
	p.at = end
	return decodeString(content)
}

// AppendJSON appends the canonical text of a value that [ParseJSON] returned: two texts have the same canonical form exactly if they
// mean the same. Keys are in the order of their code points, strings in one spelling, and numbers by their exact decimal value, of
// whatever size (only exponents of over 1000 digits are compared as written). Arrays keep their order. The text is valid JSON if all
// strings are valid; other bytes in them stay as they are.
func AppendJSON(out []byte, value any) []byte {
	switch v := value.(type) {
	case map[string]any:
		return appendObject(out, v)
	case []any:
		out = append(out, '[')
		for n, item := range v {
			if n > 0 {
				out = append(out, ',')
			}
			out = AppendJSON(out, item)
		}
		return append(out, ']')
	case string:
		return appendQuoted(out, v)
	case json.Number:
		return appendNumber(out, string(v))
	default:
		return fmt.Append(out, orNull(v))
	}
}

func appendObject(out []byte, object map[string]any) []byte {
	out = append(out, '{')
	for n, name := range slices.Sorted(maps.Keys(object)) {
		if n > 0 {
			out = append(out, ',')
		}
		out = append(appendQuoted(out, name), ':')
		out = AppendJSON(out, object[name])
	}
	return append(out, '}')
}

func orNull(v any) any {
	if v == nil {
		return "null"
	}
	return v
}

package media

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ParseJSON returns the value of a JSON text: a map[string]any, []any, string,
// json.Number or bool, or nil. Of duplicate keys the last one counts.
//
// Unlike encoding/json it keeps different values apart. Numbers stay as they are
// written. A surrogate without its partner becomes three bytes that are not UTF-8
// (WTF-8) instead of U+FFFD.
//
// It is an error if body is not JSON, is not UTF-8, has bytes after the value, or is
// nested deeper than 10,000.
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

// A parser reads a valid, compact JSON text.
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

// decodeString decodes the content of a JSON string, without its quotes. A surrogate
// without its partner becomes WTF-8, so that it differs from U+FFFD and sorts by its
// number. An invalid escape is kept as it is.
func decodeString(content string) string {
	escape := strings.IndexByte(content, '\\')
	if escape < 0 {
		return content
	}
	decoded := make([]byte, 0, len(content))
	for escape >= 0 {
		decoded = append(decoded, content[:escape]...)
		content = content[escape:]
		var length int
		decoded, length = appendEscape(decoded, content)
		content = content[length:]
		escape = strings.IndexByte(content, '\\')
	}
	return string(append(decoded, content...))
}

// appendEscape decodes the escape at the start of text and returns the escape's length.
func appendEscape(decoded []byte, text string) (_ []byte, length int) {
	if len(text) == 1 {
		return append(decoded, text...), 1
	}
	if i := strings.IndexByte(`"\/bfnrt`, text[1]); i >= 0 {
		return append(decoded, "\"\\/\b\f\n\r\t"[i]), 2
	}
	unit, ok := unicodeEscape(text)
	switch {
	case !ok:
		return append(decoded, text[0]), 1
	case !utf16.IsSurrogate(unit):
		return utf8.AppendRune(decoded, unit), 6
	}
	partner, _ := unicodeEscape(text[6:])
	if pair := utf16.DecodeRune(unit, partner); pair != utf8.RuneError {
		return utf8.AppendRune(decoded, pair), 12
	}
	return append(decoded, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F), 6
}

// unicodeEscape returns the code unit of the \uXXXX at the start of text.
func unicodeEscape(text string) (unit rune, ok bool) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, false
	}
	number, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(number), err == nil
}

// AppendJSON appends the canonical text of a value that [ParseJSON] returned. Values
// have the same canonical text if and only if they are equal. Keys are sorted by code
// point, strings have one spelling, and arrays keep their order. Numbers are written by
// their exact decimal value, whatever their size; only a number whose exponent has over
// 1000 digits keeps its spelling.
//
// The text is valid JSON if all strings are valid UTF-8; other bytes in them are kept.
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
	case nil:
		return append(out, "null"...)
	default:
		return fmt.Append(out, v)
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

// appendQuoted appends decoded as a JSON string in its canonical spelling. It escapes
// only quotes, backslashes, control characters and surrogates without a partner.
func appendQuoted(out []byte, decoded string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for i := 0; i < len(decoded); i++ {
		switch c := decoded[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c == 0xED && i+2 < len(decoded) && decoded[i+1] >= 0xA0:
			out = append(out, '\\', 'u', 'd', hex[decoded[i+1]>>2&15], hex[decoded[i+1]&3<<2|decoded[i+2]>>4&3], hex[decoded[i+2]&15])
			i += 2
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

// maxExponent is the largest number of digits of an exponent that is computed with.
// Longer ones would take quadratic time.
const maxExponent = 1000

// appendNumber appends a JSON number in its canonical spelling: its digits as an
// integer without zeros at either end, then the power of ten unless it is 0. So 1200,
// 1.2e3 and 0.12E+4 are all 12e2. Nothing is rounded and no exponent is expanded. A
// number whose exponent has over 1000 digits is appended unchanged.
func appendNumber(out []byte, number string) []byte {
	mantissa, exponent := number, ""
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		mantissa, exponent = number[:i], strings.TrimPrefix(number[i+1:], "+")
	}
	if len(exponent) > maxExponent {
		return append(out, number...)
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return append(out, '0')
	}
	significant := strings.TrimRight(digits, "0")
	shift := len(digits) - len(significant) - len(fraction)
	if negative {
		out = append(out, '-')
	}
	out = append(out, significant...)
	power := shiftExponent(exponent, shift)
	if power == "0" {
		return out
	}
	return append(append(out, 'e'), power...)
}

// shiftExponent returns exponent, an integer of any length, plus shift.
func shiftExponent(exponent string, shift int) string {
	if exponent == "" {
		return strconv.Itoa(shift)
	}
	if small, err := strconv.ParseInt(exponent, 10, 32); err == nil {
		return strconv.FormatInt(small+int64(shift), 10)
	}
	large, _ := new(big.Int).SetString(exponent, 10)
	return large.Add(large, big.NewInt(int64(shift))).String()
}

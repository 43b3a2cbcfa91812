package cassette

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// body writes a body in the first form that gives back the same bytes: file,
// json, text, base64. A compressed body is shown as what it says, if the same
// bytes can be made of that again.
func (e *encoder) body(dst []byte, header http.Header, body Body) []byte {
	b := body.Bytes()
	if len(b) == 0 {
		return dst
	}
	dst = append(dst, "  body:\n"...)
	if file, ok := e.put(header.Get("Content-Type"), b); ok {
		return appendField(dst, "file", file, 4)
	}
	if c, plain, ok := codingOf(header.Get("Content-Encoding"), b); ok {
		dst = e.plain(dst, plain)
		return appendField(dst, "encoding", c.String(), 4)
	}
	return e.plain(dst, b)
}

func (e *encoder) plain(dst, b []byte) []byte {
	dst = append(dst, "    "...)
	if shown, ok := e.showJSON(b); ok {
		return appendLiteral(append(dst, "json: "...), shown, 6)
	}
	if !utf8.Valid(b) {
		return appendBase64(append(dst, "base64: "...), b)
	}
	dst = append(dst, "text: "...)
	if fitsLiteral(b) {
		return appendLiteral(dst, b, 6)
	}
	if lf, ok := fromCRLF(b); ok && fitsLiteral(lf) {
		dst = appendLiteral(dst, lf, 6)
		return append(dst, "    eol: crlf\n"...)
	}
	return appendQuoted(dst, b, 6)
}

// showJSON lays out a JSON body that may have one final newline, as encoders
// write it. What it returns is good until the next call.
func (e *encoder) showJSON(b []byte) (shown []byte, ok bool) {
	compact, newline := bytes.CutSuffix(b, []byte{'\n'})
	if e.shown, ok = media.AppendLayoutJSON(e.shown[:0], compact); !ok || !fitsLiteral(e.shown) {
		return nil, false
	}
	if newline {
		e.shown = append(e.shown, '\n')
	}
	return e.shown, true
}

// fromCRLF returns b with LF for CRLF, and whether every break in b is a CRLF.
func fromCRLF(b []byte) ([]byte, bool) {
	breaks := bytes.Count(b, []byte("\r\n"))
	if breaks == 0 || breaks != bytes.Count(b, []byte{'\n'}) || breaks != bytes.Count(b, []byte{'\r'}) {
		return nil, false
	}
	return bytes.ReplaceAll(b, []byte("\r\n"), []byte{'\n'}), true
}

func toCRLF(b []byte) []byte { return bytes.ReplaceAll(b, []byte{'\n'}, []byte("\r\n")) }

func appendBase64(dst, b []byte) []byte {
	const column = 76 / 4 * 3 // bytes that make a line of 76
	dst = append(dst, "|-\n"...)
	for line := range slices.Chunk(b, column) {
		dst = append(base64.StdEncoding.AppendEncode(appendIndent(dst, 6), line), '\n')
	}
	return dst
}

// body reads one of the four forms of a body.
func (v value) body(b *Body) error {
	var form, eol string
	var encoding coding
	as := func(name string, decode func(value, string) ([]byte, error)) func(value) error {
		return func(v value) error {
			text, err := v.scalar()
			if err != nil {
				return err
			}
			if form != "" {
				return v.fail("stands beside "+form+"; a body has one form: json, text, base64 or file", remedySyntax)
			}
			form = name
			b.bytes, err = decode(v, text)
			return err
		}
	}
	err := v.fields(map[string]func(value) error{
		"json":     as("json", value.restoreJSON),
		"text":     as("text", func(_ value, text string) ([]byte, error) { return []byte(text), nil }),
		"base64":   as("base64", value.decodeBase64),
		"file":     as("file", value.besideFile),
		"eol":      intoWord(&eol, "crlf"),
		"encoding": intoParsed(&encoding, `a content coding and its level, such as "gzip -1"`, parseCoding),
	})
	switch {
	case err != nil:
		return err
	case form == "":
		return v.fail("has none of json, text, base64 and file", remedySyntax)
	case eol != "" && form != "text":
		return v.fail("has eol beside "+form+"; it belongs to text", remedySyntax)
	case encoding.name != "" && form == "file":
		return v.fail("has encoding beside file; the file holds the body as it is", remedySyntax)
	case eol != "":
		b.bytes = toCRLF(b.bytes)
	}
	if encoding.name != "" {
		b.bytes, err = encoding.encode(b.bytes)
	}
	return err
}

func (v value) restoreJSON(text string) ([]byte, error) {
	body, err := restoreJSON(new([]byte), []byte(text))
	if err != nil {
		line, reason := cutLine(err.Error())
		if v.node.Style&yaml.LiteralStyle == 0 {
			line = 0 // the lines of other scalars are not those of the file
		}
		return nil, v.d.fail(v.line()+line, v.path, reason, remedySyntax)
	}
	return body, nil
}

// largestScratch is how many bytes are kept to restore the next body in.
const largestScratch = 64 << 10

// restoreJSON returns what showJSON shows. A margin of the lines is layout too.
// Scratch is memory that serves one body after another; it may be empty.
func restoreJSON(scratch *[]byte, shown []byte) ([]byte, error) {
	shown, newline := bytes.CutSuffix(shown, []byte{'\n'})
	compact, err := media.RestoreJSON(*scratch, shown)
	if err != nil {
		return nil, err
	}
	if newline {
		compact = append(compact, '\n')
	}
	switch {
	case cap(compact) <= largestScratch:
		*scratch = compact
		return bytes.Clone(compact), nil
	case len(compact) < cap(compact)/8*7:
		return bytes.Clone(compact), nil // so that the layout takes no memory
	}
	return compact, nil
}

func (v value) decodeBase64(text string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, v.fail("is no valid base64: "+err.Error(), remedySyntax)
	}
	return b, nil
}

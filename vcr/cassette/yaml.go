package cassette

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/wire"
)

// A decoder reads documents with yaml.v3, whatever their form is, and knows where
// in the file they are.
type decoder struct {
	file string
	line int // of the first line of the document

	folder *folder
	beside map[string][]byte // the files of the folder to which the document refers

	foreign int // how many documents the scanner could not read
	fields  int // of the headers that were read, since takeFields
}

// takeFields is that of the scanner.
func (d *decoder) takeFields() int {
	fields := d.fields
	d.fields = 0
	return fields
}

func (d *decoder) header(doc document) (h header, err error) {
	top, err := d.parse(doc.content())
	if err != nil {
		return h, err
	}
	version, ok := top.child("ginkgo-vcr")
	if !ok {
		return h, d.fail(doc.line, "", "not a cassette: the first document has no key ginkgo-vcr", remedySyntax)
	}
	number, convErr := strconv.Atoi(version.node.Value)
	switch {
	case convErr != nil || number < 1:
		return h, version.fail(fmt.Sprintf("is %.60q, not a format version such as %d", version.node.Value, formatVersion), remedySyntax)
	case number > formatVersion:
		return h, &ParseError{File: d.file, Line: version.line(), Key: "ginkgo-vcr",
			Reason: fmt.Sprintf("format version %d is newer than %d, the newest that this ginkgo-vcr reads", number, formatVersion),
			Remedy: "upgrade ginkgo-vcr", err: ErrVersion}
	}
	err = top.fields(map[string]func(value) error{
		"ginkgo-vcr":   func(value) error { return nil },
		"suite":        into(&h.suite),
		"spec":         into(&h.spec),
		"partial":      intoBool(&h.partial),
		"quotes":       intoBool(&h.quotes),
		"replacements": intoList(&h.replaced),
	})
	return h, err
}

func (d *decoder) interaction(doc document) (*Interaction, error) {
	top, err := d.parse(doc.content())
	if err != nil {
		return nil, err
	}
	i := &Interaction{source: doc.source, line: doc.line}
	err = top.fields(map[string]func(value) error{
		"request":  func(v value) error { return v.request(&i.Request) },
		"response": func(v value) error { return v.response(i) },
		"error":    func(v value) error { return v.transportError(&i.Error) },
		"recorded": intoTime(&i.Recorded),
		"took":     intoParsed(&i.Took, "a duration such as 812ms", parseTook),
		"number":   intoParsed(&i.Number, "a number such as 3", parseNumber),
		"amended":  intoTime(&i.Amended),
	}, "request")
	if err != nil {
		return nil, err
	}
	_, responded := top.child("response")
	_, failed := top.child("error")
	if responded == failed {
		return nil, top.fail("should have either a response or an error", remedySyntax)
	}
	i.beside = d.beside
	return i, nil
}

func (v value) request(r *Request) error {
	return v.fields(map[string]func(value) error{
		"method":  intoValid(&r.Method, wire.Method),
		"url":     intoValid(&r.URL, wire.URL),
		"headers": intoHeader(&r.Header),
		"body":    func(v value) error { return v.body(&r.Body) },
	}, "method", "url")
}

func (v value) response(i *Interaction) error {
	r := &i.Response
	var chunks, delays []string
	err := v.fields(map[string]func(value) error{
		"status":    intoParsed(&r.Status, "a status code from 100 to 999", parseStatus),
		"reason":    intoValid(&r.Reason, wire.Text),
		"proto":     intoValid(&r.Proto, wire.Text),
		"headers":   intoHeader(&r.Header),
		"body":      func(v value) error { return v.body(&r.Body) },
		"chunks":    intoItems(&chunks, isChunk),
		"delays":    intoItems(&delays, isDelay),
		"trailers":  intoHeader(&r.Trailer),
		"announced": intoTexts(&r.Announced),
		"transfer":  intoTexts(&r.Transfer),
		"close":     intoBool(&r.Close),
		"length": func(v value) error {
			r.Length = new(int64)
			return intoParsed(r.Length, "a length in bytes, or -1 where it was not known", parseLength)(v)
		},
		"uncompressed": intoBool(&r.Uncompressed),
		"end":          intoWord(&r.End, EndClosed, EndAborted),
		"error":        func(v value) error { return v.transportError(&i.Error) },
	}, "status")
	r.readChunks(chunks, delays)
	return err
}

func parseStatus(text string) (int, error) {
	status, err := strconv.Atoi(text)
	if err == nil && !wire.IsStatus(status) {
		err = strconv.ErrRange
	}
	return status, err
}

func parseLength(text string) (int64, error) {
	length, err := strconv.ParseInt(text, 10, 64)
	if err == nil && !wire.IsLength(length) {
		err = strconv.ErrRange
	}
	return length, err
}

func parseTook(text string) (time.Duration, error) {
	took, err := time.ParseDuration(text)
	if err == nil && took < 0 {
		err = strconv.ErrRange
	}
	return took, err
}

// parse reads a document that holds a mapping.
func (d *decoder) parse(content []byte) (top value, err error) {
	defer func() {
		// The scanner of yaml.v3 panics on some inputs; a cassette must not end
		// the test process.
		if p := recover(); p != nil {
			err = d.fail(d.line, "", fmt.Sprintf("cannot be read: %v", p), remedySyntax)
		}
	}()
	if err := d.refuseForeign(content); err != nil {
		return value{}, err
	}
	var root, rest yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(content))
	if err := documents.Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		line, reason := d.yamlError(err)
		return value{}, d.fail(line, "", reason, remedySyntax)
	}
	if len(root.Content) != 1 || root.Content[0].Kind != yaml.MappingNode {
		return value{}, d.fail(d.line, "", "a document without keys", remedySyntax)
	}
	// Content may follow a closing brace.
	if err := documents.Decode(&rest); !errors.Is(err, io.EOF) {
		line, _ := d.yamlError(err)
		return value{}, d.fail(line, "", "content after the end of a document", `put a line "---" before it`)
	}
	top = value{d, root.Content[0], ""}
	return top, top.refuseReferences()
}

// refuseReferences returns an error for anchors, aliases and tags. With aliases a
// small file could become a large one.
func (v value) refuseReferences() error {
	switch {
	case v.node.Kind == yaml.AliasNode || v.node.Anchor != "":
		return v.fail("anchors and aliases are not part of the format", remedySyntax)
	case v.node.Style&yaml.TaggedStyle != 0 && v.node.Tag != binaryTag:
		return v.fail(fmt.Sprintf("tag %.60q is not part of the format", v.node.Tag), remedySyntax)
	}
	for _, child := range v.node.Content {
		if err := (value{v.d, child, ""}).refuseReferences(); err != nil {
			return err
		}
	}
	return nil
}

// yamlError returns the line in the file and the reason of an error of yaml.v3.
func (d *decoder) yamlError(err error) (line int, reason string) {
	if err == nil {
		return d.line, ""
	}
	line, reason = cutLine(err.Error())
	if strings.HasPrefix(reason, "did not find expected ") {
		line++ // its parser counts lines from 0, its scanner from 1
	}
	return d.line + max(line-1, 0), reason
}

var linePrefix = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// cutLine splits the text of an error into its line, 0 without one, and the rest.
func cutLine(message string) (line int, rest string) {
	match := linePrefix.FindStringSubmatch(message)
	line, _ = strconv.Atoi(match[1])
	return line, message[len(match[0]):]
}

func (d *decoder) fail(line int, key, reason, remedy string) error {
	return &ParseError{File: d.file, Line: line, Key: key, Reason: reason, Remedy: remedy, err: ErrSyntax}
}

// A value is a node of a document, with the path of keys that leads to it.
type value struct {
	d    *decoder
	node *yaml.Node
	path string
}

func (v value) line() int { return v.d.line + v.node.Line - 1 }

func (v value) fail(reason, remedy string) error {
	return v.d.fail(v.line(), v.path, reason, remedy)
}

func (v value) child(key string) (value, bool) {
	for n := 0; n+1 < len(v.node.Content); n += 2 {
		if v.node.Content[n].Value == key {
			return v.at(key, v.node.Content[n+1]), true
		}
	}
	return value{}, false
}

func (v value) at(key string, node *yaml.Node) value {
	return value{v.d, node, strings.TrimPrefix(v.path+"."+key, ".")}
}

// fields passes each value of a mapping to the reader of its key. Unknown and
// duplicate keys are errors, and so is a required key that is not there.
func (v value) fields(readers map[string]func(value) error, required ...string) error {
	err := v.each(func(name string, key, field value) error {
		read, known := readers[name]
		if !known {
			return key.fail(fmt.Sprintf("unknown key %.60q; known are %s", name, strings.Join(slices.Sorted(maps.Keys(readers)), ", ")), remedySyntax)
		}
		return read(field)
	})
	if err != nil {
		return err
	}
	for _, name := range required {
		if _, ok := v.child(name); !ok {
			return v.fail("has no "+name, remedySyntax)
		}
	}
	return nil
}

// each calls f with the keys and values of a mapping, in the order of the file.
func (v value) each(f func(name string, key, field value) error) error {
	if v.node.Kind != yaml.MappingNode {
		return v.fail("should hold keys and values", remedySyntax)
	}
	seen := make(map[string]bool, len(v.node.Content)/2)
	for n := 0; n+1 < len(v.node.Content); n += 2 {
		key := value{v.d, v.node.Content[n], v.path}
		name, err := key.scalar()
		if err != nil {
			return key.fail("a key that is not text", remedySyntax)
		}
		if seen[name] {
			return key.fail(fmt.Sprintf("duplicate key %.60q", name), remedySyntax)
		}
		seen[name] = true
		if err := f(name, key, v.at(name, v.node.Content[n+1])); err != nil {
			return err
		}
	}
	return nil
}

// scalar returns a single value as it is written, whatever type YAML would give
// it; only a binary value is decoded.
func (v value) scalar() (string, error) {
	if v.node.Kind != yaml.ScalarNode {
		return "", v.fail("should be a single value", remedySyntax)
	}
	if v.node.Tag == binaryTag {
		b, err := v.decodeBase64(v.node.Value)
		return string(b), err
	}
	return v.node.Value, nil
}

func into(field *string) func(value) error {
	return func(v value) (err error) {
		*field, err = v.scalar()
		return err
	}
}

// intoValid reads a text that HTTP can carry.
func intoValid(field *string, flawOf func(string) *wire.Flaw) func(value) error {
	return func(v value) (err error) {
		if *field, err = v.scalar(); err == nil {
			err = v.refuse(flawOf(*field))
		}
		return err
	}
}

// refuse returns the error for a flaw; nil if there is none.
func (v value) refuse(flaw *wire.Flaw) error {
	if flaw == nil {
		return nil
	}
	return v.fail(flaw.Reason, flaw.Remedy+orRecord)
}

func intoWord(field *string, words ...string) func(value) error {
	return func(v value) (err error) {
		if *field, err = v.scalar(); err == nil && !slices.Contains(words, *field) {
			err = v.fail(fmt.Sprintf("is %.60q, not %s", *field, strings.Join(words, " or ")), remedySyntax)
		}
		return err
	}
}

func intoBool(field *bool) func(value) error {
	return intoParsed(field, "true or false", strconv.ParseBool)
}

func intoTime(field *time.Time) func(value) error {
	return intoParsed(field, "a time such as 2026-11-22T12:00:00Z", func(s string) (time.Time, error) { return time.Parse(utcSeconds, s) })
}

func intoParsed[T any](field *T, what string, parse func(string) (T, error)) func(value) error {
	return func(v value) error {
		text, err := v.scalar()
		if err != nil {
			return err
		}
		if *field, err = parse(text); err != nil {
			return v.fail(fmt.Sprintf("is %.60q, not %s", text, what), remedySyntax)
		}
		return nil
	}
}

func intoHeader(field *http.Header) func(value) error {
	return func(v value) error {
		header := http.Header{}
		*field = header
		fields := 0
		return v.each(func(name string, key, list value) error {
			if err := key.refuse(wire.Text(name)); err != nil {
				return err
			}
			values, err := list.texts()
			header[name] = values
			v.d.fields += 1 + len(values)
			if fields += 1 + len(values); err == nil && fields > wire.MostFields {
				err = v.refuse(wire.TooMany())
			}
			return err
		})
	}
}

// intoItems reads a list of items of one kind.
func intoItems(field *[]string, isItem func(string) bool) func(value) error {
	return func(v value) error {
		list, err := v.list()
		if err != nil {
			return err
		}
		for _, text := range list {
			if !isItem(text) {
				return v.fail(fmt.Sprintf("holds %.60q, not a count", text), remedySyntax)
			}
		}
		*field = list
		return nil
	}
}

func intoList(field *[]string) func(value) error {
	return func(v value) (err error) {
		*field, err = v.list()
		return err
	}
}

func intoTexts(field *[]string) func(value) error {
	return func(v value) (err error) {
		*field, err = v.texts()
		return err
	}
}

// texts returns the items of a list, each a text that HTTP can carry.
func (v value) texts() ([]string, error) {
	list, err := v.list()
	for n, text := range list {
		if flaw := wire.Text(text); flaw != nil && err == nil {
			err = v.at(strconv.Itoa(n), v.node.Content[n]).refuse(flaw)
		}
	}
	return list, err
}

// list returns the items of a list; never nil without an error.
func (v value) list() ([]string, error) {
	if v.node.Kind != yaml.SequenceNode {
		return nil, v.fail("should be a list of values in [ ]", remedySyntax)
	}
	values := make([]string, len(v.node.Content))
	for n, item := range v.node.Content {
		var err error
		if values[n], err = v.at(strconv.Itoa(n), item).scalar(); err != nil {
			return nil, err
		}
	}
	return values, nil
}

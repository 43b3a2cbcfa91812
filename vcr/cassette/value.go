package cassette

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A value is a node of a document, with the path of keys that leads to it.
type value struct {
	d    *decoder
	node *yaml.Node
	path string
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse reads a document that holds a mapping.
func (d *decoder) parse(content []byte) (top value, err error) {
	var node yaml.Node
	defer func() {
		// The scanner of yaml.v3 is not proof against every input; a cassette
		// must not be able to take the test process down.
		if p := recover(); p != nil {
			err = d.fail(d.line, "", fmt.Sprintf("cannot be read: %v", p), remedySyntax)
		}
	}()
	if err := yaml.Unmarshal(content, &node); err != nil {
		line, message := d.line, err.Error()
		if match := yamlLine.FindStringSubmatch(message); match != nil {
			if n, err := strconv.Atoi(match[1]); err == nil {
				line += n - 1
			}
			message = message[len(match[0]):]
		}
		return value{}, d.fail(line, "", message, remedySyntax)
	}
	if len(node.Content) != 1 || node.Content[0].Kind != yaml.MappingNode {
		return value{}, d.fail(d.line, "", "a document without keys", remedySyntax)
	}
	return value{d, node.Content[0], ""}, nil
}

func (v value) line() int { return v.d.line + v.node.Line - 1 }

func (v value) fail(reason, remedy string) error {
	return v.d.fail(v.line(), v.path, reason, remedy)
}

// text returns a scalar as it is written, whatever type YAML would give it.
func (v value) text() string { return v.node.Value }

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

// fields hands each value of a mapping to the reader of its key. A key that
// has no reader, or that stands twice, is an error.
func (v value) fields(readers map[string]func(value) error) error {
	return v.each(func(key value, field value) error {
		read, known := readers[key.text()]
		if !known {
			return key.fail(fmt.Sprintf("unknown key %q; known are %s", key.text(), strings.Join(slices.Sorted(maps.Keys(readers)), ", ")), remedySyntax)
		}
		return read(field)
	})
}

// each calls f with the keys and values of a mapping, in the order of the file.
func (v value) each(f func(key, field value) error) error {
	if v.node.Kind != yaml.MappingNode {
		return v.fail("should hold keys and values", remedySyntax)
	}
	seen := make(map[string]bool, len(v.node.Content)/2)
	for n := 0; n+1 < len(v.node.Content); n += 2 {
		node, content := v.node.Content[n], v.node.Content[n+1]
		key, field := value{v.d, node, v.path}, v.at(node.Value, content)
		if node.Kind != yaml.ScalarNode {
			return key.fail("a key that is no text", remedySyntax)
		}
		if seen[node.Value] {
			return key.fail(fmt.Sprintf("key %q stands twice", node.Value), remedySyntax)
		}
		seen[node.Value] = true
		if content.Kind == yaml.AliasNode || content.Anchor != "" {
			return field.fail("anchors and aliases are not part of the format", remedySyntax)
		}
		if err := f(key, field); err != nil {
			return err
		}
	}
	return nil
}

func (v value) scalar() (string, error) {
	if v.node.Kind != yaml.ScalarNode {
		return "", v.fail("should be a single value", remedySyntax)
	}
	return v.node.Value, nil
}

// body reads one of the three forms of a body.
func (v value) body(b *Body) error {
	var form, crlf bool
	one := func(decode func(text string, v value) ([]byte, error)) func(value) error {
		return func(v value) error {
			text, err := v.scalar()
			if err != nil {
				return err
			}
			if form {
				return v.fail("a body has one form: json, text or base64", remedySyntax)
			}
			form = true
			b.bytes, err = decode(text, v)
			return err
		}
	}
	err := v.fields(map[string]func(value) error{
		"json":   one(restoreJSON),
		"text":   one(func(text string, _ value) ([]byte, error) { return []byte(text), nil }),
		"base64": one(decodeBase64),
		"eol": func(v value) error {
			if v.text() != "crlf" {
				return v.fail(fmt.Sprintf("is %q; known is crlf", v.text()), remedySyntax)
			}
			crlf = true
			return nil
		},
	})
	if crlf {
		b.bytes = []byte(strings.ReplaceAll(string(b.bytes), "\n", "\r\n"))
	}
	return err
}

func restoreJSON(text string, v value) ([]byte, error) {
	shown, newline := strings.CutSuffix(text, "\n")
	compact, err := media.RestoreJSON([]byte(shown))
	if err != nil {
		return nil, v.fail("is no valid JSON: "+err.Error(), remedySyntax)
	}
	if newline {
		compact = append(compact, '\n')
	}
	return compact, nil
}

func decodeBase64(text string, v value) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, v.fail("is no valid base64: "+err.Error(), remedySyntax)
	}
	return b, nil
}

func into(field *string) func(value) error {
	return func(v value) (err error) {
		*field, err = v.scalar()
		return err
	}
}

func intoBool(field *bool) func(value) error {
	return intoParsed(field, "true or false", strconv.ParseBool)
}

func intoInt(field *int) func(value) error {
	return intoParsed(field, "a number", strconv.Atoi)
}

func intoTime(field *time.Time) func(value) error {
	return intoParsed(field, "a time such as 2026-11-22T12:00:00Z", func(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) })
}

func intoDuration(field *time.Duration) func(value) error {
	return intoParsed(field, "a duration such as 812ms", time.ParseDuration)
}

func intoParsed[T any](field *T, what string, parse func(string) (T, error)) func(value) error {
	return func(v value) error {
		parsed, err := parse(v.text())
		if err != nil {
			return v.fail(fmt.Sprintf("is %q, not %s", v.text(), what), remedySyntax)
		}
		*field = parsed
		return nil
	}
}

func intoHeader(field *http.Header) func(value) error {
	return func(v value) error {
		header := http.Header{}
		*field = header
		return v.each(func(key, list value) error {
			if list.node.Kind != yaml.SequenceNode {
				return list.fail("should be a list of values", remedySyntax)
			}
			for n, item := range list.node.Content {
				text, err := list.at(strconv.Itoa(n), item).scalar()
				if err != nil {
					return err
				}
				header[key.text()] = append(header[key.text()], text)
			}
			return nil
		})
	}
}

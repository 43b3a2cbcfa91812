package cassette

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

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

// fields hands each value of a mapping to the reader of its key. A key that
// has no reader or stands twice is an error, and so is a required one that is
// not there.
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
			return key.fail("a key that is no text", remedySyntax)
		}
		if seen[name] {
			return key.fail(fmt.Sprintf("key %.60q stands twice", name), remedySyntax)
		}
		seen[name] = true
		if err := f(name, key, v.at(name, v.node.Content[n+1])); err != nil {
			return err
		}
	}
	return nil
}

// scalar returns a single value as it is written, whatever type YAML would
// give it; only what is marked as binary is decoded.
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

func intoDuration(field *time.Duration) func(value) error {
	return intoParsed(field, "a duration such as 812ms", time.ParseDuration)
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
		return v.each(func(name string, _, list value) error {
			values, err := list.list()
			header[name] = values
			return err
		})
	}
}

func intoList(field *[]string) func(value) error {
	return func(v value) (err error) {
		*field, err = v.list()
		return err
	}
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

package media

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// CanonicalJSON returns the value of a JSON text: two texts have the same canonical form exactly if they mean the same. White space
// is gone, keys are in the order of their code points and the last of duplicates wins, strings are compared by what they decode to
// and numbers by their exact decimal value, of whatever size (only exponents of over 1000 digits are compared as written). Arrays
// keep their order. The result is valid JSON, and its own canonical form.
//
// The error tells why body has no value: it is not JSON or not UTF-8, has bytes after the value, or is nested deeper than 10,000.
func CanonicalJSON(body []byte) (canonical []byte, err error) {
	if !utf8.Valid(body) {
		return nil, errors.New("invalid JSON: not UTF-8")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, body); err != nil {
		return nil, fmt.Errorf("invalid JSON: %w", err)
	}
	c := canonicalizer{text: compact.String(), out: make([]byte, 0, compact.Len())}
	c.ends = containerEnds(c.text)
	c.value(place{})
	return c.out, nil
}

// canonicalizer walks a valid, compact JSON text. It has to visit the members of an object in another order than they are written
// in, and would read a nested text once for each level if it did not know beforehand where every container ends.
type canonicalizer struct {
	text string
	ends []place // after each container, in the order in which they open
	out  []byte
}

// place is an index into a JSON text, and how many containers open before it.
type place struct{ index, containers int }

func containerEnds(text string) []place {
	var ends []place
	var open []int
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			end, _ := stringEnd(text, i)
			i = end - 1
		case '{', '[':
			open = append(open, len(ends))
			ends = append(ends, place{})
		case '}', ']':
			innermost := open[len(open)-1]
			open = open[:len(open)-1]
			ends[innermost] = place{i + 1, len(ends)}
		}
	}
	return ends
}

// end returns the place after the value at p.
func (c *canonicalizer) end(p place) place {
	switch c.text[p.index] {
	case '{', '[':
		return c.ends[p.containers]
	case '"':
		p.index, _ = stringEnd(c.text, p.index)
		return p
	}
	for p.index < len(c.text) && strings.IndexByte(",]}", c.text[p.index]) < 0 {
		p.index++
	}
	return p
}

// value appends the value at p and returns the place after it.
func (c *canonicalizer) value(p place) place {
	end := c.end(p)
	text := c.text[p.index:end.index]
	switch text[0] {
	case '{':
		c.object(p)
	case '[':
		c.array(p)
	case '"':
		c.out = appendQuoted(c.out, decodeString(text[1:len(text)-1]))
	case 't', 'f', 'n':
		c.out = append(c.out, text...)
	default:
		c.out = appendNumber(c.out, text)
	}
	return end
}

func (c *canonicalizer) array(p place) {
	c.out = append(c.out, '[')
	p = place{p.index + 1, p.containers + 1}
	for c.text[p.index] != ']' {
		if c.text[p.index] == ',' {
			c.out = append(c.out, ',')
			p.index++
		}
		p = c.value(p)
	}
	c.out = append(c.out, ']')
}

func (c *canonicalizer) object(p place) {
	type member struct {
		key   string
		value place
	}
	var members []member
	p = place{p.index + 1, p.containers + 1}
	for c.text[p.index] != '}' {
		if c.text[p.index] == ',' {
			p.index++
		}
		key := p.index
		p = c.end(p)
		m := member{decodeString(c.text[key+1 : p.index-1]), place{p.index + 1, p.containers}}
		members = append(members, m)
		p = c.end(m.value)
	}
	slices.SortFunc(members, func(a, b member) int {
		return cmp.Or(strings.Compare(a.key, b.key), cmp.Compare(a.value.index, b.value.index))
	})
	c.out = append(c.out, '{')
	separator := ""
	for i, m := range members {
		if i+1 < len(members) && members[i+1].key == m.key {
			continue
		}
		c.out = append(c.out, separator...)
		c.out = append(appendQuoted(c.out, m.key), ':')
		c.value(m.value)
		separator = ","
	}
	c.out = append(c.out, '}')
}

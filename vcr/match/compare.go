package match

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// body compares two bodies of one part.
func (c *comparison) body(recorded, request content) {
	before := c.distance
	switch {
	case bytes.Equal(recorded.canonical(), request.canonical()):
	case recorded.isRead && request.isRead:
		c.value(recorded.part, nil, recorded.value, request.value)
		if recorded.fields != nil && request.fields != nil {
			c.fields(recorded, request)
		}
	case !isText(recorded.bytes) || !isText(request.bytes):
		c.binary(recorded.part, recorded.bytes, request.bytes)
	case len(recorded.bytes) == 0 || len(request.bytes) == 0:
		c.text(recorded.part, "", string(recorded.bytes), string(request.bytes))
	case recorded.isRead:
		c.text(recorded.part, "by bytes, for the request is not what its Content-Type says", string(recorded.bytes), string(request.bytes))
	case request.isRead:
		c.text(recorded.part, "by bytes, for the recording is not what its Content-Type says", string(recorded.bytes), string(request.bytes))
	default:
		c.lines(recorded.part, slices.Collect(strings.Lines(string(recorded.bytes))), slices.Collect(strings.Lines(string(request.bytes))))
	}
	c.distance = min(c.distance, before+ofMostBody)
	c.ofBodies += c.distance - before
}

func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

// binary shows where bytes begin to differ, and a few of them from there on.
func (c *comparison) binary(part Part, recorded, request []byte) {
	const few = 16
	at := commonStart(recorded, request)
	show := func(b []byte) string {
		return fmt.Sprintf("%q of %d bytes", b[min(at, len(b)):min(at+few, len(b))], len(b))
	}
	c.add(part, fmt.Sprintf("from byte %d", at+1), show(recorded), show(request), unlike(string(recorded), string(request)))
}

// lines compares texts line by line.
func (c *comparison) lines(part Part, recorded, request []string) {
	c.aligned(len(recorded), len(request), func(a, b int) bool { return recorded[a] == request[b] }, func(a, b int) {
		at := fmt.Sprintf("line %d", max(a, b)+1)
		switch {
		case a < 0:
			c.text(part, at, "", shownJSON(request[b]))
		case b < 0:
			c.text(part, at, shownJSON(recorded[a]), "")
		default:
			c.text(part, at, shownJSON(recorded[a]), shownJSON(request[b]))
		}
	})
}

// aligned compares two lists whose starts and ends are mostly equal: what lies
// between is compared in pairs, and what one list has more is compared with
// nothing, for which the index is -1.
func (c *comparison) aligned(recorded, request int, equal func(a, b int) bool, differ func(a, b int)) {
	start, end := 0, 0
	for start < min(recorded, request) && equal(start, start) {
		start++
	}
	for end < min(recorded, request)-start && equal(recorded-1-end, request-1-end) {
		end++
	}
	for n := start; n < max(recorded, request)-end; n++ {
		switch {
		case n >= recorded-end:
			differ(-1, n)
		case n >= request-end:
			differ(n, -1)
		case !equal(n, n):
			differ(n, n)
		}
	}
}

// A step leads from a value to one inside it. Paths are linked from their ends,
// and written out only for what differs.
type step struct {
	before *step
	name   string
	index  int // of an array, -1 in an object
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (s *step) String() string {
	switch {
	case s == nil:
		return "$"
	case s.index >= 0:
		return fmt.Sprintf("%s[%d]", s.before, s.index)
	case plainName.MatchString(s.name):
		return s.before.String() + "." + s.name
	}
	name := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s.name)
	return fmt.Sprintf("%s['%s']", s.before, strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return '?'
		}
		return r
	}, name))
}

// value compares two values of JSON.
func (c *comparison) value(part Part, at *step, recorded, request any) {
	switch a := recorded.(type) {
	case map[string]any:
		if b, ok := request.(map[string]any); ok {
			c.objects(part, at, a, b)
			return
		}
	case []any:
		if b, ok := request.([]any); ok {
			c.aligned(len(a), len(b), func(m, n int) bool { return equal(a[m], b[n]) }, func(m, n int) {
				inside := &step{at, "", max(m, n)}
				switch {
				case m < 0:
					c.leaf(part, inside, "", shownJSON(b[n]), 1)
				case n < 0:
					c.leaf(part, inside, shownJSON(a[m]), "", 1)
				default:
					c.value(part, inside, a[m], b[n])
				}
			})
			return
		}
	}
	if !equal(recorded, request) {
		a, b := shownJSON(recorded), shownJSON(request)
		c.leaf(part, at, a, b, unlike(a, b))
	}
}

func (c *comparison) objects(part Part, at *step, recorded, request map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(recorded)) {
		inside := &step{at, name, -1}
		if value, ok := request[name]; ok {
			c.value(part, inside, recorded[name], value)
		} else {
			c.leaf(part, inside, shownJSON(recorded[name]), "", 1)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(request)) {
		if _, ok := recorded[name]; !ok {
			c.leaf(part, &step{at, name, -1}, "", shownJSON(request[name]), 1)
		}
	}
}

func (c *comparison) leaf(part Part, at *step, recorded, request string, weight float64) {
	where := ""
	if len(c.differences) < c.limit {
		where = at.String()
	}
	c.add(part, where, recorded, request, weight)
}

// fields compares the headers of the parts of multipart that both have.
func (c *comparison) fields(recorded, request content) {
	for _, name := range slices.Sorted(maps.Keys(recorded.fields)) {
		now, ok := request.fields[name]
		if before := recorded.fields[name]; ok && !equal(before, now) {
			c.text(recorded.part, fmt.Sprintf("headers of the part %q", name), headerLines(before), headerLines(now))
		}
	}
}

func headerLines(headers any) string {
	switch h := headers.(type) {
	case string:
		return h
	default:
		return fmt.Sprint(h)
	}
}

// shownJSON returns a value as people write it, numbers as they stand there.
func shownJSON(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // what was parsed can be written
	return strings.TrimSuffix(text.String(), "\n")
}

func equal(a, b any) bool { return equalBy(a, b, func(a, b string) bool { return a == b }) }

// equalBy compares two values of JSON, and their texts by a function.
func equalBy(a, b any, text func(a, b string) bool) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, func(a, b any) bool { return equalBy(a, b, text) })
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, func(a, b any) bool { return equalBy(a, b, text) })
	case string:
		b, ok := b.(string)
		return ok && text(a, b)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && (a == b || bytes.Equal(media.AppendJSON(nil, a), media.AppendJSON(nil, b)))
	default:
		return a == b // true, false and null; another type is not equal to them
	}
}

package matching

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/jsonrpc"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A comparison collects the differences between a recorded request and another.
type comparison struct {
	limit       int                                                 // how many differences are kept; 0 computes the distance only
	each        func(part match.Part, at, recorded, request string) // is called with each of them; may be nil
	differences []Difference
	count       int
	distance    float64 // between the two requests
	ofPath      float64 // how much of the distance comes from the path
	ofBodies    float64 // and from the bodies
	isRead      bool    // a body of the request is not compared as it is
	isRPC       bool    // one is JSON-RPC
	hasFields   bool    // one is a form or multipart
}

func compareViews(recorded, request view, limit int) comparison {
	c := comparison{limit: limit}
	c.compare(recorded, request)
	return c
}

func (c *comparison) compare(recorded, request view) {
	c.compareComponents(recorded.components, request.components)
	for n := range min(len(recorded.bodies), len(request.bodies)) {
		c.compareBodies(recorded.bodies[n], request.bodies[n])
		c.isRead = c.isRead || request.bodies[n].isRead
		object, _ := request.bodies[n].value.(map[string]any)
		c.isRPC = c.isRPC || object["jsonrpc"] != nil
		c.hasFields = c.hasFields || request.bodies[n].fields != nil
	}
}

// The weights say how much a difference adds to the distance. Requests to other
// paths are further apart than requests with other bodies.
const (
	endpointWeight   = 8.0 // method and path
	hostWeight       = 4.0
	queryWeight      = 2.0 // each parameter
	valueWeight      = 1.0 // scheme, port, each header, each value in a body
	mostWeightOfBody = 6.0
)

func weightOf(part match.Part) float64 {
	switch part {
	case match.Method, match.Path:
		return endpointWeight
	case match.Host:
		return hostWeight
	case match.Query:
		return queryWeight
	}
	return valueWeight
}

// compareComponents compares all parts but the bodies. Both lists are in the order
// of the parts, and within a part in that of the names.
func (c *comparison) compareComponents(recorded, request []component) {
	type location struct {
		part match.Part
		name string
	}
	left := map[location][]string{}
	for _, r := range request {
		at := location{r.part, r.name}
		left[at] = append(left[at], r.value)
	}
	for _, r := range recorded {
		at := location{r.part, r.name}
		if len(left[at]) == 0 {
			c.addText(r.part, r.name, orEmpty(r.value), "")
			continue
		}
		if value := left[at][0]; value != r.value {
			c.addText(r.part, r.name, orEmpty(r.value), orEmpty(value))
		}
		left[at] = left[at][1:]
	}
	for _, r := range request {
		at := location{r.part, r.name}
		for _, value := range left[at] {
			c.addText(r.part, r.name, "", orEmpty(value))
		}
		left[at] = nil
	}
}

// orEmpty tells a part that is there and empty, as g in the query ?g, from one that is
// not there.
func orEmpty(value string) string {
	if value == "" {
		return "(empty)"
	}
	return value
}

// compareBodies compares two bodies of one part.
func (c *comparison) compareBodies(recorded, request payload) {
	before := c.distance
	switch {
	case bytes.Equal(recorded.canonical(), request.canonical()):
	case recorded.isLong || request.isLong:
		c.addLong(recorded.part, recorded.bytes, request.bytes)
	case recorded.isRead && request.isRead:
		c.compareValues(recorded.part, nil, recorded.value, request.value)
		c.distance += distanceOfCalls(recorded.value, request.value)
		if recorded.fields != nil && request.fields != nil {
			c.compareFields(recorded, request)
		}
	case !isText(recorded.bytes) || !isText(request.bytes):
		c.compareBytes(recorded.part, recorded.bytes, request.bytes)
	case len(recorded.bytes) == 0 || len(request.bytes) == 0:
		c.addText(recorded.part, "", string(recorded.bytes), string(request.bytes))
	case recorded.isRead:
		c.addText(recorded.part, "by bytes, for the request is not what its Content-Type says", string(recorded.bytes), string(request.bytes))
	case request.isRead:
		c.addText(recorded.part, "by bytes, for the recording is not what its Content-Type says", string(recorded.bytes), string(request.bytes))
	default:
		c.compareLines(recorded.part, slices.Collect(strings.Lines(string(recorded.bytes))), slices.Collect(strings.Lines(string(request.bytes))))
	}
	c.distance = min(c.distance, before+mostWeightOfBody)
	c.ofBodies += c.distance - before
}

// distanceOfCalls adds to the distance of two JSON-RPC calls: a method is what elsewhere
// is a path, and a tool or resource is what a parameter is.
func distanceOfCalls(recorded, request any) float64 {
	a, ofA := jsonrpc.Subject(recorded)
	b, ofB := jsonrpc.Subject(request)
	switch {
	case a != b:
		return endpointWeight
	case ofA != ofB:
		return queryWeight
	}
	return 0
}

func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

// compareValues compares two values of JSON.
func (c *comparison) compareValues(part match.Part, at *step, recorded, request any) {
	switch a := recorded.(type) {
	case map[string]any:
		if b, ok := request.(map[string]any); ok {
			c.compareObjects(part, at, a, b)
			return
		}
	case []any:
		if b, ok := request.([]any); ok {
			c.compareArrays(part, at, a, b)
			return
		}
	}
	if !equal(recorded, request) {
		a, b := jsonText(recorded), jsonText(request)
		c.addValue(part, at, a, b, distanceOf(a, b))
	}
}

func (c *comparison) compareObjects(part match.Part, at *step, recorded, request map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(recorded)) {
		inside := &step{at, name, -1}
		if value, ok := request[name]; ok {
			c.compareValues(part, inside, recorded[name], value)
		} else {
			c.addValue(part, inside, jsonText(recorded[name]), "", valueWeight)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(request)) {
		if _, ok := recorded[name]; !ok {
			c.addValue(part, &step{at, name, -1}, "", jsonText(request[name]), valueWeight)
		}
	}
}

func (c *comparison) compareArrays(part match.Part, at *step, recorded, request []any) {
	align(len(recorded), len(request), func(a, b int) bool { return equal(recorded[a], request[b]) }, func(a, b int) {
		inside := &step{at, "", max(a, b)}
		switch {
		case a < 0:
			c.addValue(part, inside, "", jsonText(request[b]), valueWeight)
		case b < 0:
			c.addValue(part, inside, jsonText(recorded[a]), "", valueWeight)
		default:
			c.compareValues(part, inside, recorded[a], request[b])
		}
	})
}

// partHeader is the part of a [Difference] in a header of a part of multipart.
const partHeader match.Part = "part header"

// compareFields compares the headers of the multipart fields that both have.
func (c *comparison) compareFields(recorded, request payload) {
	for _, field := range slices.Sorted(maps.Keys(recorded.fields)) {
		after, ok := request.fields[field]
		if before := recorded.fields[field]; ok && !equal(before, after) {
			c.compareHeaders(field, headersOf(before), headersOf(after))
		}
	}
}

func (c *comparison) compareHeaders(field string, recorded, request map[string]string) {
	all := maps.Clone(recorded)
	maps.Copy(all, request)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if before, after := recorded[name], request[name]; before != after {
			c.addText(partHeader, fmt.Sprintf("%s of %q", name, field), before, after)
		}
	}
}

// headersOf returns the headers of a field, or of all fields with one name.
func headersOf(lines any) map[string]string {
	headers := map[string]string{}
	fields, ok := lines.([]any)
	if !ok {
		fields = []any{lines}
	}
	for _, field := range fields {
		text, _ := field.(string)
		for line := range strings.SplitSeq(text, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			if before, again := headers[name]; again {
				value = before + ", " + value
			}
			headers[name] = value
		}
	}
	return headers
}

// addLong adds the text around the first byte in which two long bodies differ.
func (c *comparison) addLong(part match.Part, recorded, request []byte) {
	first := commonStart(recorded, request)
	around := func(b []byte) string {
		const width = 64
		return string(b[min(max(first-width, 0), len(b)):min(first+width, len(b))])
	}
	at := fmt.Sprintf("from byte %d, for the body has more than %d values", first+1, mostExplained)
	c.add(part, at, around(recorded), around(request), distanceOf(string(recorded), string(request)))
}

// compareBytes adds the first few bytes from where two bodies differ.
func (c *comparison) compareBytes(part match.Part, recorded, request []byte) {
	const few = 16
	at := commonStart(recorded, request)
	show := func(b []byte) string {
		return fmt.Sprintf("%q of %d bytes", b[min(at, len(b)):min(at+few, len(b))], len(b))
	}
	c.add(part, fmt.Sprintf("from byte %d", at+1), show(recorded), show(request), distanceOf(string(recorded), string(request)))
}

func (c *comparison) compareLines(part match.Part, recorded, request []string) {
	align(len(recorded), len(request), func(a, b int) bool { return recorded[a] == request[b] }, func(a, b int) {
		at := fmt.Sprintf("line %d", max(a, b)+1)
		switch {
		case a < 0:
			c.addText(part, at, "", jsonText(request[b]))
		case b < 0:
			c.addText(part, at, jsonText(recorded[a]), "")
		default:
			c.addText(part, at, jsonText(recorded[a]), jsonText(request[b]))
		}
	})
}

// align pairs the items of two lists, given by their lengths, and calls differ for
// each pair that is not equal. Equal starts and equal ends are skipped. An item
// without a counterpart is paired with the index -1.
func align(recorded, request int, equal func(a, b int) bool, differ func(a, b int)) {
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

func (c *comparison) addText(part match.Part, at, recorded, request string) {
	weight := weightOf(part) * distanceOf(recorded, request)
	if part == match.Path {
		c.ofPath += weight
	}
	c.add(part, at, recorded, request, weight)
}

func (c *comparison) addValue(part match.Part, at *step, recorded, request string, weight float64) {
	path := ""
	if len(c.differences) < c.limit || c.each != nil {
		path = at.String()
	}
	c.add(part, path, recorded, request, weight)
}

// add adds a difference. It cuts the texts only if the difference is kept.
func (c *comparison) add(part match.Part, at, recorded, request string, weight float64) {
	c.count++
	c.distance += weight
	if c.each != nil {
		c.each(part, at, recorded, request)
	}
	if len(c.differences) < c.limit {
		first := commonStart(recorded, request)
		c.differences = append(c.differences, Difference{Part: part, At: at, Recorded: cutAround(recorded, first), Request: cutAround(request, first)})
	}
}

// distanceOf returns how different two texts are: 0.2 if they have nearly
// everything in common, 1 if they have nothing in common.
func distanceOf(a, b string) float64 {
	longer := max(len(a), len(b))
	if longer == 0 {
		return 0
	}
	start := commonStart(a, b)
	end := commonEnd(a[start:], b[start:])
	return 0.2 + 0.8*(1-float64(start+end)/float64(longer))
}

func commonStart[T string | []byte](a, b T) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func commonEnd[T string | []byte](a, b T) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// cutAround returns the text around a byte, in one line of whole characters.
func cutAround(text string, at int) string {
	const width = 40 // bytes on each side
	from, to := max(at-width, 0), min(at+width, len(text))
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	part := strings.ToValidUTF8(text[from:to], "\uFFFD")
	if from > 0 {
		part = "…" + part
	}
	if to < len(text) {
		part += "…"
	}
	return replaceControls(part, ' ')
}

func replaceControls(text string, by rune) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return by
		}
		return r
	}, text)
}

// A step leads from a value to one inside it; nil is the root. A path is a list
// linked from its end, which is formatted only for values that differ.
type step struct {
	before *step
	name   string
	index  int // in an array; -1 in an object
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// String returns the JSONPath.
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
	return fmt.Sprintf("%s['%s']", s.before, replaceControls(name, '?'))
}

// jsonText returns a value as JSON, with its numbers as they were written.
func jsonText(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // it was parsed, so it can be encoded
	return strings.TrimSuffix(text.String(), "\n")
}

func equal(a, b any) bool { return equalFunc(a, b, func(a, b string) bool { return a == b }) }

// equalFunc compares two values of JSON, and their strings by a function.
func equalFunc(a, b any, equalText func(a, b string) bool) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, func(a, b any) bool { return equalFunc(a, b, equalText) })
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, func(a, b any) bool { return equalFunc(a, b, equalText) })
	case string:
		b, ok := b.(string)
		return ok && equalText(a, b)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && (a == b || bytes.Equal(media.AppendJSON(nil, a), media.AppendJSON(nil, b)))
	default:
		return a == b // true, false and null; another type is not equal to them
	}
}

package drift_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// An api is a stand-in for one endpoint. Its answers differ as those of a model do: in
// values, in fields that come and go, in nulls, in the length of arrays and the order and
// number of events.
type api struct {
	url      string
	form     string // json, named, typed, bare (all three of server-sent events), lines
	fields   []field
	events   []eventKind
	requests int
}

// A field is one of an object.
type field struct {
	name     string
	kind     string  // string, number, bool, date, enum, object, array, parts, map, text
	chance   float64 // of being there; 1 is required
	nullable bool
	words    []string // of an enum, or the variants of parts
	fields   []field  // of an object or of the objects in an array
	of       [][]field
}

// An eventKind is an event of a stream, which is there in some answers, several times in a few.
type eventKind struct {
	name   string
	chance float64
	most   int
	fields []field
}

var nouns = strings.Fields("account address agent amount answer body branch budget channel choice city client content cost country course currency delta detail draft entry fee file filter folder format group height image index item language leaf level link list locale margin message method mode node note option order output owner page parent part phone place plan price prompt reason record region result root rule scope score section segment size source stage state step style summary table target task term text thread title token tool topic track unit user vendor version view volume weight width zone")

// newAPI makes an endpoint up.
func newAPI(rng *rand.Rand, n int) api {
	a := api{url: fmt.Sprintf("https://api%d.example.com/v1/%s/%s", n, pick(rng, nouns), pick(rng, nouns)), requests: 4 + rng.IntN(9)}
	switch n % 6 {
	case 3:
		a.form = "named"
	case 4:
		a.form = []string{"typed", "bare"}[rng.IntN(2)]
	case 5:
		a.form = "lines"
	default:
		a.form = "json"
		a.fields = newFields(rng, 2, 4+rng.IntN(3))
		a.fields = append(a.fields,
			field{name: "id", kind: "id", chance: 1},
			field{name: "usage", kind: "object", chance: 1, fields: []field{{name: "input_tokens", kind: "number", chance: 1}, {name: "output_tokens", kind: "number", chance: 1}}})
		return a
	}
	common := newFields(rng, 1, 2)
	for m := range 3 + rng.IntN(4) {
		event := eventKind{name: "reply." + nouns[(n*7+m*11)%len(nouns)], chance: 1, most: 1 + rng.IntN(4), fields: slices.Clone(common)}
		for _, f := range newFields(rng, 2, 2+rng.IntN(4)) {
			if !slices.ContainsFunc(common, func(other field) bool { return other.name == f.name }) {
				event.fields = append(event.fields, f)
			}
		}
		if m > 1 && rng.IntN(3) == 0 {
			event.chance = 0.6
		}
		a.events = append(a.events, event)
	}
	if a.form == "bare" || a.form == "lines" {
		a.events = a.events[:1]
	}
	return a
}

func pick(rng *rand.Rand, list []string) string { return list[rng.IntN(len(list))] }

func newFields(rng *rand.Rand, depth, count int) []field {
	var fields []field
	taken := map[string]bool{}
	for len(fields) < count {
		name := pick(rng, nouns)
		if rng.IntN(3) == 0 {
			name += "_" + pick(rng, nouns)
		}
		if taken[name] || strings.HasSuffix(name, "index") {
			continue
		}
		taken[name] = true
		f := field{name: name, chance: 1}
		switch rng.IntN(10) {
		case 0, 1:
			f.chance = 0.15 + 0.8*rng.Float64()
		case 2:
			f.nullable = true
		}
		kinds := []string{"string", "number", "bool", "date", "enum", "text"}
		if depth > 0 {
			kinds = append(kinds, "object", "array", "parts", "map", "object", "array")
		}
		switch f.kind = pick(rng, kinds); f.kind {
		case "enum":
			f.name, f.words = []string{"status", "role", "phase", "kind_finish_reason"}[rng.IntN(4)], []string{"open", "closed", "waiting"}
			if taken[f.name] {
				continue
			}
			taken[f.name] = true
		case "object", "array":
			f.fields = newFields(rng, depth-1, 2+rng.IntN(4))
		case "parts":
			f.words = []string{"text", "picture", "tool_use"}
			for range f.words {
				f.of = append(f.of, newFields(rng, 0, 2+rng.IntN(2)))
			}
		}
		fields = append(fields, f)
	}
	return fields
}

// A draw decides what an answer holds. The shape follows from the request, and now and then
// from chance.
type draw struct {
	request, attempt string
	again            float64 // how often chance decides
	values           *rand.Rand
}

func (d draw) float(at string) float64 {
	byRequest, byChance := hashed(d.request+at), hashed(d.attempt+at)
	if hashed(d.attempt+"?"+at) < d.again {
		return byChance
	}
	return byRequest
}

func hashed(text string) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	sum := h.Sum64()
	sum ^= sum >> 29
	sum *= 0xbf58476d1ce4e5b9
	sum ^= sum >> 32
	return float64(sum>>11) / (1 << 53)
}

func (d draw) object(fields []field, at string) map[string]any {
	object := map[string]any{}
	for _, f := range fields {
		at := at + "." + f.name
		switch {
		case d.float(at+"!") >= f.chance:
		case f.nullable && d.float(at+"0") < 0.3:
			object[f.name] = nil
		default:
			object[f.name] = d.value(f, at)
		}
	}
	return object
}

func (d draw) value(f field, at string) any {
	switch f.kind {
	case "number":
		if d.values.IntN(2) == 0 {
			return d.values.IntN(1000)
		}
		return float64(d.values.IntN(100000)) / 100
	case "bool":
		return d.values.IntN(2) == 0
	case "date":
		return 1_767_000_000 + d.values.IntN(9_000_000)
	case "enum":
		return f.words[max(0, int(d.float(at)*20)-17)]
	case "object":
		return d.object(f.fields, at)
	case "array":
		items := []any{}
		for n := range int(d.float(at+"#") * 4.5) {
			items = append(items, d.object(f.fields, fmt.Sprint(at, n)))
		}
		return items
	case "parts":
		items := []any{}
		for n := range 1 + int(d.float(at+"#")*3) {
			which := int(d.float(fmt.Sprint(at, n, "of")) * float64(len(f.of)))
			item := d.object(f.of[which], fmt.Sprint(at, n))
			item["type"] = f.words[which]
			items = append(items, item)
		}
		return items
	case "map":
		object := map[string]any{}
		for range 1 + int(d.float(at+"#")*3) {
			object[fmt.Sprintf("user_%08d", d.values.IntN(1e8))] = map[string]any{"seen": d.values.IntN(9)}
		}
		return object
	case "id":
		return fmt.Sprintf("id_%016x", d.values.Uint64())
	default:
		var words []string
		for range 1 + d.values.IntN(12) {
			words = append(words, nouns[d.values.IntN(len(nouns))])
		}
		return strings.Join(words, " ")
	}
}

// An event is one of an answer; an answer in JSON is one without a name.
type event struct {
	name string
	data any
}

// answer makes one up.
func (a api) answer(d draw) []event {
	if a.form == "json" {
		return []event{{"", d.object(a.fields, "")}}
	}
	var events []event
	for _, kind := range a.events {
		if d.float(kind.name+"!") >= kind.chance {
			continue
		}
		for n := range 1 + int(d.float(kind.name+"#")*float64(kind.most)) {
			data := d.object(kind.fields, fmt.Sprint(kind.name, n))
			switch a.form {
			case "named", "typed":
				data["type"] = kind.name
			case "bare":
				data["object"] = "reply.chunk"
			}
			events = append(events, event{kind.name, data})
		}
	}
	return events
}

// body writes an answer.
func (a api) body(events []event) (contentType string, body []byte) {
	var b bytes.Buffer
	for _, e := range events {
		data, err := json.Marshal(e.data)
		if err != nil {
			panic(err)
		}
		switch a.form {
		case "json":
			return "application/json", data
		case "lines":
			fmt.Fprintf(&b, "%s\n", data)
		case "named":
			fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", e.name, data)
		default:
			fmt.Fprintf(&b, "data: %s\n\n", data)
		}
	}
	if a.form == "lines" {
		return "application/x-ndjson", b.Bytes()
	}
	if a.form == "bare" {
		b.WriteString("data: [DONE]\n\n")
	}
	return "text/event-stream", b.Bytes()
}

// draw returns what decides an answer to one of the requests.
func (a api) draw(request, attempt int, again float64) draw {
	return draw{fmt.Sprint(a.url, request), fmt.Sprint(a.url, request, "/", attempt), again, rand.New(rand.NewPCG(uint64(request), uint64(attempt)+7))}
}

// record answers all requests once.
func (a api) record(attempt int, again float64) []*cassette.Interaction {
	var tape []*cassette.Interaction
	for n := range a.requests {
		tape = append(tape, a.interaction(n, a.answer(a.draw(n, attempt, again))))
	}
	return tape
}

func (a api) interaction(request int, events []event) *cassette.Interaction {
	contentType, body := a.body(events)
	return a.with(request, 200, contentType, body)
}

func (a api) with(request, status int, contentType string, body []byte) *cassette.Interaction {
	return &cassette.Interaction{
		Request:  cassette.Request{Method: "POST", URL: a.url, Body: cassette.NewBody(fmt.Appendf(nil, `{"question":%d}`, request))},
		Response: cassette.Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: cassette.NewBody(body)},
	}
}

func newAPIs(seed uint64, count int) []api {
	rng := rand.New(rand.NewPCG(seed, 1))
	apis := make([]api, count)
	for n := range apis {
		apis[n] = newAPI(rng, n)
	}
	return apis
}

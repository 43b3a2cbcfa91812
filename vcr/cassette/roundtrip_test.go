package cassette_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// checkRoundTrip holds what is true of every cassette: it reads as what was
// written, writing that again gives the same bytes, and the file is one stream
// of YAML documents.
func checkRoundTrip(t *testing.T, c *cassette.Cassette) {
	t.Helper()
	data := c.Encode()
	read := parse(t, data)
	if len(read.Interactions) != len(c.Interactions) {
		t.Fatalf("%d interactions are read as %d:\n%s", len(c.Interactions), len(read.Interactions), data)
	}
	for n, i := range c.Interactions {
		if got, want := showInteraction(read.Interactions[n]), showInteraction(i); got != want {
			t.Fatalf("read is\n%s\nnot\n%s", got, want)
		}
	}
	if got, want := show(read), show(c); got != want {
		t.Fatalf("read is\n%.1000s\nnot\n%.1000s", got, want)
	}
	if again := clones(read).Encode(); !bytes.Equal(again, data) {
		t.Fatalf("written again is\n%s\nnot\n%s", again, data)
	}
	if kept := read.Encode(); !bytes.Equal(kept, data) {
		t.Fatalf("unchanged is\n%s\nnot\n%s", kept, data)
	}
	if n := countDocuments(t, data); n != len(c.Interactions)+1 {
		t.Fatalf("%d interactions are %d documents of YAML:\n%s", len(c.Interactions), n, data)
	}
}

func countDocuments(t *testing.T, data []byte) int {
	t.Helper()
	documents := yaml.NewDecoder(bytes.NewReader(data))
	for n := 0; ; n++ {
		var node yaml.Node
		switch err := documents.Decode(&node); {
		case errors.Is(err, io.EOF):
			return n
		case err != nil:
			t.Fatalf("document %d is not YAML: %v\n%s", n, err, data)
		}
	}
}

// Every short body survives, as the end of a document and within one.
func TestShortBodies(t *testing.T) {
	t.Parallel()
	c := new(cassette.Cassette)
	bodies := []string{""}
	for range 4 {
		var longer []string
		for _, body := range bodies {
			for _, next := range "a \t\n\r:#-\"\\{" {
				longer = append(longer, body+string(next))
			}
		}
		for _, body := range longer {
			i := get("http://tape.test/", body)
			i.Request.Body = i.Response.Body
			c.Interactions = append(c.Interactions, i)
		}
		bodies = longer
	}
	checkRoundTrip(t, c)
}

// The last body ends the file, and must survive that no line follows it.
func TestLastBody(t *testing.T) {
	for _, body := range []string{"a", "a\n", "a\n\n", "\na\n\n\n", " a", "\n", " ", "\xff", "{}", "{}\n", "a\r\n\r\n"} {
		checkRoundTrip(t, &cassette.Cassette{Interactions: []*cassette.Interaction{get("http://tape.test/", body)}})
	}
}

func TestRandomCassettes(t *testing.T) {
	t.Parallel()
	const cassettes, interactions = 240, 50 // with more than 20,000 bodies
	d := draw{rand.New(rand.NewPCG(1, 2))}
	for range cassettes {
		c := &cassette.Cassette{Suite: d.text(3), Spec: d.text(5), Partial: d.coin()}
		for range interactions {
			c.Interactions = append(c.Interactions, d.interaction())
		}
		checkRoundTrip(t, c)
	}
}

// A draw makes awkward cassettes: the same seed, the same cassettes.
type draw struct{ *rand.Rand }

var awkward = []string{
	"a", "B", "1", "word ", "null", "true", "é", "日本", "😀", "data: ", "\\n", "\n", "\n", "\n\n", "\r\n", "\r", " ", "  ", "\t",
	":", ": ", "#", " #", "-", "- ", "---", "\n---\n", "...", "%", "%YAML 1.2", "\"", "'", "\\", "{", "}", "[", "]", ",", "|", "|-", ">",
	"&", "*", "!", "!!binary ", "?", "? ", "@", "`", "~", "=", "<<", "<<<<<<< ", "\ufeff", "\u0085", "\u00a0", "\u2028", "\u2029",
	"\ufffd", "\ufffe", "\uffff", "\x00", "\a", "\x1b", "\x7f", "\u0080", "\u009f",
}

func (d draw) coin() bool { return d.IntN(2) == 0 }

// text returns up to pieces awkward pieces, now and then with one that is not UTF-8.
func (d draw) text(pieces int) string {
	alphabet := awkward
	if d.coin() {
		alphabet = awkward[:d.IntN(len(awkward))+1]
	}
	var text strings.Builder
	for range d.IntN(pieces + 1) {
		text.WriteString(alphabet[d.IntN(len(alphabet))])
	}
	if d.IntN(10) == 0 {
		text.WriteString([]string{"\xff", "\xc3", "\xe6\x97", "\xed\xa0\x80"}[d.IntN(4)])
	}
	return text.String()
}

// line returns a text that HTTP can carry on one line.
func (d draw) line(pieces int) string { return oneLine(d.text(pieces)) }

var oneLine = strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace

func (d draw) body() cassette.Body {
	if d.IntN(4) > 0 {
		return cassette.NewBody([]byte(d.text(12)))
	}
	value := map[string]any{d.text(3): d.text(8), "list": []any{d.Float64(), d.text(20), nil}}
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // none of these values is beyond JSON
	}
	return cassette.NewBody(append(data, strings.Repeat("\n", d.IntN(3))...))
}

func (d draw) header() http.Header {
	header := http.Header{}
	for range d.IntN(4) {
		name := d.line(3)
		if d.IntN(100) == 0 {
			name += strings.Repeat("long", d.IntN(300))
		}
		for range d.IntN(3) {
			header[name] = append(header[name], d.line(4))
		}
	}
	return header
}

func (d draw) interaction() *cassette.Interaction {
	i := &cassette.Interaction{
		Request: cassette.Request{Method: []string{"GET", "null", "1", "~#!"}[d.IntN(4)], URL: "http://tape.test/" + d.line(5), Header: d.header(), Body: d.body()},
	}
	if d.coin() {
		i.Recorded = noon.Add(time.Duration(d.IntN(1e9)) * time.Second)
	}
	if d.coin() {
		i.Took = time.Duration(d.IntN(1e6)) * time.Millisecond
	}
	if d.IntN(5) == 0 {
		i.Error = d.failure()
		return i
	}
	i.Response = cassette.Response{
		Status: 100 + d.IntN(900), Reason: d.line(2), Proto: d.line(1), Header: d.header(), Body: d.body(), Trailer: d.header(), Uncompressed: d.coin(),
	}
	switch d.IntN(3) {
	case 0:
		i.Response.End = cassette.EndClosed
	case 1:
		i.Response.End = cassette.EndAborted
		i.Error = d.failure()
	}
	if d.IntN(3) == 0 {
		d.arrival(&i.Response)
	}
	if d.IntN(3) == 0 {
		i.Number = d.IntN(20)
	}
	if d.IntN(5) == 0 {
		i.Amended = time.Unix(int64(d.IntN(1<<31)), 0)
	}
	if d.IntN(5) == 0 {
		d.answer(&i.Response)
	}
	return i
}

// answer makes a response a stream whose records are alike.
func (d draw) answer(r *cassette.Response) {
	var body strings.Builder
	contentType := []string{sse, ndjson, frames}[d.IntN(3)]
	for n := range 2 + d.IntN(9) {
		word, err := json.Marshal(d.text(3))
		if err != nil {
			panic(err) // a string always has a JSON form
		}
		record := fmt.Sprintf(`{"model":"small","number":%d,"delta":{"text":%s}%s}`, n, word, strings.Repeat(" ", d.IntN(3)))
		switch contentType {
		case sse:
			body.WriteString("event: delta\ndata: " + record + "\n\n")
		case ndjson:
			body.WriteString(record + "\n")
		case frames:
			body.WriteString(frame(record))
		}
	}
	r.Header, r.Body = http.Header{"Content-Type": {contentType}}, cassette.NewBody([]byte(body.String()))
	r.Chunks = d.chunks(r.Body.Len())
}

// arrival adds what only some responses have.
func (d draw) arrival(r *cassette.Response) {
	r.Header["Content-Type"] = []string{[]string{"text/event-stream", "application/x-ndjson", "text/plain"}[d.IntN(3)]}
	r.Chunks = d.chunks(r.Body.Len())
	r.Announced, r.Transfer, r.Close = d.list(), d.list(), d.coin()
	if d.coin() {
		length := d.Int64N(1<<62) - 1
		r.Length = &length
	}
}

// chunks cuts a body of so many bytes into two parts or more, or not at all.
func (d draw) chunks(size int) []cassette.Chunk {
	var chunks []cassette.Chunk
	for left := size; left > 0 && (left < size || size > 1); {
		next := 1 + d.IntN(min(left, size-1))
		chunks = append(chunks, cassette.Chunk{Size: next, Delay: time.Duration(d.IntN(2e9)), After: d.numbers()})
		left -= next
	}
	if after := d.numbers(); chunks != nil && after != nil {
		chunks = append(chunks, cassette.Chunk{After: after}) // the end
	}
	return chunks
}

// numbers returns some of interactions, mostly none.
func (d draw) numbers() []int {
	var numbers []int
	for n := d.IntN(3); d.IntN(4) == 0; n++ {
		numbers = append(numbers, n+1)
	}
	return numbers
}

// list returns nil as well as an empty list.
func (d draw) list() []string {
	if d.coin() {
		return nil
	}
	list := []string{}
	for range d.IntN(3) {
		list = append(list, d.line(2))
	}
	return list
}

func (d draw) failure() *cassette.TransportError {
	f := cassette.Failure{Message: d.text(5), Timeout: d.coin(), Temporary: d.coin(), Caller: d.coin(), Is: d.list()}
	if d.coin() {
		f.Op = []string{d.text(1), d.text(1), d.text(1), d.text(1)}
	}
	if d.coin() {
		f.DNS, f.NotFound = []string{d.text(1), d.text(1), d.text(1)}, d.coin()
	}
	return f.TransportError()
}

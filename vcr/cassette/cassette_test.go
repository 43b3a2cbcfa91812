package cassette_test

import (
	"crypto/sha256"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// get is an interaction whose response has the given body.
func get(url, body string) *cassette.Interaction {
	return &cassette.Interaction{
		Request:  cassette.Request{Method: "GET", URL: url},
		Response: cassette.Response{Status: 200, Body: cassette.NewBody([]byte(body))},
	}
}

func parse(t *testing.T, data []byte) *cassette.Cassette {
	t.Helper()
	c, err := cassette.ParseWhole("tape.yaml", data, nil)
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, data)
	}
	return c
}

// clones returns c without what it remembers of its file, so that all of it is
// written in canonical form.
func clones(c *cassette.Cassette) *cassette.Cassette {
	canonical := &cassette.Cassette{Suite: c.Suite, Spec: c.Spec, Partial: c.Partial}
	for _, i := range c.Interactions {
		canonical.Interactions = append(canonical.Interactions, i.Clone())
	}
	return canonical
}

// show renders all of a cassette that is saved, so that equal texts mean equal
// cassettes.
func show(c *cassette.Cassette) string {
	var text strings.Builder
	fmt.Fprintf(&text, "suite %q spec %q partial %t quotes %t replacements %q\n", c.Suite, c.Spec, c.Partial, c.Quotes, c.Replacements)
	for _, i := range c.Interactions {
		text.WriteString(showInteraction(i))
	}
	return text.String()
}

func showInteraction(i *cassette.Interaction) string {
	request, response := i.Request, i.Response
	number := ""
	if i.Number > 0 {
		number = fmt.Sprintf(", number %d", i.Number)
	}
	if !i.Amended.IsZero() {
		number += fmt.Sprintf(", amended %v", i.Amended.UTC().Truncate(time.Second))
	}
	took := i.Took.Round(time.Millisecond)
	if i.Took > 0 {
		took = max(took, time.Millisecond)
	}
	return fmt.Sprintf("%q %q\n  %q\n  %q\n%d %q %q uncompressed %t end %q\n  %q\n  %q\n  %q\n%serror %s\nat %v for %v%s\n",
		request.Method, request.URL, request.Header, request.Body,
		response.Status, response.Reason, response.Proto, response.Uncompressed, response.End,
		response.Header, response.Body, response.Trailer, showArrival(response),
		showFailure(i.Error), i.Recorded.UTC().Truncate(time.Second), max(took, 0), number)
}

// showArrival renders what few responses have, as one line or none. An empty
// list is not none.
func showArrival(r cassette.Response) string {
	if r.Chunks == nil && r.Announced == nil && r.Transfer == nil && !r.Close && r.Length == nil {
		return ""
	}
	chunks := slices.Clone(r.Chunks)
	for n := range chunks {
		chunks[n].Delay = chunks[n].Delay.Truncate(time.Millisecond)
	}
	length := "none"
	if r.Length != nil {
		length = fmt.Sprint(*r.Length)
	}
	return fmt.Sprintf("  chunks %v announced %#v transfer %#v close %t length %s\n", chunks, r.Announced, r.Transfer, r.Close, length)
}

func showFailure(e *cassette.TransportError) string {
	if e == nil {
		return "none"
	}
	f := cassette.FailureOf(e)
	text := fmt.Sprintf("%q timeout %t", f.Message, f.Timeout)
	if f.Temporary || f.Caller || f.Is != nil {
		text += fmt.Sprintf(" temporary %t caller %t is %#v", f.Temporary, f.Caller, f.Is)
	}
	if f.Op != nil {
		text += fmt.Sprintf(" op %q", f.Op)
	}
	if f.DNS != nil {
		text += fmt.Sprintf(" dns %q %t", f.DNS, f.NotFound)
	}
	return text
}

func TestCloneSharesNothing(t *testing.T) {
	i := get("http://tape.test/", "body")
	i.Request.Header = http.Header{"A": {"1"}}
	i.Response.Header = http.Header{"B": {"2"}}
	i.Response.Trailer = http.Header{"C": {"3"}}
	i.Response.Chunks = []cassette.Chunk{{Size: 1}, {Size: 3}}
	i.Response.Announced = []string{"C"}
	i.Response.Transfer = []string{"chunked"}
	i.Response.Length = new(int64)
	i.Error = cassette.Failure{Message: "broken", Is: []string{"io.EOF"}, Op: []string{"read", "", "", "addr"}, DNS: []string{"", "tape.test", ""}}.TransportError()
	before := showInteraction(i)
	c := i.Clone()
	if showInteraction(c) != before {
		t.Errorf("the clone is\n%s\nnot\n%s", showInteraction(c), before)
	}
	c.Request.Header["A"][0] = "x"
	c.Response.Header["B"][0] = "x"
	c.Response.Trailer["C"][0] = "x"
	c.Response.Chunks[0].Size = 2
	c.Response.Announced[0] = "x"
	c.Response.Transfer[0] = "x"
	*c.Response.Length = 9
	cassette.FailureOf(c.Error).Is[0] = "x"
	c.Error.Redact(func(string) string { return "x" })
	if after := showInteraction(i); after != before {
		t.Errorf("a change of the clone changed the original:\n%s", after)
	}
}

func TestLine(t *testing.T) {
	c := &cassette.Cassette{Interactions: []*cassette.Interaction{get("http://tape.test/1", "a"), get("http://tape.test/2", "b")}}
	data := c.Encode()
	lines := strings.Split(string(data), "\n")
	for n, i := range parse(t, data).Interactions {
		if i.Line() < 2 || lines[i.Line()-2] != "---" || lines[i.Line()-1] != "request:" {
			t.Errorf("interaction %d: line %d of\n%s", n, i.Line(), data)
		}
		if line := i.Clone().Line(); line != 0 {
			t.Errorf("interaction %d: the clone is on line %d", n, line)
		}
	}
	if line := c.Interactions[0].Line(); line != 0 {
		t.Errorf("an interaction from no file is on line %d", line)
	}
}

func TestBody(t *testing.T) {
	var zero cassette.Body
	if zero.Len() != 0 || zero.String() != "" || len(zero.Bytes()) != 0 {
		t.Errorf("the zero Body holds %q", zero)
	}
	b := cassette.NewBody([]byte("\xff"))
	if b.Len() != 1 || b.String() != "\xff" || string(b.Bytes()) != "\xff" {
		t.Errorf("NewBody holds %q", b)
	}
}

// The example in the package comment is what the writer makes of it.
func TestPackageComment(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(source), "//\tginkgo-vcr: 1\n")
	example, _, ok := strings.Cut(after, "//\n// A document ends")
	if !ok {
		t.Fatal("doc.go has no example")
	}
	example = "ginkgo-vcr: 1\n" + strings.NewReplacer("//\t", "", "//\n", "\n").Replace(example)
	if written := string(clones(parse(t, []byte(example))).Encode()); written != example {
		t.Errorf("the example is written as\n%s\nnot\n%s", written, example)
	}
}

func ptr(n int64) *int64 { return &n }

// arrivals are what a client sees of a response besides its status, headers and
// body, and how that is written.
var arrivals = []struct {
	name     string
	response cassette.Response
	want     string
}{
	{"nothing", cassette.Response{}, ""},
	{"chunked", cassette.Response{Transfer: []string{"chunked"}}, "  transfer: [chunked]\n"},
	{"two codings", cassette.Response{Transfer: []string{"gzip", "chunked"}}, "  transfer: [gzip, chunked]\n"},
	{"no coding", cassette.Response{Transfer: []string{}}, "  transfer: []\n"},
	{"close", cassette.Response{Close: true}, "  close: true\n"},
	{"length 0", cassette.Response{Length: ptr(0)}, "  length: 0\n"},
	{"length unknown", cassette.Response{Length: ptr(-1)}, "  length: -1\n"},
	{"length", cassette.Response{Length: ptr(math.MaxInt64)}, "  length: 9223372036854775807\n"},
	{"announced none", cassette.Response{Announced: []string{}}, "  announced: []\n"},
	{"announced", cassette.Response{Announced: []string{"X-Sum", "odd: name"}}, "  announced: [X-Sum, \"odd: name\"]\n"},
	{"announced and sent",
		cassette.Response{Trailer: http.Header{"X-Late": {"b"}, "X-Sum": {"a"}}, Announced: []string{"X-Sum"}},
		"  trailers:\n    X-Late: [b]\n    X-Sum: [a]\n  announced: [X-Sum]\n"},
	{"all of it",
		cassette.Response{Announced: []string{}, Transfer: []string{"chunked"}, Close: true, Length: ptr(-1), Uncompressed: true, End: cassette.EndClosed},
		"  announced: []\n  transfer: [chunked]\n  close: true\n  length: -1\n  uncompressed: true\n  end: closed\n"},
}

func arrival() *cassette.Cassette {
	c := new(cassette.Cassette)
	for _, a := range arrivals {
		r := a.response
		r.Status, r.Body = 200, cassette.NewBody([]byte(a.name))
		c.Interactions = append(c.Interactions, &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: "http://tape.test/"}, Response: r})
	}
	return c
}

func TestArrival(t *testing.T) {
	c := arrival()
	checkRoundTrip(t, c)
	for n, document := range strings.Split(string(c.Encode()), "---\n")[1:] {
		_, written, _ := strings.Cut(document, arrivals[n].name+"\n")
		if written != arrivals[n].want {
			t.Errorf("%s: written is\n%s\nnot\n%s", arrivals[n].name, written, arrivals[n].want)
		}
	}
}

// limit is the limit of the tapes below.
const limit = 16

var (
	small = strings.Repeat("s", limit)
	large = strings.Repeat("l", limit+1)
)

// beside returns the name of the file that holds a body.
func beside(body, extension string) string { return "_bodies/" + named(body, extension) }

// named is how a cassette names such a file.
func named(body, extension string) string {
	sum := sha256.Sum256([]byte(body))
	return fmt.Sprintf("%x.%s", sum[:8], extension)
}

// tape has an interaction for each body of a response.
func tape(bodies ...string) *cassette.Cassette {
	c := &cassette.Cassette{BodyLimit: limit}
	for n, body := range bodies {
		c.Interactions = append(c.Interactions, get(fmt.Sprintf("http://tape.test/%d", n), body))
	}
	return c
}

func save(t testing.TB, c *cassette.Cassette, path string) {
	t.Helper()
	sum, err := c.SaveWith(disk.Replace, "", path)
	if err != nil {
		t.Fatal(err)
	}
	if data := readFile(t, path); sum != disk.SumOf([]byte(data)) || sum == disk.SumOf([]byte(data+" ")) {
		t.Fatalf("the file holds\n%s\nand is said to hold something else", data)
	}
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// load reads a cassette and gives it the limit of the tapes here.
func load(t testing.TB, path string) *cassette.Cassette {
	t.Helper()
	c, err := cassette.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	c.BodyLimit = limit
	return c
}

// checkSaved saves a cassette, and looks at what is in its folder then.
func checkSaved(t *testing.T, c *cassette.Cassette, path string, files ...string) {
	t.Helper()
	save(t, c, path)
	if got, want := show(load(t, path)), show(c); got != want {
		t.Errorf("read is\n%s\nnot\n%s", got, want)
	}
	checkFiles(t, filepath.Dir(path), slices.Sorted(slices.Values(files))...)
}

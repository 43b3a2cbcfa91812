package cassette_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
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
	c, err := cassette.Parse("tape.yaml", data)
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

// show renders all that a tape keeps of a cassette, so that equal texts mean
// equal cassettes.
func show(c *cassette.Cassette) string {
	var text strings.Builder
	fmt.Fprintf(&text, "suite %q spec %q partial %t\n", c.Suite, c.Spec, c.Partial)
	for _, i := range c.Interactions {
		text.WriteString(showInteraction(i))
	}
	return text.String()
}

func showInteraction(i *cassette.Interaction) string {
	request, response := i.Request, i.Response
	took := i.Took.Round(time.Millisecond)
	if i.Took > 0 {
		took = max(took, time.Millisecond)
	}
	return fmt.Sprintf("%q %q\n  %q\n  %q\n%d %q %q uncompressed %t end %q\n  %q\n  %q\n  %q\n%serror %s\nat %v for %v\n",
		request.Method, request.URL, request.Header, request.Body,
		response.Status, response.Reason, response.Proto, response.Uncompressed, response.End,
		response.Header, response.Body, response.Trailer, showArrival(response),
		showFailure(i.Error), i.Recorded.UTC().Truncate(time.Second), max(took, 0))
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
	text := fmt.Sprintf("%q timeout %t", e.Message, e.Timeout)
	if e.Temporary || e.Caller || e.Is != nil {
		text += fmt.Sprintf(" temporary %t caller %t is %#v", e.Temporary, e.Caller, e.Is)
	}
	if e.Op != nil {
		text += fmt.Sprintf(" op %q", *e.Op)
	}
	if e.DNS != nil {
		text += fmt.Sprintf(" dns %q %t", []string{e.DNS.Reason, e.DNS.Name, e.DNS.Server}, e.DNS.NotFound)
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
	i.Error = &cassette.TransportError{Message: "broken", Is: []string{"io.EOF"}, Op: &cassette.OpError{Op: "read"}, DNS: &cassette.DNSError{Name: "tape.test"}}
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
	c.Error.Message, c.Error.Is[0], c.Error.Op.Op, c.Error.DNS.Name = "x", "x", "x", "x"
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

package cassette_test

import (
	"fmt"
	"net/http"
	"os"
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
	failure := "none"
	if i.Error != nil {
		failure = fmt.Sprintf("%q timeout %t", i.Error.Message, i.Error.Timeout)
	}
	took := i.Took.Round(time.Millisecond)
	if i.Took > 0 {
		took = max(took, time.Millisecond)
	}
	return fmt.Sprintf("%q %q\n  %q\n  %q\n%d %q %q uncompressed %t end %q\n  %q\n  %q\n  %q\nerror %s\nat %v for %v\n",
		request.Method, request.URL, request.Header, request.Body,
		response.Status, response.Reason, response.Proto, response.Uncompressed, response.End,
		response.Header, response.Body, response.Trailer,
		failure, i.Recorded.UTC().Truncate(time.Second), max(took, 0))
}

func TestCloneSharesNoHeader(t *testing.T) {
	i := get("http://tape.test/", "body")
	i.Request.Header = http.Header{"A": {"1"}}
	i.Response.Header = http.Header{"B": {"2"}}
	i.Response.Trailer = http.Header{"C": {"3"}}
	i.Error = &cassette.TransportError{Message: "broken"}
	before := showInteraction(i)
	c := i.Clone()
	if showInteraction(c) != before {
		t.Errorf("the clone is\n%s\nnot\n%s", showInteraction(c), before)
	}
	c.Request.Header["A"][0] = "x"
	c.Response.Header["B"][0] = "x"
	c.Response.Trailer["C"][0] = "x"
	c.Error.Message = "x"
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

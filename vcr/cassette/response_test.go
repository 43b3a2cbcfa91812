package cassette_test

import (
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

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

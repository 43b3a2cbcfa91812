package cassette_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// stream is an interaction whose body arrived in parts of the given sizes, each
// 20 ms after the one before it.
func stream(contentType, body string, sizes ...int) *cassette.Interaction {
	i := get("http://tape.test/", body)
	i.Response.Header = http.Header{"Content-Type": {contentType}}
	for _, size := range sizes {
		i.Response.Chunks = append(i.Response.Chunks, cassette.Chunk{Size: size, Delay: 20 * time.Millisecond})
	}
	return i
}

const (
	sse    = "text/event-stream; charset=utf-8"
	ndjson = "application/x-ndjson"
	plain  = "text/plain"
	frames = "application/vnd.amazon.eventstream"
)

func streams() *cassette.Cassette {
	c := new(cassette.Cassette)
	for _, s := range cuts {
		c.Interactions = append(c.Interactions, stream(s.contentType, s.body, s.sizes...))
	}
	c.Interactions[0].Response.Chunks[0].Delay = 812*time.Millisecond + 999*time.Microsecond
	c.Interactions[0].Response.Chunks[1].Delay = 0
	return c
}

var cuts = []struct {
	name, contentType, body string
	sizes                   []int
	want                    string
}{
	{"events", sse, "data: 1\n\ndata: 2\n\nid: 3\ndata: 3\n\n", []int{9, 9, 15}, "1, 1, 1"},
	{"events together", sse, "data: 1\n\ndata: 2\n\ndata: 3\n\n", []int{18, 9}, "2, 1"},
	{"events, CR LF", sse, "data: 1\r\n\r\ndata: 2\r\n\r\n", []int{11, 11}, "1, 1"},
	{"events, CR", sse, "data: 1\r\rdata: 2\r\r", []int{9, 9}, "1, 1"},
	{"events, mixed ends", sse, "data: 1\r\n\ndata: 2\n\r\ndata: 3\n\r", []int{10, 10, 9}, "1, 1, 1"},
	{"between CR and LF", sse, "data: 1\r\n\r\ndata: 2\r\n\r\n", []int{10, 12}, "10B, 2"},
	{"inside an event", sse, "data: 1\n\ndata: 2\n\ndata: 3\n\n", []int{9, 4, 5, 9}, "1, 4B, 1, 1"},
	{"inside and beyond", sse, "data: 1\n\ndata: 2\n\ndata: 3\n\n", []int{4, 14, 9}, "4B, 2, 1"},
	{"an event that breaks off", sse, "data: 1\n\nda", []int{9, 2}, "1, 2B"},
	{"empty lines", sse, "\n\n\n:\n\n\n\ndata: 1\n\n", []int{3, 3, 11}, "3B, 1, 1"},
	{"a line too much", sse, "data: 1\n\n\n", []int{9, 1}, "1, 1B"},
	{"lines", ndjson, "{}\n{\"a\":1}\n\n", []int{3, 9}, "1, 2"},
	{"lines, CR LF", ndjson, "{}\r\n{}\r\n", []int{4, 4}, "1, 1"},
	{"inside a line", ndjson, "{}\n{\"a\":1}\n{", []int{5, 7}, "5B, 7B"},
	{"no records", plain, "a\n\nb\n\n", []int{3, 3}, "3B, 3B"},
	{"no type", "", "ab", []int{1, 1}, "1B, 1B"},
	{"frames", frames, frame("{}") + frame("{\"a\":1}"), []int{18, 23}, "1, 1"},
	{"inside a frame", frames, frame("{}") + frame("{\"a\":1}"), []int{20, 21}, "20B, 1"},
	{"binary", frames, "\x00\x00\xff\n\n", []int{1, 4}, "1B, 4B"},
	{"a rest", sse, "data: 1\n\ndata: 2\n\n", []int{9}, "1"},
	{"a rest within an event", sse, "data: 1\n\ndata: 2\n\n", []int{9, 2}, "1, 2B"},
}

func TestChunks(t *testing.T) {
	for _, c := range cuts {
		t.Run(c.name, func(t *testing.T) {
			tape := &cassette.Cassette{Interactions: []*cassette.Interaction{stream(c.contentType, c.body, c.sizes...)}}
			checkRoundTrip(t, tape)
			if data := string(tape.Encode()); !strings.Contains(data, "\n  chunks: ["+c.want+"]\n  delays: [20") {
				t.Errorf("written is\n%s\nnot %s", data, c.want)
			}
		})
	}
}

// Whatever a caller says about the parts of a body, the file can be read, and
// has what makes sense of it.
func TestChunksThatDoNotFit(t *testing.T) {
	const body = "data: 1\n\ndata: 2\n\n" // 18 bytes
	huge := int(^uint(0) >> 1)
	for name, c := range map[string]struct{ sizes, want []int }{
		"one":             {[]int{18}, nil},
		"one too long":    {[]int{huge}, nil},
		"empty ones":      {[]int{0, 9, 0, 9, 0}, []int{9, 9}},
		"only empty ones": {[]int{0, 0}, nil},
		"negative":        {[]int{-1, 4, -huge, 14}, []int{4, 14}},
		"beyond the body": {[]int{9, 10, 3}, []int{9, 9}},
		"two huge ones":   {[]int{3, huge, huge}, []int{3, 15}},
		"too few":         {[]int{3}, []int{3}},
	} {
		i := stream(sse, body, c.sizes...)
		read := parse(t, (&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode()).Interactions[0]
		if got := sizes(read); !slices.Equal(got, c.want) {
			t.Errorf("%s: read are %v, not %v", name, got, c.want)
		}
	}
	empty := stream(sse, "", 1, 2)
	if read := parse(t, (&cassette.Cassette{Interactions: []*cassette.Interaction{empty}}).Encode()); sizes(read.Interactions[0]) != nil {
		t.Errorf("an empty body has the chunks %v", sizes(read.Interactions[0]))
	}
}

func sizes(i *cassette.Interaction) (sizes []int) {
	for _, chunk := range i.Response.Chunks {
		sizes = append(sizes, chunk.Size)
	}
	return sizes
}

func TestDelays(t *testing.T) {
	i := stream(plain, "abcd", 1, 1, 1, 1)
	for n, delay := range []time.Duration{-time.Second, 999 * time.Microsecond, 1500 * time.Microsecond, 100 * time.Hour} {
		i.Response.Chunks[n].Delay = delay
	}
	data := string((&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode())
	if !strings.Contains(data, "\n  delays: [0, 0, 1, 3600000]\n") {
		t.Errorf("written is\n%s", data)
	}
	var delays []time.Duration
	for _, chunk := range parse(t, []byte(data)).Interactions[0].Response.Chunks {
		delays = append(delays, chunk.Delay)
	}
	if want := []time.Duration{0, 0, time.Millisecond, time.Hour}; !slices.Equal(delays, want) {
		t.Errorf("read are %v, not %v", delays, want)
	}
}

// A person may write anything into the two lists; what is a list of counts is
// brought into the body.
func TestChunksOfAnEditedFile(t *testing.T) {
	for lists, want := range map[string]string{
		"chunks: [1, 1]\n  delays: [1, 2]":                    "[{9 1ms} {9 2ms}]",
		"chunks: [1, 1]":                                      "[{9 0s} {9 0s}]",
		"chunks: [1, 1]\n  delays: [5]":                       "[{9 5ms} {9 0s}]",
		"delays: [1, 2, 3]\n  chunks: [1, 1]":                 "[{9 1ms} {9 2ms}]",
		"delays: [1, 2, 3]":                                   "[]",
		"chunks: []\n  delays: []":                            "[]",
		"chunks: [2]\n  delays: [7]":                          "[]",
		"chunks: [1]\n  delays: [7]":                          "[{9 7ms}]",
		"chunks: [9B, 1, 1]\n  delays: [1, 2, 3]":             "[{9 1ms} {9 2ms}]",
		"chunks: [3B, 3B, 1]\n  delays: [0, 0, 0]":            "[{3 0s} {3 0s} {3 0s}]",
		"chunks: [17B, 1B]\n  delays: [0, 0]":                 "[{17 0s} {1 0s}]",
		"chunks: [17B, 2B, 2B]\n  delays: [0, 0]":             "[{17 0s} {1 0s}]",
		"chunks: [1, 9223372036854775807]\n  delays: [0, 0]":  "[{9 0s} {9 0s}]",
		"chunks: [1, 9223372036854775807B]\n  delays: [0, 0]": "[{9 0s} {9 0s}]",
		"chunks: [5B, 2, 2, 2]\n  delays: [3600000, 0]":       "[{5 1h0m0s} {13 0s}]",
		"chunks: [\"1\", '1B']":                               "[{9 0s} {1 0s}]",
		"chunks: [1, 1 after 3]\n  delays: [1, 2]":            "[{9 1ms} {9 2ms [3]}]",
		"chunks: [1 after 9 2 9, 1B after 1]":                 "[{9 0s [2 9]} {1 0s [1]}]",
		"chunks: [2 after 3]":                                 "[{18 0s [3]}]",
		"chunks: [1, 1, end after 4]":                         "[{9 0s} {9 0s} {0 0s [4]}]",
		"chunks: [1, end after 4]":                            "[{9 0s} {9 0s} {0 0s [4]}]",
		"chunks: [end after 4]":                               "[{18 0s} {0 0s [4]}]",
		"chunks: [1, end after 4, 1 after 5]":                 "[{9 0s} {9 0s [4 5]}]",
		"chunks: [2, 1 after 4, end after 5]":                 "[{18 0s} {0 0s [4 5]}]",
	} {
		file := head + whole + "  headers:\n    Content-Type: [text/event-stream]\n  " + lists + "\n  body:\n    text: |+\n      data: 1\n\n      data: 2\n\n"
		c := parse(t, []byte(file))
		got := strings.ReplaceAll(fmt.Sprint(c.Interactions[0].Response.Chunks), " []}", "}")
		if got != want {
			t.Errorf("%s: read are %s, not %s", lists, got, want)
		}
		checkRoundTrip(t, clones(c))
	}
}

// Chunks that are counted in events stay at the ends of events when a person
// changes the text, and leave what was added to the last part.
func TestChunksSurviveEdits(t *testing.T) {
	data := string((&cassette.Cassette{Interactions: []*cassette.Interaction{stream(sse, "data: 1\n\ndata: 2\n\ndata: 3\n\n", 9, 18)}}).Encode())
	for _, c := range []struct {
		replace, by string
		want        []int
	}{
		{"data: 1", "data: one", []int{11, 18}},
		{"data: 2", "event: b\n      data: two", []int{9, 29}},
		{"      data: 3\n\n", "", []int{9, 9}},
		{"      data: 2\n\n      data: 3\n\n", "", nil},
		{"data: 3\n", "data: 3\n\n      data: 4\n", []int{9, 18}},
	} {
		if got := sizes(parse(t, []byte(strings.Replace(data, c.replace, c.by, 1))).Interactions[0]); !slices.Equal(got, c.want) {
			t.Errorf("%q for %q: the chunks are %v, not %v", c.by, c.replace, got, c.want)
		}
	}
}

// What is compressed has no records: its parts are counted in bytes.
func TestChunksOfCompressedBodies(t *testing.T) {
	i := stream(sse, "data: 1\n\ndata: 2\n\n", 9, 9)
	i.Response.Header.Set("Content-Encoding", "br")
	c := &cassette.Cassette{Interactions: []*cassette.Interaction{i}}
	if data := string(c.Encode()); !strings.Contains(data, "\n  chunks: [9B, 9B]\n") {
		t.Errorf("written is\n%s", data)
	}
	checkRoundTrip(t, c)
}

// Any body in any parts comes back in the same parts.
func TestRandomChunks(t *testing.T) {
	t.Parallel()
	d := draw{rand.New(rand.NewPCG(3, 4))}
	for range 40 {
		c := new(cassette.Cassette)
		for range 50 {
			var body strings.Builder
			for range 1 + d.IntN(20) {
				body.WriteString([]string{"data: 1", "\n", "\n", "\n\n", "\r\n", "\r", ":", "\xff"}[d.IntN(8)])
			}
			i := stream([]string{sse, ndjson, plain}[d.IntN(3)], body.String())
			i.Response.Chunks = d.chunks(body.Len())
			c.Interactions = append(c.Interactions, i)
		}
		checkRoundTrip(t, c)
	}
}

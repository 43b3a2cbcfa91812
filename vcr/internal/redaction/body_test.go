package redaction_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// split cuts text at each bar.
func split(text string) (string, []cassette.Chunk) {
	var chunks []cassette.Chunk
	for n, part := range strings.Split(text, "|") {
		chunks = append(chunks, cassette.Chunk{Size: len(part), Delay: time.Duration(n)})
	}
	return strings.ReplaceAll(text, "|", ""), chunks
}

// joined is the opposite of split.
func joined(r cassette.Response) string {
	rest := r.Body.String()
	var parts []string
	for _, chunk := range r.Chunks {
		parts = append(parts, rest[:chunk.Size])
		rest = rest[chunk.Size:]
	}
	return strings.Join(parts, "|") + rest
}

func TestChunksMoveWithWhatStandsInThem(t *testing.T) {
	const hidden = "[redacted:service_key]"
	cases := []struct{ name, contentType, body, want string }{
		{"nothing to hide", "text/event-stream", "data: a\n\n|data: b\n\n", "data: a\n\n|data: b\n\n"},
		{"longer", "text/event-stream", "data: a\n\n|data: " + planted + "\n\n|data: b\n\n", "data: a\n\n|data: " + hidden + "\n\n|data: b\n\n"},
		{"in two events", "text/event-stream", "data: " + planted + "\n\n|data: b\n\n|data: " + planted + "\n\n|data: c\n\n",
			"data: " + hidden + "\n\n|data: b\n\n|data: " + hidden + "\n\n|data: c\n\n"},
		{"between events", "text/event-stream", "data: a\n\nda|ta: " + planted + "\n\nda|ta: b\n\n", "data: a\n\nda|ta: " + hidden + "\n\nda|ta: b\n\n"},
		{"lines", "application/x-ndjson", "{\"password\":\"x\"}\n|{\"password\":\"y\"}\n|{}\n", "{\"password\":\"[redacted:password]\"}\n|{\"password\":\"[redacted:password:2]\"}\n|{}\n"},
		{"bytes", "application/octet-stream", "\x00a|b" + planted + "c|d\xff", "\x00a|b" + hidden + "c|d\xff"},
		{"several at once", "text/plain", "a|" + strings.Repeat(planted, 3) + "|b|c", "a|" + strings.Repeat(hidden, 3) + "|b|c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			body, chunks := split(c.body)
			i := &cassette.Interaction{Response: cassette.Response{Header: http.Header{"Content-Type": {c.contentType}}, Body: cassette.NewBody([]byte(body)), Chunks: chunks}}
			redactor(withPlanted).Interaction(i)
			if got := joined(i.Response); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			for n, chunk := range i.Response.Chunks {
				if chunk.Delay != time.Duration(n) {
					t.Errorf("chunk %d has the delay of %d", n, chunk.Delay)
				}
			}
		})
	}
}

// Chunks never count more than there is, also where a cut falls into what is replaced.
func TestChunksStayWithinTheBody(t *testing.T) {
	for at := range len(planted) + 2 {
		for second := at; second < len(planted)+2; second++ {
			body := "." + planted + "."
			i := &cassette.Interaction{Response: cassette.Response{Body: cassette.NewBody([]byte(body)), Chunks: []cassette.Chunk{{Size: at}, {Size: second - at}, {Size: len(body) - second}}}}
			redactor(withPlanted).Interaction(i)
			sum := 0
			for _, chunk := range i.Response.Chunks {
				if chunk.Size <= 0 {
					t.Errorf("%d, %d: chunks %v", at, second, i.Response.Chunks)
				}
				sum += chunk.Size
			}
			if sum != i.Response.Body.Len() {
				t.Errorf("%d, %d: chunks %v of %d bytes", at, second, i.Response.Chunks, i.Response.Body.Len())
			}
		}
	}
}

// JSON between zero bytes is found, and all other bytes stay.
func TestJSONInBinaryBodies(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"frames", "\x00\x01{\"password\":\"x\"}\xff\x00\x00{\"password\" : \"y\"}\x00", "\x00\x01{\"password\":\"[redacted:password]\"}\xff\x00\x00{\"password\" : \"[redacted:password:2]\"}\x00"},
		{"at both ends", "{\"password\":\"x\"}\x00{\"password\":\"x\"}", "{\"password\":\"[redacted:password]\"}\x00{\"password\":\"[redacted:password]\"}"},
		{"cut off", "\x00{\"password\":\"x", "\x00{\"password\":\"[redacted:password]"},
		{"nothing", "\x00\"a\":\"b\"\x00\x00", "\x00\"a\":\"b\"\x00\x00"},
	}
	for _, c := range cases {
		i := &cassette.Interaction{Response: cassette.Response{Body: cassette.NewBody([]byte(c.body))}}
		redactor(nil).Interaction(i)
		if got := i.Response.Body.String(); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

// A compressed body is as compressed as before, and untouched if it holds no secret.
func TestCompressedBodies(t *testing.T) {
	for _, name := range []string{"Content-Encoding", "content-encoding"} {
		plain := strings.Repeat(`{"text":"innocent"}`+"\n", 10)
		innocent := deflated(plain, gzip.BestSpeed)
		i := &cassette.Interaction{Request: cassette.Request{Header: http.Header{name: {"gzip"}}, Body: cassette.NewBody(innocent)}}
		redactor(withPlanted).Interaction(i)
		if !slices.Equal(i.Request.Body.Bytes(), innocent) {
			t.Errorf("%s: an innocent body was compressed again", name)
		}
		i.Request.Body = cassette.NewBody(deflated(plain+`{"password":"x"}`+planted, gzip.BestSpeed))
		redactor(withPlanted).Interaction(i)
		reader, err := gzip.NewReader(bytes.NewReader(i.Request.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(reader)
		if want := plain + `{"password":"[redacted:password]"}[redacted:service_key]`; err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func deflated(text string, level int) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, level)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.Bytes()
}

// A length that no header says follows the body, and an unknown one stays so.
func TestTheLengthFollows(t *testing.T) {
	for length, want := range map[int64]int64{16: 34, 100: 118, 0: 18, -1: -1} {
		i := &cassette.Interaction{Response: cassette.Response{Body: cassette.NewBody([]byte(`{"password":"x"}`)), Length: &length}}
		redactor(nil).Interaction(i)
		if got := *i.Response.Length; got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
}

// A compressed body that breaks off says its secrets as far as it goes.
func TestCompressedBodiesThatBreakOff(t *testing.T) {
	plain := []byte(`data: {"password":"planted-password","known":"planted-known"}` + "\n\n" + strings.Repeat("data: more\n\n", 500))
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		whole := media.Compress(coding, plain)
		for name, body := range map[string][]byte{"cut": whole[:len(whole)-9], "junk behind it": append(bytes.Clone(whole), "junk"...), "whole": whole} {
			i := &cassette.Interaction{Response: cassette.Response{
				Header: http.Header{"Content-Encoding": {coding}, "Content-Type": {"text/event-stream"}},
				Body:   cassette.NewBody(body), Chunks: []cassette.Chunk{{Size: 5}, {Size: 7}},
			}}
			redactor(func() []redaction.Secret { return []redaction.Secret{{Name: "known", Value: "planted-known"}} }).Interaction(i)
			got, _ := media.Decompress(coding, i.Response.Body.Bytes())
			if bytes.Contains(got, []byte("planted")) || bytes.Contains(i.Response.Body.Bytes(), []byte("planted")) {
				t.Errorf("%s, %s: got %q", coding, name, got)
			}
		}
	}
}

// In server-sent events, JSON may go on in the next line.
func TestEventsOfSeveralLines(t *testing.T) {
	i := &cassette.Interaction{Response: cassette.Response{
		Header: http.Header{"Content-Type": {"text/event-stream"}},
		Body:   cassette.NewBody([]byte("data: {\"access_token\":\ndata:  \"planted\"}\n\n")),
	}}
	redactor(nil).Interaction(i)
	if got := i.Response.Body.String(); got != "data: {\"access_token\":\ndata:  \"[redacted:access_token]\"}\n\n" {
		t.Errorf("got %q", got)
	}
}

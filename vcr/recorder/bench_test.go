package recorder_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// chatTape is a cassette of n different chats, in sizes that are usual.
func chatTape(n int) *cassette.Cassette {
	var c cassette.Cassette
	for i := range n {
		c.Interactions = append(c.Interactions, &cassette.Interaction{
			Request:  cassette.Request{Method: "POST", URL: api + "/v1/chat/completions", Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(chatBody(i)))},
			Response: cassette.Response{Status: 200, Header: usualHeader(), Body: cassette.NewBody(fmt.Appendf(nil, `{"id":"chatcmpl-%d","choices":[{"index":0,"message":{"role":"assistant","content":"%s"}}],"usage":{"total_tokens":42}}`, i, strings.Repeat("All work and no play. ", 100)))},
		})
	}
	return &c
}

func chatBody(n int) string {
	return fmt.Sprintf(`{"model":"gpt-4o-mini","messages":[{"role":"system","content":"%s"},{"role":"user","content":"Question number %d?"}],"temperature":0.2}`, strings.Repeat("Be brief and kind. ", 30), n)
}

// usualHeader has as many names as the answers of the providers.
func usualHeader() http.Header {
	h := http.Header{"Content-Type": {"application/json"}}
	for n := range 18 {
		h.Set(fmt.Sprintf("X-Ratelimit-Of-Sorts-%d", n), fmt.Sprint("value ", n))
	}
	return h
}

// A stub answers every request with a static response.
type stub struct {
	header http.Header
	body   []byte
}

func (s stub) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return &http.Response{
		Status: "200 OK", StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: s.header, Body: io.NopCloser(bytes.NewReader(s.body)), ContentLength: int64(len(s.body)), Request: req,
	}, nil
}

func askOnce(b *testing.B, do func(*http.Request) (*http.Response, error), body string) {
	req, err := http.NewRequest("POST", api+"/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := do(req)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
}

// One chat is replayed again and again.
func BenchmarkReplay(b *testing.B) {
	tape := chatTape(1)
	file := b.TempDir() + "/tape.yaml"
	if _, err := tape.Save(file); err != nil {
		b.Fatal(err)
	}
	session, err := recorder.Open(recorder.Config{Path: file, Mode: recorder.None, AllowRepeats: true})
	if err != nil {
		b.Fatal(err)
	}
	answer := stub{usualHeader(), tape.Interactions[0].Response.Body.Bytes()}
	for _, peer := range []struct {
		name      string
		transport http.RoundTripper
	}{{"stub", answer}, {"ginkgo-vcr", session}} {
		body := chatBody(0)
		b.Run("via=client/peer="+peer.name, func(b *testing.B) {
			client := &http.Client{Transport: peer.transport}
			b.ReportAllocs()
			for b.Loop() {
				askOnce(b, client.Do, body)
			}
		})
		b.Run("via=transport/peer="+peer.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				askOnce(b, peer.transport.RoundTrip, body)
			}
		})
	}
}

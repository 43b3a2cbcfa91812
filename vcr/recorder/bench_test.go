package recorder_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	if err := tape.Save(file); err != nil {
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

var chatSizes = []int{10, 100, 1_000, 10_000}

// chat is a request of about 1 KB that has an id of its own in every run.
func chat(n int, id string) []byte {
	return fmt.Appendf(nil, `{"model":"small","user":%q,"messages":[{"role":"system","content":"%0800d"},{"role":"user","content":"What is the capital of country %d?","id":%q}],"temperature":0.2}`, id, 0, n, id)
}

// saveChats writes a cassette of n chats.
func saveChats(b *testing.B, n int) (file string) {
	b.Helper()
	var tape cassette.Cassette
	for i := range n {
		request := asks("POST", api+"/v1/chat", "application/json", string(chat(i, "recorded")))
		response := cassette.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody(fmt.Appendf(nil, `{"answer":%d}`, i))}
		tape.Interactions = append(tape.Interactions, &cassette.Interaction{Request: request, Response: response})
	}
	file = filepath.Join(b.TempDir(), "chats.yaml")
	if err := tape.Save(file); err != nil {
		b.Fatal(err)
	}
	return file
}

// openChats opens a session under a rule about bodies.
func openChats(b *testing.B, file string) *recorder.Session {
	b.Helper()
	s, err := recorder.Open(recorder.Config{Path: file, Mode: recorder.None, IgnoreBody: []string{"$.user", "$.messages[*].id"}})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func replayChat(b *testing.B, s *recorder.Session, n int, body []byte) {
	req, _ := http.NewRequest("POST", api+"/v1/chat", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := io.ReadAll(resp.Body)
	if want := fmt.Sprintf(`{"answer":%d}`, n); err != nil || string(answer) != want {
		b.Fatalf("chat %d: got %s, %v", n, answer, err)
	}
	_ = resp.Body.Close()
}

// BenchmarkReplayReverse replays chats in the reverse order of the tape. They
// match by value only, since each request has an id of its own, under a rule
// that ignores these. An operation is one interaction; that the tape is loaded,
// and its keys are made, is left out.
func BenchmarkReplayReverse(b *testing.B) {
	for _, size := range chatSizes {
		b.Run(fmt.Sprintf("data=%d", size), func(b *testing.B) {
			file := saveChats(b, size)
			bodies := make([][]byte, size)
			for n := range bodies {
				bodies[n] = chat(n, "replayed")
			}
			// As many small tapes as hold the recordings of the largest one, so that
			// all sizes have the same caches and the same garbage collector.
			sessions := make([]*recorder.Session, chatSizes[len(chatSizes)-1]/size)
			b.ReportAllocs()
			b.ResetTimer()
			b.StopTimer()
			for done := 0; done < b.N; {
				for n := range sessions {
					sessions[n] = openChats(b, file)
					replayChat(b, sessions[n], size-1, bodies[size-1]) // loads the tape and makes its keys
				}
				b.StartTimer()
				for _, s := range sessions {
					for n := size - 2; n >= 0 && done < b.N; n-- {
						replayChat(b, s, n, bodies[n])
						done++
					}
				}
				b.StopTimer()
			}
		})
	}
}

// BenchmarkFirstReplay is what that leaves out: the cassette is read, and one
// request is answered by value, for which all keys are made. It reports the time
// for each interaction on the tape.
func BenchmarkFirstReplay(b *testing.B) {
	for _, size := range chatSizes {
		b.Run(fmt.Sprintf("data=%d", size), func(b *testing.B) {
			file := saveChats(b, size)
			body := chat(size-1, "replayed")
			b.ReportAllocs()
			for b.Loop() {
				replayChat(b, openChats(b, file), size-1, body)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/interaction")
		})
	}
}

// Calls that take a while are recorded, as those to a model do. Of what its caller pays
// for one, "journal" is with the journal, and "none" without.
func BenchmarkRecordSlowly(b *testing.B) {
	for _, took := range []time.Duration{6 * time.Millisecond, 50 * time.Millisecond} {
		for name, only := range map[string]bool{"journal": false, "none": true} {
			b.Run(fmt.Sprintf("took=%s/%s", took, name), func(b *testing.B) {
				answer := chatTape(1).Interactions[0].Response
				session, err := recorder.Open(recorder.Config{
					Path: filepath.Join(b.TempDir(), "tape.yaml"), Mode: recorder.All, RecordOnlyPassed: only,
					Base: slowStub{stub{answer.Header, answer.Body.Bytes()}, took},
				})
				if err != nil {
					b.Fatal(err)
				}
				for n := range b.N {
					askOnce(b, session.RoundTrip, chatBody(n))
				}
				b.StopTimer()
				if _, err := session.Close(true); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

// A slowStub lets some time pass before it answers.
type slowStub struct {
	stub
	takes time.Duration
}

func (s slowStub) RoundTrip(req *http.Request) (*http.Response, error) {
	time.Sleep(s.takes)
	return s.stub.RoundTrip(req)
}

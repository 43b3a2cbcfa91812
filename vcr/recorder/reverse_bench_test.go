package recorder_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

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
	if _, err := tape.Save(file); err != nil {
		b.Fatal(err)
	}
	return file
}

// openChats opens a session under a rule about bodies.
func openChats(b *testing.B, file string) *recorder.Session {
	b.Helper()
	s, err := recorder.Open(recorder.Config{Path: file, Mode: recorder.None, Rules: match.Rules{IgnoreBody: []string{"$.user", "$.messages[*].id"}}})
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

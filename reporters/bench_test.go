package reporters_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

const (
	question = `{"model":"gpt-5.4-mini","messages":[{"role":"system","content":"You are brief."},{"role":"user","content":"What is the capital of France?"}]}`
	answer   = `{"id":"chatcmpl-1","object":"chat.completion","created":1766131200,"model":"gpt-5.4-mini","choices":[{"index":0,"message":{"role":"assistant","content":"The capital of France is Paris."},"finish_reason":"stop"}],"usage":{"prompt_tokens":23,"completion_tokens":8,"total_tokens":31}}`
)

// What a spec that replays an answer costs, or three of them: the entry, and the JSON in
// which it travels. Most of it is the reading of tokens.
func BenchmarkEntryOf(b *testing.B) {
	var tape []*cassette.Interaction
	for range 3 {
		tape = append(tape, &cassette.Interaction{
			Request:  cassette.Request{Method: "POST", URL: "https://api.openai.com/v1/chat/completions", Body: cassette.NewBody([]byte(question))},
			Response: cassette.Response{Status: 200, Header: map[string][]string{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(answer))},
			Recorded: time.Now(), Took: time.Second,
		})
	}
	about := reporters.Spec{Name: "Chat / answers", Place: "chat/chat_test.go:31", Attempt: 1, Passed: true}
	for _, answers := range []int{1, 3} {
		closed := recorder.Snapshot{Cassette: "cassettes/chat/answers.yaml", Mode: recorder.None, Loaded: tape[:answers], Replayed: tape[:answers], TimeSaved: 3 * time.Second}
		b.Run(fmt.Sprintf("answers=%d/entry", answers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reporters.EntryOf(closed, about, nil)
			}
		})
		b.Run(fmt.Sprintf("answers=%d/entry and JSON", answers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, value := reporters.EntryOf(closed, about, nil)
				if _, err := json.Marshal(types.WrapEntryValue(value)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

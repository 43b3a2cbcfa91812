package vcrtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// chunk is one event of a streamed completion.
type chunk struct {
	ID      string        `json:"id"`
	Object  string        `json:"object"`
	Created int64         `json:"created"`
	Model   string        `json:"model"`
	Choices []chunkChoice `json:"choices"`
	// Usage is null in every event but the last if usage was asked for, and
	// absent otherwise.
	Usage json.RawMessage `json:"usage,omitempty"`
}

type chunkChoice struct {
	Index        int     `json:"index"`
	Delta        delta   `json:"delta"`
	FinishReason *string `json:"finish_reason"`
}

type delta struct {
	Role    string  `json:"role,omitempty"`
	Content *string `json:"content,omitempty"`
}

// stream sends events until one fails.
type stream struct {
	w   http.ResponseWriter
	err error
}

// streamCompletion sends a completion as server-sent events: the role, a word
// each, the reason to finish, the usage if it is asked for, and [DONE].
func streamCompletion(w http.ResponseWriter, whole completion, withUsage bool) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	s := &stream{w: w}
	chunk := chunk{ID: whole.ID, Object: "chat.completion.chunk", Created: whole.Created, Model: whole.Model}
	if withUsage {
		chunk.Usage = json.RawMessage("null")
	}
	send := func(choice chunkChoice) {
		chunk.Choices = []chunkChoice{choice}
		s.send(encode(chunk))
	}
	reply, finish := whole.Choices[0].Message, whole.Choices[0].FinishReason
	send(chunkChoice{Delta: delta{Role: reply.Role, Content: new(string)}})
	for word := range strings.SplitAfterSeq(reply.Content, " ") {
		send(chunkChoice{Delta: delta{Content: &word}})
	}
	send(chunkChoice{FinishReason: &finish})
	if withUsage {
		chunk.Choices, chunk.Usage = []chunkChoice{}, encode(whole.Usage)
		s.send(encode(chunk))
	}
	s.send([]byte("[DONE]"))
}

// send writes one event and flushes it.
func (s *stream) send(data []byte) {
	if s.err != nil {
		return
	}
	if _, s.err = fmt.Fprintf(s.w, "data: %s\n\n", data); s.err == nil {
		s.err = http.NewResponseController(s.w).Flush()
	}
}

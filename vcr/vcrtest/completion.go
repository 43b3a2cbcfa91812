package vcrtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// replies maps the messages that Chat knows to its replies.
var replies = map[string]string{
	"What is the capital of France?": "Paris is the capital of France.",
	"What is the capital of Italy?":  "Rome is the capital of Italy.",
	"What is the capital of Japan?":  "Tokyo is the capital of Japan.",
}

// completionRequest has the fields of a request that are used.
type completionRequest struct {
	Model    string    `json:"model"`
	Messages []message `json:"messages"`
	Stream   bool      `json:"stream"`
	Options  struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
}

type message struct {
	Role    string  `json:"role"`
	Content content `json:"content"`
}

// content is a message's text. A request has it as a string or in parts.
type content string

// completion is a response that is not streamed.
type completion struct {
	ID      string   `json:"id"`
	Object  string   `json:"object"`
	Created int64    `json:"created"`
	Model   string   `json:"model"`
	Choices []choice `json:"choices"`
	Usage   usage    `json:"usage"`
}

type choice struct {
	Index        int    `json:"index"`
	Message      reply  `json:"message"`
	FinishReason string `json:"finish_reason"`
}

type reply struct {
	Role    string  `json:"role"`
	Content string  `json:"content"`
	Refusal *string `json:"refusal"`
}

type usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	TotalTokens      int `json:"total_tokens"`
}

func serveCompletion(w http.ResponseWriter, id string, body []byte) {
	var request completionRequest
	if failure := decode(body, &request); failure != nil {
		failure.write(w)
		return
	}
	if len(request.Messages) == 0 {
		badRequest("the body has no messages").write(w)
		return
	}
	text := request.reply()
	completion := completion{
		ID:      "chatcmpl-" + id,
		Object:  "chat.completion",
		Created: created,
		Model:   request.Model,
		Choices: []choice{{Message: reply{Role: "assistant", Content: text}, FinishReason: "stop"}},
		Usage:   request.usage(text),
	}
	if request.Stream {
		streamCompletion(w, completion, request.Options.IncludeUsage)
		return
	}
	writeJSON(w, http.StatusOK, completion)
}

func (r *completionRequest) model() string { return r.Model }

// reply returns the reply to the last message of the user.
func (r *completionRequest) reply() string {
	var prompt string
	for _, message := range r.Messages {
		if message.Role == "user" {
			prompt = string(message.Content)
		}
	}
	if text, ok := replies[prompt]; ok {
		return text
	}
	return prompt
}

// usage counts words as tokens.
func (r *completionRequest) usage(reply string) usage {
	var prompt int
	for _, message := range r.Messages {
		prompt += words(string(message.Content))
	}
	return usage{prompt, words(reply), prompt + words(reply)}
}

func words(text string) int {
	return len(strings.Fields(text))
}

// UnmarshalJSON reads a string, a list of parts or null. It joins the text of the parts.
func (c *content) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, (*string)(c))
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	var text strings.Builder
	for _, part := range parts {
		text.WriteString(part.Text)
	}
	*c = content(text.String())
	return nil
}

// chunk is one event of a streamed completion.
type chunk struct {
	ID      string        `json:"id"`
	Object  string        `json:"object"`
	Created int64         `json:"created"`
	Model   string        `json:"model"`
	Choices []chunkChoice `json:"choices"`
	// Usage is empty unless the request includes it. It is then null in every event but
	// the last.
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

// stream sends events until the first error.
type stream struct {
	w   http.ResponseWriter
	err error
}

// streamCompletion sends a completion as server-sent events: the role, each word, the
// finish reason, the usage if withUsage is set, and [DONE].
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

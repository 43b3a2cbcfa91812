package vcrtest

import (
	"encoding/json"
	"net/http"
	"strings"
)

// answers has what Chat knows.
var answers = map[string]string{
	"What is the capital of France?": "Paris is the capital of France.",
	"What is the capital of Italy?":  "Rome is the capital of Italy.",
	"What is the capital of Japan?":  "Tokyo is the capital of Japan.",
}

// completionRequest is what is read of a request for a completion.
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

// content is a message's text, which comes as a string or in parts.
type content string

// completion is the answer in one piece.
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
	answer := request.answer()
	completion := completion{
		ID:      "chatcmpl-" + id,
		Object:  "chat.completion",
		Created: created,
		Model:   request.Model,
		Choices: []choice{{Message: reply{Role: "assistant", Content: answer}, FinishReason: "stop"}},
		Usage:   request.usage(answer),
	}
	if request.Stream {
		streamCompletion(w, completion, request.Options.IncludeUsage)
		return
	}
	writeJSON(w, http.StatusOK, completion)
}

func (r *completionRequest) model() string { return r.Model }

// answer returns the reply to the last message of the user.
func (r *completionRequest) answer() string {
	var question string
	for _, message := range r.Messages {
		if message.Role == "user" {
			question = string(message.Content)
		}
	}
	if answer, ok := answers[question]; ok {
		return answer
	}
	return question
}

// usage counts words as tokens.
func (r *completionRequest) usage(answer string) usage {
	var prompt int
	for _, message := range r.Messages {
		prompt += words(string(message.Content))
	}
	return usage{prompt, words(answer), prompt + words(answer)}
}

func words(text string) int {
	return len(strings.Fields(text))
}

// UnmarshalJSON reads a string, a list of parts of which those of text count,
// or null.
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

package exchange

import (
	"encoding/json"
	"fmt"
	"strings"
)

type chatRequest struct {
	Model       string    `json:"model"`
	Messages    []message `json:"messages"`
	Temperature float64   `json:"temperature"`
	MaxTokens   int       `json:"max_tokens"`
	Stream      bool      `json:"stream,omitempty"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type chatResponse struct {
	ID                string   `json:"id"`
	Object            string   `json:"object"`
	Created           int      `json:"created"`
	Model             string   `json:"model"`
	Choices           []choice `json:"choices"`
	Usage             usage    `json:"usage"`
	ServiceTier       string   `json:"service_tier"`
	SystemFingerprint string   `json:"system_fingerprint"`
}

type choice struct {
	Index        int     `json:"index"`
	Message      message `json:"message"`
	FinishReason string  `json:"finish_reason"`
}

type usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	TotalTokens      int `json:"total_tokens"`
}

// Chat returns the n-th chat: a request of about 0.7 KB and a response of about 2.5 KB.
func Chat(n int) Exchange { return chat(n, 2150) }

// Chats returns the chats from 0 to count-1.
func Chats(count int) []Exchange {
	chats := make([]Exchange, count)
	for n := range chats {
		chats[n] = Chat(n)
	}
	return chats
}

// LongChats is like Chats, with longer responses: a cassette of one has 6 KB.
func LongChats(count int) []Exchange {
	chats := make([]Exchange, count)
	for n := range chats {
		chats[n] = chat(n, 3800)
	}
	return chats
}

func chat(n, answer int) Exchange {
	random := newSource(uint64(n))
	ask := requestOf(n)
	return Exchange{
		URL:    api + "/v1/chat/completions",
		Header: requestHeader(),
		Body:   compact(ask),
		Response: Response{
			Header: responseHeader("application/json"),
			Body: compact(chatResponse{
				ID:      fmt.Sprintf("chatcmpl-%016x%08x", random.Uint64(), n),
				Object:  "chat.completion",
				Created: 1795348800 + n,
				Model:   "gpt-4o-mini-2024-07-18",
				Choices: []choice{{
					Message:      message{Role: "assistant", Content: prose(random, answer)},
					FinishReason: "stop",
				}},
				Usage:             usage{140, 520, 660},
				ServiceTier:       "default",
				SystemFingerprint: "fp_62a23a81ef",
			}),
		},
	}
}

// requestOf returns the request of the n-th chat. All begin alike and have the same
// length, like the calls of a suite with one prompt.
func requestOf(n int) chatRequest {
	return chatRequest{
		Model: "gpt-4o-mini",
		Messages: []message{
			{"system", "You answer questions about an online shop.\nRules:\n- Answer briefly.\n- Be kind.\n- " + prose(newSource(1), 250)},
			{"user", prose(newSource(2), 180) + fmt.Sprintf(" My order has the number %08d.", n)},
		},
		Temperature: 0.2,
		MaxTokens:   512,
	}
}

// compact returns the JSON of a value as the clients write it.
func compact(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // the values are made here
	}
	return string(text)
}

type chunk struct {
	ID      string        `json:"id"`
	Object  string        `json:"object"`
	Created int           `json:"created"`
	Model   string        `json:"model"`
	Choices []chunkChoice `json:"choices"`
}

type chunkChoice struct {
	Index        int     `json:"index"`
	Delta        delta   `json:"delta"`
	FinishReason *string `json:"finish_reason"`
}

type delta struct {
	Content string `json:"content"`
}

// Stream returns a chat whose response is server-sent events of about size bytes, a
// word in each, which arrive one by one.
func Stream(size int) Exchange {
	random := newSource(uint64(size))
	ask := requestOf(size)
	ask.Stream = true
	var body strings.Builder
	var chunks []int
	send := func(data string) {
		event := "data: " + data + "\n\n"
		body.WriteString(event)
		chunks = append(chunks, len(event))
	}
	id := fmt.Sprintf("chatcmpl-%016x", random.Uint64())
	for body.Len() < size {
		send(compact(chunk{
			ID: id, Object: "chat.completion.chunk", Created: 1795348800, Model: "gpt-4o-mini-2024-07-18",
			Choices: []chunkChoice{{Delta: delta{words[random.IntN(len(words))] + " "}}},
		}))
	}
	send("[DONE]")
	return Exchange{
		URL:      api + "/v1/chat/completions",
		Header:   requestHeader(),
		Body:     compact(ask),
		Response: Response{Header: responseHeader("text/event-stream; charset=utf-8"), Body: body.String(), Chunks: chunks},
	}
}

package exchange

import (
	"encoding/json"
	"fmt"
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

// Chat returns the n-th chat: a request of about 0.7 KB, its answer of about 2.5.
func Chat(n int) Exchange { return chat(n, 2150) }

// Chats returns the chats from 0 to count-1.
func Chats(count int) []Exchange {
	chats := make([]Exchange, count)
	for n := range chats {
		chats[n] = Chat(n)
	}
	return chats
}

// LongChats is like Chats, with answers that make each a cassette of 6 KB.
func LongChats(count int) []Exchange {
	chats := make([]Exchange, count)
	for n := range chats {
		chats[n] = chat(n, 3800)
	}
	return chats
}

func chat(n, answer int) Exchange {
	random := newSource(uint64(n))
	ask := question(n)
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

// question returns the request of the n-th chat. All of them begin alike and
// have one length, as the calls of a suite with one prompt have.
func question(n int) chatRequest {
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

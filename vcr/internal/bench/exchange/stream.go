package exchange

import (
	"fmt"
	"strings"
)

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

// Stream returns a chat that is answered by server-sent events of about size
// bytes, a word in each, as they arrive one by one.
func Stream(size int) Exchange {
	random := newSource(uint64(size))
	ask := question(size)
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

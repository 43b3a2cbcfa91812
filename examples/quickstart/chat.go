// Package quickstart is a chat client of the size that fits on one screen, and
// the suite that tests it: chat_test.go is what a user of ginkgo-vcr writes.
package quickstart

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// A Chat asks a model through a chat-completions API.
type Chat struct {
	URL, Key string // such as https://api.openai.com/v1, and the key for it
	HTTP     *http.Client
}

type choice struct {
	Message, Delta struct{ Content string }
}

// Ask returns the answer to a question.
func (c Chat) Ask(ctx context.Context, question string) (string, error) {
	resp, err := c.post(ctx, question, false)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var completion struct{ Choices []choice }
	if err := json.NewDecoder(resp.Body).Decode(&completion); err != nil || len(completion.Choices) == 0 {
		return "", fmt.Errorf("no answer: %v", err)
	}
	return completion.Choices[0].Message.Content, nil
}

// Stream hands on the answer piece by piece, as the model writes it.
func (c Chat) Stream(ctx context.Context, question string, piece func(string)) error {
	resp, err := c.post(ctx, question, true)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	events := bufio.NewScanner(resp.Body)
	for events.Scan() {
		data, isData := strings.CutPrefix(events.Text(), "data: ")
		var chunk struct{ Choices []choice }
		if !isData || json.Unmarshal([]byte(data), &chunk) != nil || len(chunk.Choices) == 0 {
			continue
		}
		piece(chunk.Choices[0].Delta.Content)
	}
	return events.Err()
}

func (c Chat) post(ctx context.Context, question string, stream bool) (*http.Response, error) {
	body, err := json.Marshal(map[string]any{
		"model":    "gpt-4o-mini",
		"messages": []any{map[string]string{"role": "user", "content": question}},
		"stream":   stream,
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.Key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.HTTP.Do(req)
	if err == nil && resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		return nil, fmt.Errorf("%s: %s", c.URL, resp.Status)
	}
	return resp, err
}

package assistant

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

type message struct {
	Role       string     `json:"role"`
	Content    string     `json:"content"`
	ToolCalls  []toolCall `json:"tool_calls,omitempty"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
}

type toolCall struct {
	Index    int    `json:"index"`
	ID       string `json:"id,omitempty"`
	Type     string `json:"type,omitempty"`
	Function struct {
		Name      string `json:"name,omitempty"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

// A model answers as a stream of events.
type model struct {
	api   *api
	login *login
}

// ask returns what the model said, and hands on its words as they come.
func (m *model) ask(ctx context.Context, messages []message, tools []tool, say func(string)) (message, error) {
	said := message{Role: "assistant"}
	header, err := m.login.header(ctx)
	if err != nil {
		return said, err
	}
	resp, err := m.api.post(ctx, "/v1/chat/completions", header, map[string]any{
		"model": "gpt-4o-mini", "messages": messages, "tools": tools, "stream": true,
	})
	if err != nil {
		return said, err
	}
	defer resp.Body.Close()
	events := bufio.NewScanner(resp.Body)
	for events.Scan() {
		data, isData := strings.CutPrefix(events.Text(), "data: ")
		if !isData || data == "[DONE]" {
			continue
		}
		var event struct{ Choices []struct{ Delta message } }
		if err := json.Unmarshal([]byte(data), &event); err != nil || len(event.Choices) == 0 {
			return said, fmt.Errorf("an event that is not a part of an answer: %s", data)
		}
		delta := event.Choices[0].Delta
		if delta.Content != "" {
			said.Content += delta.Content
			say(delta.Content)
		}
		said.add(delta.ToolCalls)
	}
	return said, events.Err()
}

// add joins the parts of tool calls, which come in several events.
func (m *message) add(parts []toolCall) {
	for _, part := range parts {
		if part.Index == len(m.ToolCalls) {
			m.ToolCalls = append(m.ToolCalls, toolCall{Index: part.Index})
		}
		if part.Index >= len(m.ToolCalls) {
			continue
		}
		call := &m.ToolCalls[part.Index]
		call.ID += part.ID
		call.Type += part.Type
		call.Function.Name += part.Function.Name
		call.Function.Arguments += part.Function.Arguments
	}
}

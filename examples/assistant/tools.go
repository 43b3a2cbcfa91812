package assistant

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// A tool is what the model may call.
type tool struct {
	Type     string   `json:"type"`
	Function function `json:"function"`
}

type function struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
}

// tools are those of an MCP server, reached by its streamable HTTP transport.
type tools struct {
	api  *api
	last atomic.Int64 // the id of the last request

	mu      sync.Mutex
	session string // of the server; "" before the first request
	known   []tool // nil if they have to be listed
}

// list returns the tools, which it keeps until the server says that they changed.
func (t *tools) list(ctx context.Context) ([]tool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known != nil {
		return t.known, nil
	}
	if t.session == "" {
		if err := t.connect(ctx); err != nil {
			return nil, err
		}
	}
	var listed struct {
		Tools []struct {
			Name, Description string
			InputSchema       json.RawMessage
		}
	}
	if err := t.request(ctx, t.session, "tools/list", map[string]any{}, &listed); err != nil {
		return nil, err
	}
	t.known = []tool{}
	for _, known := range listed.Tools {
		t.known = append(t.known, tool{"function", function{known.Name, known.Description, known.InputSchema}})
	}
	return t.known, nil
}

func (t *tools) connect(ctx context.Context) error {
	resp, err := t.send(ctx, "", "initialize", map[string]any{
		"protocolVersion": "2025-06-18", "capabilities": map[string]any{}, "clientInfo": map[string]string{"name": "assistant", "version": "1"},
	})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	t.session = resp.Header.Get("Mcp-Session-Id")
	return nil
}

// callAll calls tools at the same time and returns their results in order.
func (t *tools) callAll(ctx context.Context, calls []toolCall) ([]message, error) {
	t.mu.Lock()
	session := t.session
	t.mu.Unlock()
	results, errs := make([]message, len(calls)), make([]error, len(calls))
	var all sync.WaitGroup
	for n, call := range calls {
		all.Add(1)
		go func() {
			defer all.Done()
			var result struct{ Content []struct{ Text string } }
			errs[n] = t.request(ctx, session, "tools/call", map[string]any{
				"name": call.Function.Name, "arguments": json.RawMessage(call.Function.Arguments),
			}, &result)
			results[n] = message{Role: "tool", ToolCallID: call.ID}
			for _, part := range result.Content {
				results[n].Content += part.Text
			}
		}()
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// watch reads what the server has to say outside of answers.
func (t *tools) watch(ctx context.Context, ready, changed func()) error {
	if _, err := t.list(ctx); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.api.url+"/mcp", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Mcp-Session-Id", t.session)
	resp, err := t.api.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	ready()
	events := bufio.NewScanner(resp.Body)
	for events.Scan() {
		if strings.Contains(events.Text(), "notifications/tools/list_changed") {
			t.mu.Lock()
			t.known = nil
			t.mu.Unlock()
			changed()
		}
	}
	return events.Err()
}

// request sends a request of JSON-RPC and reads its result.
func (t *tools) request(ctx context.Context, session, method string, params, result any) error {
	resp, err := t.send(ctx, session, method, params)
	if err != nil {
		return err
	}
	var answer struct {
		ID     int64
		Result json.RawMessage
		Error  *struct{ Message string }
	}
	switch err := read(resp, &answer); {
	case err != nil:
		return err
	case answer.Error != nil:
		return fmt.Errorf("%s: %s", method, answer.Error.Message)
	}
	return json.Unmarshal(answer.Result, result)
}

func (t *tools) send(ctx context.Context, session, method string, params any) (*http.Response, error) {
	header := http.Header{"Accept": {"application/json, text/event-stream"}}
	if session != "" {
		header.Set("Mcp-Session-Id", session)
	}
	return t.api.post(ctx, "/mcp", header, map[string]any{"jsonrpc": "2.0", "id": t.last.Add(1), "method": method, "params": params})
}

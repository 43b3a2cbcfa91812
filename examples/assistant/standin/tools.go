package standin

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
)

// tools is an MCP server with the streamable HTTP transport. Its clients can teach it
// tools; it then tells those that listen.
type tools struct {
	mu       sync.Mutex
	sessions map[string]*session
}

// A session is what the server knows of one client.
type session struct {
	learned []string
	changed chan struct{}
}

func (t *tools) serve(rw http.ResponseWriter, req *http.Request) {
	t.mu.Lock()
	client := t.sessions[req.Header.Get("Mcp-Session-Id")]
	t.mu.Unlock()
	if req.Method == http.MethodGet {
		t.tell(rw, req, client)
		return
	}
	var asked struct {
		ID     json.RawMessage
		Method string
		Params struct {
			Name      string
			Arguments struct {
				Berth int
				Tool  string
			}
		}
	}
	if err := json.NewDecoder(req.Body).Decode(&asked); err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	var result any
	switch arguments := asked.Params.Arguments; {
	case asked.Method == "initialize":
		rw.Header().Set("Mcp-Session-Id", t.begin())
		result = map[string]any{"protocolVersion": "2025-06-18", "capabilities": map[string]any{"tools": map[string]bool{"listChanged": true}}}
	case client == nil:
		http.Error(rw, "no such session", http.StatusNotFound)
		return
	case asked.Method == "tools/list":
		result = map[string]any{"tools": t.list(client)}
	case asked.Params.Name == "depth":
		result = text(fmt.Sprintf("Berth %d is %d m deep.", arguments.Berth, arguments.Berth+5))
	case asked.Params.Name == "learn":
		t.learn(client, arguments.Tool)
		result = text("I can " + arguments.Tool + " now.")
	}
	answer(rw, map[string]any{"jsonrpc": "2.0", "id": asked.ID, "result": result})
}

func text(said string) any {
	return map[string]any{"content": []any{map[string]string{"type": "text", "text": said}}}
}

func (t *tools) begin() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sessions == nil {
		t.sessions = map[string]*session{}
	}
	id := rand.Text()
	t.sessions[id] = &session{changed: make(chan struct{}, 8)}
	return id
}

func (t *tools) list(client *session) (list []any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range append([]string{"depth", "learn"}, client.learned...) {
		list = append(list, map[string]any{"name": name, "description": "can " + name, "inputSchema": schemaOf(name)})
	}
	return list
}

// schemaOf returns the JSON Schema of the arguments of a tool.
func schemaOf(name string) any {
	types, ok := map[string]map[string]string{"depth": {"berth": "integer"}, "learn": {"tool": "string"}}[name]
	if !ok {
		return map[string]any{"type": "object"}
	}
	properties := map[string]any{}
	for argument, kind := range types {
		properties[argument] = map[string]string{"type": kind}
	}
	return map[string]any{"type": "object", "properties": properties}
}

func (t *tools) learn(client *session, tool string) {
	t.mu.Lock()
	client.learned = append(client.learned, tool)
	t.mu.Unlock()
	client.changed <- struct{}{}
}

// tell sends an event whenever the tools of a client changed.
func (t *tools) tell(rw http.ResponseWriter, req *http.Request, client *session) {
	if client == nil {
		http.Error(rw, "no such session", http.StatusNotFound)
		return
	}
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.(http.Flusher).Flush()
	for {
		select {
		case <-req.Context().Done():
			return
		case <-client.changed:
			_, _ = fmt.Fprint(rw, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n")
			rw.(http.Flusher).Flush()
		}
	}
}

// Package standin serves, on this machine, the services that the assistant needs: a
// login, embeddings, a model and an MCP server.
package standin

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Service is an http.Handler for all of the services. The zero value is ready to use.
// It is safe for concurrent use.
type Service struct {
	mu     sync.Mutex
	tokens map[string]time.Time // until when each is good
	busy   bool                 // the model has said once that it is
	tools  tools
}

// ServeHTTP answers a request.
func (s *Service) ServeHTTP(rw http.ResponseWriter, req *http.Request) {
	switch req.URL.Path {
	case "/oauth/token":
		s.logIn(rw, req)
		return
	case "/mcp":
		s.tools.serve(rw, req)
		return
	}
	token, _ := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	isGood := time.Now().Before(s.tokens[token])
	s.mu.Unlock()
	if !isGood {
		http.Error(rw, `{"error":"the token is not good"}`, http.StatusUnauthorized)
		return
	}
	switch req.URL.Path {
	case "/v1/embeddings":
		embed(rw, req)
	case "/v1/chat/completions":
		s.complete(rw, req)
	default:
		http.NotFound(rw, req)
	}
}

func (s *Service) logIn(rw http.ResponseWriter, req *http.Request) {
	if req.FormValue("grant_type") != "client_credentials" || req.FormValue("client_secret") == "" {
		http.Error(rw, `{"error":"invalid_client"}`, http.StatusUnauthorized)
		return
	}
	token, until := rand.Text(), time.Now().Add(time.Hour)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tokens == nil {
		s.tokens = map[string]time.Time{}
	}
	s.tokens[token] = until
	answer(rw, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 3600, "expires_at": until.Unix()})
}

// embed makes a vector of the words of each text: texts with the same words are near.
func embed(rw http.ResponseWriter, req *http.Request) {
	var asked struct{ Input []string }
	if err := json.NewDecoder(req.Body).Decode(&asked); err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	type embedding struct {
		Index     int       `json:"index"`
		Embedding []float64 `json:"embedding"`
	}
	var data []embedding
	for n, text := range asked.Input {
		vector := make([]float64, 32)
		for _, word := range strings.Fields(strings.ToLower(text)) {
			if len(word) < 4 {
				continue // the short ones are in every text
			}
			hash := fnv.New32a()
			_, _ = hash.Write([]byte(strings.Trim(word, ".?,")))
			vector[hash.Sum32()%32]++
		}
		data = append(data, embedding{n, vector})
	}
	answer(rw, map[string]any{"object": "list", "data": data, "model": "text-embedding-3-small"})
}

func answer(rw http.ResponseWriter, value any) {
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(value) // a client that has gone cannot be told
}

type message struct {
	Role, Content string
}

// complete answers as a model. It asks for a tool first where the question is about depths
// or teaches it a tool.
func (s *Service) complete(rw http.ResponseWriter, req *http.Request) {
	var asked struct{ Messages []message }
	if err := json.NewDecoder(req.Body).Decode(&asked); err != nil || len(asked.Messages) < 2 {
		http.Error(rw, `{"error":"messages are missing"}`, http.StatusBadRequest)
		return
	}
	question := asked.Messages[1].Content
	if s.isBusy(question) {
		http.Error(rw, `{"error":"overloaded"}`, http.StatusInternalServerError)
		return
	}
	last := asked.Messages[len(asked.Messages)-1]
	stream := newStream(rw)
	switch {
	case last.Role == "tool":
		var results []string
		for _, said := range asked.Messages {
			if said.Role == "tool" {
				results = append(results, said.Content)
			}
		}
		stream.say(strings.Join(results, " "))
	case strings.Contains(question, "berth 4 and berth 7"):
		stream.call(0, "depth", `{"berth":4}`)
		stream.call(1, "depth", `{"berth":7}`)
	case strings.HasPrefix(question, "Learn to "):
		stream.call(0, "learn", fmt.Sprintf(`{"tool":%q}`, strings.TrimSuffix(strings.TrimPrefix(question, "Learn to "), ".")))
	default:
		_, known, _ := strings.Cut(asked.Messages[0].Content, "What is known: ")
		stream.say("As far as is known: " + known)
	}
	stream.end()
}

// isBusy reports whether the model is busy, as it is once if it is asked for that.
func (s *Service) isBusy(question string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.Contains(question, "busy") {
		return false
	}
	s.busy = !s.busy
	return s.busy
}

// A stream writes the events of an answer.
type stream struct {
	rw http.ResponseWriter
	id string
}

func newStream(rw http.ResponseWriter) stream {
	rw.Header().Set("Content-Type", "text/event-stream")
	return stream{rw, "chatcmpl-" + rand.Text()}
}

func (s stream) say(text string) {
	for word := range strings.SplitAfterSeq(text, " ") {
		s.delta(map[string]any{"content": word})
	}
}

// call asks for a tool; its arguments come in two events.
func (s stream) call(index int, name, arguments string) {
	s.delta(map[string]any{"tool_calls": []any{map[string]any{
		"index": index, "id": "call_" + rand.Text(), "type": "function", "function": map[string]string{"name": name, "arguments": ""},
	}}})
	for _, part := range []string{arguments[:3], arguments[3:]} {
		s.delta(map[string]any{"tool_calls": []any{map[string]any{"index": index, "function": map[string]string{"arguments": part}}}})
	}
}

func (s stream) delta(delta map[string]any) {
	data, _ := json.Marshal(map[string]any{ // maps of texts always have a JSON form
		"id": s.id, "object": "chat.completion.chunk", "model": "gpt-4o-mini",
		"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": nil}},
	})
	s.write("data: " + string(data) + "\n\n")
}

func (s stream) end() { s.write("data: [DONE]\n\n") }

func (s stream) write(event string) {
	_, _ = fmt.Fprint(s.rw, event)
	s.rw.(http.Flusher).Flush()
}

// Package jsonrpc finds in JSON-RPC 2.0 messages the names that a client gives to its
// calls: the id, and in MCP the token for progress. They count the calls of one run, so
// they say nothing about the question, and an answer has to repeat them.
package jsonrpc

import (
	"bytes"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// MayHold reports whether a body may hold messages. It is quick.
func MayHold(body []byte) bool { return bytes.Contains(body, []byte(`jsonrpc"`)) }

// A Call is a request or a notification of a client.
type Call struct{ ID, Token Name }

// A Name is JSON: a number, a string or null. The zero value is none.
type Name struct {
	Text  string // as it is written
	Value string // in one spelling, for comparison: 1.0 is 1, and "1" is not
}

// Calls returns the calls in the body of a request, those of a batch in their order;
// nil if it is not JSON-RPC.
func Calls(body []byte) []Call {
	var calls []Call
	each(body, 0, func(m *message) {
		if m.isValid && m.hasMethod {
			calls = append(calls, Call{m.id.name(body), m.token.name(body)})
		}
	})
	return calls
}

// A Spot is where the body of an answer repeats a name.
type Spot struct {
	Start, End int
	Name       Name
	IsToken    bool // otherwise an id
}

// Spots returns where the body of an answer may repeat names, from left to right. The
// ids of requests that a server sends are its own and not among them.
func Spots(kind media.Kind, body []byte) []Spot {
	var spots []Spot
	start := 0
	for _, end := range append(media.Records(kind, body), len(body)) {
		if MayHold(body[start:end]) {
			each(body[:end], dataStart(kind, body[:end], start), func(m *message) { spots = m.appendSpots(spots, body) })
		}
		start = end
	}
	return spots
}

// dataStart returns where the data of an event begins. Other records are data.
func dataStart(kind media.Kind, body []byte, start int) int {
	if kind != media.SSE {
		return start
	}
	data := []byte("data:")
	if bytes.HasPrefix(body[start:], data) {
		return start + len(data)
	}
	for _, lineEnd := range []string{"\n", "\r"} {
		if at := bytes.Index(body[start:], append([]byte(lineEnd), data...)); at >= 0 {
			return start + at + 1 + len(data)
		}
	}
	return len(body)
}

func (m *message) appendSpots(spots []Spot, body []byte) []Spot {
	if !m.isValid {
		return spots
	}
	named := []Spot{{Start: m.subscription.start, End: m.subscription.end}}
	if m.hasMethod {
		named = append(named, Spot{Start: m.progress.start, End: m.progress.end, IsToken: true})
	} else {
		named = append(named, Spot{Start: m.id.start, End: m.id.end})
	}
	if named[0].Start > named[1].Start {
		named[0], named[1] = named[1], named[0]
	}
	for _, s := range named {
		if s.Name = (span{s.Start, s.End}).name(body); s.Name.Value != "" {
			spots = append(spots, s)
		}
	}
	return spots
}

// Forget replaces in a parsed body what names its calls by nil: ids, tokens, and the
// name of the call that a notification cancels. The answers of a client to requests of
// the server keep their ids.
func Forget(body any) {
	if batch, ok := body.([]any); ok {
		for _, item := range batch {
			if m, ok := item.(map[string]any); ok {
				forget(m)
			}
		}
	}
	if m, ok := body.(map[string]any); ok {
		forget(m)
	}
}

func forget(m map[string]any) {
	method := methodOf(m)
	if method == "" {
		return
	}
	blank(m, "id")
	params, _ := m["params"].(map[string]any)
	meta, _ := params["_meta"].(map[string]any)
	blank(meta, "progressToken")
	switch method {
	case "notifications/cancelled": // of MCP
		blank(params, "requestId")
	case "$/cancelRequest": // of language servers
		blank(params, "id")
	}
}

func blank(m map[string]any, name string) {
	if _, ok := m[name]; ok {
		m[name] = nil
	}
}

// Subject returns the method of a parsed message, and what it is applied to: the name
// of a tool or prompt, or the URI of a resource. Both are "" for anything else.
func Subject(body any) (method, of string) {
	m, _ := body.(map[string]any)
	if method = methodOf(m); method == "" {
		return "", ""
	}
	params, _ := m["params"].(map[string]any)
	if of, _ = params["name"].(string); of == "" {
		of, _ = params["uri"].(string)
	}
	return method, of
}

func methodOf(m map[string]any) string {
	if m["jsonrpc"] != "2.0" {
		return ""
	}
	method, _ := m["method"].(string)
	return method
}

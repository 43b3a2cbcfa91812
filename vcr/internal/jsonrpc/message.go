package jsonrpc

import (
	"bytes"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A message is what is to be known of one, without its contents.
type message struct {
	isValid      bool // it says that it is JSON-RPC 2.0
	hasMethod    bool // so it is a request or a notification, and otherwise an answer
	id           span
	token        span // that a client asks for progress with
	progress     span // of the call whose progress is told
	subscription span // of the call that subscribed to this
}

// A span is where a value is in a text. The zero value is none.
type span struct{ start, end int }

func (s span) name(text []byte) Name {
	written := text[s.start:s.end]
	value, err := media.ParseJSON(written)
	if err != nil {
		return Name{}
	}
	return Name{string(written), string(media.AppendJSON(nil, value))}
}

// each calls visit for the messages in the JSON text that begins at text[start]: one, or
// those of a batch.
func each(text []byte, start int, visit func(*message)) {
	var m message
	before := -1 // the place in the batch
	media.Walk(text[start:], func(path []media.Step, from, to int) {
		if path[0].Key == nil {
			if place := path[0].Index; place != before {
				visit(&m)
				m, before = message{}, place
			}
			path = path[1:]
		}
		m.note(path, text[start+from:start+to], span{start + from, start + to})
	})
	visit(&m)
}

// note takes down a value of a message.
func (m *message) note(path []media.Step, value []byte, at span) {
	switch {
	case is(path, "jsonrpc"):
		m.isValid = string(value) == `"2.0"`
	case is(path, "method"):
		m.hasMethod = true
	case is(path, "id"):
		m.id = at
	case is(path, "params", "_meta", "progressToken"):
		m.token = at
	case is(path, "params", "progressToken"):
		m.progress = at
	case is(path, "params", "_meta", subscription), is(path, "result", "_meta", subscription):
		m.subscription = at
	}
}

// subscription is the member by which MCP names the call that asked for notifications.
const subscription = "io.modelcontextprotocol/subscriptionId"

func is(path []media.Step, names ...string) bool {
	if len(path) != len(names) {
		return false
	}
	for n, step := range path {
		if step.Key == nil || !bytes.Equal(step.Key, []byte(names[n])) {
			return false
		}
	}
	return true
}

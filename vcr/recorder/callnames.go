package recorder

import (
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/jsonrpc"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// A client of JSON-RPC counts its calls, so that a call has another id when fewer or
// other ones come before it. Such a call is played all the same, and the answer repeats
// the id of the request. That may be on another stream than that of the request.

// callNames know by which names calls were recorded, and by which they are replayed.
type callNames struct {
	calls map[int][]jsonrpc.Call // in the recorded requests, by their place

	mu   sync.Mutex
	sent map[callName]jsonrpc.Name
}

// A callName is a recorded name in one conversation.
type callName struct {
	conversation, name string
	isToken            bool
}

// newCallNames returns nil if no request holds calls.
func newCallNames(interactions []*cassette.Interaction) *callNames {
	var c *callNames
	for n, i := range interactions {
		body := i.Request.Body.Bytes()
		if !jsonrpc.MayHold(body) {
			continue
		}
		if calls := jsonrpc.Calls(body); calls != nil {
			if c == nil {
				c = &callNames{calls: map[int][]jsonrpc.Call{}, sent: map[callName]jsonrpc.Name{}}
			}
			c.calls[n] = calls
		}
	}
	return c
}

// areIn reports whether the request at a place holds calls.
func (c *callNames) areIn(place int) bool { return c != nil && c.calls[place] != nil }

// begin notes the names in a request that takes a recording.
func (c *callNames) begin(place int, recorded cassette.Request, l *lookup) *renaming {
	if c == nil {
		return nil
	}
	r := &renaming{names: c, conversation: conversationOf(recorded), own: map[callName]jsonrpc.Name{}}
	if calls := c.calls[place]; calls != nil {
		for n, sent := range jsonrpc.Calls(l.body.Bytes()) {
			if n < len(calls) {
				r.note(calls[n].ID, sent.ID, false)
				r.note(calls[n].Token, sent.Token, true)
			}
		}
	}
	return r
}

// conversationOf tells the conversations of one tape apart: a client counts its calls
// in each.
func conversationOf(r cassette.Request) string {
	_, address, _ := strings.Cut(r.URL, "://")
	host, _, _ := strings.Cut(address, "/")
	return host + " " + strings.Join(redaction.HeaderValues(r.Header, "Mcp-Session-Id"), ",")
}

// A renaming replaces recorded names in an answer by those that were sent. Nil
// replaces nothing.
type renaming struct {
	names        *callNames
	conversation string
	own          map[callName]jsonrpc.Name // of the request that is answered
}

func (r *renaming) note(recorded, sent jsonrpc.Name, isToken bool) {
	if recorded.Value == "" || sent.Value == "" {
		return
	}
	name := callName{r.conversation, recorded.Value, isToken}
	r.own[name] = sent
	r.names.mu.Lock()
	defer r.names.mu.Unlock()
	r.names.sent[name] = sent
}

// text returns what replaces the name at a spot; "" if it stays.
func (r *renaming) text(s jsonrpc.Spot) string {
	name := callName{r.conversation, s.Name.Value, s.IsToken}
	sent, known := r.own[name]
	if !known {
		r.names.mu.Lock()
		sent = r.names.sent[name]
		r.names.mu.Unlock()
	}
	if sent.Value == s.Name.Value {
		return ""
	}
	return sent.Text
}

// edits returns what is replaced in an answer.
func (r *renaming) edits(spots []jsonrpc.Spot) []media.Edit {
	var edits []media.Edit
	for _, s := range spots {
		if text := r.text(s); text != "" {
			edits = append(edits, media.Edit{Start: s.Start, End: s.End, Text: text})
		}
	}
	return edits
}

// answer returns an interaction whose response has the names that were sent. A stream
// stays as it is: its names are replaced when they are read, because it may name calls
// that come later.
func (r *renaming) answer(method string, i *cassette.Interaction) (*cassette.Interaction, *streamNames) {
	response := &i.Response
	if r == nil || response.Header.Get("Content-Encoding") != "" || !jsonrpc.MayHold(response.Body.Bytes()) {
		return i, nil
	}
	body, kind := response.Body.Bytes(), media.KindOf(response.Header.Get("Content-Type"))
	spots := jsonrpc.Spots(kind, body)
	if (kind == media.SSE || kind == media.NDJSON) && contentLength(method, response) < 0 {
		return i, &streamNames{renaming: r, spots: spots}
	}
	edits := r.edits(spots)
	if edits == nil {
		return i, nil
	}
	renamed := *i
	renamed.Response.Body = cassette.NewBody(media.Apply(body, edits))
	renamed.Response.Chunks = nil // a whole answer has no parts that matter
	if length := response.Length; length != nil && *length == int64(len(body)) {
		renamed.Response.Length = nil
	}
	return &renamed, nil
}

// streamNames replace the names in a stream while it is read.
type streamNames struct {
	*renaming
	spots []jsonrpc.Spot // that were not read yet
	at    int            // how much of the body was read
}

// replace returns the next part of a body with other names in it. A name that a part
// cuts is in the first of the two.
func (n *streamNames) replace(part []byte, from int) []byte {
	to := from + len(part)
	var replaced []byte
	changed := n.at > from
	for n.at = max(n.at, from); len(n.spots) > 0 && n.spots[0].Start < to; n.spots = n.spots[1:] {
		s := n.spots[0]
		text := n.text(s)
		if text == "" {
			continue
		}
		replaced = append(append(replaced, part[n.at-from:s.Start-from]...), text...)
		n.at, changed = s.End, true
	}
	if !changed {
		n.at = to
		return part
	}
	if n.at < to {
		replaced = append(replaced, part[n.at-from:]...)
		n.at = to
	}
	return replaced
}

package recorder_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// call is a JSON-RPC call with an id, as JSON.
func call(id, params string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"tools/call","params":` + params + `}`
}

func result(id, text string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"result":{"text":"` + text + `"}}`
}

// putCalls writes a cassette of requests with JSON and their answers.
func (d *rig) putCalls(contentType string, exchanges ...[2]string) {
	d.t.Helper()
	c := new(cassette.Cassette)
	for _, exchange := range exchanges {
		i := &cassette.Interaction{
			Request:  cassette.Request{Method: http.MethodPost, URL: d.URL + "/mcp", Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(exchange[0]))},
			Response: cassette.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {contentType}}, Body: cassette.NewBody([]byte(exchange[1]))},
		}
		if contentType == "application/json" {
			i.Response.Header.Set("Content-Length", fmt.Sprint(len(exchange[1])))
		} else {
			i.Response.Transfer = []string{"chunked"}
		}
		c.Interactions = append(c.Interactions, i)
	}
	if err := c.Save(d.file()); err != nil {
		d.t.Fatal(err)
	}
}

func TestAnAnswerHasTheIdOfItsRequest(t *testing.T) {
	const jsonType, sse = "application/json", "text/event-stream"
	progress := func(token string) string {
		return `data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":` + token + `,"progress":3}}` + "\n\n"
	}
	listen := func(id string) string { return `{"jsonrpc":"2.0","id":` + id + `,"method":"subscriptions/listen"}` }
	told := func(id string) string {
		return `data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":` + id + `}}}` + "\n\n"
	}
	for name, c := range map[string]struct{ contentType, recorded, answer, sent, want string }{
		"the same":               {jsonType, call("3", "{}"), result("3", "a"), call("3", "{}"), result("3", "a")},
		"a number":               {jsonType, call("3", "{}"), result("3", "a"), call("12", "{}"), result("12", "a")},
		"a string":               {jsonType, call(`"a"`, "{}"), result(`"a"`, "a"), call(`"long"`, "{}"), result(`"long"`, "a")},
		"a string for a number":  {jsonType, call("3", "{}"), result("3", "3"), call(`"3"`, "{}"), result(`"3"`, "3")},
		"null":                   {jsonType, call("null", "{}"), result("null", "a"), call("7", "{}"), result("7", "a")},
		"null for a number":      {jsonType, call("3", "{}"), result("3", "a"), call("null", "{}"), result("null", "a")},
		"another layout":         {jsonType, call("3", `{"a":1}`), "{ \"id\" : 3,\n\"result\":{\"id\":3},\"jsonrpc\":\"2.0\" }\n", `{"method":"tools/call","params":{"a":1},"jsonrpc":"2.0","id":4}`, "{ \"id\" : 4,\n\"result\":{\"id\":3},\"jsonrpc\":\"2.0\" }\n"},
		"an error without an id": {jsonType, call("3", "{}"), `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}`, call("4", "{}"), `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}`},
		"a batch": {jsonType, "[" + call("1", "{}") + "," + call("2", `{"a":2}`) + "]", "[" + result("2", "b") + "," + result("1", "a") + "]",
			"[" + call("5", "{}") + "," + call("6", `{"a":2}`) + "]", "[" + result("6", "b") + "," + result("5", "a") + "]"},
		"a batch that swaps": {jsonType, "[" + call("1", "{}") + "," + call("2", `{"a":2}`) + "]", "[" + result("1", "a") + "," + result("2", "b") + "]",
			"[" + call("2", "{}") + "," + call("1", `{"a":2}`) + "]", "[" + result("2", "a") + "," + result("1", "b") + "]"},
		"events": {sse, call("3", "{}"), ": ok\n\nevent: message\nid: 3\ndata: " + result("3", "a") + "\n\n", call("44", "{}"), ": ok\n\nevent: message\nid: 3\ndata: " + result("44", "a") + "\n\n"},
		"a question of the server": {sse, call("3", "{}"), "data: " + strings.Replace(call("3", "{}"), "tools/call", "ping", 1) + "\n\ndata: " + result("3", "a") + "\n\n",
			call("4", "{}"), "data: " + strings.Replace(call("3", "{}"), "tools/call", "ping", 1) + "\n\ndata: " + result("4", "a") + "\n\n"},
		"progress":                    {sse, call("3", `{"_meta":{"progressToken":3}}`), progress("3") + "data: " + result("3", "a") + "\n\n", call("4", `{"_meta":{"progressToken":"p"}}`), progress(`"p"`) + "data: " + result("4", "a") + "\n\n"},
		"a subscription":              {sse, listen("3"), told("3") + told("4"), listen("5"), told("5") + told("4")},
		"no JSON-RPC":                 {jsonType, `{"id":1,"method":"a"}`, `{"id":1}`, `{"id":1,"method":"a"}`, `{"id":1}`},
		"a cancellation":              {jsonType, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}`, "{}", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":8}}`, "{}"},
		"another id without JSON-RPC": {jsonType, `{"id":1,"method":"a"}`, `{"id":1}`, `{"id":2,"method":"a"}`, "miss"},
		"another answer of a client":  {jsonType, `{"jsonrpc":"2.0","id":1,"result":{}}`, "", `{"jsonrpc":"2.0","id":2,"result":{}}`, "miss"},
		"a notification":              {jsonType, call("1", "{}"), "", strings.Replace(call("1", "{}"), `"id":1,`, "", 1), "miss"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newRig(t, nil)
			d.putCalls(c.contentType, [2]string{c.recorded, c.answer})
			s := d.open(recorder.Config{Mode: recorder.None})
			equal(t, "answer", d.post(s, "/mcp", "application/json", c.sent), c.want)
		})
	}
}

// The recorded order counts, not the ids: a call that is left out shifts those of all
// that follow.
func TestCallsArePlayedInTheirOrder(t *testing.T) {
	d := newRig(t, nil)
	d.putCalls("application/json",
		[2]string{call("1", `{"first":true}`), result("1", "first")},
		[2]string{call("2", "{}"), result("2", "a")},
		[2]string{call("3", "{}"), result("3", "b")},
		[2]string{call("4", "{}"), result("4", "c")})
	s := d.open(recorder.Config{Mode: recorder.None})
	for n, want := range []string{"a", "b", "c"} {
		id := fmt.Sprint(n + 3)
		equal(t, "answer", d.post(s, "/mcp", "application/json", call(id, "{}")), result(id, want))
	}
}

func TestEqualCallsAtOnce(t *testing.T) {
	d := newRig(t, nil)
	const calls = 20
	var exchanges [][2]string
	for n := range calls {
		exchanges = append(exchanges, [2]string{call(fmt.Sprint(n), "{}"), "data: " + result(fmt.Sprint(n), "same") + "\n\n"})
	}
	d.putCalls("text/event-stream", exchanges...)
	s := d.open(recorder.Config{Mode: recorder.None})
	var group sync.WaitGroup
	for n := range calls {
		group.Add(1)
		go func() {
			defer group.Done()
			id := fmt.Sprint(n + calls/2)
			equal(t, "answer", d.post(s, "/mcp", "application/json", call(id, "{}")), "data: "+result(id, "same")+"\n\n")
		}()
	}
	group.Wait()
}

// Lengths fit the ids that are sent, however a part cuts them.
func TestAnIdThatIsCut(t *testing.T) {
	for _, size := range []int{1, 3, 28, 29, 30, 31} {
		d := newRig(t, nil)
		body := "data: " + result("1234", "a") + "\n\ndata: {}\n\n"
		d.putCalls("text/event-stream", [2]string{call("1234", "{}"), body})
		c := d.load(d.file())
		i := c.Interactions[0].Clone()
		for left := len(body); left > 0; left -= size {
			i.Response.Chunks = append(i.Response.Chunks, cassette.Chunk{Size: size})
		}
		c.Interactions[0] = i
		if err := c.Save(d.file()); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"7", "567890"} {
			s := d.open(recorder.Config{Mode: recorder.None})
			equal(t, fmt.Sprint("parts of ", size), d.post(s, "/mcp", "application/json", call(id, "{}")), "data: "+result(id, "a")+"\n\ndata: {}\n\n")
		}
	}
}

// In older versions of MCP, answers come on a stream of their own.
func TestAnswersOnAnotherStream(t *testing.T) {
	d := newRig(t, nil)
	d.write(d.file(), strings.ReplaceAll(`ginkgo-vcr: 1
---
request:
  method: GET
  url: ORIGIN/feed
response:
  status: 200
  headers:
    Content-Type: [text/event-stream]
  body:
    text: |+
      event: endpoint

      data: {"jsonrpc":"2.0","id":5,"result":{}}

  chunks: [1, 1 after 2]
  delays: [0, 3]
---
request:
  method: POST
  url: ORIGIN/messages
  headers:
    Content-Type: [application/json]
  body:
    json: |-
      {"jsonrpc":"2.0","id":5,"method":"ping"}
response:
  status: 202
number: 2
`, "ORIGIN", d.URL))
	s := d.open(recorder.Config{Mode: recorder.None})
	_, events := d.subscribe(t.Context(), s)
	equal(t, "first event", event(events), "event: endpoint")
	answer := make(chan string)
	go func(r *bufio.Reader) { answer <- event(r) }(events)
	equal(t, "posted", d.post(s, "/messages", "application/json", `{"jsonrpc":"2.0","id":2,"method":"ping"}`), "")
	equal(t, "answer", <-answer, `data: {"jsonrpc":"2.0","id":2,"result":{}}`)
}

// The nearest recording of a call is one of the same method and tool, although others
// have more in common.
func TestTheNearestCall(t *testing.T) {
	d := newRig(t, nil)
	d.putCalls("application/json",
		[2]string{`{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"weather","arguments":{"city":"Rome","unit":"C"}}}`, result("1", "a")},
		[2]string{`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"time","arguments":{"city":"Rome","unit":"C"}}}`, result("2", "b")},
		[2]string{`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"weather","arguments":{"city":"Oslo","unit":"F"}}}`, result("3", "c")})
	s := d.open(recorder.Config{Mode: recorder.None})
	_, err := s.Client().Post(d.URL+"/mcp", "application/json", strings.NewReader(`{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"weather","arguments":{"city":"Rome","unit":"C"}}}`))
	text := errorText(err)
	_, text, _ = strings.Cut(text, "not played yet\n")
	text, _, _ = strings.Cut(text, "\n  1. ")
	equal(t, "miss", text, `  the nearest is recording 3 (line 61), which differs in
    body $.params.arguments.city
      recorded: "Oslo"
      request:  "Rome"
    body $.params.arguments.unit
      recorded: "F"
      request:  "C"`)
}

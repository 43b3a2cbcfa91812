package drift_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

const (
	chat   = "https://api.example.com/v1/chat"
	answer = `{"id":"a1","choices":[{"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}`
	other  = `{"id":"b2","choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}`
	stream = "event: start\ndata: {\"id\":1}\n\nevent: delta\ndata: {\"text\":\"Hi\"}\n\nevent: stop\ndata: {\"reason\":\"end\"}\n\n"
)

// answered returns an interaction with a response; change edits it.
func answered(url, contentType, body string, change ...func(*cassette.Interaction)) *cassette.Interaction {
	i := &cassette.Interaction{
		Request:  cassette.Request{Method: "POST", URL: url, Body: cassette.NewBody([]byte(`{"q":1}`))},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {contentType}}, Body: cassette.NewBody([]byte(body))},
	}
	for _, edit := range change {
		edit(i)
	}
	return i
}

func status(code int) func(*cassette.Interaction) {
	return func(i *cassette.Interaction) { i.Response.Status = code }
}

func cutShort(i *cassette.Interaction) { i.Response.End = cassette.EndAborted }

func noAnswer(i *cassette.Interaction) {
	i.Response, i.Error = cassette.Response{}, cassette.NewTransportError(errors.New("dial tcp: connection refused"), false)
}

func zipped(i *cassette.Interaction) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(i.Response.Body.Bytes())
	_ = w.Close()
	i.Response.Header.Set("Content-Encoding", "gzip")
	i.Response.Body = cassette.NewBody(b.Bytes())
}

func coded(coding string) func(*cassette.Interaction) {
	return func(i *cassette.Interaction) { i.Response.Header.Set("Content-Encoding", coding) }
}

func at(day string) func(*cassette.Interaction) {
	return func(i *cassette.Interaction) { i.Recorded, _ = time.Parse(time.DateOnly, day) }
}

func asks(body string) func(*cassette.Interaction) {
	return func(i *cassette.Interaction) { i.Request.Body = cassette.NewBody([]byte(body)) }
}

type tape []*cassette.Interaction

// compare returns the report of two tapes that are all of their suite and run.
func compare(t *testing.T, rules drift.Rules, old, new tape) drift.Report {
	t.Helper()
	suite, err := drift.NewSuite(rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range old {
		if err := suite.Learn(i); err != nil {
			t.Log(err)
		}
	}
	var run drift.Run
	run.Add(suite.CompareTapes(drift.Place{Spec: "Chat / answers", Cassette: "cassettes/chat/answers.yaml"}, old, new, nil)...)
	return run.Report()
}

// TestBadInput compares what is hard to compare. Each is said plainly, and never that there
// is no drift.
func TestBadInput(t *testing.T) {
	one := func(i *cassette.Interaction) tape { return tape{i} }
	const json, sse = "application/json", "text/event-stream"
	cases := []struct {
		name     string
		old, new tape
	}{
		{"an answer that stopped being JSON", one(answered(chat, json, answer)), one(answered(chat, json, "upstream error"))},
		{"an answer that is JSON at last", one(answered(chat, json, "upstream error")), one(answered(chat, json, answer))},
		{"neither is JSON", one(answered(chat, json, "{oops")), one(answered(chat, json, "{ouch"))},
		{"a page", one(answered(chat, json, answer)), one(answered(chat, "text/html; charset=utf-8", "<html>Log in</html>"))},
		{"an error page of the service", one(answered(chat, json, answer)), one(answered(chat, "text/html", "<html>Bad gateway</html>", status(502)))},
		{"a failure", one(answered(chat, json, answer)), one(answered(chat, json, `{"error":{}}`, status(429)))},
		{"the same failure", one(answered(chat, json, `{"error":{"code":"slow"}}`, status(429))), one(answered(chat, json, `{"error":{"code":"slow"}}`, status(429)))},
		{"no connection", one(answered(chat, json, answer)), one(answered(chat, json, answer, noAnswer))},
		{"a connection at last", one(answered(chat, json, answer, noAnswer)), one(answered(chat, json, answer))},
		{"an empty body", one(answered(chat, json, answer)), one(answered(chat, json, ""))},
		{"empty tapes", nil, nil},
		{"an empty cassette", nil, one(answered(chat, json, answer))},
		{"nothing new", one(answered(chat, json, answer)), nil},
		{"another endpoint", one(answered(chat, json, answer)), one(answered("https://api.example.com/v2/talk", json, answer))},
		{"a stream that is cut short", one(answered(chat, sse, stream)), one(answered(chat, sse, stream[:60], cutShort))},
		{"a recorded stream that was cut short", one(answered(chat, sse, stream[:60], cutShort)), one(answered(chat, sse, stream))},
		{"both cut short", one(answered(chat, sse, stream[:60], cutShort)), one(answered(chat, sse, stream[:40], cutShort))},
		{"JSON that is cut short", one(answered(chat, json, answer)), one(answered(chat, json, answer[:30], cutShort))},
		{"a stream that became plain", one(answered(chat, sse, stream)), one(answered(chat, json, answer))},
		{"another host", one(answered("https://eu.example.com/v1/chat", json, answer)), one(answered("https://us.example.com/v1/chat", json, `{"id":7}`))},
		{"an unknown coding", one(answered(chat, json, answer)), one(answered(chat, json, answer, coded("compress")))},
		{"a body that is not what its coding says", one(answered(chat, json, answer)), one(answered(chat, json, answer, coded("gzip")))},
		{"one of them compressed", one(answered(chat, json, answer, zipped)), one(answered(chat, json, other))},
		{"pictures", one(answered(chat, "image/png", "\x89PNG\x00")), one(answered(chat, "image/png", "\x89PNG\x01"))},
		{"the tapes the wrong way round", one(answered(chat, json, answer, at("2026-11-29"))), one(answered(chat, json, other, at("2025-01-02")))},
		{"another request", one(answered(chat, json, answer)), one(answered(chat, json, `{"id":7}`, asks(`{"q":2,"tools":["x"]}`)))},
	}
	var got strings.Builder
	for _, c := range cases {
		fmt.Fprintf(&got, "-- %s --\n%s", c.name, compare(t, drift.Rules{}, c.old, c.new).Text())
	}
	golden(t, "bad.txt", got.String())
}

// TestVerdicts says what becomes of a recording.
func TestVerdicts(t *testing.T) {
	const json, sse = "application/json", "text/event-stream"
	cases := []struct {
		name     string
		old, new *cassette.Interaction
		want     drift.Verdict
		isSilent bool
	}{
		{"other values", answered(chat, json, answer), answered(chat, json, other), drift.Same, true},
		{"another shape", answered(chat, json, answer), answered(chat, json, `{"id":1}`), drift.Drifted, false},
		{"an optional null", answered(chat, json, `{"a":null}`), answered(chat, json, `{"a":1}`), drift.Same, true},
		{"the same shape for another request", answered(chat, json, answer), answered(chat, json, other, asks("{}")), drift.Same, false},
		{"a failure", answered(chat, json, answer), answered(chat, json, "{}", status(503)), drift.Failed, false},
		{"a failure that is recorded", answered(chat, json, "{}", status(401)), answered(chat, json, "{}", status(401)), drift.Same, true},
		{"a new answer that broke off", answered(chat, sse, stream), answered(chat, sse, stream[:60], cutShort), drift.Same, true},
		{"a recording that had broken off", answered(chat, sse, stream[:60], cutShort), answered(chat, sse, stream), drift.Drifted, false},
		{"neither can be read", answered(chat, json, "{"), answered(chat, json, "{"), drift.Unread, false},
		{"no new answer", answered(chat, json, answer), nil, drift.Unasked, false},
		{"no recording", nil, answered(chat, json, answer), drift.Added, false},
	}
	for _, c := range cases {
		suite, err := drift.NewSuite(drift.Rules{})
		if err != nil {
			t.Fatal(err)
		}
		pair := drift.Pair{Old: c.old, New: c.new, Same: c.old == nil || c.new == nil || c.old.Request.Body.String() == c.new.Request.Body.String()}
		if got := suite.Compare(drift.Place{}, pair); got.Verdict != c.want || got.IsSilent() != c.isSilent {
			t.Errorf("%s: %s, silent %t", c.name, got.Verdict, got.IsSilent())
		}
	}
}

var update = flag.Bool("update", false, "write the golden files")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; read the diff after -update; got:\n%s", file, got)
	}
}

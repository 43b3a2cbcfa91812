package drift_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

// What is rewritten is nowhere in a run, and the run is judged as before.
func TestRewrite(t *testing.T) {
	suite, err := drift.NewSuite(drift.Rules{Exact: []string{"$.plan"}})
	if err != nil {
		t.Fatal(err)
	}
	exchange := func(question, body string) *cassette.Interaction {
		return &cassette.Interaction{
			Request:  cassette.Request{Method: "POST", URL: "https://api.example.com/SECRET/chat?q=" + question, Body: cassette.NewBody([]byte(question))},
			Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(body))},
		}
	}
	old := []*cassette.Interaction{exchange("a", `{"plan":"SECRET-1","b":1}`), exchange("SECRET", `{"plan":"p"}`), exchange("gone", `{}`)}
	now := []*cassette.Interaction{exchange("a", `{"plan":"SECRET-2","b":"1"}`), exchange("SECRET-3", `{"plan":"p"}`)}
	var run drift.Run
	run.Add(suite.CompareTapes(drift.Place{Cassette: "a.yaml"}, old, now, nil)...)
	before := run.Report().Text()
	hide := func(text string) string { return strings.ReplaceAll(text, "SECRET", "shown") }
	run.Rewrite(hide)
	data, err := json.Marshal(&run)
	if err != nil || strings.Contains(string(data), "SECRET") {
		t.Errorf("error %v, in %s", err, data)
	}
	if got := run.Report().Text(); got != hide(before) || got == before {
		t.Errorf("got\n%s\nwant\n%s", got, hide(before))
	}
}

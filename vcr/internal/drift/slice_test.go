package drift_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

func interaction(question, contentType, body string) *cassette.Interaction {
	return &cassette.Interaction{
		Request:  cassette.Request{Method: "POST", URL: "https://api.example.com/v1/chat", Body: cassette.NewBody([]byte(question))},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {contentType}}, Body: cassette.NewBody([]byte(body))},
	}
}

func TestSlice(t *testing.T) {
	suite, err := drift.NewSuite(drift.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	var old, new []*cassette.Interaction
	for n := range 5 {
		q := fmt.Sprintf(`{"q":%d}`, n)
		old = append(old, interaction(q, "application/json", fmt.Sprintf(`{"id":"a%d","choices":[{"message":{"role":"assistant","reasoning":"x","content":"c%d"},"finish_reason":"stop"}],"price":1}`, n, n)))
		new = append(new, interaction(q, "application/json", fmt.Sprintf(`{"id":"b%d","choices":[{"message":{"role":"assistant","reasoning_text":"x","content":"d%d"},"finish_reason":"window_full"}],"price":"1"}`, n, n)))
	}
	for _, i := range old {
		_ = suite.Learn(i)
	}
	var run drift.Run
	run.Add(suite.CompareTapes(drift.Place{Spec: "Chat / answers", Cassette: "cassettes/chat.yaml"}, old, new, nil)...)
	fmt.Println(run.Report().Text())
	fmt.Println(run.Report().Markdown())
}

package standin_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

const samples = `Comment.
-- request --
POST /chat?alt=sse
"stream":true
-- response --
HTTP/1.1 200 OK
Content-Type: text/event-stream

data: 1

data: 2

-- request --
POST /chat?alt=sse
-- response, cut --
HTTP/1.1 429 Too Many Requests
Retry-After: 0

cut
-- request --
POST /converse
-- response --
HTTP/1.1 200 OK
Content-Type: application/vnd.amazon.eventstream

event messageStop {"stopReason":"end_turn"}
exception throttlingException {"message":"no"}
`

func post(t *testing.T, path, body string) (*http.Response, []byte, error) {
	t.Helper()
	exchanges, err := standin.Load(fstest.MapFS{"samples.txtar": {Data: []byte(samples)}})
	if err != nil {
		t.Fatal(err)
	}
	origin := vcrtest.NewOrigin(standin.Handler(exchanges))
	t.Cleanup(origin.Close)
	response, err := http.Post(origin.URL+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response, answer, err
}

func TestTheFirstExchangeThatKnowsTheRequestAnswers(t *testing.T) {
	response, body, err := post(t, "/chat?alt=sse", `{"stream":true}`)
	if err != nil || response.StatusCode != http.StatusOK || string(body) != "data: 1\n\ndata: 2\n\n" {
		t.Errorf("got %d %q, %v", response.StatusCode, body, err)
	}
}

func TestAResponseIsCut(t *testing.T) {
	response, body, err := post(t, "/chat?alt=sse", `{}`)
	if !errors.Is(err, io.ErrUnexpectedEOF) || response.StatusCode != http.StatusTooManyRequests || string(body) != "cut" || response.Header.Get("Retry-After") != "0" {
		t.Errorf("got %d %q, %v", response.StatusCode, body, err)
	}
}

func TestAnUnknownRequestIsNotFound(t *testing.T) {
	response, body, _ := post(t, "/chat", `{"a":1}`)
	if response.StatusCode != http.StatusNotFound || !strings.Contains(string(body), `POST /chat`) || !strings.Contains(string(body), `{"a":1}`) {
		t.Errorf("got %d %q", response.StatusCode, body)
	}
}

func TestMessagesOfAnEventStream(t *testing.T) {
	_, body, err := post(t, "/converse", `{}`)
	if err != nil {
		t.Fatal(err)
	}
	stream := bytes.NewReader(body)
	for _, want := range []struct{ header, name, payload string }{
		{":event-type", "messageStop", `{"stopReason":"end_turn"}`},
		{":exception-type", "throttlingException", `{"message":"no"}`},
	} {
		message, err := eventstream.NewDecoder().Decode(stream, nil)
		if err != nil {
			t.Fatal(err)
		}
		if name := message.Headers.Get(want.header); name == nil || name.String() != want.name || string(message.Payload) != want.payload {
			t.Errorf("got %v %q, want %s %s", message.Headers, message.Payload, want.name, want.payload)
		}
	}
	if stream.Len() != 0 {
		t.Errorf("%d bytes are left", stream.Len())
	}
}

func TestNothingIsSentInARunThatReplays(t *testing.T) {
	request, err := http.NewRequest(http.MethodGet, "https://api.example.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&standin.Service{}).RoundTrip(request); err == nil || !strings.Contains(err.Error(), "there is no stand-in") {
		t.Errorf("got %v", err)
	}
}

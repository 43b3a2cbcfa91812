package matchers_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// In a plain go test the matchers are applied to the session. There the first
// line is g := NewWithT(t).
func Example() {
	g := NewGomega(func(message string, _ ...int) { fmt.Println(message) })

	dir, err := os.MkdirTemp("", "")
	g.Expect(err).NotTo(HaveOccurred())
	defer os.RemoveAll(dir)
	cassette := filepath.Join(dir, "capitals.yaml")

	for _, mode := range []recorder.Mode{recorder.Once, recorder.None} {
		session, err := recorder.Open(recorder.Config{Path: cassette, Mode: mode, Base: capitals{}})
		g.Expect(err).NotTo(HaveOccurred())

		response, err := session.Client().Get("https://api.example.com/capitals/france")
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(response).To(HaveHTTPBody("Paris"))

		g.Expect(session).To(HaveReplayedAllInteractions())
		g.Expect(session).To(HavePlayed(1))
		g.Expect(session).To(HaveOnTape(1))
		g.Expect(session).To(HaveMadeNoLiveRequests())
		g.Expect(session).To(HaveBeenRecordedWithin(24 * time.Hour))

		_, err = session.Close(true)
		g.Expect(err).NotTo(HaveOccurred())
		fmt.Println("mode", mode, "is done")
	}
	// Output:
	// mode once is done
	// mode none is done
}

// A failure lists the interactions and what is different in each.
func ExampleHaveInteraction() {
	g := NewGomega(func(message string, _ ...int) { fmt.Println(message) })

	session, err := recorder.Open(recorder.Config{Path: "cassettes/capitals.yaml", Mode: recorder.None})
	g.Expect(err).NotTo(HaveOccurred())
	response, err := session.Client().Get("https://api.example.com/capitals/france")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(response).To(HaveHTTPBody("Paris"))

	g.Expect(session).To(HaveInteraction(
		WithMethod("POST"),
		WithURL(HaveSuffix("/france")),
		WithResponseBody(ContainSubstring("Madrid")),
	))
	// Output:
	// Expected cassette cassettes/capitals.yaml (mode none)
	//     to have an interaction with this method, URL and response body; it has:
	//         line 3, GET https://api.example.com/capitals/france (200)
	//             method: `GET`, not `POST`
	//             response body:
	//                 Expected
	//                     <string>: Paris
	//                 to contain substring
	//                     <string>: Madrid
}

// The answer of the last chat is read as a text, although it came as a stream.
func ExampleHaveSaid() {
	g := NewGomega(func(message string, _ ...int) { fmt.Println(message) })
	session := weather(g)

	g.Expect(session).To(HaveSaid(ContainSubstring("18 °C")))
	g.Expect(session).To(HaveSaid("It is 18 °C and it rains."))
	// Output:
	// Expected cassette cassettes/weather.yaml (mode none)
	//     to have said what is expected; the last answer is not that:
	//         line 53, POST https://api.openai.com/v1/chat/completions "What is the weather in Paris?" (200)
	//             `It is 18 °C and sunny.`, not `It is 18 °C and it rains.`
}

// The arguments of a call are matched as JSON.
func ExampleHaveCalledTool() {
	g := NewGomega(func(message string, _ ...int) { fmt.Println(message) })
	session := weather(g)

	g.Expect(session).To(HaveCalledTool("get_weather", MatchJSON(`{"city": "Paris"}`)))
	g.Expect(session).To(HaveCalledTool("get_weather", ContainSubstring("Rome")))
	// Output:
	// Expected cassette cassettes/weather.yaml (mode none)
	//     to have called the tool get_weather with such arguments; it called:
	//         get_weather `{"city":"Paris"}` in line 3, POST https://api.openai.com/v1/chat/completions "What is the weather in Paris?"
	//             Expected
	//                 <string>: {"city":"Paris"}
	//             to contain substring
	//                 <string>: Rome
}

// A budget for the tokens of a spec. A failure lists what each answer took.
func ExampleHaveUsedTokens() {
	g := NewGomega(func(message string, _ ...int) { fmt.Println(message) })
	session := weather(g)

	g.Expect(session).To(HaveUsedTokens(BeNumerically("<", 150)))
	// Output:
	// Expected cassette cassettes/weather.yaml (mode none)
	//     to have used a number of tokens, but it used 183:
	//         line 3, POST https://api.openai.com/v1/chat/completions "What is the weather in Paris?" (gpt-5.4-mini: 66 input, 14 output)
	//         line 53, POST https://api.openai.com/v1/chat/completions "What is the weather in Paris?" (gpt-5.4-mini: 92 input, 11 output)
	//     Expected
	//         <int>: 183
	//     to be <
	//         <int>: 150
}

// weather replays a chat in which a model asks a tool for the weather.
func weather(g Gomega) *recorder.Session {
	session, err := recorder.Open(recorder.Config{Path: "cassettes/weather.yaml", Mode: recorder.None})
	g.Expect(err).NotTo(HaveOccurred())
	for _, question := range []string{
		`{"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "What is the weather in Paris?"}],
			"tools": [{"type": "function", "function": {"name": "get_weather"}}]}`,
		`{"model": "gpt-5.4-mini", "stream": true, "stream_options": {"include_usage": true}, "messages": [
			{"role": "user", "content": "What is the weather in Paris?"},
			{"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{\"city\":\"Paris\"}"}}]},
			{"role": "tool", "tool_call_id": "call_1", "content": "18 and sunny"}]}`,
	} {
		response, err := session.Client().Post("https://api.openai.com/v1/chat/completions", "application/json", strings.NewReader(question))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(io.Copy(io.Discard, response.Body)).Error().NotTo(HaveOccurred())
		g.Expect(response.Body.Close()).To(Succeed())
	}
	return session
}

// capitals stands in for a service on the network.
type capitals struct{}

func (capitals) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", Header: http.Header{}, Request: req,
		Body: io.NopCloser(strings.NewReader("Paris")),
	}, nil
}

package matchers_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

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

// capitals stands in for a service on the network.
type capitals struct{}

func (capitals) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", Header: http.Header{}, Request: req,
		Body: io.NopCloser(strings.NewReader("Paris")),
	}, nil
}

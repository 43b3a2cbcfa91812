package recorder_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

const exchangesOfATape = 500

// What a caller sees of an exchange is the same without a recorder, while it
// records, and in replay, byte for byte.
func TestWhatIsSeenIsSeenAgain(t *testing.T) {
	tapes := 20
	if testing.Short() || raceDetector {
		tapes = 2
	}
	for seed := range tapes {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := chance{rand.New(rand.NewPCG(uint64(seed), 0))}
			exchanges := make(map[string]exchange, exchangesOfATape)
			var order []string
			for n := range exchangesOfATape {
				e := c.exchange(n)
				order = append(order, e.path)
				exchanges[e.path] = e
			}
			server := &wire{answer: func(req *http.Request) wireAnswer { return exchanges[req.URL.RequestURI()].answer }}
			transport := server.transport(t)
			d := newDeck(t, nil)
			recording := d.open(recorder.Config{Base: transport})
			seen := map[string]string{}
			for _, path := range order {
				e := exchanges[path]
				seen[path] = see(recording, e)
				if bare := see(transport, e); bare != seen[path] {
					t.Errorf("recorded %s %s: %.400q\n%s", e.method, path, e.answer.parts, difference(bare, seen[path]))
				}
			}
			equal(t, "recorded", d.end(recording, recorder.Passed).Recorded, exchangesOfATape)
			replaying := d.open(recorder.Config{Mode: recorder.None, Base: unreachable(t)})
			for _, path := range order {
				e := exchanges[path]
				if replayed := see(replaying, e); replayed != seen[path] {
					t.Errorf("replayed %s %s: %.400q\n%s", e.method, path, e.answer.parts, difference(seen[path], replayed))
				}
			}
			equal(t, "replayed", d.end(replaying, recorder.Passed).Replayed, exchangesOfATape)
		})
	}
}

func see(transport http.RoundTripper, e exchange) string {
	req := e.request()
	if req.Body != nil && req.Body != http.NoBody {
		defer func(body io.ReadCloser) { _ = body.Close() }(req.Body)
	}
	resp, err := transport.RoundTrip(req)
	return sight(resp, err, e.reader)
}

package standin

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// A Service is the http.RoundTripper to a provider that is not there: what is
// sent, wherever to, goes to its stand-in. Without one, nothing can be sent. It
// is safe for concurrent use.
type Service struct{ origin *url.URL }

// Serve starts the stand-in of a suite in a run that records, until the test is
// over, and sets the environment variables that hold the provider's keys. In
// any other run it starts nothing and sets nothing.
func Serve(t *testing.T, keys ...string) *Service {
	t.Helper()
	if !Recording() {
		return &Service{}
	}
	exchanges, err := Load(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return ServeWith(t, Handler(exchanges), keys...)
}

// ServeWith is like Serve, and the stand-in is a handler.
func ServeWith(t *testing.T, handler http.Handler, keys ...string) *Service {
	t.Helper()
	if !Recording() {
		return &Service{}
	}
	for _, key := range keys {
		t.Setenv(key, standInKey(key))
	}
	origin := vcrtest.NewOrigin(handler)
	t.Cleanup(origin.Close)
	address, err := url.Parse(origin.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &Service{origin: address}
}

// Recording reports whether VCR_RECORD_MODE asks for more than replaying.
func Recording() bool {
	mode := os.Getenv("VCR_RECORD_MODE")
	return mode != "" && mode != string(recorder.None)
}

// standInKey is the key that recordings are made with. It may be on no tape.
func standInKey(variable string) string { return "stand-in-for-" + variable }

// Connections are not kept: a broken one must not break the next request.
var wire = &http.Transport{DisableKeepAlives: true}

// RoundTrip sends a request to the stand-in.
func (s *Service) RoundTrip(req *http.Request) (*http.Response, error) {
	if s.origin == nil {
		return nil, fmt.Errorf("%s %s: there is no stand-in in a run that replays; set %s=all to record", req.Method, req.URL, "VCR_RECORD_MODE")
	}
	out := req.Clone(req.Context())
	out.URL.Scheme, out.URL.Host = s.origin.Scheme, s.origin.Host
	return wire.RoundTrip(out)
}

// Handler answers with the exchanges, and with 404 where none knows the request.
func Handler(exchanges []Exchange) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, exchange := range exchanges {
			if exchange.knows(req, string(body)) {
				exchange.answer(w)
				return
			}
		}
		http.Error(w, fmt.Sprintf("no exchange in testdata for %s %s\n%s", req.Method, req.RequestURI, body), http.StatusNotFound)
	})
}

func (e Exchange) knows(req *http.Request, body string) bool {
	if req.Method != e.Method || req.RequestURI != e.URI {
		return false
	}
	for _, text := range e.Texts {
		if !strings.Contains(body, text) {
			return false
		}
	}
	return true
}

func (e Exchange) answer(w http.ResponseWriter) {
	for name, values := range e.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(e.Status)
	for _, part := range e.Parts {
		_, _ = w.Write(part) // a client that is gone cannot be told
		if len(e.Parts) > 1 || e.Cut {
			_ = http.NewResponseController(w).Flush()
		}
	}
	if e.Cut {
		panic(http.ErrAbortHandler)
	}
}

package recorder_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// A stage is an origin on this machine that plays all providers. It answers each
// scene as it says, and fails the test if what arrives is not what was sent.
type stage struct {
	*vcrtest.Origin
	t      *testing.T
	scenes []*scene
}

// numbered names the scene that a request belongs to.
const numbered = "X-Scene"

func newStage(t *testing.T, scenes []*scene) *stage {
	s := &stage{t: t, scenes: scenes}
	s.Origin = vcrtest.NewOrigin(s)
	t.Cleanup(s.Close)
	return s
}

// RoundTrip sends a request for any host to the origin.
func (s *stage) RoundTrip(req *http.Request) (*http.Response, error) {
	e := s.sceneOf(req)
	if e.answer.failure != "" {
		return nil, errors.New(e.answer.failure)
	}
	there, err := url.Parse(s.URL)
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.Host, out.URL.Scheme, out.URL.Host = req.URL.Host, there.Scheme, there.Host
	return stageWire.RoundTrip(out)
}

var stageWire = &http.Transport{DisableCompression: true}

func (s *stage) sceneOf(req *http.Request) *scene {
	n, err := strconv.Atoi(req.Header.Get(numbered))
	if err != nil {
		s.t.Error(err)
	}
	return s.scenes[n]
}

func (s *stage) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	e := s.sceneOf(req)
	s.check(e, req)
	maps.Copy(w.Header(), e.answer.header)
	for name := range e.answer.trailer {
		w.Header().Add("Trailer", name)
	}
	w.WriteHeader(e.answer.status)
	for _, part := range e.answer.parts {
		_, _ = io.WriteString(w, part)
		_ = http.NewResponseController(w).Flush()
	}
	if e.answer.breaksOff {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), e.answer.trailer)
}

// check compares a request with what the client meant to send.
func (s *stage) check(e *scene, req *http.Request) {
	_, path, _ := strings.Cut(strings.TrimPrefix(e.url, "https://"), "/")
	body, err := io.ReadAll(req.Body)
	if err != nil || string(body) != e.body || req.RequestURI != "/"+path {
		s.t.Errorf("the origin got %s %q, %v", req.RequestURI, body, err)
	}
	for name, values := range e.header {
		if got := req.Header.Values(name); !slices.Equal(got, values) {
			s.t.Errorf("the origin got %s: %v", name, got)
		}
	}
}

// request returns what the client sends in the nth scene.
func (s *stage) request(n int, more string) *http.Request {
	e := s.scenes[n]
	req, err := http.NewRequest(http.MethodPost, e.url+more, strings.NewReader(e.body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = e.header.Clone()
	req.Header.Set(numbered, strconv.Itoa(n))
	return req
}

// play goes through all scenes with a transport, and reads all answers.
func (s *stage) play(transport http.RoundTripper) {
	for n := range s.scenes {
		req := s.request(n, "")
		before := req.Clone(req.Context())
		resp, err := transport.RoundTrip(req)
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body) // some of them break off
			_ = resp.Body.Close()
		}
		if req.URL.String() != before.URL.String() || !maps.EqualFunc(req.Header, before.Header, slices.Equal[[]string]) {
			s.t.Errorf("the request became %s %v", req.URL, req.Header)
		}
	}
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

package intercept

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A session that answers by itself.
type session struct {
	loopback, sends bool
	refused         []error
	bypassed        []string
	mu              sync.Mutex // a resolver asks for several kinds of address at once
	lookups         []string
	lookupErr       error
}

func (s *session) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusTeapot, Body: http.NoBody, Request: req}, nil
}
func (s *session) Cassette() string          { return "a.yaml" }
func (s *session) TakesLoopback(string) bool { return s.loopback }
func (s *session) SendsTo(string) bool       { return s.sends }
func (s *session) Refuse(err error) error {
	s.refused = append(s.refused, err)
	return err
}
func (s *session) Lookup(host string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lookups = append(s.lookups, host)
	return s.lookupErr
}
func (s *session) Bypass(_ *http.Request, address string) { s.bypassed = append(s.bypassed, address) }

func TestTransport(t *testing.T) {
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		served.Add(1)
		_, _ = io.WriteString(rw, "hello")
	}))
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	const refusal = "a.yaml: a clone of http.DefaultTransport was about to reach ADDRESS, past the session; hand vcr.Client() to the code that made the clone"

	itself := func(transport *http.Transport) http.RoundTripper { return transport }
	clone := func(transport *http.Transport) http.RoundTripper { return transport.Clone() }
	withoutProxy := func(transport *http.Transport) http.RoundTripper {
		c := transport.Clone()
		c.Proxy = nil
		return c
	}
	baseOf := func(client func(*http.Transport) http.RoundTripper) func(*http.Transport) http.RoundTripper {
		return func(transport *http.Transport) http.RoundTripper { return Base(client(transport)) }
	}
	for _, c := range []struct {
		about   string
		session *session // nil for none
		client  func(*http.Transport) http.RoundTripper
		want    int // the status; 0 for an error
	}{
		{"nothing is in force", nil, itself, http.StatusOK},
		{"nothing is in force for a clone", nil, clone, http.StatusOK},
		{"loopback", &session{}, itself, http.StatusOK},
		{"loopback for a clone", &session{}, clone, http.StatusOK},
		{"captured", &session{loopback: true}, itself, http.StatusTeapot},
		{"captured in a session that sends", &session{loopback: true, sends: true}, itself, http.StatusTeapot},
		{"a clone", &session{loopback: true}, clone, 0},
		{"a clone without a proxy", &session{loopback: true}, withoutProxy, 0},
		{"a clone in a session that sends", &session{loopback: true, sends: true}, clone, http.StatusOK},
		{"a base", &session{loopback: true}, baseOf(itself), http.StatusOK},
		{"a clone as a base", &session{loopback: true}, baseOf(clone), http.StatusOK},
	} {
		t.Run(c.about, func(t *testing.T) {
			transport := new(http.Transport)
			defer transport.CloseIdleConnections()
			instrument(transport, func() Session {
				if c.session == nil {
					return nil
				}
				return c.session
			})
			before := served.Load()
			resp, err := (&http.Client{Transport: c.client(transport)}).Get(server.URL)
			if c.want == 0 {
				want := strings.ReplaceAll(refusal, "ADDRESS", address)
				var wrapped *url.Error
				if !errors.As(err, &wrapped) || wrapped.Err.Error() != want {
					t.Errorf("the error is %v, want %s", err, want)
				}
				if len(c.session.refused) != 1 || c.session.refused[0].Error() != want {
					t.Errorf("the session was told %v", c.session.refused)
				}
			} else {
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				if resp.StatusCode != c.want {
					t.Errorf("the status is %d, want %d", resp.StatusCode, c.want)
				}
			}
			if sent := served.Load() > before; sent != (c.want == http.StatusOK) {
				t.Errorf("the server got the request: %v", sent)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		url, address string
		loopback     bool
	}{
		{"http://example.com/a", "example.com:80", false},
		{"https://example.com", "example.com:443", false},
		{"https://example.com:8443", "example.com:8443", false},
		{"http://localhost", "localhost:80", true},
		{"http://api.localhost:1234", "api.localhost:1234", true},
		{"http://notlocalhost", "notlocalhost:80", false},
		{"http://127.1.2.3:80", "127.1.2.3:80", true},
		{"http://[::1]:80", "[::1]:80", true},
		{"http://[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]:80", true},
		{"http://10.0.0.1", "10.0.0.1:80", false},
		{"http://[2001:db8::1]", "[2001:db8::1]:80", false},
		{"http://LocalHost:80", "LocalHost:80", true},
	} {
		req, err := http.NewRequest(http.MethodGet, c.url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if got := canonicalAddress(req); got != c.address {
			t.Errorf("the address of %s is %s, want %s", c.url, got, c.address)
		}
		if got := IsLoopback(c.address); got != c.loopback {
			t.Errorf("IsLoopback(%s) = %v", c.address, got)
		}
	}
}

// A server of another process is one that this one does not listen at.
func TestBypass(t *testing.T) {
	server, stopped := httptest.NewServer(http.NotFoundHandler()), httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	stopped.Close()
	own, gone := strings.TrimPrefix(server.URL, "http://"), strings.TrimPrefix(stopped.URL, "http://")
	if listensHere(portOf(gone)) {
		t.Skip("this system is not asked who listens")
	}
	clone := func(transport *http.Transport) http.RoundTripper { return transport.Clone() }
	itself := func(transport *http.Transport) http.RoundTripper { return transport }
	for _, c := range []struct {
		about   string
		session *session
		client  func(*http.Transport) http.RoundTripper
		address string
		want    []string
	}{
		{"a server of another process", &session{}, itself, gone, []string{gone}},
		{"by a clone", &session{}, clone, gone, []string{gone}},
		{"by a base", &session{}, func(transport *http.Transport) http.RoundTripper { return Base(transport) }, gone, nil},
		{"one of this process", &session{}, itself, own, nil},
		{"one that the session takes", &session{loopback: true}, itself, gone, nil},
		{"one that the session sends to", &session{sends: true}, itself, gone, nil},
	} {
		t.Run(c.about, func(t *testing.T) {
			transport := new(http.Transport)
			defer transport.CloseIdleConnections()
			instrument(transport, func() Session { return c.session })
			if resp, err := (&http.Client{Transport: c.client(transport)}).Get("http://" + c.address); err == nil {
				_ = resp.Body.Close()
			}
			if !slices.Equal(c.session.bypassed, c.want) {
				t.Errorf("told of %q, want %q", c.session.bypassed, c.want)
			}
		})
	}
}

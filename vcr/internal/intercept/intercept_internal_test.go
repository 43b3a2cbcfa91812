package intercept

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

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
		{"by a base", &session{}, func(transport *http.Transport) http.RoundTripper { return base{transport} }, gone, nil},
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

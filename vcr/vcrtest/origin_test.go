package vcrtest_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// newOrigin starts an origin that echoes bodies and is closed with the test.
func newOrigin(t *testing.T) *vcrtest.Origin {
	t.Helper()
	origin := vcrtest.NewOrigin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(origin.Close)
	return origin
}

// send sends a request and returns the status, body and header of the response.
func send(t *testing.T, method, url, body string, header http.Header) (int, string, http.Header) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content), response.Header
}

func TestOriginIsOnLoopback(t *testing.T) {
	base, err := url.Parse(newOrigin(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	address, err := netip.ParseAddrPort(base.Host)
	if err != nil {
		t.Fatal(err)
	}
	if base.Scheme != "http" || base.Path != "" || address.Addr() != netip.MustParseAddr("127.0.0.1") || address.Port() == 0 {
		t.Errorf("got URL %s", base)
	}
}

func TestOriginKeepsRequests(t *testing.T) {
	origin := newOrigin(t)
	if served := origin.Served(); served != 0 {
		t.Errorf("served %d before the first request", served)
	}
	header := http.Header{"X-Twice": {"a", "b"}, "User-Agent": {"test"}, "Accept-Encoding": {"identity"}}
	_, echo, _ := send(t, "POST", origin.URL+"/v1/a%2Fb?q=1&q=2", "one", header)
	if echo != "one" {
		t.Errorf("the handler read %q", echo)
	}
	send(t, "DELETE", origin.URL+"/", "", header)

	if served := origin.Served(); served != 2 {
		t.Errorf("served %d, want 2", served)
	}
	posted := header.Clone()
	posted.Set("Content-Length", "3")
	want := []vcrtest.Request{
		{Method: "POST", URL: "/v1/a%2Fb?q=1&q=2", Header: posted, Body: []byte("one")},
		{Method: "DELETE", URL: "/", Header: header, Body: []byte{}},
	}
	if got := origin.Requests(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestOriginHandlerCannotChangeKeptRequests(t *testing.T) {
	origin := vcrtest.NewOrigin(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Kept", "no")
	}))
	defer origin.Close()
	send(t, "GET", origin.URL, "", http.Header{"X-Kept": {"yes"}})
	if got := origin.Requests()[0].Header.Get("X-Kept"); got != "yes" {
		t.Errorf("kept %q", got)
	}
	origin.Requests()[0].Method = "PUT"
	if got := origin.Requests()[0].Method; got != "GET" {
		t.Errorf("kept %q", got)
	}
}

func TestOriginCountsConcurrentRequests(t *testing.T) {
	origin := newOrigin(t)
	var group sync.WaitGroup
	for i := range 20 {
		group.Add(1)
		go func() {
			defer group.Done()
			response, err := http.Post(origin.URL, "text/plain", strings.NewReader(fmt.Sprint(i)))
			if err != nil {
				t.Error(err)
				return
			}
			_ = response.Body.Close()
			origin.Requests()
		}()
	}
	group.Wait()
	if served := origin.Served(); served != 20 {
		t.Errorf("served %d, want 20", served)
	}
	bodies := make(map[string]bool)
	for _, request := range origin.Requests() {
		bodies[string(request.Body)] = true
	}
	if len(bodies) != 20 {
		t.Errorf("kept %d different bodies, want 20", len(bodies))
	}
}

func TestOriginRefusesABodyThatIsCutOff(t *testing.T) {
	origin := newOrigin(t)
	connection, err := net.Dial("tcp", strings.TrimPrefix(origin.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, "POST / HTTP/1.1\r\nHost: origin\r\nContent-Length: 9\r\n\r\nhalf"); err != nil {
		t.Fatal(err)
	}
	if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	response, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(response), "HTTP/1.1 400 ") || !strings.Contains(string(response), "request body: unexpected EOF") {
		t.Errorf("got the response %q", response)
	}
	if requests := origin.Requests(); len(requests) != 1 || string(requests[0].Body) != "half" {
		t.Errorf("kept %q", requests)
	}
}

func TestOriginRefusesALargeBody(t *testing.T) {
	origin := newOrigin(t)
	status, body, _ := send(t, "POST", origin.URL, strings.Repeat("a", 16<<20+1), nil)
	if status != http.StatusRequestEntityTooLarge || body != "request body: over 16777216 bytes\n" {
		t.Errorf("got %d %q", status, body)
	}
	if served := origin.Served(); served != 1 {
		t.Errorf("served %d, want 1", served)
	}
}

func TestOriginClose(t *testing.T) {
	entered := make(chan struct{})
	origin := vcrtest.NewOrigin(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
	}))
	failed := make(chan error)
	go func() {
		response, err := http.Get(origin.URL)
		if err == nil {
			_ = response.Body.Close()
		}
		failed <- err
	}()
	<-entered
	origin.Close()
	origin.Close()
	if err := <-failed; err == nil {
		t.Error("a request in progress got a response")
	}
	if connection, err := net.Dial("tcp", strings.TrimPrefix(origin.URL, "http://")); err == nil {
		_ = connection.Close()
		t.Error("a connection was accepted after Close")
	}
	if served := origin.Served(); served != 1 {
		t.Errorf("served %d, want 1", served)
	}
}

func TestOriginWithoutHandler(t *testing.T) {
	origin := vcrtest.NewOrigin(nil)
	defer origin.Close()
	if status, _, _ := send(t, "GET", origin.URL, "", nil); status != http.StatusNotFound {
		t.Errorf("got status %d", status)
	}
}

func TestListenOrigin(t *testing.T) {
	free := newOrigin(t)
	address := strings.TrimPrefix(free.URL, "http://")
	if _, err := vcrtest.ListenOrigin(address, nil); err == nil ||
		!strings.HasPrefix(err.Error(), address+": ") || !strings.HasSuffix(err.Error(), "; stop what listens there, or use port 0 for a free one") {
		t.Errorf("address in use: got error %v", err)
	}

	free.Close()
	origin, err := vcrtest.ListenOrigin(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer origin.Close()
	if origin.URL != "http://"+address {
		t.Errorf("got URL %s, want http://%s", origin.URL, address)
	}
}

func TestListenOriginRefusesOtherAddresses(t *testing.T) {
	for _, address := range []string{
		"", ":8080", "127.0.0.1", "127.0.0.1:http", "0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080", "[2001:db8::1]:8080", "localhost:8080", "example.com:8080",
	} {
		origin, err := vcrtest.ListenOrigin(address, nil)
		if err == nil {
			origin.Close()
			t.Errorf("%s: no error", address)
			continue
		}
		if want := address + ": not a loopback address with a port; use one such as 127.0.0.1:8080"; err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	}
}

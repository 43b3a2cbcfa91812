package recorder_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// sent is a request of a client, and what of it has to be on the tape.
type sent struct {
	name, method, path, body string
	change                   func(*http.Request)
	tape                     string // the recorded requests and the statuses
}

func unknownLength(req *http.Request) {
	req.Body, req.GetBody, req.ContentLength = io.NopCloser(req.Body), nil, -1
}

var requests = []sent{
	{"get", "GET", "/echo", "", nil, "GET /echo 200"},
	{"post", "POST", "/echo", "text", nil, "POST /echo text 200"},
	{"unknown length", "POST", "/echo", "text", unknownLength, "POST /echo text 200"},
	{"expect continue", "POST", "/echo", "text", func(r *http.Request) { r.Header.Set("Expect", "100-continue") }, "POST /echo text 200"},
	{"expect continue, refused", "POST", "/refuse", "text", func(r *http.Request) { r.Header.Set("Expect", "100-continue") }, "POST /refuse text 417"},
	{"repeated headers", "GET", "/echo", "", func(r *http.Request) { r.Header["X-Many"] = []string{"b", "a", "b", ""} }, "GET /echo 200"},
	{"headers in other spellings", "POST", "/echo", `{"a":1}`, func(r *http.Request) { r.Header = http.Header{"content-type": {"application/json"}, "x-lower": {"1"}} }, `POST /echo {"a":1} 200`},
	{"another host", "GET", "/echo", "", func(r *http.Request) { r.Host = "api.example.com" }, "GET /echo 200"},
	{"redirect", "GET", "/moved?to=/echo&status=302", "", nil, "GET /moved?to=/echo&status=302 302, GET /echo 200"},
	{"redirects", "GET", "/moved?to=/moved%3Fto=/echo%26status=301&status=303", "", nil,
		"GET /moved?to=/moved%3Fto=/echo%26status=301&status=303 303, GET /moved?to=/echo&status=301 301, GET /echo 200"},
	{"redirect with the body", "POST", "/moved?to=/echo&status=307", "text", nil, "POST /moved?to=/echo&status=307 text 307, POST /echo text 200"},
	{"redirect without the body", "POST", "/moved?to=/echo&status=302", "text", nil, "POST /moved?to=/echo&status=302 text 302, GET /echo 200"},
	{"redirect with a body that is gone", "POST", "/moved?to=/echo&status=307", "text", unknownLength, "POST /moved?to=/echo&status=307 text 307"},
	{"head", "HEAD", "/echo", "", nil, "HEAD /echo 200"},
	{"head of a stream", "HEAD", "/stream", "", nil, "HEAD /stream 200"},
	{"no content", "DELETE", "/status?204", "", nil, "DELETE /status?204 204"},
	{"not modified", "GET", "/status?304", "", nil, "GET /status?304 304"},
	{"nothing", "GET", "/nothing", "", nil, "GET /nothing 200"},
	{"stream", "GET", "/stream", "", nil, "GET /stream 200"},
	{"trailers", "GET", "/trailers", "", nil, "GET /trailers 200"},
	{"unannounced trailers", "GET", "/unannounced", "", nil, "GET /unannounced 200"},
	{"gzip", "GET", "/gzip", "", nil, "GET /gzip 200"},
	{"gzip as asked for", "GET", "/gzip", "", func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") }, "GET /gzip 200"},
}

// protocol answers by what it was asked.
func protocol() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %q %q %q %d", r.Method, r.Host, r.Header["X-Many"], r.Header["X-Lower"], body, r.ContentLength)
	})
	mux.HandleFunc("/refuse", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusExpectationFailed) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		status := 0
		_, _ = fmt.Sscan(r.FormValue("status"), &status)
		http.Redirect(w, r, r.FormValue("to"), status)
	})
	mux.HandleFunc("/status", func(w http.ResponseWriter, r *http.Request) {
		status := 0
		_, _ = fmt.Sscan(r.URL.RawQuery, &status)
		w.WriteHeader(status)
	})
	mux.HandleFunc("/nothing", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		for range 3 {
			_, _ = io.WriteString(w, "data: x\n\n")
			_ = http.NewResponseController(w).Flush()
		}
	})
	mux.HandleFunc("/trailers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum, X-Never")
		_, _ = io.WriteString(w, "summed")
		w.Header()["X-Sum"] = []string{"6", "six"}
	})
	mux.HandleFunc("/unannounced", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "summed")
		_ = http.NewResponseController(w).Flush()
		w.Header().Set(http.TrailerPrefix+"X-Sum", "6")
	})
	mux.HandleFunc("/gzip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(compress([]byte(`{"compressed": true}`)))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil // two answers would differ now and then
		mux.ServeHTTP(w, r)
	})
}

// What a client does with a request, and sees of its answer, is the same in
// replay, over each version of HTTP.
func TestRequestsAreTheSameInReplay(t *testing.T) {
	servers := map[string]func(*httptest.Server){
		"HTTP/1.1": (*httptest.Server).Start,
		"HTTP/2.0": func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() },
	}
	for version, start := range servers {
		server := silent(protocol().ServeHTTP)
		start(server)
		t.Cleanup(server.Close)
		transport := server.Client().Transport.(*http.Transport)
		transport.ExpectContinueTimeout = 20 * time.Second
		for _, c := range requests {
			t.Run(version+" "+c.name, func(t *testing.T) {
				d := newDeck(t, nil)
				d.URL = server.URL
				bare := d.send(c, transport)
				if !strings.Contains(bare, version) {
					t.Errorf("got %s", bare)
				}
				s := d.open(recorder.Config{Base: transport})
				recorded := d.send(c, s)
				equal(t, "recorded", recorded, bare)
				d.end(s, recorder.Passed)
				equal(t, "tape", d.exchanged(), c.tape)
				s = d.open(recorder.Config{Mode: recorder.None, Base: unreachable(t)})
				if replayed := d.send(c, s); replayed != recorded {
					t.Errorf("%s", difference(recorded, replayed))
				}
				equal(t, "left over", len(d.end(s, recorder.Passed).Unplayed), 0)
			})
		}
	}
}

func (d *deck) send(c sent, transport http.RoundTripper) string {
	d.t.Helper()
	req, err := http.NewRequest(c.method, d.URL+c.path, strings.NewReader(c.body))
	if err != nil {
		d.t.Fatal(err)
	}
	if c.change != nil {
		c.change(req)
	}
	var bodies []*requestBody
	if req.Body != http.NoBody {
		open := func(from io.Reader) *requestBody {
			bodies = append(bodies, newRequestBody(from))
			return bodies[len(bodies)-1]
		}
		if req.GetBody != nil {
			req.GetBody = func() (io.ReadCloser, error) { return open(strings.NewReader(c.body)), nil }
		}
		req.Body = open(req.Body)
	}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	seen := sight(resp, err, reader{buffer: 512})
	for _, body := range bodies {
		within(d.t, "closing the body of the request", func() struct{} { return <-body.done })
	}
	return seen
}

// exchanged lists what is on the tape.
func (d *deck) exchanged() string {
	d.t.Helper()
	var list []string
	for _, i := range d.load(d.file()).Interactions {
		_, path, _ := strings.Cut(strings.TrimPrefix(i.Request.URL, "http"), "://")
		words := []string{i.Request.Method, path[strings.Index(path, "/"):], i.Request.Body.String(), fmt.Sprint(i.Response.Status)}
		list = append(list, strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), " "))
	}
	return strings.Join(list, ", ")
}

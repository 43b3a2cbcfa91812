package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A requestBody tells when it is closed: transports may do that after they returned.
type requestBody struct {
	io.Reader
	closed func()
	done   chan struct{}
}

func newRequestBody(r io.Reader) *requestBody {
	b := &requestBody{Reader: r, done: make(chan struct{})}
	b.closed = sync.OnceFunc(func() { close(b.done) })
	return b
}

func (b *requestBody) Close() error {
	b.closed()
	return nil
}

func setBody(req *http.Request, text string) *requestBody {
	body := newRequestBody(strings.NewReader(text))
	req.Body, req.ContentLength = body, int64(len(text))
	req.GetBody = func() (io.ReadCloser, error) { return newRequestBody(strings.NewReader(text)), nil }
	return body
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

var errBroken = errors.New("broken")

// Whatever becomes of a request, it is the caller's: nothing in it changes, and
// its body is closed.
func TestTheRequestIsUntouched(t *testing.T) {
	dummies := func() []harness.Dummy { return []harness.Dummy{{Variable: "KEY", Value: "question"}} }
	broken := roundTrip(func(req *http.Request) (*http.Response, error) {
		_ = req.Body.Close()
		return nil, errBroken
	})
	cases := []struct {
		name, tape string
		cfg        recorder.Config
		spec       harness.Spec
		cancelled  bool
		fails      error // in reading the body
		want       error
	}{
		{name: "record"},
		{name: "replay", tape: "recorded", cfg: recorder.Config{Mode: recorder.None}},
		{name: "miss", cfg: recorder.Config{Mode: recorder.None}, want: recorder.ErrMiss},
		{name: "refuse", spec: harness.Spec{RefuseWith: errBroken}, want: errBroken},
		{name: "unreadable cassette", tape: "}{", want: recorder.ErrRefused},
		{name: "dummy", spec: harness.Spec{Dummies: dummies}, want: recorder.ErrRefused},
		{name: "pass through", cfg: recorder.Config{PassThrough: []string{"127.0.0.1"}}},
		{name: "live", cfg: recorder.Config{Mode: recorder.Live}},
		{name: "transport error", cfg: recorder.Config{Base: broken}, want: errBroken},
		{name: "transport error in live", cfg: recorder.Config{Mode: recorder.Live, Base: broken}, want: errBroken},
		{name: "cancelled before recording", cancelled: true, want: context.Canceled},
		{name: "cancelled before replay", tape: "recorded", cfg: recorder.Config{Mode: recorder.None}, cancelled: true, want: context.Canceled},
		{name: "broken body", fails: errBroken, want: errBroken},
		{name: "over", want: recorder.ErrRefused},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			switch c.tape {
			case "":
			case "recorded":
				s := d.open(recorder.Config{})
				d.post(s, "/", "text/plain", "a question")
				d.end(s, true)
			default:
				d.write(d.file(), c.tape)
			}
			s := d.openSpec(c.cfg, c.spec)
			if c.name == "over" {
				d.end(s, true)
			}

			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if c.cancelled {
				cancel()
			}
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL+"/", nil)
			if err != nil {
				t.Fatal(err)
			}
			body := setBody(req, "a question")
			if c.fails != nil {
				body.Reader = io.MultiReader(strings.NewReader("a qu"), failing{c.fails})
			}
			req.Header = http.Header{"x-lower": {"a", "b"}, "Authorization": {"Bearer mine"}}
			before := *req
			header := req.Header.Clone()

			resp, err := s.RoundTrip(req)
			if !errors.Is(err, c.want) {
				t.Errorf("got the error %v, want %v", err, c.want)
			}
			if err == nil {
				d.body(resp)
				equal(t, "request of the response", resp.Request, req)
			}
			<-body.done
			if !reflect.DeepEqual(req.Header, header) || reflect.ValueOf(req.GetBody).Pointer() != reflect.ValueOf(before.GetBody).Pointer() {
				t.Errorf("header or GetBody were changed: %v", req.Header)
			}
			req.GetBody, before.GetBody = nil, nil
			if !reflect.DeepEqual(*req, before) {
				t.Errorf("got  %+v\nwant %+v", *req, before)
			}
			if c.name != "over" {
				d.end(s, false)
			}
			if !reflect.DeepEqual(req.Header, header) {
				t.Errorf("the header was changed by the save: %v", req.Header)
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// What is sent is what the caller meant to send.
func TestTheRequestIsSentAsItIs(t *testing.T) {
	d := newRig(t, nil)
	s := d.open(recorder.Config{})
	req := d.request("/a%2Fb?api_key=mine1&x=%7e")
	req.Method = http.MethodPut
	setBody(req, `{"password":"mine2"}`)
	req.Header = http.Header{"Authorization": {"Bearer mine"}, "X-Own": {"a", "b"}, "User-Agent": {"test"}}
	resp, err := s.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	d.body(resp)
	sent := d.Requests()[0]
	equal(t, "request", sent.Method+" "+sent.URL+" "+string(sent.Body), `PUT /a%2Fb?api_key=mine1&x=%7e {"password":"mine2"}`)
	want := http.Header{"Authorization": {"Bearer mine"}, "X-Own": {"a", "b"}, "User-Agent": {"test"}, "Content-Length": {"20"}, "Accept-Encoding": {"gzip"}}
	if !reflect.DeepEqual(sent.Header, want) {
		t.Errorf("got  %q\nwant %q", sent.Header, want)
	}

	result := d.end(s, true)
	recorded := d.load(d.file()).Interactions[len(result.Recorded)-1].Request
	equal(t, "recorded", recorded.URL+" "+recorded.Body.String(), d.URL+`/a%2Fb?api_key=[redacted:api_key]&x=%7e {"password":"[redacted:password]"}`)
	equal(t, "recorded header", recorded.Header.Get("Authorization"), "[redacted:authorization]")
	if strings.Contains(d.read(d.file()), "mine") {
		t.Errorf("a secret is on the tape:\n%s", d.read(d.file()))
	}
}

// Whoever replays has another key than whoever recorded, or none.
func TestSecretsOfTheConfig(t *testing.T) {
	d := newRig(t, counting())
	answer := ""
	for n, key := range []string{"key-of-one", "key-of-another", "dummy-key"} {
		s := d.openSpec(recorder.Config{}, harness.Spec{Redaction: redaction.Rules{Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "SERVICE_KEY", Value: key}} }}})
		got := d.post(s, "/"+key, "text/plain", "my key is "+key)
		if n == 0 {
			answer = strings.ReplaceAll(got, key, "[redacted:service_key]")
			got = answer
		}
		equal(t, key, got, answer)
		d.end(s, true)
		equal(t, "on the tape", strings.Contains(d.read(d.file()), key), false)
	}
	equal(t, "sent", d.Served(), 1)
}

// A transport that has to send a request again finds its body.
func TestTheBodyCanBeSentAgain(t *testing.T) {
	d := newRig(t, nil)
	var sent []string
	s := d.open(recorder.Config{Base: roundTrip(func(req *http.Request) (*http.Response, error) {
		for range 2 {
			body, err := io.ReadAll(req.Body)
			if err != nil {
				return nil, err
			}
			sent = append(sent, string(body))
			if req.Body, err = req.GetBody(); err != nil {
				return nil, err
			}
		}
		return &http.Response{StatusCode: http.StatusOK}, nil
	})})
	req := d.request("/")
	req.Method = http.MethodPost
	setBody(req, "once")
	req.GetBody = nil
	if _, err := s.RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	equal(t, "sent", strings.Join(sent, " "), "once once")
	equal(t, "recorded", len(d.end(s, true).Recorded), 1)
}

// A request that is cancelled before it is answered uses no recording up.
func TestCancelledRequestsPlayNothing(t *testing.T) {
	d := newRig(t, nil)
	d.put(false, "/a")
	s := d.open(recorder.Config{Mode: recorder.None})
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errBroken)
	if _, err := s.RoundTrip(d.request("/a").WithContext(ctx)); !errors.Is(err, errBroken) {
		t.Errorf("got the error %v", err)
	}
	equal(t, "answer", d.get(s, "/a"), "tape 1 /a")

	// One that is cancelled while its answer is read ends as it would have live.
	d.put(false, "/a")
	s = d.open(recorder.Config{Mode: recorder.None})
	ctx, cancelRead := context.WithCancel(context.Background())
	resp, err := s.RoundTrip(d.request("/a").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(resp.Body, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	cancelRead()
	if _, err := resp.Body.Read(make([]byte, 4)); !errors.Is(err, context.Canceled) {
		t.Errorf("reading on: got the error %v", err)
	}
}

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
				d := newRig(t, nil)
				d.URL = server.URL
				bare := d.send(c, transport)
				if !strings.Contains(bare, version) {
					t.Errorf("got %s", bare)
				}
				s := d.open(recorder.Config{Base: transport})
				recorded := d.send(c, s)
				equal(t, "recorded", recorded, bare)
				d.end(s, true)
				equal(t, "tape", d.exchanged(), c.tape)
				s = d.open(recorder.Config{Mode: recorder.None, Base: unreachable(t)})
				if replayed := d.send(c, s); replayed != recorded {
					t.Errorf("%s", difference(recorded, replayed))
				}
				equal(t, "left over", len(d.end(s, true).Unplayed), 0)
			})
		}
	}
}

func (d *rig) send(c sent, transport http.RoundTripper) string {
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
func (d *rig) exchanged() string {
	d.t.Helper()
	var list []string
	for _, i := range d.load(d.file()).Interactions {
		_, path, _ := strings.Cut(strings.TrimPrefix(i.Request.URL, "http"), "://")
		words := []string{i.Request.Method, path[strings.Index(path, "/"):], i.Request.Body.String(), fmt.Sprint(i.Response.Status)}
		list = append(list, strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), " "))
	}
	return strings.Join(list, ", ")
}

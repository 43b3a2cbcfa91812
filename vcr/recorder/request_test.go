package recorder_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
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
	dummies := func() []recorder.Dummy { return []recorder.Dummy{{Variable: "KEY", Value: "question"}} }
	broken := roundTrip(func(req *http.Request) (*http.Response, error) {
		_ = req.Body.Close()
		return nil, errBroken
	})
	cases := []struct {
		name, tape string
		cfg        recorder.Config
		cancelled  bool
		fails      error // in reading the body
		want       error
	}{
		{name: "record"},
		{name: "replay", tape: "recorded", cfg: recorder.Config{Mode: recorder.None}},
		{name: "miss", cfg: recorder.Config{Mode: recorder.None}, want: recorder.ErrMiss},
		{name: "refuse", cfg: recorder.Config{Refuse: errBroken}, want: errBroken},
		{name: "unreadable cassette", tape: "}{", want: recorder.ErrRefused},
		{name: "dummy", cfg: recorder.Config{Dummies: dummies}, want: recorder.ErrRefused},
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
			d := newDeck(t, counting())
			switch c.tape {
			case "":
			case "recorded":
				s := d.open(recorder.Config{})
				d.post(s, "/", "text/plain", "a question")
				d.end(s, recorder.Passed)
			default:
				d.write(d.file(), c.tape)
			}
			s := d.open(c.cfg)
			if c.name == "over" {
				d.end(s, recorder.Passed)
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
				d.end(s, recorder.Failed)
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
	d := newDeck(t, nil)
	s := d.open(recorder.Config{})
	req := d.request("/a%2Fb?key=mine1&x=%7e")
	req.Method = http.MethodPut
	setBody(req, `{"password":"mine2"}`)
	req.Header = http.Header{"Authorization": {"Bearer mine"}, "X-Own": {"a", "b"}, "User-Agent": {"test"}}
	resp, err := s.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	d.body(resp)
	sent := d.Requests()[0]
	equal(t, "request", sent.Method+" "+sent.URL+" "+string(sent.Body), `PUT /a%2Fb?key=mine1&x=%7e {"password":"mine2"}`)
	want := http.Header{"Authorization": {"Bearer mine"}, "X-Own": {"a", "b"}, "User-Agent": {"test"}, "Content-Length": {"20"}, "Accept-Encoding": {"gzip"}}
	if !reflect.DeepEqual(sent.Header, want) {
		t.Errorf("got  %q\nwant %q", sent.Header, want)
	}

	result := d.end(s, recorder.Passed)
	recorded := d.load(d.file()).Interactions[result.Recorded-1].Request
	equal(t, "recorded", recorded.URL+" "+recorded.Body.String(), d.URL+`/a%2Fb?key=[redacted:key]&x=%7e {"password":"[redacted:password]"}`)
	equal(t, "recorded header", recorded.Header.Get("Authorization"), "[redacted:authorization]")
	if strings.Contains(d.read(d.file()), "mine") {
		t.Errorf("a secret is on the tape:\n%s", d.read(d.file()))
	}
}

// Whoever replays has another key than whoever recorded, or none.
func TestSecretsOfTheConfig(t *testing.T) {
	d := newDeck(t, counting())
	answer := ""
	for n, key := range []string{"key-of-one", "key-of-another", "dummy-key"} {
		s := d.open(recorder.Config{Redact: redact.Rules{Secrets: func() []redact.Secret { return []redact.Secret{{Name: "SERVICE_KEY", Value: key}} }}})
		got := d.post(s, "/"+key, "text/plain", "my key is "+key)
		if n == 0 {
			answer = strings.ReplaceAll(got, key, "[redacted:service_key]")
			got = answer
		}
		equal(t, key, got, answer)
		d.end(s, recorder.Passed)
		equal(t, "on the tape", strings.Contains(d.read(d.file()), key), false)
	}
	equal(t, "sent", d.Served(), 1)
}

// A transport that has to send a request again finds its body.
func TestTheBodyCanBeSentAgain(t *testing.T) {
	d := newDeck(t, nil)
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
	equal(t, "recorded", d.end(s, recorder.Passed).Recorded, 1)
}

// A request that is cancelled before it is answered uses no recording up.
func TestCancelledRequestsPlayNothing(t *testing.T) {
	d := newDeck(t, nil)
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

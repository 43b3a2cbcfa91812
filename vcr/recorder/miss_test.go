package recorder_test

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// The path is shown as people write it, relative to the folder of the package.
func TestPathInTheTextOfAMiss(t *testing.T) {
	s, err := recorder.Open(recorder.Config{Path: "./testdata/../testdata/none.yaml", Mode: recorder.None})
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir()) // where a test goes makes no difference
	_, err = s.Client().Get("http://api.example.com/")
	if !strings.Contains(errorText(err), ": testdata/none.yaml: no recording for GET http://api.example.com/\n") {
		t.Errorf("got the error %v", err)
	}
	equal(t, "cassette", s.Cassette(), "testdata/none.yaml")
}

func TestAMissIsFoundThroughTheClient(t *testing.T) {
	d := newRig(t, nil)
	d.put(false, "/a", "/b")
	s := d.open(recorder.Config{Mode: recorder.Once})
	d.get(s, "/b")
	_, err := s.Client().Get(d.URL + "/c?token=q7Vx2mKd9PzT")
	var wrapped *url.Error
	var miss *recorder.Miss
	if !errors.As(err, &wrapped) || !errors.As(err, &miss) || !errors.Is(err, recorder.ErrMiss) || errors.Is(err, recorder.ErrRefused) {
		t.Fatalf("got the error %#v", err)
	}
	equal(t, "timeout of the wrapping", wrapped.Timeout(), false)
	equal(t, "cassette", miss.Cassette, filepath.Join(d.dir, tapeName))
	equal(t, "mode", miss.Mode, recorder.Once)
	equal(t, "request", miss.Method+" "+miss.URL, "GET "+d.URL+"/c?token=[redacted:token]")
	equal(t, "recordings", miss.Explanation().Recordings, 2)
	equal(t, "unplayed", miss.Explanation().Unplayed, 1)
	equal(t, "used", len(miss.Explanation().Used), 0)
	equal(t, "nearest", miss.Explanation().Nearest, matching.Place{Recording: 1, Line: 5})
	equal(t, "differences", len(miss.Explanation().Differences), 2)
}

// A request that is asked over and over again is told each time in full.
func TestAMissOfARequestThatWasSeen(t *testing.T) {
	d := newRig(t, nil)
	d.put(false, "/a")
	s := d.open(recorder.Config{Mode: recorder.Once})
	equal(t, "answers", d.get(s, "/a", "/a", "/a", "/a"), "tape 1 /a, miss, miss, miss")
	_, err := s.Client().Get(d.URL + "/a")
	if want := "no recording left for GET " + d.URL + "/a\n"; !strings.Contains(errorText(err), want) {
		t.Errorf("got %v", err)
	}
}

func TestARefusalIsFoundThroughTheClient(t *testing.T) {
	d := newRig(t, nil)
	d.write(d.file(), "}{")
	_, err := d.open(recorder.Config{}).Client().Get(d.URL)
	var refusal interface {
		error
		Unwrap() []error
	}
	if !errors.As(err, &refusal) || !errors.Is(err, recorder.ErrRefused) || errors.Is(err, recorder.ErrMiss) {
		t.Fatalf("got the error %#v", err)
	}
	equal(t, "unwrapped", len(refusal.Unwrap()), 2)

	over := d.open(recorder.Config{})
	_, _ = over.Close(true)
	if _, err := over.Client().Get(d.URL); !errors.As(err, &refusal) {
		t.Fatalf("got the error %#v", err)
	}
	equal(t, "unwrapped without a cause", len(refusal.Unwrap()), 1)
}

var update = flag.Bool("update", false, "write the golden files")

const api = "https://api.example.com"

// asks is a request, or a recording of one.
func asks(method, url, contentType, body string) cassette.Request {
	r := cassette.Request{Method: method, URL: url, Body: cassette.NewBody([]byte(body))}
	if contentType != "" {
		r.Header = http.Header{"Content-Type": {contentType}}
	}
	return r
}

func prompt(text string) cassette.Request {
	return asks("POST", api+"/v1/chat", "application/json", fmt.Sprintf(`{"model":"small","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":%q}],"temperature":0.2}`, text))
}

func uploads(boundary, language, file string) cassette.Request {
	return asks("POST", api+"/v1/audio", "multipart/form-data; boundary="+boundary,
		strings.NewReplacer("BOUNDARY", boundary, "LANGUAGE", language, "FILE", file, "\n", "\r\n").Replace(`--BOUNDARY
Content-Disposition: form-data; name="options"

{"language": "LANGUAGE", "at": 1}
--BOUNDARY
Content-Disposition: form-data; name="file"; filename="a.wav"
Content-Type: audio/wav

FILE
--BOUNDARY--
`))
}

func withHeader(r cassette.Request, name, value string) cassette.Request {
	r.Header = r.Header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set(name, value)
	return r
}

// many are recordings of prompts about cities.
func many(n int) []cassette.Request {
	requests := make([]cassette.Request, n)
	for i := range requests {
		requests[i] = prompt(fmt.Sprintf("What is the mayor of city %d called?", i))
	}
	return requests
}

func numbers(from, to int) string {
	var list []string
	for n := from; n < to; n++ {
		list = append(list, fmt.Sprintf("%q", fmt.Sprint("text ", n)))
	}
	return `{"input":[` + strings.Join(list, ",") + `]}`
}

// A missed is a question that no recording answers.
type missed struct {
	tape   []cassette.Request
	before []cassette.Request // what is asked before, and answered
	asked  cassette.Request
	config recorder.Config
	spec   harness.Spec
	others map[string][]cassette.Request // further cassettes in the folder
}

var misses = map[string]missed{
	"empty_tape":     {asked: prompt("What is the capital of France?")},
	"another_prompt": {tape: []cassette.Request{asks("GET", api+"/v1/models", "", ""), prompt("What is the capital of France?")}, asked: prompt("What is the capital of Spain?")},
	"a_long_prompt": {
		tape:  []cassette.Request{prompt(strings.Repeat("All work and no play makes Jack a dull boy. ", 50) + "Why?\n\nAnswer in one word.")},
		asked: prompt(strings.Repeat("All work and no play makes Jack a dull boy. ", 50) + "How?\n\nAnswer in one word."),
	},
	"a_message_more": {
		tape:  []cassette.Request{asks("POST", api+"/v1/chat", "application/json", `{"messages":[{"role":"user","content":"Hi"},{"role":"user","content":"Bye"}]}`)},
		asked: asks("POST", api+"/v1/chat", "application/json", `{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello!"},{"role":"user","content":"Bye"}],"seed":7}`),
	},
	"used_up": {tape: []cassette.Request{prompt("Hi")}, before: []cassette.Request{prompt("Hi")}, asked: prompt("Hi")},
	"a_token_that_expired": {
		tape:   []cassette.Request{asks("POST", api+"/oauth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials")},
		before: []cassette.Request{asks("POST", api+"/oauth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials")},
		asked:  asks("POST", api+"/oauth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials"),
	},
	"a_prompt_with_the_date": {tape: []cassette.Request{prompt("Today is November 27, 2026. Hi")}, asked: prompt("Today is November 28, 2026. Hi")},
	"times_in_JSON": {
		tape:  []cassette.Request{asks("POST", api+"/v1/events", "application/json", `{"since":1732000001,"until":"2026-11-27T01:02:03Z"}`)},
		asked: asks("POST", api+"/v1/events", "application/json", `{"since":1732000002,"until":"2026-11-27T01:02:04Z"}`),
	},
	"another_file_name": {
		tape:  []cassette.Request{uploads("first", "en", "RIFF")},
		asked: asks("POST", api+"/v1/audio", "multipart/form-data; boundary=first", strings.Replace(uploads("first", "en", "RIFF").Body.String(), "a.wav", "b.wav", 1)),
	},
	"a_temperature": {
		tape:  []cassette.Request{asks("POST", api+"/v1/chat", "application/json", `{"messages":[{"role":"user","content":"Hi"}],"temperature":0.2}`)},
		asked: asks("POST", api+"/v1/chat", "application/json", `{"messages":[{"role":"user","content":"Hi"}],"temperature":0.7}`),
	},
	"a_loop_that_asks_once_more": {
		tape:   []cassette.Request{asks("GET", api+"/jobs/1", "", ""), asks("GET", api+"/jobs/1", "", ""), asks("GET", api+"/jobs/1/result", "", "")},
		before: []cassette.Request{asks("GET", api+"/jobs/1", "", ""), asks("GET", api+"/jobs/1", "", "")},
		asked:  asks("GET", api+"/jobs/1", "", ""),
	},
	"another_endpoint": {tape: []cassette.Request{prompt("Hi")}, asked: asks("POST", api+"/v1/embeddings", "application/json", `{"model":"small","input":"Hi"}`)},
	"only_the_port": {
		tape:  []cassette.Request{asks("GET", "http://127.0.0.1:8080/health?full=1", "", "")},
		asked: asks("GET", "http://127.0.0.1:43211/health?full=1", "", ""),
	},
	"a_parameter_of_the_query": {
		tape:  []cassette.Request{asks("GET", api+"/v1/models?api_key=first&limit=5", "", "")},
		asked: asks("GET", api+"/v1/models?api_key=second&limit=10&after=m1", "", ""),
	},
	"method_scheme_and_host": {tape: []cassette.Request{asks("GET", api+"/v1/models", "", "")}, asked: asks("HEAD", "http://user:word@api.example.org/v1/models", "", "")},
	"a_header": {
		tape:   []cassette.Request{withHeader(prompt("Hi"), "Anthropic-Version", "2023-06-01")},
		asked:  withHeader(prompt("Hi"), "Anthropic-Version", "2024-10-22"),
		config: recorder.Config{MatchOn: []match.Part{match.URL, match.Body, match.Header("anthropic-version")}},
	},
	"lines_of_a_text": {
		tape:  []cassette.Request{asks("POST", api+"/v1/upload", "text/plain", "one\ntwo\nthree\n")},
		asked: asks("POST", api+"/v1/upload", "text/plain", "one\nTWO\nthree \n"),
	},
	"bytes": {
		tape:  []cassette.Request{asks("POST", api+"/v1/upload", "application/octet-stream", "\x00\x01\xff")},
		asked: asks("POST", api+"/v1/upload", "application/octet-stream", "\x00\x02\xff"),
	},
	"a_form": {
		tape:  []cassette.Request{asks("POST", api+"/token", "application/x-www-form-urlencoded", "grant_type=refresh&scope=read+write&password=one")},
		asked: asks("POST", api+"/token", "application/x-www-form-urlencoded", "grant_type=refresh&scope=read&password=two"),
	},
	"JSON_in_multipart": {tape: []cassette.Request{uploads("first", "en", "RIFF")}, asked: uploads("second", "de", "RIFF")},
	"JSON_and_what_is_none": {
		tape:  []cassette.Request{asks("POST", api+"/v1/chat", "application/json", `{"prompt":"Hi"}`)},
		asked: asks("POST", api+"/v1/chat", "application/json", `{"prompt":"Hi"`),
	},
	"many_differences": {
		tape:  []cassette.Request{asks("POST", api+"/v1/embeddings", "application/json", numbers(0, 30))},
		asked: asks("POST", api+"/v1/embeddings", "application/json", numbers(100, 130)),
	},
	"a_thousand_recordings": {tape: many(1000), asked: prompt("What is the mayor of city 777 named?")},
	"out_of_order": {
		tape:   []cassette.Request{asks("GET", api+"/1", "", ""), asks("GET", api+"/2", "", ""), asks("GET", api+"/3", "", "")},
		before: []cassette.Request{asks("GET", api+"/1", "", "")},
		asked:  asks("GET", api+"/3", "", ""),
		config: recorder.Config{InOrder: true},
	},
	"included": {
		others: map[string][]cassette.Request{"shared/login.yaml": {asks("POST", api+"/login", "", "")}},
		before: []cassette.Request{asks("POST", api+"/login", "", "")},
		asked:  asks("POST", api+"/login", "", ""),
		config: recorder.Config{Include: []string{"shared/login.yaml"}},
	},
	"a_spec_with_another_name": {
		others: map[string][]cassette.Request{"chat/old.yaml": {prompt("Hi")}},
		asked:  prompt("Hi"),
	},
	"guide_of_the_caller": {
		asked: asks("GET", api+"/", "", ""),
		spec: harness.Spec{Guide: func() harness.Guide {
			return harness.Guide{Noun: "scene", Record: func(mode string) []string { return []string{"one " + mode, "two"} }}
		}},
	},
	"a_long_URL": {tape: []cassette.Request{asks("GET", api+"/"+strings.Repeat("x", 5000)+"1", "", "")}, asked: asks("GET", api+"/"+strings.Repeat("x", 5000)+"2", "", "")},
}

// A miss is read by somebody whose test fails: the whole text counts.
func TestTextOfAMiss(t *testing.T) {
	for name, c := range misses {
		t.Run(name, func(t *testing.T) {
			d := newRig(t, nil)
			save := func(file string, requests []cassette.Request) {
				var tape cassette.Cassette
				for _, request := range requests {
					i := &cassette.Interaction{Request: request, Response: cassette.Response{Status: 200, Body: cassette.NewBody([]byte("taped"))}}
					tape.Interactions = append(tape.Interactions, i)
				}
				if err := tape.Save(file); err != nil {
					t.Fatal(err)
				}
			}
			if c.tape != nil {
				save(d.file(), c.tape)
			}
			for file, requests := range c.others {
				save(filepath.Join(d.dir, file), requests)
			}
			var told error
			t.Setenv("VCR_RECORD_MODE", "none")
			c.spec.OnRefuse = func(err error) { told = err }
			c.spec.Orphans = func() []string { return []string{filepath.Join(d.dir, "chat/old.yaml")} }
			if c.config.Path == "" {
				c.config.Path = tapeName
			}
			c.config.Dir = d.dir
			s, err := recorder.OpenSpec(c.config, c.spec, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, before := range c.before {
				if _, err := s.RoundTrip(outgoing(t, before)); err != nil {
					t.Fatal(err)
				}
			}
			_, err = s.RoundTrip(outgoing(t, c.asked))
			equal(t, "called back", told, err)
			got := strings.ReplaceAll(errorText(err), d.dir, "cassettes") + "\n"
			if len(got) > 4000 {
				t.Errorf("%d bytes are too many to be read", len(got))
			}
			golden := filepath.Join("testdata", "misses", name+".golden")
			if *update {
				d.write(golden, got)
			}
			equal(t, "text", got, d.read(golden))
		})
	}
	golden, err := os.ReadDir("testdata/misses")
	if err != nil || len(golden) != len(misses) {
		t.Errorf("%d golden files for %d misses, error %v", len(golden), len(misses), err)
	}
}

// outgoing returns the request of a recording as a client sends it.
func outgoing(t *testing.T, r cassette.Request) *http.Request {
	t.Helper()
	req, err := http.NewRequest(r.Method, r.URL, strings.NewReader(r.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = r.Header.Clone()
	return req
}

// What MatchOn names is added up, so that one without the port does not help
// beside one with it.
func TestPortUnderMatchOn(t *testing.T) {
	for _, c := range []struct {
		parts []match.Part
		want  string
	}{
		{nil, "to ignore the port"},
		{[]match.Part{match.Method, match.URL}, "to ignore the port, in the place of the MatchOn that holds now"},
	} {
		d := newRig(t, nil)
		d.put(false, "/health")
		s := d.open(recorder.Config{Mode: recorder.None, MatchOn: c.parts})
		_, err := s.Client().Get("http://127.0.0.1:1/health")
		var miss *recorder.Miss
		if !errors.As(err, &miss) {
			t.Fatalf("got %v", err)
		}
		equal(t, "remedy", miss.Explanation().Loosened.Does, c.want)
	}
}

// Where the Config says which mode is in force, a variable would change nothing.
func TestRemediesWhereTheConfigHasTheMode(t *testing.T) {
	d := newRig(t, nil)
	s := d.open(recorder.Config{Mode: recorder.None})
	_, err := s.RoundTrip(d.request("/1"))
	equal(t, "miss", strings.ReplaceAll(errorText(err), d.dir, "cassettes"), fmt.Sprintf(`cassettes/chat/tape.yaml: no recording for GET %s/1
  mode none; the cassette does not exist or is empty
  1. to record this test, in the Config:
     Mode: "once"`, d.URL))
}

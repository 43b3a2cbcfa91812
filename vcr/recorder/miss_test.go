package recorder_test

import (
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

const (
	chat = "https://api.example.com/v1/chat?b=2&a=1"

	twoRecordings = `ginkgo-vcr: 1
---
request:
  method: POST
  url: https://api.example.com/v1/chat?a=1&b=2
  headers:
    Content-Type: [application/json]
  body:
    json: |-
      {"model": "small", "prompt": "What is the capital of France?"}
response:
  status: 200
---
request:
  method: GET
  url: https://api.example.com/v1/models?key=[redacted:key]
response:
  status: 200
`

	plainRemedies = `
  to record this test again (-run selects it among others):
    VCR_RECORD_MODE=all go test -count=1 .
  to add what is new and keep the rest:
    VCR_RECORD_MODE=new_episodes go test -count=1 .`
)

// A miss is read by somebody whose test fails: the whole text counts.
func TestTextOfAMiss(t *testing.T) {
	const question = `{"prompt":"What is the capital of France?","model":"small"}`
	cases := []struct {
		name, tape        string
		first             string // the URL of a question asked before; may be empty
		method, url, body string
		remedies          func() []recorder.Remedy
		want              string
	}{
		{"empty tape", "", "", "GET", "https://api.example.com/", "", nil,
			`TAPE: no recording for GET https://api.example.com/
  mode none; the cassette does not exist or is empty` + plainRemedies},
		{"another prompt", twoRecordings, "", "POST", chat, `{"prompt":"What is the capital of Spain?","model":"small"}`, nil,
			`TAPE: no recording for POST https://api.example.com/v1/chat?b=2&a=1
  mode none; the cassette holds 2 recordings, 2 not played yet
  the nearest is recording 1 (line 3), which differs in
    body
      recorded: …small","prompt":"What is the capital of France?"}
      request:  …small","prompt":"What is the capital of Spain?"}` + plainRemedies},
		{"used up", twoRecordings, chat, "POST", chat, question, nil,
			`TAPE: no recording for POST https://api.example.com/v1/chat?b=2&a=1
  mode none; the cassette holds 2 recordings, 1 not played yet
  the nearest is recording 1 (line 3), which matches but was played already` + plainRemedies},
		{"a single recording", twoRecordings[:strings.LastIndex(twoRecordings, "---")], chat, "POST", chat, question, nil,
			`TAPE: no recording for POST https://api.example.com/v1/chat?b=2&a=1
  mode none; the cassette holds 1 recording, 0 not played yet
  the nearest is recording 1 (line 3), which matches but was played already` + plainRemedies},
		{"another path", twoRecordings, "", "POST", "https://api.example.com/v1/embeddings?a=1&b=2", question, nil,
			`TAPE: no recording for POST https://api.example.com/v1/embeddings?a=1&b=2
  mode none; the cassette holds 2 recordings, 2 not played yet
  the nearest is recording 1 (line 3), which differs in
    path
      recorded: /v1/chat
      request:  /v1/embeddings` + plainRemedies},
		{"another port", twoRecordings, "", "GET", "https://api.example.com:8443/v1/models?key=own", "", nil,
			`TAPE: no recording for GET https://api.example.com:8443/v1/models?key=[redacted:key]
  mode none; the cassette holds 2 recordings, 2 not played yet
  the nearest is recording 2 (line 14), which differs in
    host
      recorded: api.example.com
      request:  api.example.com:8443` + plainRemedies},
		{"another query", twoRecordings, "", "GET", "https://api.example.com/v1/models?key=own&limit=5", "", nil,
			`TAPE: no recording for GET https://api.example.com/v1/models?key=[redacted:key]&limit=5
  mode none; the cassette holds 2 recordings, 2 not played yet
  the nearest is recording 2 (line 14), which differs in
    query
      recorded: key=%5Bredacted%3Akey%5D
      request:  key=%5Bredacted%3Akey%5D&limit=5` + plainRemedies},
		{"no query, another method and scheme", twoRecordings, "", "HEAD", "http://user:word@api.example.com/v1/models", "", nil,
			`TAPE: no recording for HEAD http://api.example.com/v1/models
  mode none; the cassette holds 2 recordings, 2 not played yet
  the nearest is recording 2 (line 14), which differs in
    method
      recorded: GET
      request:  HEAD
    scheme
      recorded: https
      request:  http
    query
      recorded: key=%5Bredacted%3Akey%5D
      request:  (nothing)` + plainRemedies},
		{"remedies of the caller", "", "", "GET", "https://api.example.com/", "",
			func() []recorder.Remedy {
				return []recorder.Remedy{{Does: "to mend it", Commands: []string{"one", "two"}}}
			},
			`TAPE: no recording for GET https://api.example.com/
  mode none; the cassette does not exist or is empty
  to mend it:
    one
    two`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDeck(t, nil)
			if c.tape != "" {
				d.write(d.file(), c.tape)
			}
			var told error
			s := d.open(recorder.Config{Mode: recorder.None, Remedies: c.remedies, OnRefuse: func(err error) { told = err }})
			if c.first != "" {
				if _, err := s.Client().Post(c.first, "application/json", strings.NewReader(question)); err != nil {
					t.Fatal(err)
				}
			}
			req, err := http.NewRequest(c.method, c.url, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if c.body != "" {
				req.Header.Set("Content-Type", "application/json")
			}
			_, err = s.RoundTrip(req)
			equal(t, "text", strings.ReplaceAll(errorText(err), d.file(), "TAPE"), c.want)
			equal(t, "called back", told, err)
		})
	}
}

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
	d := newDeck(t, nil)
	d.put(false, "/a", "/b")
	s := d.open(recorder.Config{Mode: recorder.Once})
	d.get(s, "/b")
	_, err := s.Client().Get(d.URL + "/c?token=own")
	var wrapped *url.Error
	var miss *recorder.Miss
	if !errors.As(err, &wrapped) || !errors.As(err, &miss) || !errors.Is(err, recorder.ErrMiss) || errors.Is(err, recorder.ErrRefused) {
		t.Fatalf("got the error %#v", err)
	}
	equal(t, "timeout of the wrapping", wrapped.Timeout(), false)
	equal(t, "timeout", miss.Timeout(), false)
	equal(t, "temporary", miss.Temporary(), false)
	equal(t, "retryable", miss.RetryableError(), false)
	equal(t, "cassette", miss.Cassette, filepath.Join(d.dir, tapeName))
	equal(t, "mode", miss.Mode, recorder.Once)
	equal(t, "request", miss.Method+" "+miss.URL, "GET "+d.URL+"/c?token=[redacted:token]")
	equal(t, "recordings", miss.Recordings, 2)
	equal(t, "unplayed", miss.Unplayed, 1)
	equal(t, "used", miss.Used, false)
	equal(t, "nearest", miss.Nearest, 1)
	equal(t, "parts", len(miss.Differences), 2)
}

func TestARefusalIsFoundThroughTheClient(t *testing.T) {
	d := newDeck(t, nil)
	d.write(d.file(), "}{")
	_, err := d.open(recorder.Config{}).Client().Get(d.URL)
	var refusal *recorder.Refusal
	if !errors.As(err, &refusal) || !errors.Is(err, recorder.ErrRefused) || errors.Is(err, recorder.ErrMiss) {
		t.Fatalf("got the error %#v", err)
	}
	equal(t, "retryable", refusal.RetryableError(), false)
	equal(t, "unwrapped", len(refusal.Unwrap()), 2)
	equal(t, "unwrapped without a cause", len((&recorder.Refusal{}).Unwrap()), 1)
}

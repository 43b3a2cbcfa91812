package cassette_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

var amendedAt = time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)

func asked(path string) cassette.Request {
	return cassette.Request{Method: "GET", URL: "http://tape.test/" + path}
}

// All of a document but its request keeps its bytes.
func TestAmend(t *testing.T) {
	const head, asksOld, asksNew = "ginkgo-vcr: 1\n", "request:\n  method: GET\n  url: http://tape.test/old\n", "request:\n  method: GET\n  url: http://tape.test/new\n"
	const mark = "amended: 2026-11-29T08:00:00Z\n"
	cases := []struct{ name, before, after string }{
		{"canonical", "---\n" + asksOld + "response:\n  status: 200\nrecorded: 2026-11-22T12:00:00Z\ntook: 5ms\n",
			"---\n" + asksNew + "response:\n  status: 200\nrecorded: 2026-11-22T12:00:00Z\ntook: 5ms\n" + mark},
		{"amended before", "---\n" + asksOld + "response:\n  status: 200\namended: 2026-11-22T12:00:00Z\n", "---\n" + asksNew + "response:\n  status: 200\n" + mark},
		{"amended before, and not at the end", "---\namended: 2026-11-22T12:00:00Z\n" + asksOld + "response:\n  status: 200\n", "---\n" + asksNew + "response:\n  status: 200\n" + mark},
		{"a body at the end", "---\n" + asksOld + "response:\n  status: 200\n  body:\n    text: |+\n      a\n\n", "---\n" + asksNew + "response:\n  status: 200\n  body:\n    text: |+\n      a\n\n" + mark},
		{"edited by hand", "--- # the first\n# ours\nrequest:\n  url: http://tape.test/old # here\n  method: 'GET'\n# theirs\nresponse:\n  status:   200 # good\n",
			"--- # the first\n# ours\n" + asksNew + "# theirs\nresponse:\n  status:   200 # good\n" + mark},
		{"a body in the request", "---\n" + strings.Replace(asksOld, "GET", "PUT", 1) + "  body:\n    text: |\n      request:\n\n      b\nresponse: {status: 200}\n", "---\n" + asksNew + "response: {status: 200}\n" + mark},
		{"the response first", "---\nresponse:\n  status: 200\n" + asksOld, "---\nresponse:\n  status: 200\n" + asksNew + mark},
		{"an error", "---\n" + asksOld + "error:\n  message: refused\n", "---\n" + asksNew + "error:\n  message: refused\n" + mark},
		{"on one line", "---\n{request: {method: GET, url: 'http://tape.test/old'}, response: {status: 200}}\n", "---\n" + asksNew + "response:\n  status: 200\n" + mark},
		{"the request on one line", "---\nrequest: {method: GET, url: 'http://tape.test/old'}\nresponse: {status:   200}\n", "---\n" + asksNew + "response:\n  status: 200\n" + mark},
		{"CR LF", "---\r\n" + strings.ReplaceAll(asksOld, "\n", "\r\n") + "response: {status: 200}\r\n", "---\n" + asksNew + "response:\n  status: 200\n" + mark},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tape := parse(t, []byte(head+c.before))
			line := tape.Interactions[0].Line()
			amended := tape.Interactions[0].Amend(asked("new"), amendedAt)
			tape.Interactions[0] = amended
			if got := string(tape.Encode()); got != head+c.after {
				t.Errorf("became\n%s\nnot\n%s", got, head+c.after)
			}
			if amended.Line() != line {
				t.Errorf("the line is %d, not %d", amended.Line(), line)
			}
			again, err := cassette.Parse("", tape.Encode(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if i := again.Interactions[0]; i.Amended != amendedAt {
				t.Errorf("read is %v", i.Amended)
			}
			if i := again.Interactions[0].Amend(asked("new"), amendedAt); string((&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode()) != head+c.after {
				t.Error("a second time it becomes another document")
			}
		})
	}
}

func TestAmendKeepsTheBodyBesideTheCassette(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.yaml")
	long := func(text string) cassette.Body { return cassette.NewBody([]byte(strings.Repeat(text, 100))) }
	save := func(c *cassette.Cassette) string {
		c.BodyLimit = 50
		if err := c.Save(file); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bodies, err := filepath.Glob(filepath.Join(filepath.Dir(file), "_bodies", "*.txt"))
		if err != nil || len(bodies) != 2 {
			t.Fatalf("the bodies are %q, %v", bodies, err)
		}
		return string(text)
	}
	i := &cassette.Interaction{Request: asked("old"), Response: cassette.Response{Status: 200, Body: long("c")}}
	i.Request.Body = long("a")
	_, answer, _ := strings.Cut(save(&cassette.Cassette{Interactions: []*cassette.Interaction{i}}), "response:\n")

	tape, err := cassette.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	request := asked("new")
	request.Body = long("b")
	tape.Interactions[0] = tape.Interactions[0].Amend(request, amendedAt)
	_, now, _ := strings.Cut(save(tape), "response:\n")
	if want := answer + "amended: 2026-11-29T08:00:00Z\n"; now != want {
		t.Errorf("the answer became\n%s\nnot\n%s", now, want)
	}
	if tape, err = cassette.Load(file); err != nil || tape.Interactions[0].Request.Body.String() != request.Body.String() || tape.Interactions[0].Response.Body.Len() != 100 {
		t.Errorf("read back is %v, %v", tape, err)
	}
	if inline := parse(t, tape.Encode()).Interactions[0].Response.Body.String(); inline != strings.Repeat("c", 100) {
		t.Errorf("in one file the answer is %q", inline)
	}
}

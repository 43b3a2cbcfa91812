package recorder_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

const completions = "/v1/chat/completions"

// repeating answers a chat with the path and query that were asked for.
func repeating() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"model":"small","choices":[{"message":{"role":"assistant","content":%q}}]}`, r.URL.RawQuery)
	})
}

// converse posts a body and returns the answer.
func (d *rig) converse(s *recorder.Session, path, body string) string {
	d.t.Helper()
	resp, err := s.Client().Post(d.URL+path, "application/json", strings.NewReader(body))
	if err != nil {
		return "error"
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "broken"
	}
	return string(text)
}

// said lists what the answers of a session say.
func said(s *recorder.Session) string {
	var list []string
	snapshot := s.Snapshot()
	for _, i := range snapshot.Answered() {
		if err := i.Decode(); err != nil {
			return err.Error()
		}
		chat, _ := snapshot.Chat(i)
		list = append(list, chat.Said())
	}
	return strings.Join(list, " ")
}

func TestAnsweredIsInOrder(t *testing.T) {
	d := newRig(t, repeating())
	s := d.open(recorder.Config{Mode: recorder.All})
	for _, query := range []string{"a", "b", "c"} {
		d.converse(s, completions+"?"+query, "{}")
	}
	equal(t, "recorded", said(s), "a b c")
	if _, err := s.Close(true); err != nil {
		t.Fatal(err)
	}
	s = d.open(recorder.Config{Mode: recorder.NewEpisodes})
	for _, query := range []string{"c", "x", "a", "y", "z", "b"} {
		d.converse(s, completions+"?"+query, "{}")
	}
	equal(t, "some recorded", said(s), "c x a y z b")
	equal(t, "replayed", len(s.Snapshot().Replayed), 3)
	equal(t, "by hand", len(recorder.Snapshot{Replayed: s.Snapshot().Replayed, Recorded: s.Snapshot().Recorded}.Answered()), 6)
}

func TestAnsweredInModeLive(t *testing.T) {
	token := "ghp" + "_" + strings.Repeat("a1B2c3D4", 5)
	d := newRig(t, repeating())
	s := d.open(recorder.Config{Mode: recorder.Live})
	d.converse(s, completions+"?a", `{"messages":[{"role":"user","content":"`+token+`"}]}`)
	d.converse(s, "/orders?b", "{}")
	d.get(s, completions)
	resp, err := s.Client().Post(d.URL+completions+"?c="+token, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "before it was read", said(s), "a")
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	equal(t, "read", said(s), "a c=[redacted:github_token]")
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	snapshot := s.Snapshot()
	equal(t, "answers", len(snapshot.Answered()), 2)
	equal(t, "title", snapshot.Title(snapshot.Answered()[0]), `live 1, POST `+d.URL+completions+`?a "[redacted:github_token]"`)
	equal(t, "requests", len(snapshot.Live), 4)
	equal(t, "tape", d.bodies(d.file()), "none")
}

func TestAnsweredInModeLiveIsBounded(t *testing.T) {
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "large" {
			_, _ = io.WriteString(w, strings.Repeat("x", 2<<20))
			return
		}
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"`+r.URL.RawQuery+`"}}]}`)
	}))
	s := d.open(recorder.Config{Mode: recorder.Live})
	equal(t, "length for the code", len(d.converse(s, completions+"?large", "{}")), 2<<20)
	equal(t, "length kept", s.Snapshot().Answered()[0].Response.Body.Len(), 1<<20)
	for n := range 1001 {
		d.converse(s, fmt.Sprintf("%s?%d", completions, n), "{}")
	}
	equal(t, "answers", len(s.Snapshot().Answered()), 1000)
	if got := said(s); !strings.HasPrefix(got, "1 2 3 ") || !strings.HasSuffix(got, " 999 1000") {
		t.Errorf("got %.30s", got)
	}
}

// An erring transport fails each request; without an error it has no answer either.
type erring struct{ err error }

func (e erring) RoundTrip(*http.Request) (*http.Response, error) { return nil, e.err }

func TestAnsweredInModeLiveWithoutAnAnswer(t *testing.T) {
	d := newRig(t, nil)
	for _, c := range []struct {
		err     error
		answers int
	}{{errors.New("unreachable"), 1}, {nil, 0}} {
		s := d.open(recorder.Config{Mode: recorder.Live, Base: erring{c.err}})
		equal(t, "answer", d.converse(s, completions, "{}"), "error")
		equal(t, "answers", len(s.Snapshot().Answered()), c.answers)
		equal(t, "said", said(s), "")
	}
}

func TestMarkdownIsRedacted(t *testing.T) {
	token := "ghp" + "_" + strings.Repeat("a1B2c3D4", 5)
	i := &cassette.Interaction{
		Request: cassette.Request{
			Method: "POST", URL: "https://api.openai.com/v1/chat/completions?token=q7Vx2mKd9PzT",
			Body: cassette.NewBody([]byte(`{"messages":[{"role":"user","content":"use ` + token + `"}]}`)),
		},
		Response: cassette.Response{Status: 200, Body: cassette.NewBody([]byte(`{"model":"small","choices":[{"message":{"role":"assistant","content":"Done."}}],"usage":{"prompt_tokens":14,"completion_tokens":2}}`))},
	}
	const want = "OpenAI chat: `POST https://api.openai.com/v1/chat/completions?token=%s`\n\n`small`, 14 input, 2 output tokens\n\n" +
		"### user\n\n```text\nuse [redacted:github_token]\n```\n\n### assistant\n\n```text\nDone.\n```\n"
	s := newRig(t, nil).open(recorder.Config{})
	got, err := s.Snapshot().Markdown(i)
	equal(t, "error", err, nil)
	equal(t, "of a session", got, fmt.Sprintf(want, "[redacted:token]"))
	got, err = recorder.Snapshot{}.Markdown(i)
	equal(t, "error", err, nil)
	equal(t, "without a session", got, fmt.Sprintf(want, "[redacted:token]"))
}

func TestMarkdownOfWhatCannotBeRead(t *testing.T) {
	d := newRig(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"\nresponse:\n  status: two\n")
	snapshot := d.open(recorder.Config{Mode: recorder.None}).Snapshot()
	if _, err := snapshot.Markdown(snapshot.Loaded[0]); !errors.Is(err, cassette.ErrSyntax) {
		t.Errorf("got %v", err)
	}
}

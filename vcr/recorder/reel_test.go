package recorder_test

import (
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

func TestInOrder(t *testing.T) {
	cases := []struct {
		mode          recorder.Mode
		asks, answers string
	}{
		{recorder.None, "/a /b /a /c", "tape 1 /a, tape 2 /b, tape 3 /a, tape 4 /c"},
		{recorder.None, "/b /a /b", "miss, tape 1 /a, tape 2 /b"},
		{recorder.None, "/a /a /b /a", "tape 1 /a, miss, tape 2 /b, tape 3 /a"},
		{recorder.Once, "/c", "miss"},
		{recorder.NewEpisodes, "/c /new /a", "miss, sent 1 /new, tape 1 /a"},
		{recorder.All, "/c", "sent 1 /c"},
	}
	for _, c := range cases {
		t.Run(string(c.mode)+" "+c.asks, func(t *testing.T) {
			d := newDeck(t, counting())
			d.put(false, "/a", "/b", "/a", "/c")
			s := d.open(recorder.Config{Mode: c.mode, InOrder: true})
			equal(t, "answers", d.get(s, strings.Fields(c.asks)...), c.answers)
		})
	}
}

// A recording that is still to be played, in its order, is not repeated.
func TestInOrderWithRepeats(t *testing.T) {
	d := newDeck(t, counting())
	d.put(false, "/a", "/b", "/b")
	s := d.open(recorder.Config{Mode: recorder.None, InOrder: true, AllowRepeats: true})
	equal(t, "answers", d.get(s, "/b", "/a", "/b", "/b", "/b", "/a"), "miss, tape 1 /a, tape 2 /b, tape 3 /b, tape 3 /b, tape 1 /a")
}

// The included cassettes are asked after the tape, each recording once in a
// session, and in mode all as well, which nothing else plays.
func TestInclude(t *testing.T) {
	cases := []struct {
		mode                recorder.Mode
		own                 []string
		asks, answers, tape string
	}{
		{recorder.None, []string{"/a"}, "/a /a /b /b", "tape 1 /a, tape 1 /a, tape 2 /b, miss", "tape 1 /a"},
		{recorder.Once, nil, "/a /new /b", "tape 1 /a, sent 1 /new, tape 2 /b", "sent 1 /new"},
		{recorder.Once, nil, "/a", "tape 1 /a", "none"},
		{recorder.NewEpisodes, []string{"/b"}, "/b /b /b", "tape 1 /b, tape 2 /b, sent 1 /b", "tape 1 /b, sent 1 /b"},
		{recorder.All, []string{"/a"}, "/a /a /b", "tape 1 /a, sent 1 /a, tape 2 /b", "sent 1 /a"},
		{recorder.Live, nil, "/a", "sent 1 /a", "none"},
	}
	for _, c := range cases {
		t.Run(string(c.mode)+" "+c.asks, func(t *testing.T) {
			d := newDeck(t, counting())
			d.put(false, "/a", "/b")
			shared := d.load(d.file())
			if _, err := shared.Save(filepath.Join(d.dir, "shared/common.yaml")); err != nil {
				t.Fatal(err)
			}
			if err := cassette.Remove(d.file()); err != nil {
				t.Fatal(err)
			}
			if c.own != nil {
				d.put(false, c.own...)
			}
			before := d.read(filepath.Join(d.dir, "shared/common.yaml"))
			s := d.open(recorder.Config{Mode: c.mode, Include: []string{"shared/common.yaml"}})
			equal(t, "answers", d.get(s, strings.Fields(c.asks)...), c.answers)
			d.end(s, recorder.Passed)
			equal(t, "tape", d.bodies(d.file()), c.tape)
			equal(t, "shared", d.read(filepath.Join(d.dir, "shared/common.yaml")), before)
		})
	}
}

// A function of the rules may be slow, and may itself ask the session; each
// recording is played once all the same.
func TestMatchFuncOfManyGoroutines(t *testing.T) {
	d := newDeck(t, nil)
	const n = 50
	paths := make([]string, n)
	for i := range paths {
		paths[i] = "/a"
	}
	d.put(false, append(paths, "/inner")...)
	var session *recorder.Session
	var inner sync.Once
	var asked atomic.Int64
	session = d.open(recorder.Config{Mode: recorder.None, Rules: match.Rules{Funcs: []func(*http.Request, cassette.Request) bool{
		func(sent *http.Request, recorded cassette.Request) bool {
			asked.Add(1)
			if body, err := io.ReadAll(sent.Body); err != nil || len(body) != 0 {
				t.Errorf("the body is %q, %v", body, err)
			}
			if sent.URL.Path == "/a" {
				inner.Do(func() { equal(t, "inner", d.get(session, "/inner"), "tape 51 /inner") })
			}
			return sent.URL.Path == "/inner" || sent.URL.Query().Get("no") == ""
		},
	}}})
	answers := make([]string, n)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { answers[i] = d.get(session, "/a") })
	}
	group.Wait()
	different := map[string]bool{}
	for _, answer := range answers {
		different[answer] = true
	}
	equal(t, "different answers", len(different), n)
	equal(t, "used up", d.get(session, "/a"), "miss")
	if asked.Load() < n {
		t.Errorf("asked %d times", asked.Load())
	}
}

// What a replayed answer gave to the code in the place of a secret is not sent to
// the service. Mode all sends what gives it as well, without recording it twice.
func TestPlaceholdersAreNotSent(t *testing.T) {
	d := newDeck(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"of-this`+`-very-session"}`)
			return
		}
		_, _ = io.WriteString(w, "hello")
	}))
	asks := func(s *recorder.Session) string {
		login := d.get(s, "/login")
		_, token, _ := strings.Cut(strings.TrimSuffix(login, `"}`), `:"`)
		return d.get(s, "/bot"+token)
	}
	s := d.open(recorder.Config{Path: "shared/login.yaml"})
	d.get(s, "/login")
	d.end(s, recorder.Passed)

	include := recorder.Config{Include: []string{"shared/login.yaml"}}
	for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes} {
		include.Mode = mode
		s = d.open(include)
		equal(t, string(mode), asks(s), "refused")
		_, err := s.Client().Get(d.URL + "/bot%5Bredacted%3Aaccess_token%5D")
		if want := "tape.yaml: GET " + d.URL + "/bot[redacted:access_token] would be recorded with a placeholder in it, which a replayed answer has given to the code in the place of a secret; record both in one run, with VCR_RECORD_MODE=all"; !strings.HasSuffix(errorText(err), want) {
			t.Errorf("got %v", err)
		}
		d.end(s, recorder.Failed)
	}
	equal(t, "sent", d.Served(), 1)

	include.Mode = recorder.All
	s = d.open(include)
	equal(t, "mode all", asks(s), "hello")
	d.end(s, recorder.Passed)
	equal(t, "sent in mode all", d.Served(), 3)
	equal(t, "recorded", d.bodies(d.file()), "hello")
	equal(t, "secrets", strings.Contains(d.read(d.file()), "very-session"), false)

	include.Mode = recorder.None
	equal(t, "replayed", asks(d.open(include)), "hello")
}

// A placeholder becomes usable in replay, and matches when it is sent back.
func TestRestore(t *testing.T) {
	d := newDeck(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"of-this`+`-very-session"}`)
			return
		}
		_, _ = io.WriteString(w, "hello "+r.URL.Query().Get("as"))
	}))
	s := d.open(recorder.Config{})
	equal(t, "recorded", d.get(s, "/token", "/?as=of-this"+"-very-session"), `{"access_token":"of-this-very-session"}, hello of-this-very-session`)
	d.end(s, recorder.Passed)

	s = d.open(recorder.Config{Mode: recorder.None, Restore: func(placeholder string) string {
		if placeholder == "[redacted:access_token]" {
			return "usable-token"
		}
		return placeholder
	}})
	equal(t, "replayed", d.get(s, "/token", "/?as=usable-token"), `{"access_token":"usable-token"}, hello usable-token`)
	equal(t, "on the tape", strings.Contains(d.read(d.file()), "usable"), false)
}

func TestRestoreThatPanics(t *testing.T) {
	d := newDeck(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"/\nresponse:\n  status: 200\n  body:\n    text: |-\n      [redacted:token]\n")
	s := d.open(recorder.Config{Mode: recorder.None, Restore: func(string) string { panic("no") }})
	_, err := s.Client().Get(d.URL + "/")
	if want := "tape.yaml: RestoreOnReplay: the function panicked: no; mend it"; !errors.Is(err, recorder.ErrRefused) || !strings.HasSuffix(errorText(err), want) {
		t.Errorf("got %v", err)
	}
}

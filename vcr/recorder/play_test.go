package recorder_test

import (
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

func TestEachRecordingIsPlayedOnceInOrder(t *testing.T) {
	d := newRig(t, nil)
	d.put(false, "/a", "/b", "/a", "/a")
	s := d.open(recorder.Config{})
	equal(t, "answers", d.get(s, "/a", "/a", "/b", "/a", "/a", "/b"), "tape 1 /a, tape 3 /a, tape 2 /b, tape 4 /a, miss, miss")
}

func TestAllowRepeats(t *testing.T) {
	d := newRig(t, nil)
	d.put(false, "/a", "/b", "/a")
	s := d.open(recorder.Config{AllowRepeats: true})
	equal(t, "answers", d.get(s, "/a", "/a", "/a", "/a", "/b", "/b", "/c"), "tape 1 /a, tape 3 /a, tape 3 /a, tape 3 /a, tape 2 /b, tape 2 /b, miss")
	result := d.end(s, true)
	equal(t, "replayed", len(result.Replayed), 6)
}

func TestByteEqualRecordingsComeFirst(t *testing.T) {
	d := newRig(t, nil)
	d.put(false, "/?a=1&b=2", "/?b=2&a=1", "/?a=1&b=2")
	s := d.open(recorder.Config{})
	equal(t, "answers", d.get(s, "/?b=2&a=1", "/?b=2&a=1", "/?a=1&b=2", "/?a=1&b=2"),
		"tape 2 /?b=2&a=1, tape 1 /?a=1&b=2, tape 3 /?a=1&b=2, miss")
}

// A loop that polls must see the service go on, not its first answer again.
func TestWhatWasJustRecordedIsNotReplayed(t *testing.T) {
	for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes, recorder.All} {
		d := newRig(t, counting())
		s := d.open(recorder.Config{Mode: mode, AllowRepeats: true})
		equal(t, "answers", d.get(s, "/poll", "/poll", "/poll"), "sent 1 /poll, sent 2 /poll, sent 3 /poll")
		d.end(s, true)
		equal(t, "tape", d.bodies(d.file()), "sent 1 /poll, sent 2 /poll, sent 3 /poll")
	}
}

func TestNewEpisodesAreInsertedWhereTheyHappened(t *testing.T) {
	cases := []struct{ name, asked, want string }{
		{"at the start", "/x", "x a b c"},
		{"between", "/a /x /y /b /z /c", "a x y b z c"},
		{"at the end", "/a /b /c /x", "a b c x"},
		{"behind what was played last", "/c /x /a /y", "a y b c x"},
		{"used up", "/a /a /b", "a a b c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			d.put(false, "/a", "/b", "/c")
			s := d.open(recorder.Config{Mode: recorder.NewEpisodes})
			d.get(s, strings.Fields(c.asked)...)
			d.end(s, true)
			equal(t, "order", strings.Join(d.paths(), " "), c.want)
		})
	}
}

// paths returns the paths on the tape, without their slash.
func (d *rig) paths() []string {
	var paths []string
	for _, i := range d.load(d.file()).Interactions {
		paths = append(paths, strings.TrimPrefix(i.Request.URL, d.URL+"/"))
	}
	return paths
}

func TestRequestsThatMatchTheirRecording(t *testing.T) {
	form := func(boundary, prompt string) string {
		return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n" + prompt + "\r\n--" + boundary + "--\r\n"
	}
	const ofForm = "application/x-www-form-urlencoded"
	cases := []struct {
		name                string
		path, kind, body    string // recorded
		path2, kind2, body2 string // asked for
		matches             bool
	}{
		{"order of JSON", "/", "application/json", `{"model":"m","n":1}`, "/", "application/json", "{\"n\": 1.0, \"model\": \"m\"}\n", true},
		{"another prompt", "/", "application/json", `{"prompt":"a"}`, "/", "application/json", `{"prompt":"b"}`, false},
		{"order of the query", "/?a=1&b=2", "text/plain", "x", "/?b=2&a=1", "text/plain", "x", true},
		{"another query", "/?a=1", "text/plain", "x", "/?a=2", "text/plain", "x", false},
		{"order of a form", "/", ofForm, "a=1&b=2", "/", ofForm, "b=2&a=1", true},
		{"another field", "/", ofForm, "a=1", "/", ofForm, "a=2", false},
		{"another boundary", "/", "multipart/form-data; boundary=one", form("one", "hi"), "/", "multipart/form-data; boundary=two", form("two", "hi"), true},
		{"another part", "/", "multipart/form-data; boundary=one", form("one", "hi"), "/", "multipart/form-data; boundary=two", form("two", "ho"), false},
		{"another secret", "/?api_key=one", "application/json", `{"password":"one"}`, "/?api_key=two", "application/json", `{"password":"two"}`, true},
		{"another host", "/", "text/plain", "x", "//other.example.com/", "text/plain", "x", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			s := d.open(recorder.Config{})
			want := strings.Replace(d.post(s, c.path, c.kind, c.body), "api_key=one", "api_key=[redacted:api_key]", 1)
			d.end(s, true)

			s = d.open(recorder.Config{})
			req, err := http.NewRequest(http.MethodPost, d.URL+c.path2, strings.NewReader(c.body2))
			if err != nil {
				t.Fatal(err)
			}
			if host, other := strings.CutPrefix(c.path2, "//"); other {
				req.URL.Path, req.Host = "/", strings.TrimSuffix(host, "/")
			}
			req.Header = http.Header{"Content-Type": {c.kind2}, "User-Agent": {"another"}, "X-Stainless-Retry-Count": {"1"}}
			resp, err := s.RoundTrip(req)
			if c.matches != (err == nil) {
				t.Fatalf("got the error %v", err)
			}
			if c.matches {
				equal(t, "answer", d.body(resp), want)
			}
			equal(t, "sent", d.Served(), 1)
		})
	}
}

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
			d := newRig(t, counting())
			d.put(false, "/a", "/b", "/a", "/c")
			s := d.open(recorder.Config{Mode: c.mode, InOrder: true})
			equal(t, "answers", d.get(s, strings.Fields(c.asks)...), c.answers)
		})
	}
}

// A recording that is still to be played, in its order, is not repeated.
func TestInOrderWithRepeats(t *testing.T) {
	d := newRig(t, counting())
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
			d := newRig(t, counting())
			d.put(false, "/a", "/b")
			shared := d.load(d.file())
			if err := shared.Save(filepath.Join(d.dir, "shared/common.yaml")); err != nil {
				t.Fatal(err)
			}
			if err := disk.Remove(d.dir, d.file()); err != nil {
				t.Fatal(err)
			}
			if c.own != nil {
				d.put(false, c.own...)
			}
			before := d.read(filepath.Join(d.dir, "shared/common.yaml"))
			s := d.open(recorder.Config{Mode: c.mode, Include: []string{"shared/common.yaml"}})
			equal(t, "answers", d.get(s, strings.Fields(c.asks)...), c.answers)
			d.end(s, true)
			equal(t, "tape", d.bodies(d.file()), c.tape)
			equal(t, "shared", d.read(filepath.Join(d.dir, "shared/common.yaml")), before)
		})
	}
}

// A function of the rules may be slow, and may itself ask the session; each
// recording is played once all the same.
func TestMatchFuncOfManyGoroutines(t *testing.T) {
	d := newRig(t, nil)
	const n = 50
	paths := make([]string, n)
	for i := range paths {
		paths[i] = "/a"
	}
	d.put(false, append(paths, "/inner")...)
	var session *recorder.Session
	var inner sync.Once
	var asked atomic.Int64
	session = d.open(recorder.Config{Mode: recorder.None, MatchFunc: func(sent *http.Request, recorded cassette.Request) bool {
		asked.Add(1)
		if body, err := io.ReadAll(sent.Body); err != nil || len(body) != 0 {
			t.Errorf("the body is %q, %v", body, err)
		}
		if sent.URL.Path == "/a" {
			inner.Do(func() { equal(t, "inner", d.get(session, "/inner"), "tape 51 /inner") })
		}
		return sent.URL.Path == "/inner" || sent.URL.Query().Get("no") == ""
	}})
	answers := make([]string, n)
	var group sync.WaitGroup
	for i := range answers {
		group.Add(1)
		go func() {
			defer group.Done()
			answers[i] = d.get(session, "/a")
		}()
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
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
	d.end(s, true)

	include := recorder.Config{Include: []string{"shared/login.yaml"}}
	for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes} {
		include.Mode = mode
		s = d.open(include)
		equal(t, string(mode), asks(s), "refused")
		_, err := s.Client().Get(d.URL + "/bot%5Bredacted%3Aaccess_token%5D")
		if want := "tape.yaml: GET " + d.URL + "/bot[redacted:access_token] would be recorded with a placeholder that a replayed answer gave to the code; record both in one run, with VCR_RECORD_MODE=all"; !strings.HasSuffix(errorText(err), want) {
			t.Errorf("got %v", err)
		}
		d.end(s, false)
	}
	equal(t, "sent", d.Served(), 1)

	include.Mode = recorder.All
	s = d.open(include)
	equal(t, "mode all", asks(s), "hello")
	d.end(s, true)
	equal(t, "sent in mode all", d.Served(), 3)
	equal(t, "recorded", d.bodies(d.file()), "hello")
	equal(t, "secrets", strings.Contains(d.read(d.file()), "very-session"), false)

	include.Mode = recorder.None
	equal(t, "replayed", asks(d.open(include)), "hello")
}

// A placeholder becomes usable in replay, and matches when it is sent back.
func TestRestore(t *testing.T) {
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"of-this`+`-very-session"}`)
			return
		}
		_, _ = io.WriteString(w, "hello "+r.URL.Query().Get("as"))
	}))
	s := d.open(recorder.Config{})
	equal(t, "recorded", d.get(s, "/token", "/?as=of-this"+"-very-session"), `{"access_token":"of-this-very-session"}, hello of-this-very-session`)
	d.end(s, true)

	s = d.open(recorder.Config{Mode: recorder.None, RestoreOnReplay: func(placeholder string) string {
		if placeholder == "[redacted:access_token]" {
			return "usable-token"
		}
		return placeholder
	}})
	equal(t, "replayed", d.get(s, "/token", "/?as=usable-token"), `{"access_token":"usable-token"}, hello usable-token`)
	equal(t, "on the tape", strings.Contains(d.read(d.file()), "usable"), false)
}

func TestRestoreThatPanics(t *testing.T) {
	d := newRig(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"/\nresponse:\n  status: 200\n  body:\n    text: |-\n      [redacted:token]\n")
	s := d.open(recorder.Config{Mode: recorder.None, RestoreOnReplay: func(string) string { panic("no") }})
	_, err := s.Client().Get(d.URL + "/")
	if want := "tape.yaml: RestoreOnReplay: the function panicked: no; mend it"; !errors.Is(err, recorder.ErrRefused) || !strings.HasSuffix(errorText(err), want) {
		t.Errorf("got %v", err)
	}
}

// busy tells clients to come back later, in all the ways that are known.
func busy() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/seconds":
			w.Header()["Retry-After"] = []string{"20", "30"}
			w.Header().Set("Retry-After-Ms", "1500")
		case "/date":
			w.Header().Set("Retry-After", "Sun, 22 Nov 2026 12:00:00 GMT")
		case "/aws":
			w.Header().Set("X-Amz-Retry-After", "2000")
		}
		w.Header().Set("X-Ratelimit-Reset", "60")
		w.Header()["Date"] = nil
		if status, err := strconv.Atoi(r.URL.Path[1:]); err == nil {
			w.WriteHeader(status)
			return
		}
		w.WriteHeader(http.StatusTooManyRequests)
	})
}

func (d *rig) headers(s *recorder.Session, paths ...string) string {
	d.t.Helper()
	seen := ""
	for _, path := range paths {
		resp, err := s.RoundTrip(d.request(path))
		if err != nil {
			d.t.Fatal(err)
		}
		d.body(resp)
		resp.Header.Del("Content-Length")
		seen += path + " " + sightOfHeader(resp.Header) + "\n"
	}
	return seen
}

func TestInstantRetries(t *testing.T) {
	paths := []string{"/seconds", "/date", "/aws", "/none", "/500", "/404"}
	d := newRig(t, busy())
	s := d.open(recorder.Config{InstantRetries: true})
	recorded := d.headers(s, paths...)
	equal(t, "recorded", recorded, `/seconds "Retry-After": ["20" "30"]; "Retry-After-Ms": ["1500"]; "X-Ratelimit-Reset": ["60"]; 
/date "Retry-After": ["Sun, 22 Nov 2026 12:00:00 GMT"]; "X-Ratelimit-Reset": ["60"]; 
/aws "X-Amz-Retry-After": ["2000"]; "X-Ratelimit-Reset": ["60"]; 
/none "X-Ratelimit-Reset": ["60"]; 
/500 "X-Ratelimit-Reset": ["60"]; 
/404 "X-Ratelimit-Reset": ["60"]; 
`)
	d.end(s, true)
	tape := d.read(d.file())
	s = d.open(recorder.Config{InstantRetries: true})
	equal(t, "replayed at once", d.headers(s, paths...), `/seconds "Retry-After": ["0"]; "Retry-After-Ms": ["0"]; "X-Ratelimit-Reset": ["60"]; 
/date "Retry-After": ["0"]; "Retry-After-Ms": ["0"]; "X-Ratelimit-Reset": ["60"]; 
/aws "Retry-After": ["0"]; "Retry-After-Ms": ["0"]; "X-Amz-Retry-After": ["0"]; "X-Ratelimit-Reset": ["60"]; 
/none "Retry-After": ["0"]; "Retry-After-Ms": ["0"]; "X-Ratelimit-Reset": ["60"]; 
/500 "Retry-After": ["0"]; "Retry-After-Ms": ["0"]; "X-Ratelimit-Reset": ["60"]; 
/404 "X-Ratelimit-Reset": ["60"]; 
`)
	equal(t, "in the snapshot", s.Snapshot().Replayed[0].Response.Header.Get("Retry-After"), "20")
	d.end(s, true)
	equal(t, "tape", d.read(d.file()), tape)
	equal(t, "replayed", d.headers(d.open(recorder.Config{}), paths...), recorded)
}

// People edit tapes: the length that the server announced follows the body.
func TestABodyThatWasEdited(t *testing.T) {
	d := newRig(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"/\nresponse:\n  status: 200\n  headers:\n    Content-Length: [5]\n  body:\n    text: Paris, France\n")
	resp, err := d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "length", resp.ContentLength, int64(len("Paris, France")))
	equal(t, "header", strings.Join(resp.Header["Content-Length"], " "), "13")
	equal(t, "body", d.body(resp), "Paris, France")
}

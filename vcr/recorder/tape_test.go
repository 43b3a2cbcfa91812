package recorder_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

func TestEachRecordingIsPlayedOnceInOrder(t *testing.T) {
	d := newDeck(t, nil)
	d.put(false, "/a", "/b", "/a", "/a")
	s := d.open(recorder.Config{})
	equal(t, "answers", d.get(s, "/a", "/a", "/b", "/a", "/a", "/b"), "tape 1 /a, tape 3 /a, tape 2 /b, tape 4 /a, miss, miss")
}

func TestAllowRepeats(t *testing.T) {
	d := newDeck(t, nil)
	d.put(false, "/a", "/b", "/a")
	s := d.open(recorder.Config{AllowRepeats: true})
	equal(t, "answers", d.get(s, "/a", "/a", "/a", "/a", "/b", "/b", "/c"), "tape 1 /a, tape 3 /a, tape 3 /a, tape 3 /a, tape 2 /b, tape 2 /b, miss")
	result := d.end(s, recorder.Passed)
	equal(t, "replayed", result.Replayed, 6)
}

func TestByteEqualRecordingsComeFirst(t *testing.T) {
	d := newDeck(t, nil)
	d.put(false, "/?a=1&b=2", "/?b=2&a=1", "/?a=1&b=2")
	s := d.open(recorder.Config{})
	equal(t, "answers", d.get(s, "/?b=2&a=1", "/?b=2&a=1", "/?a=1&b=2", "/?a=1&b=2"),
		"tape 2 /?b=2&a=1, tape 1 /?a=1&b=2, tape 3 /?a=1&b=2, miss")
}

// A loop that polls must see the service go on, not its first answer again.
func TestWhatWasJustRecordedIsNotReplayed(t *testing.T) {
	for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes, recorder.All} {
		d := newDeck(t, counting())
		s := d.open(recorder.Config{Mode: mode, AllowRepeats: true})
		equal(t, "answers", d.get(s, "/poll", "/poll", "/poll"), "sent 1 /poll, sent 2 /poll, sent 3 /poll")
		d.end(s, recorder.Passed)
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
			d := newDeck(t, counting())
			d.put(false, "/a", "/b", "/c")
			s := d.open(recorder.Config{Mode: recorder.NewEpisodes})
			d.get(s, strings.Fields(c.asked)...)
			d.end(s, recorder.Passed)
			equal(t, "order", strings.Join(d.paths(), " "), c.want)
		})
	}
}

// paths returns the paths on the tape, without their slash.
func (d *deck) paths() []string {
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
		{"another secret", "/?key=one", "application/json", `{"password":"one"}`, "/?key=two", "application/json", `{"password":"two"}`, true},
		{"another host", "/", "text/plain", "x", "//other.example.com/", "text/plain", "x", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDeck(t, counting())
			s := d.open(recorder.Config{})
			want := strings.Replace(d.post(s, c.path, c.kind, c.body), "key=one", "key=[redacted:key]", 1)
			d.end(s, recorder.Passed)

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

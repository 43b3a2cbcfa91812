package recorder_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// whoAsks answers with the name in the key of a request, wherever the key is.
func whoAsks() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		text := req.Header.Get("X-Api-Key") + req.Header.Get("Authorization") + req.URL.Query().Get("api_key") + string(body)
		for _, name := range []string{"ada", "bob"} {
			if strings.Contains(text, name) {
				_, _ = fmt.Fprintf(w, "data of %s%s", name, req.URL.Path)
			}
		}
	})
}

// tenantKey is a key as a service gives it out.
func tenantKey(name string) string { return name + "-4f9Qw8zR2tLk7XvB1mNc" }

// ask sends a request with a key in some place, and returns the body or "miss".
func (d *rig) ask(s *recorder.Session, place, path, key string) string {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodPost, d.URL+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	switch place {
	case "header":
		req.Header.Set("X-Api-Key", key)
	case "bearer":
		req.Header.Set("Authorization", "Bearer "+key)
	case "query":
		req.URL.RawQuery = "api_key=" + key
	case "JSON":
		req.Header.Set("Content-Type", "application/json")
		req.Body = io.NopCloser(strings.NewReader(`{"api_key":"` + key + `","n":1}`))
	case "form":
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Body = io.NopCloser(strings.NewReader("n=1&api_key=" + key))
	}
	resp, err := s.RoundTrip(req)
	if errors.Is(err, recorder.ErrMiss) {
		return "miss"
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return d.body(resp)
}

// Two tenants with two keys are told apart in replay, whatever their keys are then
// and in whatever order they ask.
func TestTwoValuesNeverAnswerForEachOther(t *testing.T) {
	for _, place := range []string{"header", "query", "JSON", "form"} {
		t.Run(place, func(t *testing.T) {
			d := newRig(t, whoAsks())
			s := d.open(recorder.Config{})
			for _, path := range []string{"/first", "/second"} {
				for _, name := range []string{"ada", "bob"} {
					equal(t, "recorded", d.ask(s, place, path, tenantKey(name)), "data of "+name+path)
				}
			}
			d.end(s, true)
			for _, name := range []string{"ada", "bob"} {
				if strings.Contains(d.read(d.file()), tenantKey(name)) {
					t.Errorf("the key of %s is on the tape", name)
				}
			}

			// Other keys, as dummies or on another machine; after the first requests they
			// are known, and ask in the other order.
			s = d.open(recorder.Config{Mode: recorder.None})
			one, two := "dummy-KEY_A-of-ginkgo-vcr", "dummy-KEY_B-of-ginkgo-vcr"
			equal(t, "one, first", d.ask(s, place, "/first", one), "data of ada/first")
			equal(t, "two, first", d.ask(s, place, "/first", two), "data of bob/first")
			equal(t, "two, second", d.ask(s, place, "/second", two), "data of bob/second")
			equal(t, "one, second", d.ask(s, place, "/second", one), "data of ada/second")
			equal(t, "one, again", d.ask(s, place, "/second", one), "miss")
			d.end(s, true)

			// One of them does not get what only the other asked for.
			s = d.open(recorder.Config{Mode: recorder.None})
			equal(t, "one", d.ask(s, place, "/first", one), "data of ada/first")
			equal(t, "one, once more", d.ask(s, place, "/first", one), "miss")

			s = d.open(recorder.Config{Mode: recorder.None, AllowRepeats: true})
			equal(t, "one", d.ask(s, place, "/first", one), "data of ada/first")
			equal(t, "one, repeated", d.ask(s, place, "/first", one), "data of ada/first")
			equal(t, "two", d.ask(s, place, "/first", two), "data of bob/first")
			equal(t, "one, repeated later", d.ask(s, place, "/first", one), "data of ada/first")
		})
	}
}

// Short keys and dummies bind as well, as soon as there are two of them.
func TestTwoWordsNeverAnswerForEachOther(t *testing.T) {
	for _, place := range []string{"header", "bearer", "query", "JSON", "form"} {
		for _, words := range [][2]string{{"k1", "k2"}, {"key-a", "key-b"}, {"dummy", "dummy2"}, {"test", "fake"}, {"test", "4f9Qw8zR2tLk7XvB1mNc"}} {
			t.Run(place+" "+words[0]+" "+words[1], func(t *testing.T) {
				d := newRig(t, whoAsks())
				s := d.open(recorder.Config{})
				for _, path := range []string{"/first", "/second"} {
					for _, name := range []string{"ada", "bob"} {
						equal(t, "recorded", d.ask(s, place, path, tenantKey(name)), "data of "+name+path)
					}
				}
				d.end(s, true)
				one, two := words[0], words[1]
				s = d.open(recorder.Config{Mode: recorder.None})
				equal(t, "one, first", d.ask(s, place, "/first", one), "data of ada/first")
				equal(t, "two, first", d.ask(s, place, "/first", two), "data of bob/first")
				equal(t, "two, second", d.ask(s, place, "/second", two), "data of bob/second")
				equal(t, "two, again", d.ask(s, place, "/second", two), "miss")
				equal(t, "one, second", d.ask(s, place, "/second", one), "data of ada/second")

				s = d.open(recorder.Config{Mode: recorder.None, AllowRepeats: true})
				equal(t, "one", d.ask(s, place, "/first", one), "data of ada/first")
				equal(t, "two", d.ask(s, place, "/first", two), "data of bob/first")
				equal(t, "one, repeated", d.ask(s, place, "/first", one), "data of ada/first")
				equal(t, "two, repeated", d.ask(s, place, "/first", two), "data of bob/first")

				// While there is one alone, it may be the dummy for both keys.
				s = d.open(recorder.Config{Mode: recorder.None})
				for _, answer := range []string{"ada/first", "bob/first", "ada/second", "bob/second"} {
					_, page, _ := strings.Cut(answer, "/")
					equal(t, "one alone", d.ask(s, place, "/"+page, one), "data of "+answer)
				}
			})
		}
	}
}

// One dummy may stand for several keys beside another: under other names, at other hosts,
// and where it came first.
func TestADummyForSomeKeys(t *testing.T) {
	d := newRig(t, whoAsks())
	other := newRig(t, whoAsks())
	requests := []struct {
		rig                     *rig
		place, path, key, dummy string
	}{
		{d, "header", "/1", tenantKey("ada"), "test"},
		{d, "header", "/2", tenantKey("bob"), "test"},
		{d, "query", "/3", tenantKey("ada") + "3", "test"},
		{other, "header", "/4", tenantKey("ada") + "4", "fake"},
		{other, "header", "/5", tenantKey("bob") + "5", "fake"},
		{d, "header", "/6", tenantKey("ada") + "6", "dummy"},
		{d, "header", "/7", tenantKey("bob"), "test"},
	}
	s := d.open(recorder.Config{})
	for _, r := range requests {
		equal(t, "recorded", strings.HasPrefix(r.rig.ask(s, r.place, r.path, r.key), "data of"), true)
	}
	d.end(s, true)
	s = d.open(recorder.Config{Mode: recorder.None})
	for _, r := range requests {
		equal(t, r.path, strings.HasPrefix(r.rig.ask(s, r.place, r.path, r.dummy), "data of"), true)
	}
}

// A token that was renewed while it was recorded may be one and the same in replay,
// and the reverse. Neither may be a miss where the value does not tell who asks.
func TestValuesThatTellNothing(t *testing.T) {
	for _, c := range []struct {
		name             string
		recorded, replay []string
	}{
		{"a renewed token", []string{tenantKey("ada"), tenantKey("ada")}, []string{tenantKey("new"), tenantKey("newer")}},
		{"one dummy for two keys", []string{tenantKey("ada"), tenantKey("bob")}, []string{"test-key", "test-key"}},
		{"short values", []string{tenantKey("ada"), tenantKey("bob")}, []string{"x", "x"}},
	} {
		d := newRig(t, whoAsks())
		s := d.open(recorder.Config{})
		for n, key := range c.recorded {
			d.ask(s, "header", fmt.Sprint("/", n), key)
		}
		d.end(s, true)
		s = d.open(recorder.Config{Mode: recorder.None})
		for n, key := range c.replay {
			if got := d.ask(s, "header", fmt.Sprint("/", n), key); !strings.HasPrefix(got, "data of") {
				t.Errorf("%s: request %d: %s", c.name, n+1, got)
			}
		}
	}
}

// A prompt may quote a placeholder. What a replayed answer gave to the code is
// refused, in whatever form it is sent.
func TestOnlyWhatWasGivenIsRefused(t *testing.T) {
	const login = `{"access_token":"of-this` + `-very-session-4f9Qw8zR2tLk7XvB"}`
	handler := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/login" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, login)
			return
		}
		body, _ := io.ReadAll(req.Body)
		_, _ = fmt.Fprintf(w, "%s", body)
	})
	const usable = "usäble/token+4f9&Qw8zR"
	escaped := func(text string) string {
		var b strings.Builder
		for _, r := range text {
			_, _ = fmt.Fprintf(&b, `\u%04x`, r)
		}
		return b.String()
	}
	someEscaped := strings.NewReplacer("[", `\u005b`, "ä", `\u00e4`, "/", `\/`, "&", `\u0026`)
	restore := func(placeholder string) string {
		if placeholder == "[redacted:access_token]" {
			return usable
		}
		return placeholder
	}
	for _, c := range []struct {
		name    string
		restore func(string) string
		given   string
	}{
		{"a placeholder", nil, "[redacted:access_token]"},
		{"a restored value", restore, usable},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, handler)
			s := d.open(recorder.Config{})
			d.get(s, "/login")
			d.end(s, true)
			send := func(s *recorder.Session, edit func(*http.Request)) error {
				req := d.request("/")
				edit(req)
				resp, err := s.RoundTrip(req)
				if err == nil {
					_ = resp.Body.Close()
				}
				return err
			}
			body := func(text string) func(*http.Request) {
				return func(req *http.Request) { req.Body = io.NopCloser(strings.NewReader(text)) }
			}
			s = d.open(recorder.Config{Mode: recorder.NewEpisodes, RestoreOnReplay: c.restore})
			if err := send(s, body("a text about [redacted:access_token], which nobody gave")); err != nil {
				t.Errorf("a quoted placeholder was refused: %v", err)
			}
			d.get(s, "/login")
			for name, edit := range map[string]func(*http.Request){
				"bearer":         func(req *http.Request) { req.Header.Set("Authorization", "Bearer "+c.given) },
				"own header":     func(req *http.Request) { req.Header.Set("X-Own", "a "+c.given) },
				"basic":          func(req *http.Request) { req.SetBasicAuth("user", c.given) },
				"query":          func(req *http.Request) { req.URL.RawQuery = "t=" + url.QueryEscape(c.given) },
				"path":           func(req *http.Request) { req.URL = req.URL.JoinPath("bot" + url.PathEscape(c.given)) },
				"body":           body("it is " + c.given),
				"JSON":           body(`{"t":"` + strings.ReplaceAll(c.given, "/", `\/`) + `"}`),
				"form":           body("t=" + url.QueryEscape(c.given)),
				"escaped":        body(`{"t":"` + someEscaped.Replace(c.given) + `"}`),
				"all escaped":    body(`{"t":"` + escaped(c.given) + `"}`),
				"JSON in JSON":   body(fmt.Sprintf(`{"t":%q}`, `{"t":"`+someEscaped.Replace(c.given)+`"}`)),
				"JSON in a form": body("t=" + url.QueryEscape(`{"t":"`+escaped(c.given)+`"}`)),
				"hex":            body(`{"t":"` + hex.EncodeToString([]byte(c.given)) + `"}`),
				"base64":         body(`{"t":"` + base64.StdEncoding.EncodeToString([]byte("me:"+c.given)) + `"}`),
				"base64url": func(req *http.Request) {
					req.URL.RawQuery = "t=" + base64.RawURLEncoding.EncodeToString([]byte(c.given))
				},
				"gzip": func(req *http.Request) {
					var compressed bytes.Buffer
					w := gzip.NewWriter(&compressed)
					_, _ = io.WriteString(w, "it is "+c.given)
					_ = w.Close()
					req.Header.Set("Content-Encoding", "gzip")
					req.Body = io.NopCloser(&compressed)
				},
			} {
				if err := send(s, edit); !errors.Is(err, recorder.ErrRefused) {
					t.Errorf("%s: got %v", name, err)
				}
			}
			if err := send(s, body("something else")); err != nil {
				t.Errorf("an innocent request: %v", err)
			}
			if text := d.end(s, true); strings.Contains(d.read(d.file()), "token+4f9") {
				t.Errorf("the restored value is on the tape: %v", text)
			}
		})
	}
}

// Tokens of a suite answer for one tenant each in its specs, once their order has told
// whose they are.
func TestTokensThatWereRestoredAround(t *testing.T) {
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if name, ok := strings.CutPrefix(req.URL.Path, "/login/"); ok {
			w.Header().Set("Content-Type", ofJSON)
			_, _ = fmt.Fprintf(w, `{"access_token":%q}`, tenantKey(name))
			return
		}
		whoAsks().ServeHTTP(w, req)
	}))
	// The code asks as ada and bob, for one page and then, in an order, for the next.
	program := func(mode recorder.Mode, restore func(string) string, order ...string) {
		suite := d.open(recorder.Config{Path: "suite.yaml", Mode: mode, RestoreOnReplay: restore})
		tokens := map[string]string{}
		for _, name := range []string{"ada", "bob"} {
			answer := d.get(suite, "/login/"+name)
			tokens[name] = strings.TrimSuffix(strings.TrimPrefix(answer, `{"access_token":"`), `"}`)
		}
		s, err := recorder.OpenSpec(recorder.Config{Dir: d.dir, Path: tapeName, Mode: mode, RestoreOnReplay: restore}, harness.Spec{}, nil, suite)
		if err != nil {
			t.Fatal(err)
		}
		for page, names := range [][]string{{"ada", "bob"}, order} {
			for _, name := range names {
				path := fmt.Sprint("/page/", page)
				equal(t, name, d.ask(s, "header", path, tokens[name]), "data of "+name+path)
			}
		}
		d.end(s, true)
		d.end(suite, true)
	}
	program(recorder.Once, nil, "ada", "bob")
	d.Origin.Close()
	program(recorder.None, func(placeholder string) string { return "eyJhbGciOiJub25lIn0." + placeholder[10:] }, "bob", "ada")
	program(recorder.None, func(string) string { return "eyJhbGciOiJub25lIn0.one-for-all" }, "ada", "bob")
}

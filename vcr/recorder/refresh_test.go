package recorder_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// An assistant is an API whose answers have other values each time. It knows threads, whose
// ids come back in URLs, streams, and calls of tools. Changed switches a change of the API on.
type assistant struct {
	calls   atomic.Int64
	changed atomic.Value // of string
}

func (a *assistant) has(change string) bool { return a.changed.Load() == change }

func (a *assistant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := a.calls.Add(1)
	body, _ := io.ReadAll(r.Body)
	send := func(text string) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, text)
	}
	switch {
	case a.has("429") && r.URL.Path != "/threads", a.has("429 once") && n%2 == 1:
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"error":"slow down"}`)
	case r.URL.Path == "/threads":
		send(fmt.Sprintf(`{"id":"thread_%d","created":%d}`, n*7919000003, 1700000000+n))
	case strings.HasSuffix(r.URL.Path, "/runs"):
		field := "answer"
		if a.has("renamed") {
			field = "reply"
		}
		send(fmt.Sprintf(`{"id":"run-%d","%s":"It is %d degrees."}`, n, field, n%40))
	case r.URL.Path == "/stream":
		w.Header().Set("Content-Type", "text/event-stream")
		for _, part := range []string{"Take ", fmt.Sprint("umbrella ", n), ", please."} {
			_, _ = fmt.Fprintf(w, "data: {\"id\":\"s-%d\",\"delta\":{\"content\":%q}}\n\n", n, part)
			w.(http.Flusher).Flush()
		}
	case r.URL.Path == "/lines":
		w.Header().Set("Content-Type", "application/x-ndjson")
		_, _ = fmt.Fprintf(w, "{\"response\":\"a%d\",\"done\":false}\n{\"response\":\"\",\"done\":true,\"total_duration\":%d}\n", n, n*1000)
	case r.URL.Path == "/call":
		send(fmt.Sprintf(`{"type":"tool_use","id":"call_%d","name":"weather","input":{"city":"City %d"}}`, n*31, n))
	default:
		send(fmt.Sprintf(`{"seen":%d,"n":%d}`, len(body), n))
	}
}

// converse is code that gives back what it got: an id, streamed text, arguments of a call.
func converse(d *rig, s *recorder.Session) {
	d.t.Helper()
	var thread struct{ ID string }
	_ = json.Unmarshal([]byte(d.post(s, "/threads", "application/json", `{}`)), &thread)
	d.post(s, "/threads/"+thread.ID+"/runs", "application/json", `{"question":"How warm is it?"}`)
	text := ""
	for line := range strings.SplitSeq(d.post(s, "/stream", "application/json", `{"q":"What do I take?"}`), "\n") {
		var event struct{ Delta struct{ Content string } }
		if data, ok := strings.CutPrefix(line, "data: "); ok && json.Unmarshal([]byte(data), &event) == nil {
			text += event.Delta.Content
		}
	}
	history, _ := json.Marshal([]string{"What do I take?", text, "Why?"})
	d.post(s, "/history", "application/json", string(history))
	d.post(s, "/lines", "application/json", `{}`)
	var call struct {
		ID    string
		Input json.RawMessage
	}
	_ = json.Unmarshal([]byte(d.post(s, "/call", "application/json", `{"tools":["weather"]}`)), &call)
	result, _ := json.Marshal(map[string]any{"tool_call_id": call.ID, "arguments": string(call.Input), "result": "sunny"})
	d.post(s, "/results", "application/json", string(result))
}

// age makes a cassette as old as one that another run has recorded.
func (d *rig) age() {
	d.t.Helper()
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(d.file(), past, past); err != nil {
		d.t.Fatal(err)
	}
}

func newAssistant(t *testing.T) (*rig, *assistant) {
	t.Helper()
	a := &assistant{}
	a.changed.Store("")
	d := newRig(t, a)
	s := d.open(recorder.Config{Mode: recorder.Once})
	converse(d, s)
	d.end(s, true)
	d.age()
	return d, a
}

// replays checks that code which converses finds all it asks for.
func (d *rig) replays() {
	d.t.Helper()
	served := d.Served()
	s := d.open(recorder.Config{Mode: recorder.None})
	converse(d, s)
	final := d.end(s, true)
	equal(d.t, "sent", d.Served(), served)
	equal(d.t, "refused", final.Refused, 0)
	equal(d.t, "unplayed", len(final.Unplayed), 0)
}

func TestRefreshLeavesNoTraceOfValues(t *testing.T) {
	d, _ := newAssistant(t)
	before := d.read(d.file())
	for range 200 {
		s := d.open(recorder.Config{Mode: recorder.Refresh})
		converse(d, s)
		final := d.end(s, true)
		if now := d.read(d.file()); now != before {
			t.Fatalf("the cassette was\n%s\nand is\n%s", before, now)
		}
		if told := d.told(final); final.Kept != 7 || final.Saved || told != "7 of 7 answers have the shape of their recordings.\n" {
			t.Fatalf("kept %d, saved %v\n%s", final.Kept, final.Saved, told)
		}
	}
	equal(t, "files", d.leftovers(), "chat/tape.yaml")
	d.replays()
}

// What depends on one another is replaced together.
// A server that a suite starts has another port in each run.
func TestRefreshLeavesNoTraceOfAPort(t *testing.T) {
	d, _ := newAssistant(t)
	here, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	before := strings.ReplaceAll(d.read(d.file()), here.Host, here.Hostname()+":9")
	if err := os.WriteFile(d.file(), []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	d.age()
	s := d.open(recorder.Config{Mode: recorder.Refresh, MatchOn: []match.Part{match.Method, match.Path, match.Query, match.Body}})
	converse(d, s)
	final := d.end(s, true)
	if now := d.read(d.file()); now != before || final.Kept != 7 {
		t.Errorf("kept %d; the cassette was\n%s\nand is\n%s", final.Kept, before, now)
	}
}

func TestRefreshReplacesWhatHasChanged(t *testing.T) {
	d, a := newAssistant(t)
	old := d.load(d.file())
	a.changed.Store("renamed")
	s := d.open(recorder.Config{Mode: recorder.Refresh})
	converse(d, s)
	final := d.end(s, true)
	equal(t, "saved", final.Saved, true)
	equal(t, "kept", final.Kept, 5)
	equal(t, "report", d.told(final), `notice    POST localhost/threads/{id}/runs
          $.answer is gone: 1 of 1 recordings had it, 0 of 1 new answers have it; new beside it: reply
            TAPE:23
          $.reply is new: 1 of 1 new answers have it
            TAPE:23

6 of 7 answers have the shape of their recordings.
`)
	now := d.load(d.file())
	for n, i := range now.Interactions {
		equal(t, fmt.Sprint("same answer ", n+1), i.Response.Body.String() == old.Interactions[n].Response.Body.String(), n > 1)
	}
	d.replays()
}

// told returns what a session says of drift.
func (d *rig) told(final recorder.Snapshot) string {
	d.t.Helper()
	if final.Drift == nil {
		return "nothing"
	}
	return strings.ReplaceAll(final.Drift.String(), d.file(), "TAPE")
}

// A script answers each request in turn; %d is the number of the answer.
func script(answers ...string) http.Handler {
	var count atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := count.Add(1)
		answer := answers[min(int(n), len(answers))-1]
		if status, ok := strings.CutPrefix(answer, "status "); ok {
			var code int
			_, _ = fmt.Sscan(status, &code)
			w.WriteHeader(code)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, strings.ReplaceAll(answer, "%d", fmt.Sprint(n)))
	})
}

func TestRefreshOfATape(t *testing.T) {
	type run struct {
		asks   string // paths
		failed bool   // the spec does not pass
	}
	cases := []struct {
		name        string
		answers     string // of both runs
		first, next run
		tape        string // what the cassette answers after the refresh
		aside       string // what the rejected recording answers
		kept        int
		told        string
	}{
		{
			"the service failed", `{"n":1} / {"n":2} / {"n":3} / status 500`, run{asks: "/a /b"}, run{asks: "/a /b"},
			`{"n":1}, {"n":2}`, `{"n":1}, `, 0, `The answer has the shape of its recording.
Not compared, for the service failed (1): TAPE:18 (500 Internal Server Error).
`,
		},
		{
			"what failed was asked for again", `{"n":1} / {"n":2} / {"n":3} / status 429 / {"n":4}`, run{asks: "/a /b"}, run{asks: "/a /b /b"},
			`{"n":1}, {"n":2}`, "none", 2, "2 of 2 answers have the shape of their recordings.\n",
		},
		{
			"a failure that the tape has", `status 429 / {"n":1} / status 429 / {"n":2}`, run{asks: "/a /a"}, run{asks: "/a /a"},
			`, {"n":1}`, "none", 2, "2 of 2 answers have the shape of their recordings.\n",
		},
		{
			"the spec fails on values", `{"n":1} / {"n":2}`, run{asks: "/a"}, run{asks: "/a", failed: true},
			`{"n":1}`, `partial, {"n":1}`, 0, "The answer has the shape of its recording.\n",
		},
		{
			"the code goes on otherwise", `{"more":true} / {"n":2} / {"more":false}`, run{asks: "/page /next"}, run{asks: "/page"},
			`{"more":false}`, "none", 0, `The answer has the shape of its recording.
Recorded, and not asked for any more (1): TAPE:18.
`,
		},
		{
			"the code asks for more", `{"n":1} / {"n":2} / {"n":3} / {"n":4}`, run{asks: "/a /b"}, run{asks: "/b /new /a"},
			`{"n":1}, {"n":3}, {"n":4}`, "none", 1, `2 of 2 answers have the shape of their recordings.
Without a recording to compare with (1): TAPE.
`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, script(strings.Split(c.answers, " / ")...))
			for n, r := range []run{c.first, c.next} {
				s := d.open(recorder.Config{Mode: [2]recorder.Mode{recorder.Once, recorder.Refresh}[n]})
				d.get(s, strings.Fields(r.asks)...)
				final := d.end(s, !r.failed)
				if n == 0 {
					d.age()
					continue
				}
				equal(t, "tape", d.bodies(d.file()), c.tape)
				equal(t, "aside", d.bodies(d.rejected()), c.aside)
				equal(t, "kept", final.Kept, c.kept)
				equal(t, "told", d.told(final), c.told)
			}
		})
	}
}

// Recordings that are equal but for ids and times keep their bytes in mode all; what else
// has changed is replaced.
func TestModeAllKeepsWhatIsEqualButForNoise(t *testing.T) {
	d := newRig(t, script(`{"id":"x%d","created":%d,"text":"a"}`, `{"id":"x%d","text":"b"}`, `{"id":"x%d","created":%d,"text":"a"}`, `{"id":"x%d","text":"c"}`))
	for _, mode := range []recorder.Mode{recorder.Once, recorder.All} {
		s := d.open(recorder.Config{Mode: mode})
		d.get(s, "/a", "/b")
		d.end(s, true)
	}
	equal(t, "tape", d.bodies(d.file()), `{"id":"x1","created":1,"text":"a"}, {"id":"x4","text":"c"}`)
}

func TestFailOnDrift(t *testing.T) {
	for mode, want := range map[recorder.Mode]string{
		recorder.Refresh: "DIR/chat/tape.yaml: the API has changed since this was recorded:\n" +
			"  breaking: GET localhost/a $.n is a string and was a number, in 1 of 1 new answers\n" +
			"  the cassette stays; what this spec recorded is in DIR/.rejected/chat/tape.yaml",
		recorder.Live: "DIR/chat/tape.yaml: the API has changed since this was recorded:\n" +
			"  breaking: GET localhost/a $.n is a string and was a number, in 1 of 1 new answers",
	} {
		t.Run(string(mode), func(t *testing.T) {
			d := newRig(t, script(`{"n":1}`, `{"n":"1"}`))
			s := d.open(recorder.Config{})
			d.get(s, "/a")
			d.end(s, true)
			d.age()
			before := d.read(d.file())
			s = d.open(recorder.Config{Mode: mode, FailOnDrift: recorder.Breaking})
			d.get(s, "/a")
			final, err := s.Close(true)
			equal(t, "error", strings.ReplaceAll(errorText(err), d.dir, "DIR"), want)
			equal(t, "same", d.read(d.file()) == before, true)
			equal(t, "report", d.told(final), `breaking  GET localhost/a
          $.n is a string and was a number, in 1 of 1 new answers
            TAPE:3

0 of 1 answers have the shape of their recordings.
`)
			aside := ".rejected/.gitignore .rejected/chat/tape.drift.txt .rejected/chat/tape.yaml chat/tape.yaml"
			if mode == recorder.Live {
				aside = "chat/tape.yaml"
			}
			equal(t, "files", d.leftovers(), aside)

			s = d.open(recorder.Config{Mode: recorder.Refresh})
			d.get(s, "/a")
			d.end(s, true)
			equal(t, "tape", d.bodies(d.file()), `{"n":"1"}`)
			equal(t, "differences", d.read(strings.Replace(d.rejected(), ".yaml", ".drift.txt", 1)), "")
		})
	}
}

// A rule of the user says what counts.
func TestDriftRules(t *testing.T) {
	for _, c := range []struct {
		rules       recorder.DriftRules
		first, next string
		worst       recorder.Severity
	}{
		{recorder.DriftRules{}, `{"n":1}`, `{"n":"1"}`, recorder.Breaking},
		{recorder.DriftRules{Ignore: []string{"$.n"}}, `{"n":1}`, `{"n":"1"}`, ""},
		{recorder.DriftRules{}, `{"plan":"free"}`, `{"plan":"paid"}`, ""},
		{recorder.DriftRules{Enums: []string{"$.plan"}}, `{"plan":"free"}`, `{"plan":"paid"}`, recorder.Notice},
		{recorder.DriftRules{Exact: []string{"$.plan"}}, `{"plan":"free"}`, `{"plan":"paid"}`, recorder.Breaking},
	} {
		d := newRig(t, script(c.first, c.next))
		for _, mode := range []recorder.Mode{recorder.Once, recorder.Live} {
			s := d.open(recorder.Config{Mode: mode, DriftRules: c.rules, FailOnDrift: recorder.Notice})
			d.get(s, "/a")
			_, err := s.Close(true)
			if mode == recorder.Once {
				d.age()
			} else if got := errorText(err); c.worst == "" && err != nil || c.worst != "" && !strings.Contains(got, string(c.worst)+": ") {
				t.Errorf("%v: got %s, want %q", c.rules, got, c.worst)
			}
		}
	}
	_, err := recorder.Open(recorder.Config{Path: "a.yaml", DriftRules: recorder.DriftRules{Exact: []string{"n"}}})
	equal(t, "path", errorText(err), "a.yaml: Config.DriftRules: drift: Exact: \"n\" is not a path of names, [*] and [?@.type=='…']; write one such as $.choices[*].message")
	_, err = recorder.Open(recorder.Config{Path: "a.yaml", FailOnDrift: "bad"})
	equal(t, "severity", errorText(err), `a.yaml: Config.FailOnDrift: "bad" is not a severity; give notice or breaking`)
}

// What the whole folder knows of an endpoint counts: a field that some recordings lack is
// optional.
func TestOptionalFieldsAreLearntFromAllTapes(t *testing.T) {
	d := newRig(t, script(`{"a":1}`, `{"a":1,"b":2}`, `{"a":1}`))
	record := func(path string, mode recorder.Mode) recorder.Snapshot {
		s := d.open(recorder.Config{Path: path, Mode: mode})
		d.get(s, "/a")
		return d.end(s, true)
	}
	record("other.yaml", recorder.Once)
	record(tapeName, recorder.Once)
	past := time.Now().Add(-time.Hour)
	_ = os.Chtimes(d.dir+"/other.yaml", past, past)
	d.age()
	final := record(tapeName, recorder.Refresh)
	equal(t, "kept", final.Kept, 1)
	equal(t, "report", d.told(final), "The answer has the shape of its recording.\n")
}

func TestLiveComparesAndWritesNothing(t *testing.T) {
	d, a := newAssistant(t)
	before := d.read(d.file())
	s := d.open(recorder.Config{Mode: recorder.Live})
	converse(d, s)
	final := d.end(s, true)
	equal(t, "told", d.told(final), "7 of 7 answers have the shape of their recordings.\n")
	equal(t, "live", len(final.Live), 7)
	equal(t, "recorded", len(final.Recorded), 0)

	a.changed.Store("renamed")
	s = d.open(recorder.Config{Mode: recorder.Live})
	converse(d, s)
	equal(t, "told", strings.Contains(d.told(d.end(s, true)), "$.answer is gone"), true)
	equal(t, "same", d.read(d.file()) == before, true)
	equal(t, "files", d.leftovers(), "chat/tape.yaml")

	d.write(d.file(), "no cassette")
	var all []string
	s = d.openSpec(recorder.Config{Mode: recorder.Live}, notes(&all))
	d.get(s, "/a")
	equal(t, "told", d.told(d.end(s, true)), "nothing")
	equal(t, "notes", strings.HasPrefix(strings.Join(all, ""), "nothing was compared: "+d.file()+":1: "), true)

	s = d.open(recorder.Config{Mode: recorder.Live, Path: "only/live.yaml"})
	d.get(s, "/a")
	equal(t, "told", d.told(d.end(s, true)), "nothing")
}

// A refresh that is killed leaves the cassette, and what it got.
func TestARefreshThatBreaksOffLosesNothing(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a", "/b", "/c")
	before := d.read(d.file())
	d.crash("kill", recorder.Refresh, "/a", "/b")
	equal(t, "same", d.read(d.file()) == before, true)
	var all []string
	s := d.openSpec(recorder.Config{Mode: recorder.Refresh}, notes(&all))
	d.get(s, "/a")
	d.end(s, false)
	told := strings.ReplaceAll(strings.Join(all, "\n"), d.dir, "DIR")
	equal(t, "notes", told, "DIR/chat/tape.yaml: stays as it was, because a run broke off that was to record it again; what that recorded is in DIR/.rejected/chat/tape.yaml: 2 interactions")
	equal(t, "same", d.read(d.file()) == before, true)
}

// Two keys change places on the tape: what is kept and what is new must agree on which is
// which.
func TestRefreshKeepsSecretsApart(t *testing.T) {
	n := 0
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		n++
		if r.URL.Path == "/login" {
			_, _ = fmt.Fprintf(w, `{"access_token":"tok-%s-%d-%s"}`, r.URL.Query().Get("as"), n, strings.Repeat("q7Zx", 5))
		} else if n > 4 && r.URL.Path == "/me" {
			_, _ = fmt.Fprintf(w, `{"who":%d}`, n)
		} else {
			_, _ = fmt.Fprintf(w, `{"me":%d}`, n)
		}
	}))
	login := func(s *recorder.Session, as string) string {
		var answer struct {
			Token string `json:"access_token"`
		}
		_ = json.Unmarshal([]byte(d.get(s, "/login?as="+as)), &answer)
		return answer.Token
	}
	me := func(s *recorder.Session, token string) string {
		return d.post(s, "/me", "application/json", fmt.Sprintf(`{"token":%q}`, token))
	}
	code := func(s *recorder.Session, first, second string) string {
		x := login(s, first)
		y := login(s, second)
		if first == "b" {
			x, y = y, x
		}
		return me(s, x) + me(s, y)
	}
	s := d.open(recorder.Config{})
	code(s, "a", "b")
	d.end(s, true)
	d.age()
	s = d.open(recorder.Config{Mode: recorder.Refresh})
	code(s, "b", "a")
	d.end(s, true)
	s = d.open(recorder.Config{Mode: recorder.None})
	equal(t, "answers", code(s, "b", "a"), `{"who":7}{"who":8}`)
	equal(t, "refused", d.end(s, true).Refused, 0)
}

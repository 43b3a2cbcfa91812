package recorder_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A feed is an origin with one stream of events. /do makes an event, and /bye ends
// the stream.
type feed chan string

func (f feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/do":
		f <- "data: did " + r.URL.RawQuery + "\n\n"
	case "/bye":
		close(f)
	case "/feed":
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, ": ok\n\n")
		_ = http.NewResponseController(w).Flush()
		for event := range f {
			_, _ = io.WriteString(w, event)
			_ = http.NewResponseController(w).Flush()
		}
		return
	}
	_, _ = io.WriteString(w, "answer to "+r.RequestURI)
}

func newFeed(t *testing.T) *rig { return newRig(t, make(feed)) }

// subscribe opens the stream.
func (d *rig) subscribe(ctx context.Context, s *recorder.Session) (*http.Response, *bufio.Reader) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL+"/feed", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp, bufio.NewReader(resp.Body)
}

// event returns the next event, or the error in its place.
func event(r *bufio.Reader) string {
	line, err := r.ReadString('\n')
	if err != nil {
		return err.Error()
	}
	_, _ = r.ReadString('\n')
	return strings.TrimSpace(line)
}

// recordFeed records a stream whose events are caused by other requests.
func (d *rig) recordFeed(mode recorder.Mode) {
	d.t.Helper()
	s := d.open(recorder.Config{Mode: mode})
	resp, events := d.subscribe(d.t.Context(), s)
	equal(d.t, "first event", event(events), ": ok")
	d.get(s, "/do?1")
	equal(d.t, "second event", event(events), "data: did 1")
	d.get(s, "/react")
	d.get(s, "/do?2")
	equal(d.t, "third event", event(events), "data: did 2")
	d.bye(s, events)
	_ = resp.Body.Close()
	d.end(s, true)
}

// bye ends the stream while it is read.
func (d *rig) bye(s *recorder.Session, events *bufio.Reader) {
	d.t.Helper()
	end := make(chan string)
	go func() { end <- event(events) }()
	time.Sleep(5 * time.Millisecond) // an end that is waited for is not one that was there
	d.get(s, "/bye")
	equal(d.t, "end", <-end, "EOF")
}

// putFeed writes what recordFeed records.
func (d *rig) putFeed() { d.write(d.file(), strings.ReplaceAll(feedTape, "ORIGIN", d.URL)) }

const feedTape = `ginkgo-vcr: 1
---
request:
  method: GET
  url: ORIGIN/feed
response:
  status: 200
  headers:
    Content-Type: [text/event-stream]
  body:
    text: |+
      : ok

      data: did 1

      data: did 2

  chunks: [1, 1 after 2, 1 after 4, end after 5]
  delays: [0, 3, 4]
---
request:
  method: GET
  url: ORIGIN/do?1
response:
  status: 200
number: 2
---
request:
  method: GET
  url: ORIGIN/react
response:
  status: 200
---
request:
  method: GET
  url: ORIGIN/do?2
response:
  status: 200
number: 4
---
request:
  method: GET
  url: ORIGIN/bye
response:
  status: 200
number: 5
`

var marks = regexp.MustCompile(`(?m)^( {2}chunks: .*|number: .*|  url: .*)\n`)

// marks returns the lines of a cassette that tell an order.
func (d *rig) marks() string {
	d.t.Helper()
	return strings.ReplaceAll(strings.Join(marks.FindAllString(d.read(d.file()), -1), ""), d.URL, "ORIGIN")
}

func TestWhatRequestsCauseIsOnTheTape(t *testing.T) {
	d := newFeed(t)
	d.recordFeed(recorder.Once)
	const want = `  url: ORIGIN/feed
  chunks: [1, 1 after 2, 1 after 4, end after 5]
  url: ORIGIN/do?1
number: 2
  url: ORIGIN/react
  url: ORIGIN/do?2
number: 4
  url: ORIGIN/bye
number: 5
`
	equal(t, "marks", d.marks(), want)
	again := newFeed(t)
	again.write(again.file(), strings.ReplaceAll(d.read(d.file()), d.URL, again.URL))
	again.recordFeed(recorder.All)
	equal(t, "marks of another recording", again.marks(), want)
}

// A client that reacts to events sends nothing before its time.
func TestEventsComeAfterTheirRequests(t *testing.T) {
	d := newFeed(t)
	d.putFeed()
	s := d.open(recorder.Config{Mode: recorder.None, InOrder: true})
	_, events := d.subscribe(t.Context(), s)
	equal(t, "first event", event(events), ": ok")
	reacted := make(chan string)
	go func() {
		reacted <- event(events) + ", " + d.get(s, "/react")
		reacted <- event(events)
		reacted <- event(events)
	}()
	for _, step := range [][2]string{{"/do?1", "data: did 1, "}, {"/do?2", "data: did 2"}, {"/bye", "EOF"}} {
		time.Sleep(5 * time.Millisecond) // for an event that comes too early
		equal(t, "answer", d.get(s, step[0]), "")
		equal(t, "event", <-reacted, step[1])
	}
	equal(t, "unplayed", len(d.end(s, true).Unplayed), 0)
}

// What never comes is not waited for for ever.
func TestEventsWhoseRequestsDoNotCome(t *testing.T) {
	d := newFeed(t)
	d.putFeed()
	t.Run("for a while", func(t *testing.T) {
		defer recorder.SetLongestWait(time.Millisecond)()
		_, events := d.subscribe(t.Context(), d.open(recorder.Config{Mode: recorder.None}))
		got := []string{event(events), event(events), event(events), event(events)}
		equal(t, "events", strings.Join(got, ", "), ": ok, data: did 1, data: did 2, EOF")
	})
	for name, end := range map[string]struct {
		end  func(*recorder.Session, *http.Response, context.CancelCauseFunc)
		want string
	}{
		"the session closes": {func(s *recorder.Session, _ *http.Response, _ context.CancelCauseFunc) { d.end(s, true) }, "data: did 1"},
		"the body is closed": {func(_ *recorder.Session, r *http.Response, _ context.CancelCauseFunc) { _ = r.Body.Close() }, http.ErrBodyReadAfterClose.Error()},
		"the context ends": {func(_ *recorder.Session, _ *http.Response, cancel context.CancelCauseFunc) {
			cancel(errors.New("enough"))
		}, "enough"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			s := d.open(recorder.Config{Mode: recorder.None})
			resp, events := d.subscribe(ctx, s)
			equal(t, "first event", event(events), ": ok")
			got := make(chan string)
			go func() { got <- event(events) }()
			end.end(s, resp, cancel)
			equal(t, "event", <-got, end.want)
		})
	}
}

// A number is a name: interactions may be moved, removed and added.
func TestMarksOfAnEditedTape(t *testing.T) {
	replay := func(d *rig, paths ...string) string {
		s := d.open(recorder.Config{Mode: recorder.None})
		_, events := d.subscribe(t.Context(), s)
		got := []string{event(events)}
		for _, path := range paths {
			if path != "" {
				d.get(s, path)
			}
			got = append(got, event(events))
		}
		d.end(s, true)
		return strings.Join(got, ", ")
	}
	const all = ": ok, data: did 1, data: did 2, EOF"
	for name, edit := range map[string]func(documents []string) []string{
		"as it was": func(documents []string) []string { return documents },
		"reversed": func(documents []string) []string {
			slices.Reverse(documents[1:])
			return documents
		},
		"one removed": func(documents []string) []string { return slices.Delete(documents, 3, 4) },
	} {
		d := newFeed(t)
		d.putFeed()
		d.write(d.file(), strings.Join(edit(strings.SplitAfter(d.read(d.file()), "---\n")), ""))
		if text := d.read(d.file()); name == "reversed" {
			d.write(d.file(), strings.TrimSuffix(strings.Replace(text, "number: 5\nrequest", "number: 5\n---\nrequest", 1), "---\n"))
		}
		equal(t, name, replay(d, "/do?1", "/do?2", "/bye"), all)
	}
	// What an interaction caused that is removed does not wait.
	d := newFeed(t)
	d.putFeed()
	documents := strings.SplitAfter(d.read(d.file()), "---\n")
	d.write(d.file(), strings.Join(slices.Delete(documents, 2, 3), ""))
	equal(t, "the cause is removed", replay(d, "", "/do?2", "/bye"), all)
}

// What is added later gets numbers that nothing has, and nothing else changes.
func TestMarksOfAnAddedStream(t *testing.T) {
	d := newFeed(t)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"/old\nresponse:\n  status: 200\nnumber: 3\n")
	before := d.read(d.file())
	s := d.open(recorder.Config{Mode: recorder.NewEpisodes})
	d.get(s, "/old")
	_, events := d.subscribe(t.Context(), s)
	equal(t, "first event", event(events), ": ok")
	d.get(s, "/do?1")
	equal(t, "second event", event(events), "data: did 1")
	d.bye(s, events)
	d.end(s, true)
	if after := d.read(d.file()); !strings.Contains(after, strings.TrimPrefix(before, "ginkgo-vcr: 1\n")) {
		t.Errorf("the old interaction has changed:\n%s", after)
	}
	equal(t, "marks", d.marks(), `  url: ORIGIN/old
number: 3
  url: ORIGIN/feed
  chunks: [1, 1 after 4, end after 5]
  url: ORIGIN/do?1
number: 4
  url: ORIGIN/bye
number: 5
`)
}

// Exchanges that do not overlap have no marks, and neither have answers that are read
// as a whole.
func TestNoMarksWithoutAnOverlap(t *testing.T) {
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", map[bool]string{true: "application/json", false: "text/event-stream"}[r.URL.Path == "/json"])
		for _, part := range []string{"data: 1\n\n", "data: 2\n\n"} {
			_, _ = io.WriteString(w, part)
			_ = http.NewResponseController(w).Flush()
		}
	}))
	s := d.open(recorder.Config{})
	answer, err := s.Client().Get(d.URL + "/json")
	if err != nil {
		t.Fatal(err)
	}
	d.get(s, "/one", "/two")
	d.body(answer)
	d.end(s, true)
	if tape := d.read(d.file()); strings.Contains(tape, "after") || strings.Contains(tape, "number") {
		t.Errorf("the tape has marks:\n%s", tape)
	}
}

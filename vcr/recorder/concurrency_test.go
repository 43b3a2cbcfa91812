package recorder_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

func TestConcurrentNewEpisodes(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a", "/b")
	s := d.open(recorder.Config{Mode: recorder.NewEpisodes})
	d.get(s, "/a")
	var asking sync.WaitGroup
	for n := range 10 {
		asking.Add(1)
		go func() {
			defer asking.Done()
			d.get(s, fmt.Sprintf("/new%d", n))
		}()
	}
	asking.Wait()
	d.get(s, "/b", "/end")
	d.end(s, true)

	paths := d.paths()
	if len(paths) != 13 || paths[0] != "a" || paths[11] != "b" || paths[12] != "end" {
		t.Fatalf("got %q", paths)
	}
	slices.Sort(paths[1:11])
	equal(t, "between", strings.Join(paths[1:11], " "), "new0 new1 new2 new3 new4 new5 new6 new7 new8 new9")
}

// The order on the tape is the one in which requests started, whichever was
// answered first.
func TestOrderOfConcurrentRequests(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(arrived)
			<-release
		}
		_, _ = fmt.Fprint(w, r.URL.Path)
	}))
	s := d.open(recorder.Config{})
	var asking sync.WaitGroup
	asking.Add(1)
	go func() {
		defer asking.Done()
		d.get(s, "/slow")
	}()
	<-arrived
	d.get(s, "/fast")
	close(release)
	asking.Wait()
	var recorded []string
	for _, i := range s.Snapshot().Recorded {
		recorded = append(recorded, i.Response.Body.String())
	}
	equal(t, "snapshot", strings.Join(recorded, ", "), "/slow, /fast")
	d.end(s, true)
	equal(t, "tape", d.bodies(d.file()), "/slow, /fast")
}

func TestConcurrentReplay(t *testing.T) {
	const requests = 200
	d := newRig(t, nil)
	c := new(cassette.Cassette)
	for n := range requests {
		c.Interactions = append(c.Interactions, &cassette.Interaction{
			// Every other one is equal by value only.
			Request:  cassette.Request{Method: http.MethodGet, URL: d.URL + []string{"/?a=1&b=2", "/?b=2&a=1"}[n%2]},
			Response: cassette.Response{Status: http.StatusOK, Body: cassette.NewBody(fmt.Append(nil, n))},
		})
	}
	d.write(d.file(), string(c.Encode()))
	s := d.open(recorder.Config{})
	answers := make([]string, requests)
	var asking sync.WaitGroup
	for n := range requests {
		asking.Add(1)
		go func() {
			defer asking.Done()
			answers[n] = d.get(s, "/?a=1&b=2")
		}()
	}
	asking.Wait()
	equal(t, "one more", d.get(s, "/?a=1&b=2"), "miss")
	slices.Sort(answers)
	if different := slices.Compact(answers); len(different) != requests || slices.Contains(different, "miss") {
		t.Errorf("%d recordings were played: %q", len(different), different)
	}
}

// A reader that waits for more must not keep the session from its end, nor lose
// what it has.
func TestAStreamThatIsBeingRead(t *testing.T) {
	d := newRig(t, endless())
	s := d.open(recorder.Config{})
	resp := d.start(s)
	d.readOne(resp)
	reading := make(chan struct{})
	var reader sync.WaitGroup
	reader.Add(1)
	go func() {
		defer reader.Done()
		close(reading)
		_, _ = io.ReadAll(resp.Body)
	}()
	<-reading
	d.end(s, true)
	d.wantClosed()
	_ = resp.Body.Close()
	reader.Wait()
	d.wantClosed()
}

// Close ends a Read that waits in another goroutine, and that is no failure.
func TestConcurrentReadAndClose(t *testing.T) {
	for range 20 {
		d := newRig(t, endless())
		s := d.open(recorder.Config{})
		resp := d.start(s)
		d.readOne(resp)
		reading := make(chan struct{})
		var reader sync.WaitGroup
		reader.Add(1)
		go func() {
			defer reader.Done()
			close(reading)
			if rest, err := io.ReadAll(resp.Body); err == nil || len(rest) > 0 {
				t.Errorf("read %q, %v", rest, err)
			}
		}()
		<-reading
		_ = resp.Body.Close()
		reader.Wait()
		d.end(s, true)
		d.wantClosed()
	}
}

// The end of the session may come while bodies are closed elsewhere.
func TestConcurrentCloseOfBodyAndSession(t *testing.T) {
	for range 20 {
		d := newRig(t, counting())
		s := d.open(recorder.Config{})
		resp := d.start(s)
		var closer sync.WaitGroup
		closer.Add(1)
		go func() {
			defer closer.Done()
			_ = resp.Body.Close()
		}()
		closer.Add(1)
		go func() {
			defer closer.Done()
			_, _ = s.RoundTrip(d.request("/late"))
		}()
		d.end(s, true)
		closer.Wait()
	}
}

// The end of a body may take a moment, while the rest of the request is waited
// for. What was recorded is not lost if the session ends meanwhile.
func TestConcurrentEndOfBodyAndSession(t *testing.T) {
	ending := make(chan struct{})
	d := newRig(t, nil)
	s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) {
		answer := io.MultiReader(strings.NewReader("early"), readerFunc(func([]byte) (int, error) {
			close(ending)
			return 0, io.EOF
		}))
		return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", ContentLength: -1, Body: io.NopCloser(answer)}, nil
	})})
	unread, unwritten := io.Pipe()
	t.Cleanup(func() { _ = unwritten.Close() })
	req, err := http.NewRequest("POST", api+"/upload", unread)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Add(1)
	go func() {
		defer reading.Done()
		_, _ = io.ReadAll(resp.Body)
	}()
	<-ending
	time.Sleep(10 * time.Millisecond)
	equal(t, "recorded", len(d.end(s, true).Recorded), 1)
	reading.Wait()
	equal(t, "tape", d.bodies(d.file()), "early")
}

type readerFunc func(p []byte) (int, error)

func (read readerFunc) Read(p []byte) (int, error) { return read(p) }

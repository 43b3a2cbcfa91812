package recorder_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ recorder.Provider = (*recorder.Session)(nil)

// shown describes a snapshot by its bodies.
func Shown(snapshot recorder.Snapshot) string {
	var b strings.Builder
	part := func(name string, interactions []*cassette.Interaction) {
		_, _ = fmt.Fprintf(&b, "%s:", name)
		for _, i := range interactions {
			_, _ = fmt.Fprintf(&b, " %s", strings.ReplaceAll(i.Response.Body.String(), " ", "-"))
		}
		b.WriteString("; ")
	}
	part("loaded", snapshot.Loaded)
	part("unplayed", snapshot.Unplayed)
	part("replayed", snapshot.Replayed)
	part("recorded", snapshot.Recorded)
	_, _ = fmt.Fprintf(&b, "live: %d", len(snapshot.Live))
	return b.String()
}

func TestSnapshot(t *testing.T) {
	cases := []struct {
		mode          recorder.Mode
		before, after string
	}{
		{recorder.None, "loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a tape-2-/b; replayed:; recorded:; live: 0",
			"loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a; replayed: tape-2-/b; recorded:; live: 0"},
		{recorder.Once, "loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a tape-2-/b; replayed:; recorded:; live: 0",
			"loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a; replayed: tape-2-/b; recorded:; live: 0"},
		{recorder.NewEpisodes, "loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a tape-2-/b; replayed:; recorded:; live: 0",
			"loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a; replayed: tape-2-/b; recorded: sent-1-/c; live: 0"},
		{recorder.All, "loaded:; unplayed:; replayed:; recorded:; live: 0",
			"loaded:; unplayed:; replayed:; recorded: sent-1-/b sent-2-/c; live: 0"},
		{recorder.Live, "loaded:; unplayed:; replayed:; recorded:; live: 0",
			"loaded:; unplayed:; replayed:; recorded:; live: 2"},
	}
	for _, c := range cases {
		t.Run(string(c.mode), func(t *testing.T) {
			d := newDeck(t, counting())
			d.put(false, "/a", "/b")
			s := d.open(recorder.Config{Mode: c.mode})
			equal(t, "before", Shown(s.Snapshot()), c.before)
			d.get(s, "/b", "/c")
			snapshot := s.Snapshot()
			equal(t, "after", Shown(snapshot), c.after)
			equal(t, "cassette", snapshot.Cassette, d.file())
			equal(t, "mode", snapshot.Mode, c.mode)
			equal(t, "error", snapshot.Err, nil)
			d.end(s, recorder.Passed)
			equal(t, "when it is over", Shown(s.Snapshot()), c.after)
		})
	}
}

func TestSnapshotWhileRequestsRun(t *testing.T) {
	d := newDeck(t, counting())
	s := d.open(recorder.Config{})
	var asking sync.WaitGroup
	for range 20 {
		asking.Go(func() { d.get(s, "/a") })
		asking.Go(func() { s.Snapshot() })
	}
	asking.Wait()
	equal(t, "recorded", len(s.Snapshot().Recorded), 20)
}

func TestResult(t *testing.T) {
	cases := []struct {
		mode recorder.Mode
		want recorder.Result // without the cassette and the mode; Unplayed without the origin
	}{
		{recorder.None, recorder.Result{Loaded: 3, Replayed: 1, Refused: 2, Live: 1, Unplayed: []string{"1: GET /a", "3: GET /d"}}},
		{recorder.NewEpisodes, recorder.Result{Loaded: 3, Replayed: 1, Recorded: 2, Live: 1, Unplayed: []string{"1: GET /a", "3: GET /d"}, Saved: true}},
		{recorder.All, recorder.Result{Loaded: 3, Recorded: 3, Live: 1, Saved: true}},
		{recorder.Live, recorder.Result{Live: 4}},
	}
	for _, c := range cases {
		t.Run(string(c.mode), func(t *testing.T) {
			d := newDeck(t, counting())
			d.put(false, "/a", "/b", "/d")
			s := d.open(recorder.Config{Mode: c.mode, PassThrough: []string{"localhost"}})
			d.get(s, "/b", "/c", "/c")
			if resp, err := s.Client().Get(strings.Replace(d.URL, "127.0.0.1", "localhost", 1) + "/past"); err == nil {
				_ = resp.Body.Close()
			}
			got := d.end(s, recorder.Passed)
			for n := range got.Unplayed {
				got.Unplayed[n] = strings.Replace(got.Unplayed[n], d.URL, "", 1)
			}
			c.want.Cassette, c.want.Mode = d.file(), c.mode
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestResultOfAFailedSpec(t *testing.T) {
	d := newDeck(t, counting())
	s := d.open(recorder.Config{})
	d.get(s, "/a")
	result := d.end(s, recorder.Failed)
	want := recorder.Result{Cassette: d.file(), Mode: recorder.Once, Recorded: 1, Saved: true, Partial: true}
	if !reflect.DeepEqual(result, want) {
		t.Errorf("got  %+v\nwant %+v", result, want)
	}
	s = d.open(recorder.Config{Mode: recorder.None})
	d.get(s, "/a")
	equal(t, "partial", d.end(s, recorder.Passed).Partial, true)
}

func TestPassThrough(t *testing.T) {
	cases := []struct {
		name, host string
		passes     bool
	}{
		{"every port", "127.0.0.1", true},
		{"this port", "ORIGIN", true},
		{"another port", "127.0.0.1:1", false},
		{"another host", "api.example.com", false},
		{"a part of the host", "127.0.0", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, mode := range recorder.Modes {
				d := newDeck(t, counting())
				d.put(true, "/a") // and what goes past it is no proof of it
				before := d.read(d.file())
				host := strings.Replace(c.host, "ORIGIN", strings.TrimPrefix(d.URL, "http://"), 1)
				s := d.open(recorder.Config{Mode: mode, PassThrough: []string{"example.org", host}})
				answer := d.get(s, "/a?key=own")
				if !c.passes {
					equal(t, "live", len(s.Snapshot().Live) == 1, mode == recorder.Live)
					continue
				}
				equal(t, "answer", answer, "sent 1 /a?key=own")
				equal(t, "live", strings.Join(s.Snapshot().Live, " "), "GET "+d.URL+"/a?key=[redacted:key]")
				d.end(s, recorder.Passed)
				equal(t, "tape", d.read(d.file()), before)
			}
		})
	}
}

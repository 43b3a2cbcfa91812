package recorder_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Of several sessions that record one cassette at the same time, one saves it,
// and the others are told where their recording is.
func TestSessionsThatSaveAtOnce(t *testing.T) {
	for range 20 {
		d := newDeck(t, counting())
		var wg sync.WaitGroup
		var mu sync.Mutex
		saved, told := 0, 0
		sessions := make([]*recorder.Session, 4)
		for n := range sessions {
			sessions[n] = d.open(recorder.Config{Mode: recorder.Once})
			if _, err := sessions[n].RoundTrip(d.request("/")); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range sessions {
			wg.Go(func() {
				result, err := s.Close(recorder.Passed)
				mu.Lock()
				defer mu.Unlock()
				if result.Saved && err == nil {
					saved++
				} else if result.Rejected != "" && err != nil && strings.Contains(err.Error(), "was changed by another spec or process") {
					told++
				}
			})
		}
		wg.Wait()
		equal(t, "saved", saved, 1)
		equal(t, "told", told, 3)
	}
}

func TestTransportsAndRequestsThatAreNone(t *testing.T) {
	d := newDeck(t, counting())
	s := d.open(recorder.Config{Mode: recorder.Once, Base: roundTrip(func(*http.Request) (*http.Response, error) { return nil, nil })})
	_, err := s.RoundTrip(d.request("/"))
	equal(t, "base", errorText(err), "the base transport returned neither a response nor an error")
	_, err = s.RoundTrip(&http.Request{})
	equal(t, "request", errorText(err), "the request has no URL")
}

// A live run needs the keys that a replay does without.
func TestDummiesAreNotSentLive(t *testing.T) {
	d := newDeck(t, counting())
	s := d.open(recorder.Config{Mode: recorder.Live, Dummies: func() []recorder.Dummy { return []recorder.Dummy{{Variable: "SERVICE_KEY", Value: "dummy-of-a-key"}} }})
	_, err := s.RoundTrip(d.request("/?q=" + url.QueryEscape("dummy-of-a-key")))
	equal(t, "refused", errors.Is(err, recorder.ErrRefused), true)
	equal(t, "error", errorText(err), d.file()+": SERVICE_KEY is not set, and GET "+d.URL+"/?q=dummy-of-a-key would be sent with a dummy in its place; set SERVICE_KEY, or leave the live specs out")
	equal(t, "sent", d.Served(), 0)
}

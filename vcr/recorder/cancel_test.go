package recorder_test

import (
	"context"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// The channel with which requests were cancelled before there were contexts
// still does so, beside a deadline as well.
func TestTheChannelCancel(t *testing.T) {
	deadline, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	for name, ctx := range map[string]context.Context{"alone": t.Context(), "beside a deadline": deadline} {
		t.Run(name, func(t *testing.T) {
			d := newDeck(t, mute(false))
			s := d.open(recorder.Config{})
			cancelled := make(chan struct{})
			go func() {
				d.begun(s)
				close(cancelled)
			}()
			req := d.request("/").WithContext(ctx)
			//lint:ignore SA1019 this is about it
			req.Cancel = cancelled
			err := within(t, "a request", func() error { _, err := s.RoundTrip(req); return err })
			equal(t, "error", errorText(err), "net/http: request canceled")
			d.end(s, recorder.Passed)
			_, err = d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/"))
			equal(t, "replayed", errorText(err), "net/http: request canceled")
		})
	}
}

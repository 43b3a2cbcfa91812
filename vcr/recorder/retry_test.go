package recorder_test

import (
	"net/http"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

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
		w.WriteHeader(http.StatusTooManyRequests)
	})
}

func (d *deck) headers(s *recorder.Session, paths ...string) string {
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
	paths := []string{"/seconds", "/date", "/aws", "/none"}
	d := newDeck(t, busy())
	s := d.open(recorder.Config{InstantRetries: true})
	recorded := d.headers(s, paths...)
	equal(t, "recorded", recorded, `/seconds "Retry-After": ["20" "30"]; "Retry-After-Ms": ["1500"]; "X-Ratelimit-Reset": ["60"]; 
/date "Retry-After": ["Sun, 22 Nov 2026 12:00:00 GMT"]; "X-Ratelimit-Reset": ["60"]; 
/aws "X-Amz-Retry-After": ["2000"]; "X-Ratelimit-Reset": ["60"]; 
/none "X-Ratelimit-Reset": ["60"]; 
`)
	d.end(s, recorder.Passed)
	tape := d.read(d.file())
	s = d.open(recorder.Config{InstantRetries: true})
	equal(t, "replayed at once", d.headers(s, paths...), `/seconds "Retry-After": ["0"]; "Retry-After-Ms": ["0"]; "X-Ratelimit-Reset": ["60"]; 
/date "Retry-After": ["0"]; "X-Ratelimit-Reset": ["60"]; 
/aws "X-Amz-Retry-After": ["0"]; "X-Ratelimit-Reset": ["60"]; 
/none "X-Ratelimit-Reset": ["60"]; 
`)
	equal(t, "in the snapshot", s.Snapshot().Replayed[0].Response.Header.Get("Retry-After"), "20")
	d.end(s, recorder.Passed)
	equal(t, "tape", d.read(d.file()), tape)
	equal(t, "replayed", d.headers(d.open(recorder.Config{}), paths...), recorded)
}

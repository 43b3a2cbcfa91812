package recorder_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Put together at run time, so that no file holds what looks like a key.
var guarded = "gu4rd" + "-0123456789abcdef"

// guard lets in only who says the secret in all places, and tells it again.
func guard() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Bearer "+guarded || r.URL.Query().Get("key") != guarded ||
			r.URL.Path != "/bot"+guarded+"/send" || !strings.HasPrefix(string(body), `{"client_secret":"`+guarded+`"}`) {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", ofJSON)
		_, _ = io.WriteString(w, `{"access_token":"`+guarded+`"}`)
	})
}

// The service and the code under test get what they would get without a tape, and
// the tape has none of it.
func TestWhatIsOnTheWireIsNotRedacted(t *testing.T) {
	small := `{"client_secret":"` + guarded + `"}`
	for name, body := range map[string]string{
		"read before it is sent": small,
		"sent while it is read":  small + strings.Repeat(" ", 2<<20),
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeck(t, guard())
			s := d.open(recorder.Config{})
			req, err := http.NewRequest(http.MethodPost, d.URL+"/bot"+guarded+"/send?key="+guarded, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header = http.Header{"Authorization": {"Bearer " + guarded}, "Content-Type": {ofJSON}}
			url, header, length := req.URL.String(), req.Header.Clone(), req.ContentLength
			resp, err := s.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "status", resp.StatusCode, http.StatusOK)
			equal(t, "answer", d.body(resp), `{"access_token":"`+guarded+`"}`)
			equal(t, "URL of the caller's request", req.URL.String(), url)
			equal(t, "header of the caller's request", maps.EqualFunc(req.Header, header, slices.Equal[[]string]), true)
			equal(t, "length of the caller's request", req.ContentLength, length)
			d.end(s, recorder.Passed)

			tape := d.load(d.file()).Interactions[0]
			_, hidden, _ := strings.Cut(tape.Request.URL, "key=") // has the name under which it was found first
			equal(t, "URL", tape.Request.URL, d.URL+"/bot"+hidden+"/send?key="+hidden)
			equal(t, "request", strings.TrimSpace(tape.Request.Body.String()), `{"client_secret":"`+hidden+`"}`)
			equal(t, "response", tape.Response.Body.String(), `{"access_token":"`+hidden+`"}`)
			for _, text := range filesIn(t, d.dir) {
				equal(t, "on the tape", strings.Contains(text, guarded), false)
			}
		})
	}
}

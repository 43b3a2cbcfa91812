package recorder_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// People edit tapes: the length that the server announced follows the body.
func TestABodyThatWasEdited(t *testing.T) {
	d := newDeck(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"/\nresponse:\n  status: 200\n  headers:\n    Content-Length: [5]\n  body:\n    text: Paris, France\n")
	resp, err := d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "length", resp.ContentLength, int64(len("Paris, France")))
	equal(t, "header", strings.Join(resp.Header["Content-Length"], " "), "13")
	equal(t, "body", d.body(resp), "Paris, France")
}

package recorder_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// lengthy answers with the secret in a body of which the length is known, or not,
// compressed or not.
func lengthy(w http.ResponseWriter, r *http.Request) {
	said := `{"access_token":"` + guarded + `","note":"` + strings.Repeat("x", 99) + guarded + `"}`
	w.Header().Set("Content-Type", ofJSON)
	if strings.Contains(r.URL.Path, "compressed") {
		w.Header().Set("Content-Encoding", "gzip")
		said = gzipped(said)
	}
	if strings.Contains(r.URL.Path, "known") {
		w.Header().Set("Content-Length", strconv.Itoa(len(said)))
	}
	_, _ = io.WriteString(w, said[:20])
	_ = http.NewResponseController(w).Flush()
	_, _ = io.WriteString(w, said[20:])
}

// A placeholder has another length than what it stands for. The replayed response
// is as long as it says.
func TestLengthsFollowWhatIsRedacted(t *testing.T) {
	for _, path := range []string{"/known", "/unknown", "/compressed-known", "/compressed-unknown"} {
		t.Run(path, func(t *testing.T) {
			d := newDeck(t, http.HandlerFunc(lengthy))
			ask := func(mode recorder.Mode) (*http.Response, string) {
				s := d.open(recorder.Config{Mode: mode})
				defer d.end(s, recorder.Passed)
				req := d.request(path)
				req.Header.Set("Accept-Encoding", "gzip") // otherwise the transport takes the coding away
				resp, err := s.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				return resp, d.body(resp)
			}
			recorded, _ := ask(recorder.Once)
			replayed, body := ask(recorder.None)
			equal(t, "the length is known", replayed.ContentLength >= 0, recorded.ContentLength >= 0)
			if recorded.ContentLength >= 0 {
				equal(t, "length", replayed.ContentLength, int64(len(body)))
				equal(t, "Content-Length", replayed.Header.Get("Content-Length"), strconv.Itoa(len(body)))
			}
			if plain, ok := cassette.Decode(replayed.Header.Get("Content-Encoding"), []byte(body)); ok {
				body = string(plain)
			}
			equal(t, "body", body, `{"access_token":"[redacted:access_token]","note":"`+strings.Repeat("x", 99)+`[redacted:access_token]"}`)
		})
	}
}

// A secret that no name tells may arrive in two chunks. They stay two, and add up.
func TestChunksAddUpWhereOneCutsASecret(t *testing.T) {
	t.Setenv("CHUNKED_SECRET", guarded)
	h := newHandover(ofSSE, []string{"data: a\n\n", "data: " + guarded[:9], guarded[9:] + "\n\n", "data: [DONE]\n\n"})
	d := newDeck(t, h)
	h.record(t, d, recorder.Config{}, largeBuffer)
	parts := d.replayParts(recorder.Config{}, largeBuffer)
	equal(t, "body", strings.Join(parts, ""), "data: a\n\ndata: [redacted:chunked_secret]\n\ndata: [DONE]\n\n")
	sum := 0
	for _, chunk := range d.stream().Chunks {
		sum += chunk.Size
	}
	equal(t, "chunks", sum, len(strings.Join(parts, "")))
	equal(t, "first", parts[0], "data: a\n\n")
	equal(t, "last", parts[len(parts)-1], "data: [DONE]\n\n")
}

package vcr_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// slowly sends an event when it was asked for the next one, and a while after
// the reader has begun to wait for it.
func slowly() http.HandlerFunc {
	next := make(chan struct{})
	return func(rw http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/busy":
			rw.Header().Set("Retry-After", "60")
			rw.Header().Set("Retry-After-Ms", "60000")
			rw.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(rw, "busy")
		case "/login":
			rw.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(rw, `{"expires_at":%d}`, time.Now().Add(time.Hour).Unix())
		case "/until":
			fmt.Fprint(rw, "good")
		case "/large":
			fmt.Fprint(rw, strings.Repeat("large ", 100))
		case "/stream":
			rw.Header().Set("Content-Type", "text/event-stream")
			for n := range 3 {
				time.Sleep(20 * time.Millisecond)
				fmt.Fprintf(rw, "data: %d\n\n", n+1)
				rw.(http.Flusher).Flush()
				<-next
			}
		case "/next":
			next <- struct{}{}
		}
	}
}

// aYearBefore returns what would be on the tape, had it been recorded a year before.
func aYearBefore(written string) string {
	const year = 365 * 24 * time.Hour
	date, isDate := strings.CutPrefix(written, "recorded: ")
	if isDate {
		at, err := time.Parse(time.RFC3339, date)
		Expect(err).NotTo(HaveOccurred())
		return "recorded: " + at.Add(-year).Format(time.RFC3339)
	}
	seconds, err := strconv.ParseInt(written, 10, 64)
	Expect(err).NotTo(HaveOccurred())
	return strconv.FormatInt(seconds-int64(year/time.Second), 10)
}

var _ = Describe("Playback", func() {
	It("is what was heard, without the waiting", func() {
		w := newWorld()
		w.serve(slowly())
		r := w.run("playback")
		Expect(r.exit).To(Equal(0), r.output)
		Expect(r.served).To(Equal(8))

		Expect(w.read("playback/of_a_service_that_is_busy.yaml")).To(ContainSubstring("Retry-After: [60]"))
		Expect(w.read("playback/of_a_stream.yaml")).To(MatchRegexp(`chunks: \[1, 1 after 2, 1 after 3(, end after 4)?\]`)) // as the requests let them come
		Expect(w.read("playback/of_a_body_that_lies_beside_the_cassette.yaml")).To(MatchRegexp(`file: [0-9a-f]{16}\.txt\n`))
		Expect(filepath.Glob(filepath.Join(w.dir, "cassettes", "_bodies", "*.txt"))).To(HaveLen(1))

		// A year goes by.
		const login = "playback/of_a_login.yaml"
		w.write(login, regexp.MustCompile(`(?m)^recorded: .*$|\b1\d{9}\b`).ReplaceAllStringFunc(w.read(login), aYearBefore))

		replayed := w.replays("playback")
		Expect(replayed.output).NotTo(ContainSubstring("unused"))
	})
})

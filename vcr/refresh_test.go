package vcr_test

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// A weatherService answers with other values each time, and as the schedule of its changes
// says.
type weatherService struct {
	count   atomic.Int64
	changed atomic.Value // a string
}

func (s *weatherService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := s.count.Add(1)
	question, _ := io.ReadAll(r.Body)
	changed, _ := s.changed.Load().(string)
	has := func(change string) bool { return changed == change }
	w.Header().Set("Content-Type", "application/json")
	degrees := n % 30
	if has("heat") {
		degrees = 40
	}
	switch path := r.URL.Path; {
	case has("overload") && path != "/threads":
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `{"error":"slow down"}`)
	case has("crash") && path == "/lines":
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, "a page of a proxy")
	case path == "/threads":
		fmt.Fprintf(w, `{"id":"thread_%d"}`, n*7919000003)
	case path == "/stream":
		w.Header().Set("Content-Type", "text/event-stream")
		event := "delta"
		if has("renamed event") {
			event = "text"
		}
		for _, part := range []string{"It is ", fmt.Sprint(degrees, " degrees"), fmt.Sprint(" at ", n)} {
			fmt.Fprintf(w, "event: %s\ndata: {\"id\":\"s%d\",\"delta\":%q}\n\n", event, n, part)
			w.(http.Flusher).Flush()
		}
	case path == "/lines":
		w.Header().Set("Content-Type", "application/x-ndjson")
		if has("lines of numbers") {
			fmt.Fprintf(w, "{\"text\":%d}\n", n)
			break
		}
		fmt.Fprintf(w, "{\"text\":\"line %d\"}\n{\"text\":\"end\"}\n", n)
	case has("renamed field") || has("one without") && strings.Contains(string(question), "Bonn"):
		fmt.Fprintf(w, `{"id":"c%d","created":%d,"temperature":%d}`, n, 1700000000+n, degrees)
	case has("another type"):
		fmt.Fprintf(w, `{"id":"c%d","created":"2026-01-01","degrees":%d}`, n, degrees)
	default:
		fmt.Fprintf(w, `{"id":"c%d","created":%d,"degrees":%d}`, n, 1700000000+n, degrees)
	}
}

var (
	placesOfSpecs     = regexp.MustCompile(` \([^ ()]*refresh_test\.go:\d+\)`)
	commandsOfSection = regexp.MustCompile(`\n  in the root of the module:(\n    .+)+`)
)

var _ = Describe("A refresh", func() {
	var w *world
	var service *weatherService

	BeforeEach(func() {
		service = &weatherService{}
		w = newWorldWith(service)
		got := w.run("refresh")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(10))
	})

	// files returns the content of all files in the folder of the cassettes.
	files := func() map[string]string {
		GinkgoHelper()
		contents := map[string]string{}
		root := w.file("")
		Expect(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			name, _ := filepath.Rel(root, path)
			contents[filepath.ToSlash(name)] = string(data)
			return err
		})).To(Succeed())
		return contents
	}

	// section returns the section about cassettes.
	section := func(got result) string {
		GinkgoHelper()
		_, text, found := strings.Cut(got.output, "cassettes - ginkgo-vcr @ ")
		Expect(found).To(BeTrue(), got.output)
		_, text, _ = strings.Cut(text, "\n")
		text, _, _ = strings.Cut(text, "  << Report Entries")
		var lines []string
		for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
			lines = append(lines, strings.TrimPrefix(line, "    "))
		}
		return strings.Join(lines, "\n")
	}

	// told returns of it what was compared: neither the line about all recordings, nor the
	// places of specs, nor commands.
	told := func(got result) string {
		GinkgoHelper()
		_, text, _ := strings.Cut(section(got), "\n")
		return commandsOfSection.ReplaceAllString(placesOfSpecs.ReplaceAllString(text, ""), "")
	}

	replays := func() {
		GinkgoHelper()
		got := w.run("refresh", "CI=true")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(0))
	}

	DescribeTable("leaves no trace of values",
		func(flags ...string) {
			before := files()
			for range 13 { // each of 8 specs
				got := w.run("refresh", append(flags, "VCR_RECORD_MODE=refresh")...)
				Expect(got.exit).To(Equal(0), got.output)
				Expect(told(got)).To(Equal("10 answers compared with the cassettes, 10 of them the same but for values\n8 specs passed on answers of the recorded shape"))
				Expect(files()).To(Equal(before))
			}
			replays()
		},
		Entry("one process"), Entry("-p", "--procs=2"),
	)

	// What changes between two refreshes, beside values, is told by a live run as well. That
	// writes nothing; the refresh replaces what drifted.
	DescribeTable("tells what has changed",
		func(change, want string, replaced ...string) {
			before := files()
			service.changed.Store(change)
			live := w.run("refresh", "--label-filter=live", "--procs=2")
			Expect(live.exit).To(Equal(0), live.output)
			Expect(section(live)).To(HavePrefix("0 interactions replayed in 8 specs, 12 live\n"))
			counted, rest, _ := strings.Cut(told(live), "\n")
			Expect(counted).To(Equal("8 specs live, 12 calls to the real service"))
			Expect(rest).To(Equal(want))
			Expect(files()).To(Equal(before))

			got := w.run("refresh", "VCR_RECORD_MODE=refresh", "--procs=2")
			Expect(got.exit).To(Equal(0), got.output)
			Expect(told(got)).To(HavePrefix(want))
			var changed []string
			for name, content := range files() {
				if before[name] != content {
					changed = append(changed, name)
				}
			}
			Expect(changed).To(ConsistOf(replaced))
			replays()

			again := w.run("refresh", "VCR_RECORD_MODE=refresh")
			if len(replaced) > 0 && strings.HasPrefix(replaced[0], "weather") {
				Expect(told(again)).To(HavePrefix("10 answers compared with the cassettes, 10 of them the same but for values\n"))
			}
		},
		Entry("another type", "another type", `10 answers compared with the cassettes, 3 of them the same but for values
1 spec passed on answers of the recorded shape
2 breaking changes of an API: code that reads these answers is likely to fail
  cassettes/weather/in_a_stream.yaml:28 and 5 more: POST localhost/chat $.created is a string and was a number, in 6 of 6 new answers
  cassettes/weather/in_a_thread.yaml:25: POST localhost/threads/{id}/messages $.created is a string and was a number, in 1 of 1 new answers
7 cassettes with answers of another shape
  cassettes/weather/in_a_stream.yaml: 1 of 2 answers
  cassettes/weather/in_a_thread.yaml: 1 of 2 answers
  cassettes/weather/in_ankara.yaml: 1 of 1 answer
  cassettes/weather/in_bonn.yaml: 1 of 1 answer
  cassettes/weather/in_cairo.yaml: 1 of 1 answer
  cassettes/weather/in_delhi.yaml: 1 of 1 answer
  cassettes/weather/is_not_hot.yaml: 1 of 1 answer`,
			"weather/in_a_stream.yaml", "weather/in_a_thread.yaml", "weather/in_ankara.yaml", "weather/in_bonn.yaml", "weather/in_cairo.yaml", "weather/in_delhi.yaml", "weather/is_not_hot.yaml"),
		Entry("a field that other answers of the run have", "one without", `10 answers compared with the cassettes, 9 of them the same but for values
7 specs passed on answers of the recorded shape
2 changes of an API that most code does not see
  cassettes/weather/in_bonn.yaml:5: POST localhost/chat $.degrees is not always there: 6 of 6 recordings had it, 5 of 6 new answers have it; new beside it: temperature
  cassettes/weather/in_bonn.yaml:5: POST localhost/chat $.temperature is new: 1 of 6 new answers have it
1 cassette with answers of another shape
  cassettes/weather/in_bonn.yaml: 1 of 1 answer`, "weather/in_bonn.yaml"),
		Entry("lines of JSON", "lines of numbers", `10 answers compared with the cassettes, 9 of them the same but for values
7 specs passed on answers of the recorded shape
1 breaking change of an API: code that reads these answers is likely to fail
  cassettes/weather/line_by_line.yaml:5: POST localhost/lines $.text is a number and was a string, in 1 of 1 new answers
1 cassette with answers of another shape
  cassettes/weather/line_by_line.yaml: 1 of 1 answer`, "weather/line_by_line.yaml"),
		Entry("a failure", "crash", `9 answers compared with the cassettes, 9 of them the same but for values
7 specs passed on answers of the recorded shape
1 comparison left out
  cassettes/weather/line_by_line.yaml:5: POST localhost/lines: 500 Internal Server Error`,
			".rejected/.gitignore", ".rejected/weather/line_by_line.yaml", ".rejected/weather/line_by_line.drift.txt"),
	)

	It("of a stream whose events have another name replaces what depends on it", func() {
		service.changed.Store("renamed event")
		got := w.run("refresh", "VCR_RECORD_MODE=refresh")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(told(got)).To(ContainSubstring("POST localhost/stream event delta is gone"))
		replays()
	})

	It("tells a spec that fails on today's answers from an API that has changed", func() {
		before := files()
		service.changed.Store("heat")
		got := w.run("refresh", "VCR_RECORD_MODE=refresh")
		Expect(got.exit).To(Equal(1))
		Expect(told(got)).To(HavePrefix(`10 answers compared with the cassettes, 10 of them the same but for values
7 specs passed on answers of the recorded shape
1 spec failed on today's answers, though they have the recorded shape
  cassettes/weather/is_not_hot.yaml: weather / is not hot`))
		after := files()
		Expect(after).To(HaveKey(".rejected/weather/is_not_hot.yaml"))
		for name := range after {
			if strings.HasPrefix(name, ".rejected") {
				delete(after, name)
			}
		}
		Expect(after).To(Equal(before))
	})

	It("keeps the cassettes when the service refuses", func() {
		before := files()
		service.changed.Store("overload")
		got := w.run("refresh", "VCR_RECORD_MODE=refresh")
		Expect(got.exit).To(Equal(1), "some specs need an answer")
		Expect(told(got)).To(ContainSubstring("cassettes/weather/in_ankara.yaml:5: POST localhost/chat: 429 Too Many Requests"))
		after := files()
		for name, content := range before {
			Expect(after).To(HaveKeyWithValue(name, content))
		}
		service.changed.Store("")
		Expect(w.run("refresh", "VCR_RECORD_MODE=refresh").exit).To(Equal(0))
		after = files()
		delete(after, ".rejected/.gitignore")
		Expect(after).To(Equal(before))
	})

	It("that may not replace what has drifted keeps both, and says how they differ", func() {
		before := files()
		service.changed.Store("lines of numbers")
		got := w.run("refresh", "VCR_RECORD_MODE=refresh", "CONFIGURE=fail_on_drift:breaking")
		Expect(got.exit).To(Equal(1))
		Expect(got.spec("line by line").Failure.Message).To(ContainSubstring(`cassettes/weather/line_by_line.yaml: the API has changed since this was recorded:
  breaking: POST localhost/lines $.text is a number and was a string, in 1 of 1 new answers
  the cassette stays; what this spec recorded is in cassettes/.rejected/weather/line_by_line.yaml`))
		after := files()
		Expect(after).To(HaveKeyWithValue("weather/line_by_line.yaml", before["weather/line_by_line.yaml"]))
		Expect(after).To(HaveKeyWithValue(".rejected/weather/line_by_line.drift.txt", ContainSubstring("$.text is a number and was a string")))
		Expect(after[".rejected/weather/line_by_line.yaml"]).To(ContainSubstring(`{"text":`))

		live := w.run("refresh", "--label-filter=live", "CONFIGURE=fail_on_drift:notice")
		Expect(live.exit).To(Equal(1))
		Expect(live.spec("line by line").Failure.Message).To(ContainSubstring("breaking: POST localhost/lines $.text is a number and was a string"))
		ignored := w.run("refresh", "--label-filter=live", "CONFIGURE=fail_on_drift:notice ignore_drift:$.text")
		Expect(ignored.exit).To(Equal(0), ignored.output)
	})

	DescribeTable("that is killed loses nothing",
		func(flags ...string) {
			before := files()
			got := w.run("refresh", append(flags, "VCR_RECORD_MODE=refresh", "END=kill", "JOURNALED="+w.file(".journal/in_cairo."+disk.Hash([]byte("weather/in_cairo.yaml"))))...)
			Expect(got.exit).NotTo(Equal(0))
			after := files()
			for name, content := range before {
				Expect(after).To(HaveKeyWithValue(name, content))
			}
			next := w.run("refresh", "VCR_RECORD_MODE=refresh")
			Expect(next.exit).To(Equal(0), next.output)
			Expect(next.output).To(ContainSubstring("cassettes/weather/in_cairo.yaml: stays as it was, because a run broke off that was to record it again; what that recorded is in cassettes/.rejected/weather/in_cairo.yaml: 1 interaction"))
			after = files()
			Expect(after).To(HaveKey(".rejected/weather/in_cairo.yaml"))
			for name, content := range before {
				Expect(after).To(HaveKeyWithValue(name, content))
			}
		},
		Entry("one process"), Entry("-p", "--procs=2"),
	)
})

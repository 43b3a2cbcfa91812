package matchers_test

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

func TestMatchers(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Matchers")
}

// host is the service that is recorded, as far as the tapes know.
const host = "http://api.example.com"

// A studio is one cassette, and the service that it records.
type studio struct {
	file   string
	origin *vcrtest.Origin
	hosts  []string // that are passed through
}

func newStudio() *studio {
	service := http.NewServeMux()
	service.HandleFunc("GET /models", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"models":["small","large"]}`)
	})
	service.HandleFunc("POST /chat", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"answer":"Paris"}`)
	})
	service.HandleFunc("POST /v1/chat/completions", serveModel)
	service.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.Copy(w, r.Body)
	})
	s := &studio{file: filepath.Join(GinkgoT().TempDir(), "answers.yaml"), origin: vcrtest.NewOrigin(service)}
	DeferCleanup(s.origin.Close)
	return s
}

// serveModel stands in for a model, which calls a tool if it has one. It answers with a
// stream if it is asked for one.
func serveModel(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	const usage = `"usage":{"prompt_tokens":14,"completion_tokens":7,"total_tokens":21}`
	message := `"content":"It is Paris."`
	parts := []string{`{"content":"It is"}`, `{"content":" Paris."}`}
	if strings.Contains(string(body), `"tools"`) {
		message = `"tool_calls":[{"id":"call_1","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}]`
		parts = []string{
			`{"tool_calls":[{"index":0,"id":"call_1","function":{"name":"get_weather","arguments":"{\"city\":"}}]}`,
			`{"tool_calls":[{"index":0,"function":{"arguments":"\"Paris\"}"}}]}`,
		}
	}
	if !strings.Contains(string(body), `"stream":true`) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"model":"small","choices":[{"message":{"role":"assistant",`+message+`}}],`+usage+`}`)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for _, delta := range parts {
		_, _ = io.WriteString(w, `data: {"model":"small","choices":[{"index":0,"delta":`+delta+"}]}\n\n")
	}
	if strings.Contains(string(body), "include_usage") {
		_, _ = io.WriteString(w, `data: {"model":"small","choices":[],`+usage+"}\n\n")
	}
	_, _ = io.WriteString(w, "data: [DONE]\n\n")
}

// RoundTrip sends every request to the origin, whatever its host.
func (s *studio) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == "/down" {
		return nil, io.ErrUnexpectedEOF
	}
	req = req.Clone(req.Context())
	req.URL.Host = strings.TrimPrefix(s.origin.URL, "http://")
	return http.DefaultTransport.RoundTrip(req)
}

// open starts a session that is closed when the spec is over.
func (s *studio) open(mode recorder.Mode) *recorder.Session {
	GinkgoHelper()
	session, err := recorder.Open(recorder.Config{Path: s.file, Mode: mode, Base: s, PassThrough: s.hosts})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() error {
		_, err := session.Close(true)
		return err
	})
	return session
}

// record makes requests and keeps them as the cassette.
func (s *studio) record(requests ...string) {
	GinkgoHelper()
	session := s.open(recorder.All)
	send(session, requests...)
	_, err := session.Close(true)
	Expect(err).NotTo(HaveOccurred())
}

// line returns how a message begins to list an interaction on the tape. Its number
// depends on whether exchanges before took a millisecond.
func (s *studio) line(n int) string {
	GinkgoHelper()
	tape, err := cassette.Load(s.file)
	Expect(err).NotTo(HaveOccurred())
	return fmt.Sprintf("        line %d", tape.Interactions[n-1].Line())
}

// told returns what a matcher says when it fails, with a short path.
func (s *studio) told(matcher types.GomegaMatcher, actual any) string {
	GinkgoHelper()
	_, err := matcher.Match(actual)
	Expect(err).NotTo(HaveOccurred())
	held, err := matcher.Match(actual) // Eventually asks more than once, too
	Expect(err).NotTo(HaveOccurred())
	message := matcher.FailureMessage(actual)
	if held {
		message = matcher.NegatedFailureMessage(actual)
	}
	return strings.ReplaceAll(message, filepath.Dir(s.file), "cassettes")
}

// send makes requests: a method, a path or URL, and what may follow is the body.
func send(session *recorder.Session, requests ...string) {
	GinkgoHelper()
	for _, request := range requests {
		fields := append(strings.SplitN(request, " ", 3), "")
		url := fields[1]
		if strings.HasPrefix(url, "/") {
			url = host + url
		}
		req, err := http.NewRequest(fields[0], url, strings.NewReader(fields[2]))
		Expect(err).NotTo(HaveOccurred())
		resp, err := session.Client().Do(req)
		if err != nil && req.URL.Path == "/down" {
			continue
		}
		Expect(err).NotTo(HaveOccurred())
		_, err = io.Copy(io.Discard, resp.Body)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Body.Close()).To(Succeed())
	}
}

const (
	models = "GET /models"
	france = `POST /chat {"messages":[{"role":"user","content":"What is the capital of France?"}]}`
	spain  = `POST /chat {"messages":[{"role":"user","content":"What is the capital of Spain?"}]}`
)

// Requests to the model, with and without a tool, in one piece and as a stream.
const (
	ask           = `POST /v1/chat/completions {"messages":[{"role":"user","content":"What is the capital of France?"}]}`
	askStreaming  = `POST /v1/chat/completions {"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"And where is the Louvre?"}]}`
	askSilently   = `POST /v1/chat/completions {"stream":true,"messages":[{"role":"user","content":"And where is the Louvre?"}]}`
	tool          = `POST /v1/chat/completions {"tools":[{}],"messages":[{"role":"user","content":"What is the weather there?"}]}`
	toolStreaming = `POST /v1/chat/completions {"stream":true,"stream_options":{"include_usage":true},"tools":[{}],"messages":[{"role":"user","content":"What is the weather there?"}]}`
)

// A run is a mode in which a spec runs, with or without a cassette.
type run struct {
	mode     recorder.Mode
	recorded bool
}

// inEveryMode makes a spec for each way in which the same assertion is run:
// first without a cassette, then with one.
func inEveryMode(assert func(*recorder.Session)) {
	GinkgoHelper()
	inRuns([]string{models, france}, assert, runs...)
}

var runs = []run{{recorder.Once, false}, {recorder.All, false}, {recorder.None, true}, {recorder.Once, true}, {recorder.All, true}}

// askingInEveryMode is inEveryMode for what a model answers, also in mode live.
func askingInEveryMode(assert func(*recorder.Session), requests ...string) {
	GinkgoHelper()
	inRuns(requests, assert, append(runs, run{recorder.Live, true})...)
}

func inRuns(requests []string, assert func(*recorder.Session), runs ...run) {
	GinkgoHelper()
	for _, run := range runs {
		tape := map[bool]string{true: "with", false: "without"}[run.recorded]
		It("holds in mode "+string(run.mode)+" "+tape+" a cassette", func() {
			studio := newStudio()
			if run.recorded {
				studio.record(requests...)
			}
			session := studio.open(run.mode)
			served := studio.origin.Served()
			send(session, requests...)
			if run.recorded && (run.mode == recorder.None || run.mode == recorder.Once) {
				Expect(studio.origin.Served()).To(Equal(served))
			} else {
				Expect(studio.origin.Served()).To(Equal(served + len(requests)))
			}
			assert(session)
		})
	}
}

// lines joins what a message has line by line.
func lines(text ...string) string { return strings.Join(text, "\n") }

// An unreadable recording is one whose cassette cannot be read.
type unreadable struct{ err error }

func (u unreadable) Snapshot() recorder.Snapshot { return recorder.Snapshot{Err: u.err} }

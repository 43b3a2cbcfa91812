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
	service.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.Copy(w, r.Body)
	})
	s := &studio{file: filepath.Join(GinkgoT().TempDir(), "answers.yaml"), origin: vcrtest.NewOrigin(service)}
	DeferCleanup(s.origin.Close)
	return s
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

// inEveryMode makes a spec for each way in which the same assertion is run:
// first without a cassette, then with one.
func inEveryMode(assert func(*recorder.Session)) {
	GinkgoHelper()
	for _, run := range []struct {
		mode     recorder.Mode
		recorded bool
	}{{recorder.Once, false}, {recorder.All, false}, {recorder.None, true}, {recorder.Once, true}, {recorder.All, true}} {
		tape := map[bool]string{true: "with", false: "without"}[run.recorded]
		It("holds in mode "+string(run.mode)+" "+tape+" a cassette", func() {
			studio := newStudio()
			if run.recorded {
				studio.record(models, france)
			}
			session := studio.open(run.mode)
			served := studio.origin.Served()
			send(session, models, france)
			if run.recorded && run.mode != recorder.All {
				Expect(studio.origin.Served()).To(Equal(served))
			} else {
				Expect(studio.origin.Served()).To(Equal(served + 2))
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

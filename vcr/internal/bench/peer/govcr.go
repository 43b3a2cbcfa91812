package peer

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/recorder"
)

// GoVCR is gopkg.in/dnaeon/go-vcr.v4, in the version that this program was built
// with. Latency is skipped. Its matcher is replaced by one that compares the
// method, the URL and the bytes of the body: its own also compares all headers and
// forms, which costs more. Neither compares JSON by value.
type GoVCR struct{}

// Name returns the name in the results, with the version.
func (GoVCR) Name() string { return "go-vcr-" + goVCRVersion() }

// goVCRVersion reads the version from the path of a source file, because test
// binaries have no modules in their build information.
func goVCRVersion() string {
	entry := reflect.ValueOf(recorder.New).Pointer()
	file, _ := runtime.FuncForPC(entry).FileLine(entry)
	_, version, _ := strings.Cut(file, "go-vcr.v4@v")
	version, _, _ = strings.Cut(version, "/")
	return cmp.Or(version, "unknown")
}

// Play opens a cassette for replay only.
func (GoVCR) Play(t *Tape) (*Session, error) {
	path, err := t.goVCR()
	if err != nil {
		return nil, err
	}
	return openGoVCR(path, recorder.WithMode(recorder.ModeReplayOnly), recorder.WithReplayableInteractions(t.Repeats))
}

// Prepare opens a cassette without a recorder.
func (GoVCR) Prepare(t *Tape) (*File, error) {
	path, err := t.goVCR()
	if err != nil {
		return nil, err
	}
	size, err := sizeOf(path)
	return &File{size, func() (func() error, error) {
		_, err := cassette.Load(stem(path))
		return nil, err
	}}, err
}

// Record records everything.
func (GoVCR) Record(folder string, base http.RoundTripper, _ bool) (*Session, error) {
	return openGoVCR(filepath.Join(folder, "recorded.yaml"), recorder.WithMode(recorder.ModeRecordOnly), recorder.WithRealTransport(base))
}

func openGoVCR(path string, options ...recorder.Option) (*Session, error) {
	tape, err := recorder.New(stem(path), append(options, recorder.WithMatcher(sameRequest), recorder.WithSkipRequestLatency(true))...)
	if err != nil {
		return nil, err
	}
	return &Session{Transport: tape, Close: tape.Stop}, nil
}

// sameRequest is written as go-vcr's documentation shows it, cheapest test first.
func sameRequest(req *http.Request, recorded cassette.Request) bool {
	if req.Method != recorded.Method || req.URL.String() != recorded.URL {
		return false
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return false
	}
	req.Body = io.NopCloser(bytes.NewReader(body)) // the next candidate reads it again
	return string(body) == recorded.Body
}

// goVCR returns the path of the tape's cassette as go-vcr records it.
func (t *Tape) goVCR() (string, error) {
	return t.file("."+GoVCR{}.Name()+".yaml", func(path string) error {
		origin := new(answering)
		session, err := openGoVCR(path, recorder.WithMode(recorder.ModeRecordOnly), recorder.WithRealTransport(origin))
		if err != nil {
			return err
		}
		for n := range t.Exchanges {
			origin.response = &t.Exchanges[n].Response
			req, err := t.Exchanges[n].Request()
			if err != nil {
				return err
			}
			if _, err := session.Transport.RoundTrip(req); err != nil {
				return err
			}
		}
		return session.Close()
	})
}

// answering is an origin without a network. It reads the body of the request,
// as it would be sent.
type answering struct{ stub }

func (a *answering) RoundTrip(req *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return nil, err
	}
	return a.stub.RoundTrip(req)
}

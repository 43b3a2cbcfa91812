package peer

import (
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Ours is this library, with its default rules: it compares the method, the URL
// and the body, JSON by value.
type Ours struct{}

// Name returns the name in the results.
func (Ours) Name() string { return "ginkgo-vcr" }

// Play opens a session and makes it read the cassette.
func (Ours) Play(t *Tape) (*Session, error) {
	path, err := t.cassette()
	if err != nil {
		return nil, err
	}
	session, err := recorder.Open(recorder.Config{Path: path, Mode: recorder.None, AllowRepeats: t.Repeats})
	if err != nil {
		return nil, err
	}
	// This reads and decodes what would wait for the first requests.
	snapshot := session.Snapshot()
	if snapshot.Err != nil {
		return nil, snapshot.Err
	}
	for _, i := range snapshot.Loaded {
		if err := i.Decode(); err != nil {
			return nil, err
		}
	}
	return &Session{Transport: session, Close: closing(session)}, nil
}

// Prepare opens the cassette, and no session.
func (Ours) Prepare(t *Tape) (*File, error) {
	path, err := t.cassette()
	if err != nil {
		return nil, err
	}
	size, err := sizeOfCassette(path)
	return &File{size, func() (func() error, error) { return nil, open(path) }}, err
}

// Record records everything.
func (Ours) Record(folder string, base http.RoundTripper, beside bool) (*Session, error) {
	session, err := recorder.Open(recorder.Config{Path: filepath.Join(folder, "recorded.yaml"), Mode: recorder.All, Base: base, BodyLimit: bodyLimit(beside)})
	if err != nil {
		return nil, err
	}
	return &Session{Transport: session, Close: closing(session)}, nil
}

// OursSession is this library again. It opens a session, as a spec does: the
// cassette, and the index of its requests.
type OursSession struct{}

// Name returns the name in the results.
func (OursSession) Name() string { return "ginkgo-vcr-session" }

// Prepare opens a session and makes it read its cassette.
func (OursSession) Prepare(t *Tape) (*File, error) {
	path, err := t.cassette()
	if err != nil {
		return nil, err
	}
	size, err := sizeOfCassette(path)
	return &File{size, func() (func() error, error) {
		session, err := Ours{}.Play(t)
		if err != nil {
			return nil, err
		}
		return session.Close, nil
	}}, err
}

func closing(session *recorder.Session) func() error {
	return func() error {
		_, err := session.Close(true)
		return err
	}
}

// open reads a cassette.
func open(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, err = cassette.Parse(path, data, os.DirFS(filepath.Join(filepath.Dir(path), "_bodies")))
	return err
}

func bodyLimit(beside bool) int {
	if beside {
		return 0 // the default
	}
	return -1
}

// cassette returns the path of the tape's cassette.
func (t *Tape) cassette() (string, error) {
	return t.file(".yaml", func(path string) error {
		return cassetteOf(t.Exchanges, t.Beside).Save(path)
	})
}

// Encode returns the text of a cassette with one exchange.
func Encode(e exchange.Exchange) []byte {
	return cassetteOf([]exchange.Exchange{e}, false).Encode()
}

func cassetteOf(exchanges []exchange.Exchange, beside bool) *cassette.Cassette {
	recorded := &cassette.Cassette{BodyLimit: bodyLimit(beside)}
	for n, e := range exchanges {
		header := e.Header.Clone()
		header.Set("Authorization", "[REDACTED]")
		i := &cassette.Interaction{
			Request:  cassette.Request{Method: http.MethodPost, URL: e.URL, Header: header, Body: cassette.NewBody([]byte(e.Body))},
			Response: cassette.Response{Status: http.StatusOK, Header: e.Response.Header, Body: cassette.NewBody([]byte(e.Response.Body))},
			Recorded: time.Date(2026, 11, 22, 12, 0, n, 0, time.UTC),
			Took:     812 * time.Millisecond,
		}
		for _, size := range e.Response.Chunks {
			i.Response.Chunks = append(i.Response.Chunks, cassette.Chunk{Size: size, Delay: 20 * time.Millisecond})
		}
		recorded.Interactions = append(recorded.Interactions, i)
	}
	return recorded
}

// sizeOfCassette returns the size of a cassette and the bodies beside it.
func sizeOfCassette(path string) (int64, error) {
	files, err := filesOfCassette(path)
	if err != nil {
		return 0, err
	}
	return sizeOf(files...)
}

func filesOfCassette(path string) ([]string, error) {
	beside, err := filepath.Glob(filepath.Join(filepath.Dir(path), "_bodies", "*.json"))
	return append([]string{path}, beside...), err
}

func stem(path string) string { return path[:len(path)-len(filepath.Ext(path))] }

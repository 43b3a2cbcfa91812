package recorder

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// In a live run nothing is played and nothing is written. If there is a cassette, the
// answers are held until the session ends, to be compared with it.

// watches reports whether the session is live and has a cassette to compare answers with.
func (s *Session) watches() bool {
	if s.mode != Live || s.spec.RefuseWith != nil {
		return false
	}
	_, err := os.Stat(s.tape.place.file)
	return err == nil
}

// watch sends a request and holds what comes back.
func (s *Session) watch(call *budget.Call, req *http.Request) (*http.Response, error) {
	out, body := req, func() cassette.Body { return cassette.Body{} }
	switch {
	case !hasBody(req):
	case req.GetBody != nil:
		again := req.GetBody // the request is the caller's when body is called
		body = func() cassette.Body { return copyOfBody(again) }
	default:
		var sent *upload
		out, sent = newUpload(req)
		body = sent.whole
	}
	return s.recordTo(s.tape.reserve(0), call, req, out, head(req), body)
}

func copyOfBody(again func() (io.ReadCloser, error)) cassette.Body {
	body, err := again()
	if err != nil {
		return cassette.Body{}
	}
	defer func() { _ = body.Close() }()
	var whole bytes.Buffer
	_, _ = io.Copy(&whole, io.LimitReader(body, disk.MaxSize)) // a part tells what it is about
	return cassette.NewBody(whole.Bytes())
}

// compareLive compares the answers of a live session with its cassette. That a cassette
// cannot be read fails no live spec.
func (s *Session) compareLive(passed bool) (Snapshot, error) {
	answers := s.tape.recorded()
	if len(answers) == 0 {
		return Snapshot{}, nil
	}
	loaded, err := parseReadOnly(s.tape.place)
	if err == nil {
		err = decodeAll(loaded)
	}
	if err != nil {
		s.note(s.redactor.Text(fmt.Sprintf("nothing was compared: %v", err)))
		return Snapshot{}, nil
	}
	again := s.compare(loaded.Interactions, answers)
	if again == nil {
		return Snapshot{}, nil
	}
	again.keep() // which tells what the code itself sends otherwise
	drifted := again.drift()
	if passed {
		err = s.errDrifted(drifted)
	}
	return Snapshot{Drift: drifted}, err
}

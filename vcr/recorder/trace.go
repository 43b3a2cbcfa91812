package recorder

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/title"
)

// A stage of [tape.play] says how a recording was found.
type stage uint8

const (
	byBytes    stage = iota // equal to the byte, as it was sent
	byRedacted              // equal to the byte, once secrets are redacted
	byRules                 // equal by value, but for placeholders
)

func (s stage) String() string {
	return [...]string{"equal to the byte", "equal but for secrets", "equal by the rules"}[s]
}

// Each of what follows tells what became of one request, where somebody wants to know.

func (s *Session) tracePlayed(l *lookup, r recording) {
	if s.spec.Trace == nil {
		return
	}
	how := r.stage.String()
	if r.isRepeated {
		how += ", and played before"
	}
	s.trace(l.request(), fmt.Sprintf("played from %s:%d, %s", r.index.cassette, r.interaction().Line(), how))
}

func (s *Session) traceRecorded(request cassette.Request) {
	if s.spec.Trace == nil {
		return
	}
	why := "no recording matches"
	if s.mode.rerecords() {
		why = fmt.Sprintf("as mode %s does", s.mode)
	}
	s.trace(request, fmt.Sprintf("sent and recorded for %s, %s", s.tape.place.shown, why))
}

func (s *Session) tracePassed(request cassette.Request) {
	if s.spec.Trace == nil {
		return
	}
	why := "as mode live does"
	if s.mode != Live {
		why = "since PassThrough names the host"
	}
	s.trace(request, "sent past the tape, "+why)
}

func (s *Session) traceRefused(req *http.Request, err error) {
	if s.spec.Trace == nil {
		return
	}
	reason, _, _ := strings.Cut(err.Error(), "\n")
	s.trace(head(req), "refused: "+strings.TrimSuffix(reason, ":"))
}

func (s *Session) trace(request cassette.Request, what string) {
	s.spec.Trace(title.OfRequest(s.redactor.Key(request), s.redactor.Text) + ": " + what)
}

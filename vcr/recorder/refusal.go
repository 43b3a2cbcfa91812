package recorder

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/wire"
)

// ErrRefused means that the session does not answer the request, for another
// reason than a missing recording: the session is closed, its cassette cannot be
// read, a dummy key would be sent, or the budget of the run is used up. errors.Is finds it through the *url.Error of
// an http.Client.
var ErrRefused = errors.New("request refused")

// A refusal is the error for a request that the session does not answer.
type refusal struct {
	reason string // what is wrong and what to do about it
	cause  error  // what is wrapped besides ErrRefused; may be nil
}

func (r *refusal) Error() string { return r.reason }

func (r *refusal) Unwrap() []error {
	if r.cause == nil {
		return []error{ErrRefused}
	}
	return []error{ErrRefused, r.cause}
}

// refuse gives an error of the session's own to the caller, and ends the contexts
// of [Session.Context], so that clients do not try again.
func (s *Session) refuse(req *http.Request, err error) (*http.Response, error) {
	closeBody(req)
	err = harness.Final(err)
	s.traceRefused(req, err)
	s.mu.Lock()
	s.refused++
	cancels := s.cancels
	s.cancels = nil
	s.mu.Unlock()
	if s.spec.OnRefuse != nil {
		s.spec.OnRefuse(err)
	}
	for _, cancel := range cancels {
		cancel(err)
	}
	return nil, err
}

func (s *Session) errClosed() error {
	remedy := cmp.Or(s.spec.ClientRemedy, "obtain the client in the test that uses it")
	return &refusal{reason: fmt.Sprintf("%s: the session is over; %s", s.tape.place.shown, remedy)}
}

// unreadable refuses requests because a cassette cannot be read. The reason may
// quote a part of the cassette.
func (s *Session) unreadable(reason, cause error) error {
	return &refusal{reason: s.redactor.Text(reason.Error()), cause: cause}
}

// ruleFailed refuses a request because a function of the rules failed.
func ruleFailed(err error) error { return &refusal{reason: err.Error(), cause: err} }

// unfit returns why a request may not be recorded: it carries what a replayed
// answer, or a dummy, put in the place of a secret. The service does not know that.
func (s *Session) unfit(request cassette.Request) error {
	if err := s.unfitForHTTP(request); err != nil {
		return err
	}
	if kind := redaction.KeyInPath(s.spec.Name, s.tape.place.name); kind != "" {
		return &refusal{reason: fmt.Sprintf("the text of this spec holds a secret (%s), which would be in the name of its cassette; write another text, or give the cassette another name", kind)}
	}
	what, sent := "", &carried{Request: request}
	switch {
	case s.carriesPlaceholder(sent):
		what = "a placeholder that a replayed answer"
	case s.carriesRestored(sent):
		what = "a value that RestoreOnReplay"
	case s.carriesReplacement(sent):
		what = "a text of RedactWith that a replayed answer"
	default:
		return s.dummyIn(sent, "recorded", "commit a cassette")
	}
	return &refusal{reason: fmt.Sprintf("%s: %s %s would be recorded with %s gave to the code; record both in one run, with %s=%s",
		s.tape.place.shown, request.Method, s.redactor.Key(request).URL, what, process.ModeVariable, All)}
}

// unfitForHTTP returns why HTTP cannot carry a request. The transport of net/http
// would say so too, but its error could not be put on a tape with such a request.
func (s *Session) unfitForHTTP(request cassette.Request) error {
	what, flaw := "method", wire.Method(request.Method)
	if flaw == nil {
		what, flaw = "URL", wire.URL(request.URL)
	}
	if flaw == nil {
		what, flaw = s.flawOfHeader(request.Header)
	}
	if flaw == nil {
		return nil
	}
	return &refusal{reason: fmt.Sprintf("%s: a request cannot be recorded: its %s %s; mend the code that makes it", s.tape.place.shown, what, flaw.Reason)}
}

// unfitResponse returns why a response cannot be recorded.
func (s *Session) unfitResponse(request cassette.Request, r *cassette.Response) error {
	reason := ""
	switch {
	case !wire.IsStatus(r.Status):
		reason = fmt.Sprintf("its status is %d, not from 100 to 999", r.Status)
	case wire.Fields(r.Header) > wire.MostFields:
		reason = "its headers " + wire.TooMany().Reason
	default:
		return nil // clean mends the rest
	}
	return &refusal{reason: fmt.Sprintf("%s: the answer to %s %s cannot be recorded: %s; mend the server, or send this request past the recording",
		s.tape.place.shown, request.Method, s.redactor.Key(request).URL, reason)}
}

// flawOfHeader returns what is wrong with a header, and what that is called.
func (s *Session) flawOfHeader(header http.Header) (what string, flaw *wire.Flaw) {
	name, flaw := wire.Header(header)
	if what = "headers"; name != "" {
		what = fmt.Sprintf("header %.60q", s.redactor.Text(name))
	}
	return what, flaw
}

// carriesPlaceholder reports whether a request carries a placeholder that a replayed answer
// gave to the code, also in base64 and hex.
func (s *Session) carriesPlaceholder(sent *carried) bool {
	if s.hasPlayed() && sent.holds(startsOfPlaceholders...) {
		return slices.ContainsFunc(sent.placeholders(), s.hasGiven) ||
			slices.ContainsFunc(s.placeholdersGiven(), func(placeholder string) bool { return sent.holdsSpelled(placeholder, 0) })
	}
	return false
}

// startsOfPlaceholders are what nearly no request holds.
var startsOfPlaceholders = append(redaction.Spellings("redacted:"), "redacted")

// hasPlayed reports whether this session, or one around it, answered from a tape.
func (s *Session) hasPlayed() bool {
	return s.tape.hasPlayed() || slices.ContainsFunc(s.around, (*Session).hasPlayed)
}

// placeholdersGiven returns the placeholders in the replayed answers of this session and
// those around it.
func (s *Session) placeholdersGiven() []string {
	given := s.tape.placeholdersGiven()
	for _, around := range s.around {
		given = append(given, around.placeholdersGiven()...)
	}
	return given
}

// hasGiven reports whether a replayed answer of this session, or of one around it,
// gave a placeholder to the code. A person may type others.
func (s *Session) hasGiven(placeholder string) bool {
	return s.tape.hasGiven(placeholder) || slices.ContainsFunc(s.around, func(around *Session) bool { return around.hasGiven(placeholder) })
}

// carriesRestored reports whether a request carries a value that RestoreOnReplay
// gave to the code, in any spelling.
func (s *Session) carriesRestored(sent *carried) bool {
	s.mu.Lock()
	restored := slices.Clip(s.restored)
	s.mu.Unlock()
	return slices.ContainsFunc(restored, func(secret redaction.Secret) bool {
		return sent.holdsSpelled(secret.Value, shortestRestored)
	}) || slices.ContainsFunc(s.around, func(around *Session) bool { return around.carriesRestored(sent) })
}

// shortestRestored is the length of values below which a request may hold them by
// chance.
const shortestRestored = 6

// carriesReplacement reports whether a request carries a text that RedactWith wrote on
// a tape and a replayed answer gave to the code. Everyday words, such as REDACTED and
// fake-token, only count under a secret name.
func (s *Session) carriesReplacement(sent *carried) bool {
	carries := func(text string) bool { return s.carries(sent, text) && s.tape.hasGiven(text) }
	return s.tape.hasPlayed() && slices.ContainsFunc(s.tape.replacements, carries) ||
		slices.ContainsFunc(s.around, func(around *Session) bool { return around.carriesReplacement(sent) })
}

func (s *Session) carries(sent *carried, text string) bool {
	if !redaction.IsDistinct(text) {
		return s.redactor.SendsAsSecret(sent.Request, text)
	}
	return sent.holdsSpelled(text, 0)
}

// isUnusable reports whether an answer holds what a service does not know.
func (s *Session) isUnusable(i *cassette.Interaction) bool {
	return redaction.AnswersWithPlaceholder(&i.Response) ||
		slices.ContainsFunc(s.tape.replacements, func(text string) bool { return redaction.AnswersWith(&i.Response, text) })
}

// dummyIn returns why a request may not be recorded, or sent, with a dummy in it.
func (s *Session) dummyIn(sent *carried, done, remedy string) error {
	if s.spec.Dummies == nil {
		return nil
	}
	for _, dummy := range s.spec.Dummies() {
		if sent.holds(dummy.Value) {
			return &refusal{reason: fmt.Sprintf("%s: %s is not set, and %s %s would be %s with a dummy in its place; set %s, or %s",
				s.tape.place.shown, dummy.Variable, sent.Method, s.redactor.Key(sent.Request).URL, done, dummy.Variable, remedy)}
		}
	}
	return nil
}

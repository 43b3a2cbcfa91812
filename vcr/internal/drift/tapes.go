package drift

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A Verdict says what has become of a recording.
type Verdict string

const (
	// Same: the answers differ in noise alone. Keep the recording, if the request is
	// the recorded one too.
	Same Verdict = "same"
	// Drifted: the new answer takes the place of the recording.
	Drifted Verdict = "drifted"
	// Failed: the service failed, so nothing can be compared. Keep the recording.
	Failed Verdict = "failed"
	// Unread: one of them cannot be read; Reason says which. Keep the recording.
	Unread Verdict = "unread"
	// Unasked: the request was not sent any more.
	Unasked Verdict = "unasked"
	// Added: there was no recording.
	Added Verdict = "added"
)

// A Comparison is what one pair of answers shows. It is a value of one process; add it to
// a [Run] to keep it.
type Comparison struct {
	Place    Place
	Old, New *cassette.Interaction // nil if there is none
	Endpoint string
	Verdict  Verdict
	Reason   string // of Failed and Unread
	// Sent is what the request has that the recorded one has not, and the reverse, without
	// what earlier answers gave it. Changed says that its key is another one.
	Changed bool
	Sent    []Sent
	// Note says what could not be compared of the answers, empty for nothing.
	Note string

	key        string
	answer     answer // the new one
	findings   []finding
	lost, kept int
}

// IsSilent reports whether the recording may keep its bytes: the answer has the same
// shape, and the request is the recorded one.
func (c Comparison) IsSilent() bool { return c.Verdict == Same && !c.Changed }

// CompareTapes pairs the interactions of a recorded tape with new ones, which are redacted
// as they are, and compares each pair. Key names equal requests; see [PairUp].
func (s *Suite) CompareTapes(place Place, old, new []*cassette.Interaction, key func(cassette.Request) string) []Comparison {
	var comparisons []Comparison
	var before, now echoes
	for _, pair := range PairUp(old, new, key) {
		c := s.compare(place, pair, &before, &now)
		before.add(pair.Old)
		now.add(pair.New)
		comparisons = append(comparisons, c)
	}
	return comparisons
}

// Compare compares one pair. A suite that has not learnt the endpoint knows the old answer
// alone.
func (s *Suite) Compare(place Place, pair Pair) Comparison {
	return s.compare(place, pair, nil, nil)
}

func (s *Suite) compare(place Place, pair Pair, before, now *echoes) Comparison {
	c := Comparison{Place: place, Old: pair.Old, New: pair.New}
	switch {
	case pair.Old == nil && pair.New == nil:
		c.Verdict, c.Reason = Unread, "there is nothing to compare"
		return c
	case pair.Old == nil:
		c.Endpoint, c.Verdict, c.Place.Line = endpointOf(pair.New.Request), Added, pair.New.Line()
		return c
	}
	c.Endpoint, c.Place.Line = endpointOf(pair.Old.Request), pair.Old.Line()
	if pair.New == nil {
		c.Verdict = Unasked
		return c
	}
	c.Changed = !pair.Same
	d := requestDiff{}
	if before != nil {
		d.isOld, d.isNew = before.hold, now.hold
	}
	if c.Changed || pair.Old.Request.URL != pair.New.Request.URL {
		c.Sent = d.compare(pair.Old.Request, pair.New.Request)
	}
	if err := pair.Old.Decode(); err != nil {
		c.Verdict, c.Reason = Unread, err.Error()
		return c
	}
	if err := pair.New.Decode(); err != nil {
		c.Verdict, c.Reason = Unread, err.Error()
		return c
	}
	c.compareAnswers(s, s.rules.readAnswer(pair.Old), s.rules.readAnswer(pair.New))
	return c
}

func (c *Comparison) compareAnswers(s *Suite, old, new answer) {
	c.Verdict = Same
	if reason := failure(old, new); reason != "" {
		c.Verdict, c.Reason = Failed, reason
		return
	}
	c.key, c.answer = key(c.Endpoint, new), new
	switch {
	case old.status != new.status:
		c.differ(Status, statusText(old), statusText(new))
	case old.status == 0: // neither was answered
	case old.mediaType != new.mediaType:
		c.differ(MediaType, orNothing(old.mediaType), orNothing(new.mediaType))
	case old.form != new.form && !(old.isCut && old.form == isNothing) && !(new.isCut && new.form == isNothing):
		c.differ(Form, old.formText(), new.formText())
	case old.problem != "" && old.form != isNothing:
		c.Verdict, c.Reason, c.key = Unread, "the recorded body: "+old.problem, ""
		return
	case new.problem != "" && new.form != isNothing:
		c.Verdict, c.Reason, c.key = Unread, "the new body: "+new.problem, ""
		return
	case old.shape != nil && new.shape != nil:
		c.compareShapes(s, old, new)
	}
	c.note(old, new)
	if old.isBroken && !new.isCut || slices.ContainsFunc(c.findings, func(f finding) bool { return !f.isOptional }) {
		c.Verdict = Drifted
	}
}

func (c *Comparison) differ(kind Kind, old, new string) {
	c.findings = append(c.findings, finding{kind: kind, old: old, new: new})
}

func (c *Comparison) compareShapes(s *Suite, old, new answer) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.known.Endpoints[c.key]
	if e == nil {
		e = learn(old)
	}
	d := comparer{rules: &s.rules}
	d.compareShapes(old, new, e)
	c.findings, c.lost, c.kept = d.findings, d.lost, d.kept
}

// note says what was not compared.
func (c *Comparison) note(old, new answer) {
	switch before, now := c.Old.Recorded, c.New.Recorded; {
	case !before.IsZero() && !now.IsZero() && now.Before(before):
		c.Note = "the new answer is older than the recording"
	case len(c.findings) > 0 && c.findings[0].path == "": // nothing of the body was
	case new.isCut && old.isCut:
		c.Note = "both streams were cut short: what is missing was not compared"
	case new.isCut:
		c.Note = "the new answer was cut short: what is missing was not compared"
	case old.isCut:
		c.Note = "the recorded answer was cut short: what comes after it was not compared"
	case new.shape == nil && new.status != 0 && new.form != isNothing:
		c.Note = "the body is " + string(new.form) + ": only its media type was compared"
	}
}

// failure returns why an answer is not one of the API, as "429"; "" if it is, or if the
// recorded one is the same.
func failure(old, new answer) string {
	if new.status == old.status {
		return ""
	}
	switch new.status {
	case 0:
		return short(new.problem)
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusProxyAuthRequired,
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return statusText(new)
	}
	if new.status >= 500 {
		return statusText(new)
	}
	return ""
}

func (a answer) formText() string {
	if a.problem != "" {
		return string(a.form) + " (" + a.problem + ")"
	}
	return string(a.form)
}

func statusText(a answer) string {
	if a.status == 0 {
		return "no answer (" + short(a.problem) + ")"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)))
}

func orNothing(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// Echoes are the answers that came before a request, in which its values may be found.
type echoes struct {
	bodies []string
	size   int
}

// maxEchoes bounds the work of a search, in bytes.
const maxEchoes = 1 << 20

func (e *echoes) add(i *cassette.Interaction) {
	if i == nil || i.Decode() != nil {
		return
	}
	if body := i.Response.Body; e.size+body.Len() <= maxEchoes {
		e.bodies, e.size = append(e.bodies, body.String()), e.size+body.Len()
	}
}

func (e *echoes) hold(text string) bool {
	quoted := jsonText(text)
	return slices.ContainsFunc(e.bodies, func(body string) bool {
		return strings.Contains(body, text) || strings.Contains(body, quoted[1:len(quoted)-1])
	})
}

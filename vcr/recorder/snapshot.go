package recorder

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/title"
)

// A Provider is anything that can say what was played: a [*Session], such as
// vcr.Current() in a Ginkgo spec.
type Provider interface {
	// Snapshot returns what was played and recorded so far.
	Snapshot() Snapshot
}

// A Snapshot is what a session has done up to one moment. The interactions are
// redacted and shared: they must not be changed. The zero value is a session
// that did nothing.
type Snapshot struct {
	Cassette string // the path of the cassette, as people see it
	Mode     Mode
	// Loaded is what was on the tape to be played, nothing in the modes all and refresh; and
	// Unplayed what of it was not played yet. Call [cassette.Interaction.Decode]
	// before you look at a response of theirs.
	Loaded, Unplayed []*cassette.Interaction
	// Replayed and Recorded are in the order in which the requests started.
	// Replayed has what was played of included cassettes, too. A response that is
	// still being read has no body yet.
	Replayed, Recorded []*cassette.Interaction
	// Live holds "METHOD URL" for each request that was sent past the tape, and what
	// tells its body from others, as in a Title.
	Live []string
	// Bypassed holds the host and port of those that went past the session as well:
	// the code sent them to this machine with another client. In mode live it also
	// holds each host, without a port, that a transport of the code's own looked up.
	Bypassed []string
	// Refused counts the misses, and the requests that the session refused for
	// another reason before it was closed. Replayed failures do not count.
	Refused int
	// Missing says that a request was refused and there was no cassette.
	Missing bool
	// Saved, Partial and Rejected are known once the session is closed: whether
	// the cassette was written, whether it is marked as partial, and where the
	// recording went if it did not become the cassette.
	Saved, Partial bool
	Rejected       string
	// Kept counts what was recorded and left the cassette as it was: the answer has not
	// changed. It is known once the session is closed.
	Kept int
	// Drift is how the answers of the modes refresh, all and live differ from the
	// recordings. It is known once the session is closed, and nil if nothing was compared.
	Drift *Drift
	// Redacted tells where secrets were that only their format gave away. It is
	// known once the session is closed.
	Redacted []string
	// Amended are the interactions of the tape whose requests were amended and not sent
	// since: their answers are older. They are known once the session is closed.
	Amended []*cassette.Interaction
	// Stale are the recordings of the cassette that were played and are older than
	// Config.MaxAge, in tape order.
	Stale []*cassette.Interaction
	// Idle says of a closed session that it would have recorded and got no request.
	Idle bool
	// TimeSaved is how much longer the replayed calls took when they were recorded than
	// what replay waits by Config.Pace. It is known once the session is closed.
	TimeSaved time.Duration
	// Err is why the cassette could not be read.
	Err error

	answered []*cassette.Interaction // see Answered
	redactor *redaction.Redactor
}

// Snapshot returns what was played and recorded so far. It reads the cassette if
// no request has read it yet.
func (s *Session) Snapshot() Snapshot {
	snapshot := s.snapshot()
	s.mu.Lock()
	defer s.mu.Unlock()
	final := &s.final
	snapshot.Saved, snapshot.Partial, snapshot.Rejected, snapshot.Redacted, snapshot.Idle = final.Saved, final.Partial, final.Rejected, final.Redacted, final.Idle
	snapshot.Amended, snapshot.TimeSaved = final.Amended, final.TimeSaved
	snapshot.Kept, snapshot.Drift = final.Kept, final.Drift
	return snapshot
}

// timeSaved compares what calls took with what replaying them does.
func timeSaved(played []*cassette.Interaction, pace float64) (saved time.Duration) {
	for _, i := range played {
		took := i.Took
		for n := 0; pace > 0 && n < len(i.Response.Chunks); n++ {
			took -= time.Duration(float64(i.Response.Chunks[n].Delay) / pace)
		}
		saved += max(took, 0)
	}
	return saved
}

func (s *Session) snapshot() Snapshot {
	snapshot := Snapshot{Cassette: s.tape.place.shown, Mode: s.mode, Err: s.spec.RefuseWith, redactor: s.redactor}
	s.mu.Lock()
	snapshot.Refused = s.refused
	for _, request := range s.live {
		snapshot.Live = append(snapshot.Live, s.redactor.Text(request)) // more secrets may be known by now
	}
	s.mu.Unlock()
	s.addBypasses(&snapshot)
	snapshot.answered = s.overheard.soFar(s.redacted)
	if s.hasRecordings {
		s.queue.clear()
		_, _, snapshot.answered = s.tape.soFar(s.redacted)
	}
	if err := s.tape.load(s); err != nil {
		snapshot.Err = err
	}
	if snapshot.Err != nil || s.tape.loaded == nil {
		return snapshot
	}
	s.queue.clear()
	snapshot.Missing = snapshot.Refused > 0 && s.tape.before == nil
	snapshot.Replayed, snapshot.Recorded, snapshot.answered = s.tape.soFar(s.redacted)
	snapshot.Stale = s.stale(snapshot.Replayed)
	if !s.mode.rerecords() {
		snapshot.Loaded = s.tape.now()
		for _, n := range s.tape.own.unplayed() {
			snapshot.Unplayed = append(snapshot.Unplayed, snapshot.Loaded[n])
		}
	}
	return snapshot
}

// redacted returns a copy of an interaction that is fit to be seen.
func (s *Session) redacted(i *cassette.Interaction) *cassette.Interaction {
	shown := i.Clone()
	s.redact(shown)
	return shown
}

// addBypasses adds the requests that went past the session.
func (s *Session) addBypasses(snapshot *Snapshot) {
	if s.spec.Bypasses == nil {
		return
	}
	for _, request := range s.spec.Bypasses() {
		snapshot.Bypassed = append(snapshot.Bypassed, request.Address)
		if request.URL == "" {
			continue // a look-up; how many requests followed, nobody knows
		}
		shown := s.redactor.Key(cassette.Request{Method: request.Method, URL: request.URL})
		snapshot.Live = append(snapshot.Live, s.redactor.Text(cmp.Or(shown.Method, http.MethodGet)+" "+shown.URL))
	}
}

// Answered returns what was played or recorded, in the order in which the requests
// started. In mode live it has the calls of models, once their answers were read: up to
// 1 MiB of each, and the last 1000. So it is what an assertion on answers reads, in
// every mode. Call [cassette.Interaction.Decode] before you look at a response.
func (s Snapshot) Answered() []*cassette.Interaction {
	if s.answered == nil { // made by hand
		return slices.Concat(s.Replayed, s.Recorded)
	}
	return s.answered
}

// Markdown shows an interaction as CommonMark: a call of a model as a conversation, with
// its stream put together, the model and the tokens that the answer tells; anything else
// as request and response. Secrets are redacted, long texts cut, and nothing of the
// interaction acts on a page or a terminal that shows it: each text is in a block or span
// of code, without escapes and control characters. It is an error if the response on the
// tape cannot be read. The zero Snapshot uses the default rules.
func (s Snapshot) Markdown(i *cassette.Interaction) (string, error) {
	if err := i.Decode(); err != nil {
		return "", err
	}
	redactor, shown := s.rules(), *i
	shown.Request.URL = redactor.URL(i.Request.URL)
	return chat.Markdown(&shown, redactor.Text), nil
}

// Chat is for package matchers: it reads a decoded interaction as a conversation with a
// model. Ok is false if it is none.
func (s Snapshot) Chat(i *cassette.Interaction) (c chat.Chat, ok bool) { return chat.Of(i) }

// Usage is for package matchers: it returns the tokens that the answer of a decoded
// interaction tells.
func (s Snapshot) Usage(i *cassette.Interaction) usage.Usage { return chat.UsageOf(i) }

// Shown returns a text of an interaction as people may see it: a tape that was
// written by hand, or with older rules, may hold secrets.
func (s Snapshot) Shown(text string) string {
	if s.redactor == nil {
		return redaction.Text(text)
	}
	return s.redactor.Text(text)
}

// Title names an interaction of the snapshot in one line, with its place on the
// tape, such as
//
//	line 74, POST https://api.openai.com/v1/chat/completions "Can I return my umbrella…"
//
// The quoted text is what the user of a chat said last. Other bodies are told apart by
// the method of a JSON-RPC call, by their start and end, or by their size. What this
// session recorded has no line yet and is numbered: "new 1", or "live 1" for an answer
// in mode live. An interaction of an included cassette says so. Secrets are redacted.
func (s Snapshot) Title(i *cassette.Interaction) string {
	request := i.Request
	if s.redactor != nil {
		request.URL = s.redactor.URL(request.URL)
	}
	return title.Of(s.place(i), request, s.Shown)
}

func (s Snapshot) place(i *cassette.Interaction) string {
	if n := slices.Index(s.Recorded, i); n >= 0 {
		return fmt.Sprintf("new %d", n+1)
	}
	line := i.Line()
	if slices.Contains(s.Amended, i) {
		return fmt.Sprintf("line %d", line)
	}
	if s.Mode == Live {
		return fmt.Sprintf("live %d", slices.Index(s.answered, i)+1)
	}
	if line == 0 {
		if n := slices.Index(s.Loaded, i); n >= 0 { // made by hand, not read from a file
			return fmt.Sprintf("recording %d", n+1)
		}
		return "included"
	}
	// Interactions of a file are sorted by line. There may be thousands of them.
	n, _ := slices.BinarySearchFunc(s.Loaded, line, func(i *cassette.Interaction, line int) int { return cmp.Compare(i.Line(), line) })
	if n < len(s.Loaded) && s.Loaded[n] == i {
		return fmt.Sprintf("line %d", line)
	}
	return fmt.Sprintf("line %d of an included cassette", line)
}

// GomegaString names the cassette and counts.
func (s Snapshot) GomegaString() string {
	if s.Cassette == "" {
		return "no session"
	}
	return fmt.Sprintf("cassette %s (mode %s): %d of %d interactions played, %d recorded, %d requests past the tape",
		s.Cassette, s.Mode, len(s.Loaded)-len(s.Unplayed), len(s.Loaded), len(s.Recorded), len(s.Live))
}

// GomegaString is that of the snapshot: Gomega would print what is inside.
func (s *Session) GomegaString() string { return s.Snapshot().GomegaString() }

// Looseness lists the changes of the requests on the tape that the rules do not
// see, as in "recording 1: body $.user dropped". It reads the cassette if no
// request has read it yet.
func (s *Session) Looseness() (unseen []string, err error) {
	if s.spec.RefuseWith != nil {
		return nil, s.spec.RefuseWith
	}
	if err := s.tape.load(s); err != nil || s.tape.own == nil {
		return nil, err
	}
	return s.matcher.Looseness(s.tape.own.requests())
}

// Learned returns the values that are kept off the tape by now, those that came
// back in answers as well: for the [redaction.Rules] of another session of the same
// run, whose code uses what it got in this one.
func (s *Session) Learned() []redaction.Secret {
	s.queue.clear()
	return s.redactor.Learned()
}

// Explain says what happens to a value under a name, and why, by the rules of the
// session, such as
//
//	header x-my-token: replaced, because names that end in token after my are secret in headers
//
// Place is header, cookie, query, path, form, body, content or variable, or a place as
// [Secrets] names it, such as "response body $.token", which may tell the name too; the
// answer lists them for any other. Content is what a model or a person said, where names
// do not decide.
func (s *Session) Explain(place, name, value string) string {
	s.queue.clear()
	return s.redactor.Explain(place, name, value)
}

// Secrets lists the secrets on a cassette, by the default rules, as in
//
//	interaction 2 (line 14), request header X-Own: OpenAI key, because it has the format of one
//
// It says where a secret is, never its value. A cassette that was recorded with the
// default rules has none. Secrets may be called from several goroutines.
func Secrets(c *cassette.Cassette) []string { return Snapshot{}.Secrets(c) }

// Secrets is the function [Secrets], by the rules of the session: what they keep, and
// what RedactWith wrote, is no secret. Without a session, the default rules hold.
func (s Snapshot) Secrets(c *cassette.Cassette) []string { return s.rules().Secrets(c) }

// rules are those of the session, or the default ones.
func (s Snapshot) rules() *redaction.Redactor {
	if s.redactor != nil {
		return s.redactor
	}
	redactor, _ := redaction.New(redaction.Rules{}) // no rule, no error
	return redactor
}

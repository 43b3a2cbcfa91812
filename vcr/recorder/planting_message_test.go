package recorder_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	ginkgo "github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
	gomegatypes "github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// A transcript is all that sessions, matchers and reports say about the scenes of
// a stage.
type transcript struct {
	stage *stage
	deck  *deck
	rules redact.Rules
	texts []string
}

// say adds a text to the transcript.
func (tr *transcript) say(texts ...string) { tr.texts = append(tr.texts, texts...) }

func (tr *transcript) open(cfg recorder.Config) *recorder.Session {
	cfg.Base, cfg.Redact = tr.stage, tr.rules
	cfg.OnRefuse = func(err error) { tr.say(err.Error()) }
	return tr.deck.open(cfg)
}

// ask sends the request of each scene once more, changed so that nothing
// recorded answers it.
func (tr *transcript) ask(session *recorder.Session, header, value string) {
	for n, scene := range tr.stage.scenes {
		more := "?again=1"
		if strings.Contains(scene.url, "?") {
			more = "&again=1"
		}
		req := tr.stage.request(n, more)
		req.Header.Set(header, value)
		if _, err := session.RoundTrip(req); err != nil {
			tr.say(err.Error())
		}
	}
}

// replay plays a tape, and then asks for what is not on it.
func (tr *transcript) replay() {
	session := tr.open(recorder.Config{Mode: recorder.None})
	tr.stage.play(session)
	tr.ask(session, "X-Other", "other")
	tr.ask(session, "Upgrade", "websocket")
	tr.judge(session)
	tr.end(session)
	tr.ask(session, "X-Late", "over")
}

// leave plays nothing of a tape.
func (tr *transcript) leave() {
	session := tr.open(recorder.Config{Mode: recorder.None})
	tr.judge(session)
	tr.end(session)
}

// send sends requests past the tape, and those that it may not send.
func (tr *transcript) send() {
	session := tr.open(recorder.Config{Mode: recorder.Live})
	tr.stage.play(session)
	tr.judge(session)
	tr.end(session)
	const dummy = "stands-in-for-a-key"
	session = tr.open(recorder.Config{Mode: recorder.All, Path: "other.yaml", Dummies: func() []recorder.Dummy { return []recorder.Dummy{{Variable: "SOME_KEY", Value: dummy}} }})
	tr.stage.play(session)
	tr.ask(session, "X-Key", dummy)
	tr.end(session)
}

// judge lets every matcher fail, and prints what Gomega prints of a recording.
func (tr *transcript) judge(session *recorder.Session) {
	snapshot := session.Snapshot()
	tr.say(format.Object(session, 1), format.Object(snapshot, 1))
	for _, matcher := range []gomegatypes.GomegaMatcher{
		matchers.HaveReplayedAllInteractions(), matchers.HaveMadeNoLiveRequests(), matchers.HaveNoSecrets(),
		matchers.HaveReplayedInteractions(12345), matchers.HaveRecordedInteractions(12345),
		matchers.HaveInteraction(matchers.InteractionURL("nothing"), matchers.InteractionRequestBody("nothing"), matchers.InteractionResponseBody("nothing")),
		matchers.HaveInteraction(matchers.InteractionURL(gomega.Equal("nothing")), matchers.InteractionRequestBody(gomega.ContainSubstring("nothing")), matchers.InteractionResponseBody(gomega.MatchJSON(`{}`))),
	} {
		held, err := matcher.Match(snapshot)
		switch {
		case err != nil:
			tr.say(err.Error())
		case held:
			tr.say(matcher.NegatedFailureMessage(snapshot))
		default:
			tr.say(matcher.FailureMessage(snapshot))
		}
	}
	// A message lists no more than a few interactions: each is asked about alone.
	for _, i := range snapshot.Replayed {
		alone := snapshot
		alone.Replayed = alone.Replayed[:0:0]
		alone.Replayed = append(alone.Replayed, i)
		matcher := matchers.HaveInteraction(matchers.InteractionRequestBody("nothing"), matchers.InteractionResponseBody(gomega.Equal("nothing")))
		if held, err := matcher.Match(alone); !held && err == nil {
			tr.say(matcher.FailureMessage(alone))
		}
	}
}

// end closes a session, and writes what the report of a suite says of it.
func (tr *transcript) end(session *recorder.Session) {
	result := tr.deck.end(session, recorder.Passed)
	tr.say(result.Unplayed...)
	entry := reporters.EntryOf(result, "spec", 1, true)
	spec := ginkgo.SpecReport{LeafNodeType: ginkgo.NodeTypeIt, ReportEntries: ginkgo.ReportEntries{{Name: reporters.EntryName, Value: ginkgo.WrapEntryValue(entry)}}}
	summary := reporters.Summarize(ginkgo.Report{SpecReports: ginkgo.SpecReports{spec}}, nil)
	for _, find := range redact.Scan(tr.deck.load(tr.deck.file())) {
		summary.Leaking = append(summary.Leaking, find.String())
	}
	tr.say(entry.String(), summary.String(), summary.ColorableString(), ginkgo.WrapEntryValue(summary).AsJSON)
}

// A telling is how the tape was recorded that messages are about, and which rules
// hold for the messages.
type telling struct {
	name           string
	tape, messages redact.Rules
}

var tellings = []telling{
	{name: "a clean tape"},
	{"a tape with secrets, made by hand or by older rules", redact.Rules{Off: true}, redact.Rules{}},
	{"nothing redacted", redact.Rules{Off: true}, redact.Rules{Off: true}},
}

// of returns all messages about the scenes of a provider.
func (c telling) of(t *testing.T, scenes []*scene) []string {
	tr := &transcript{stage: newStage(t, scenes), deck: newDeck(t, nil), rules: c.messages}
	session := tr.deck.open(recorder.Config{Base: tr.stage, Redact: c.tape})
	tr.stage.play(session)
	tr.deck.end(session, recorder.Passed)
	tr.replay()
	tr.leave()
	tr.send()
	return tr.texts
}

func TestNoPlantedSecretIsInAMessage(t *testing.T) {
	skipUnderRace(t)
	messages, planted, off := 0, 0, 0
	for number, p := range providers {
		t.Run(p.name, func(t *testing.T) {
			for _, c := range tellings {
				scenes, plantings := p.plant(rand.New(rand.NewPCG(6, uint64(number))), true)
				for n, planted := range plantings {
					// A request that is replayed teaches about itself alone.
					if planted.later || c.tape.Off {
						plantings[n].variable = fmt.Sprintf("PLANTED_%d_SECRET", n)
					}
				}
				setVariables(t, plantings)
				texts := c.of(t, scenes)
				if !c.messages.Off {
					messages, planted = messages+len(texts), planted+len(plantings)
				}
				for n, found := range search(texts, needlesOf(plantings, !c.messages.Off)) {
					switch split := len(plantings[n].needles) > 1; {
					case found && c.messages.Off:
						off++
					case found && !(split && c.tape.Off): // a message shows the events of such a tape as they are
						t.Errorf("%s: %s is in a message", c.name, plantings[n].place)
					}
				}
			}
		})
	}
	t.Logf("%d plantings are in none of %d messages; with nothing redacted, %d of %d are", planted, messages, off, planted/2)
	if planted < fewestPlantings || off < fewestPlantings {
		t.Error("these are too few")
	}
}

package recorder_test

import (
	"encoding/base64"
	stdbinary "encoding/binary"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	ginkgo "github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
	gomegatypes "github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// fewestPlantings is how many there have to be for the proof to count.
const fewestPlantings = 500

// A take records all plantings of a provider in one way.
type take struct {
	name   string
	limit  int // recorder.Config.BodyLimit
	passes bool
}

var takes = []take{
	{"saved, with bodies inside", -1, true},
	{"rejected, with bodies beside", 1, false},
}

// record returns what a session says of itself and all files that it leaves.
func (k take) record(t *testing.T, scenes []*scene, rules redaction.Rules) (recorder.Snapshot, []string) {
	t.Helper()
	failed := providers[0].scene()
	failed.answer.status = http.StatusInternalServerError
	s := newStage(t, append(scenes[:len(scenes):len(scenes)], failed))
	d := newRig(t, nil)
	session := d.openSpec(recorder.Config{Base: s, BodyLimit: k.limit}, harness.Spec{Redaction: rules})
	s.play(session)
	result := d.end(session, k.passes)
	if len(result.Recorded) != len(s.scenes) || result.Saved != k.passes || (result.Rejected != "") == result.Saved {
		t.Errorf("%s: recorded %d of %d: %+v", k.name, len(result.Recorded), len(s.scenes), result)
	}
	return result, filesIn(t, d.dir)
}

// setVariables puts the secrets of some plantings into the environment.
func setVariables(t *testing.T, plantings []planting) {
	t.Helper()
	for _, p := range plantings {
		if p.variable != "" {
			t.Setenv(p.variable, p.secret)
		}
	}
}

// needlesOf returns what is searched for: halves as well where nothing may be
// found.
func needlesOf(plantings []planting, halves bool) (needles [][]string) {
	for _, p := range plantings {
		if halves {
			needles = append(needles, p.halves())
		} else {
			needles = append(needles, p.needles)
		}
	}
	return needles
}

func TestNoPlantedSecretReachesAFile(t *testing.T) {
	skipUnderRace(t)
	planted, off := 0, 0
	for number, p := range providers {
		t.Run(p.name, func(t *testing.T) {
			for _, taught := range []bool{true, false} { // with nothing redacted, what is found was where it was put
				scenes, plantings := p.plant(rand.New(rand.NewPCG(5, uint64(number))), taught)
				setVariables(t, plantings)
				for _, k := range takes {
					result, texts := k.record(t, scenes, redaction.Rules{Off: !taught})
					texts = append(texts, result.Redacted...)
					for n, found := range search(texts, needlesOf(plantings, taught)) {
						if found == taught {
							t.Errorf("%s; taught %v; %s: found %v", k.name, taught, plantings[n].place, found)
						}
						if taught {
							planted++
						} else if found {
							off++
						}
					}
				}
			}
		})
	}
	t.Logf("%d providers, %d places, recorded in %d ways: %d plantings are in no file; with nothing redacted, %d are", len(providers), len(places), len(takes), planted, off)
	if planted < fewestPlantings {
		t.Errorf("%d plantings are too few", planted)
	}
}

// A transcript is all that sessions, matchers and reports say about the scenes of
// a stage.
type transcript struct {
	stage *stage
	rig   *rig
	rules redaction.Rules
	texts []string
}

// say adds a text to the transcript.
func (tr *transcript) say(texts ...string) { tr.texts = append(tr.texts, texts...) }

func (tr *transcript) open(cfg recorder.Config, dummies ...harness.Dummy) *recorder.Session {
	cfg.Base = tr.stage
	return tr.rig.openSpec(cfg, harness.Spec{
		Redaction: tr.rules, OnRefuse: func(err error) { tr.say(err.Error()) }, Dummies: func() []harness.Dummy { return dummies },
	})
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
	session = tr.open(recorder.Config{Mode: recorder.All, Path: "other.yaml"}, harness.Dummy{Variable: "SOME_KEY", Value: dummy})
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
		matchers.HavePlayed(12345), matchers.HaveOnTape(12345),
		matchers.HaveInteraction(matchers.WithURL("nothing"), matchers.WithRequestBody("nothing"), matchers.WithResponseBody("nothing")),
		matchers.HaveInteraction(matchers.WithURL(gomega.Equal("nothing")), matchers.WithRequestBody(gomega.ContainSubstring("nothing")), matchers.WithResponseBody(gomega.MatchJSON(`{}`))),
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
		parts := []matchers.InteractionPart{matchers.WithRequestBody("nothing"), matchers.WithResponseBody(gomega.Equal("nothing"))}
		for name := range i.Request.Header {
			parts = append(parts, matchers.WithHeader(name, "nothing"), matchers.WithHeader(name, gomega.HaveLen(12345)))
		}
		matcher := matchers.HaveInteraction(parts...)
		if held, err := matcher.Match(alone); !held && err == nil {
			tr.say(matcher.FailureMessage(alone))
		}
	}
}

// end closes a session, and writes what the report of a suite says of it.
func (tr *transcript) end(session *recorder.Session) {
	result := tr.rig.end(session, true)
	for _, i := range slices.Concat(result.Unplayed, result.Replayed, result.Recorded) {
		tr.say(result.Title(i))
	}
	name, entry := reporters.EntryOf(result, reporters.Spec{Name: "spec", Attempt: 2, Passed: true}, nil)
	spec := ginkgo.SpecReport{LeafNodeType: ginkgo.NodeTypeIt, ReportEntries: ginkgo.ReportEntries{{Name: name, Value: ginkgo.WrapEntryValue(entry)}}}
	summary := reporters.Summarize(ginkgo.Report{SpecReports: ginkgo.SpecReports{spec}}, reporters.Suite{})
	for _, find := range redaction.Scan(tr.rig.load(tr.rig.file())) {
		summary.Findings = append(summary.Findings, reporters.Finding{Kind: "secret", Text: find.String()})
	}
	tr.say(fmt.Sprint(entry), ginkgo.WrapEntryValue(entry).AsJSON, summary.String(), summary.ColorableString(), string(summary.JSON()), summary.Markdown(), summary.Annotations(), string(summary.CodeQuality()), string(summary.JUnit()))
}

// A telling is how the tape was recorded that messages are about, and which rules
// hold for the messages.
type telling struct {
	name           string
	tape, messages redaction.Rules
}

var tellings = []telling{
	{name: "a clean tape"},
	{"a tape with secrets, made by hand or by older rules", redaction.Rules{Off: true}, redaction.Rules{}},
	{"nothing redacted", redaction.Rules{Off: true}, redaction.Rules{Off: true}},
}

// of returns all messages about the scenes of a provider.
func (c telling) of(t *testing.T, scenes []*scene) []string {
	tr := &transcript{stage: newStage(t, scenes), rig: newRig(t, nil), rules: c.messages}
	session := tr.rig.openSpec(recorder.Config{Base: tr.stage}, harness.Spec{Redaction: c.tape})
	tr.stage.play(session)
	tr.rig.end(session, true)
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

// search tells which of some secrets are in one of the texts: as they are,
// percent-encoded, in base64 at each alignment, in hex, and as JSON escapes them.
// It shares nothing with how the library looks for secrets.
func search(texts []string, secrets [][]string) (found []bool) {
	type needle struct {
		form   string
		secret int
	}
	needles := map[uint64][]needle{} // by the first eight bytes
	for n, alternatives := range secrets {
		for _, secret := range alternatives {
			for _, form := range formsOf(secret) {
				start := stdbinary.LittleEndian.Uint64([]byte(form))
				needles[start] = append(needles[start], needle{form, n})
			}
		}
	}
	found = make([]bool, len(secrets))
	for _, text := range texts {
		bytes := []byte(text)
		for at := 0; at+8 <= len(text); at++ {
			for _, needle := range needles[stdbinary.LittleEndian.Uint64(bytes[at:])] {
				found[needle.secret] = found[needle.secret] || strings.HasPrefix(text[at:], needle.form)
			}
		}
	}
	return found
}

func formsOf(secret string) []string {
	escape := func(text string) string { quoted := quote(text); return quoted[1 : len(quoted)-1] }
	inJSON := escape(secret)
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), hexOf(secret), strings.ToUpper(hexOf(secret)),
		inJSON, escape(inJSON), escape(escape(inJSON)), url.QueryEscape(inJSON), strings.ReplaceAll(inJSON, `\u0026`, "&"),
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		for before := range 3 {
			// Without the characters at the ends, which depend on what stands there.
			encoded := encoding.EncodeToString([]byte("abc"[:before] + secret + "z"))
			if encoded = encoded[4 : len(encoded)-4]; len(encoded) >= 8 {
				forms = append(forms, encoded)
			}
		}
	}
	return forms
}

// filesIn returns every file below a folder, and what the bodies in cassettes
// say that are compressed or not shown as text.
func filesIn(t *testing.T, dir string) (texts []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		texts = append(texts, string(data))
		if err != nil || filepath.Ext(file) != ".yaml" {
			return err
		}
		c, err := cassette.Load(file)
		if err != nil {
			return err
		}
		for _, i := range c.Interactions {
			texts = append(texts, fmt.Sprint(i.Request.URL, i.Request.Header, i.Request.Body, i.Response.Header, i.Response.Body, i.Response.Trailer))
			for _, body := range []cassette.Body{i.Request.Body, i.Response.Body} {
				if said, ok := media.Decompress("gzip", body.Bytes()); ok {
					texts = append(texts, string(said))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

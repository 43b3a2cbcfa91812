package recorder_test

import (
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// fewestPlantings is how many there have to be for the proof to count.
const fewestPlantings = 500

// A take records all plantings of a provider in one way.
type take struct {
	name    string
	limit   int // recorder.Config.BodyLimit
	outcome recorder.Outcome
}

var takes = []take{
	{"saved, with bodies inside", -1, recorder.Passed},
	{"rejected, with bodies beside", 1, recorder.Failed},
}

// record returns what a session says of itself and all files that it leaves.
func (k take) record(t *testing.T, scenes []*scene, rules redact.Rules) (recorder.Result, []string) {
	t.Helper()
	failed := providers[0].scene()
	failed.answer.status = http.StatusInternalServerError
	s := newStage(t, append(scenes[:len(scenes):len(scenes)], failed))
	d := newDeck(t, nil)
	session := d.open(recorder.Config{Base: s, BodyLimit: k.limit, Redact: rules})
	s.play(session)
	result := d.end(session, k.outcome)
	if result.Recorded != len(s.scenes) || result.Saved != (k.outcome == recorder.Passed) || (result.Rejected != "") == result.Saved {
		t.Errorf("%s: recorded %d of %d: %+v", k.name, result.Recorded, len(s.scenes), result)
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
					result, texts := k.record(t, scenes, redact.Rules{Off: !taught})
					for _, find := range result.Redacted {
						texts = append(texts, find.String())
					}
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

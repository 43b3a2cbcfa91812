package reporters

import (
	"fmt"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// What the modes refresh, all and live got is compared with the cassettes, spec by spec.
// Only the whole run tells how grave a difference is: what one answer lacks, another may
// have.

// drift returns what a recording says of the answers that it compared.
func (e entry) drift() []Finding {
	if e.Drift == nil {
		return nil
	}
	same, drifted, failed := e.Drift.Counts()
	switch {
	case drifted > 0:
		return []Finding{{"drifted", e.Cassette, fmt.Sprintf("%d of %s", drifted, count(same+drifted, "answer"))}}
	case failed > 0 || same == 0:
		return nil
	case e.Passed:
		return []Finding{{"same", e.Cassette, e.Spec}}
	default:
		return []Finding{{"failing", e.Cassette, e.Spec}}
	}
}

// addDrift judges what all recordings have compared.
func (s *Summary) addDrift(entries []entry) {
	var all recorder.Drift
	for _, e := range entries {
		if e.Drift != nil {
			all.Merge(e.Drift)
		}
	}
	same, drifted, _ := all.Counts()
	s.Compared, s.Same = same+drifted, same
	all.Each(func(kind, place, text string) { s.Findings = append(s.Findings, Finding{kind, place, text}) })
}

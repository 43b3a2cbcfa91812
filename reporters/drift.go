package reporters

import (
	"fmt"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// What the modes refresh, all and live got is compared with the cassettes, spec by spec.
// Only the whole run tells how grave a difference is: what one answer lacks, another may
// have.

// compared counts the answers that were compared with a recording, and those of them that
// have another shape. Ok says that there were some, and that no other failed.
func (s Spec) compared() (all, drifted int, ok bool) {
	if s.Drift == nil {
		return 0, 0, false
	}
	same, drifted, failed := s.Drift.Counts()
	return same + drifted, drifted, failed == 0 && same+drifted > 0
}

func (s Spec) hasSameShape() bool {
	_, drifted, ok := s.compared()
	return ok && drifted == 0
}

// isOutdated reports whether the cassette has kept answers whose shape is another one today.
func (s Spec) isOutdated() bool {
	_, drifted, _ := s.compared()
	return drifted > 0 && (s.Recorded == 0 || s.Rejected != "")
}

func (s Spec) drifted() []Finding {
	all, drifted, _ := s.compared()
	f := s.finding(fmt.Sprintf("%d of %s", drifted, count(all, "answer")))
	if !s.isOutdated() {
		f.Command = ""
	}
	if drifted == 0 {
		return nil
	}
	return []Finding{f}
}

// changesIn judges what all recordings of a suite have compared.
func changesIn(specs []Spec) (findings []Finding) {
	var all recorder.Drift
	for _, s := range specs {
		if s.Drift != nil {
			all.Merge(s.Drift)
		}
	}
	all.Each(func(kind, cassette string, line, more int, text string) {
		findings = append(findings, Finding{Kind: kind, Cassette: cassette, Line: line, More: more, Text: text})
	})
	return findings
}

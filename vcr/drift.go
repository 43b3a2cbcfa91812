package vcr

import (
	"fmt"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// FailOnDrift fails a spec that passed if the answers that it got in the modes refresh and
// all, or live, have changed since they were recorded: "breaking" for a change that is
// likely to break code, "notice" for any (see [recorder.Severity]). The cassette stays. What
// was recorded goes to cassettes/.rejected, with a file that says what differs. Each spec is
// judged by its own answers; what VCR_RECORD_ONLY or [RecordStale] records is not compared.
// To take the new answers, run without the option. The section after the suite judges by all of them.
// Another word is an error.
func FailOnDrift(severity recorder.Severity) Option {
	return option(func(s *settings) {
		if severity != recorder.Notice && severity != recorder.Breaking {
			s.fail(fmt.Errorf("vcr.FailOnDrift(%q): not a severity; give notice or breaking", severity))
			return
		}
		s.failOnDrift = severity
	})
}

// DriftRules adds rules for the comparison of answers with recordings: which values are
// ignored, must be equal, or are one of a few words. A path that cannot be read is an error.
func DriftRules(rules recorder.DriftRules) Option {
	return option(func(s *settings) {
		if err := drift.Rules(rules).Check(); err != nil {
			s.fail(fmt.Errorf("vcr.DriftRules: %w", err))
			return
		}
		s.driftRules = recorder.DriftRules{
			Ignore:   slices.Concat(s.driftRules.Ignore, rules.Ignore),
			Exact:    slices.Concat(s.driftRules.Exact, rules.Exact),
			Enums:    slices.Concat(s.driftRules.Enums, rules.Enums),
			Variants: slices.Concat(s.driftRules.Variants, rules.Variants),
		}
	})
}

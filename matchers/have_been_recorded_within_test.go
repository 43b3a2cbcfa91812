package matchers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveBeenRecordedWithin", func() {
	const day = 24 * time.Hour

	askingInEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveBeenRecordedWithin(day))
	}, models, ask)

	// aged returns a snapshot of interactions that were recorded so long ago.
	aged := func(ages ...time.Duration) recorder.Snapshot {
		snapshot := recorder.Snapshot{Cassette: "cassettes/answers.yaml", Mode: recorder.None}
		for _, age := range ages {
			i := &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: host}}
			if age > 0 {
				i.Recorded = time.Now().Add(-age)
			}
			snapshot.Loaded = append(snapshot.Loaded, i)
		}
		snapshot.Replayed = snapshot.Loaded
		return snapshot
	}
	date := func(ago time.Duration) string { return time.Now().Add(-ago).UTC().Format(time.DateOnly) }

	It("fails with what is older, and with what does not say when", func() {
		snapshot := aged(day, 43*day+time.Hour, 0)
		matcher := HaveBeenRecordedWithin(30 * day)
		Expect(matcher.Match(snapshot)).To(BeFalse())
		Expect(matcher.FailureMessage(snapshot)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode none)",
			"    to have been recorded within 30 days; 2 of 3 interactions were not:",
			"        recording 2, GET http://api.example.com (43 days ago, on "+date(43*day+time.Hour)+")",
			"        recording 3, GET http://api.example.com (it does not say when)",
		)))
	})

	It("fails when negated with everything", func() {
		snapshot := aged(2*day + time.Hour)
		matcher := HaveBeenRecordedWithin(30 * day)
		Expect(matcher.Match(snapshot)).To(BeTrue())
		Expect(matcher.NegatedFailureMessage(snapshot)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode none)",
			"    not to have been recorded within 30 days; all 1 interactions were:",
			"        recording 1, GET http://api.example.com (2 days ago, on "+date(2*day+time.Hour)+")",
		)))
		matcher = HaveBeenRecordedWithin(36 * time.Hour)
		Expect(matcher.Match(recorder.Snapshot{})).To(BeTrue())
		Expect(matcher.NegatedFailureMessage(nil)).To(Equal(lines(
			"Expected the session",
			"    not to have been recorded within 36h0m0s; nothing was played",
		)))
	})

	It("takes no time that has passed before it began", func() {
		_, err := HaveBeenRecordedWithin(-time.Hour).Match(recorder.Snapshot{})
		Expect(err).To(MatchError("HaveBeenRecordedWithin: takes a time such as 90 * 24 * time.Hour, not -1h0m0s"))
	})
})

package drift_test

import (
	"math/rand/v2"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

// BenchmarkRun learns 1,000 recordings of 4 KB, half of them streams, and compares them
// with as many new answers.
func BenchmarkRun(b *testing.B) {
	var before, now [][]*cassette.Interaction
	count, size := 0, 0
	for n := 0; count < 1000; n++ {
		rng := rand.New(rand.NewPCG(8, uint64(n)))
		a := newAPI(rng, n)
		if a.requests = 10; n%2 == 0 {
			a.fields = newFields(rng, 2, 14)
			a.form, a.events = "json", nil
		}
		tape := a.record(1, again)
		before, now = append(before, tape), append(now, a.record(2, again))
		count += len(tape)
		for _, i := range tape {
			size += i.Response.Body.Len()
		}
	}
	b.ReportMetric(float64(size)/1e6, "MB")
	for b.Loop() {
		suite, err := drift.NewSuite(drift.Rules{})
		if err != nil {
			b.Fatal(err)
		}
		for _, tape := range before {
			for _, i := range tape {
				if err := suite.Learn(i); err != nil {
					b.Fatal(err)
				}
			}
		}
		var run drift.Run
		for n := range before {
			run.Add(suite.CompareTapes(drift.Place{}, before[n], now[n], nil)...)
		}
		if report := run.Report(); report.Compared != count {
			b.Fatalf("%d of %d compared", report.Compared, count)
		}
	}
	b.ReportMetric(float64(size)/1e6, "MB")
}

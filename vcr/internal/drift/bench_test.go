package drift_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
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
			a.fields = newFields(rng, 2, 40)
			a.form, a.events = "json", nil
		}
		tape := a.record(1, again)
		before, now = append(before, tape), append(now, a.record(2, again))
		count += len(tape)
		for _, i := range tape {
			size += i.Response.Body.Len()
		}
	}
	for b.Loop() {
		suite, err := drift.NewSuite(drift.Rules{})
		if err != nil {
			b.Fatal(err)
		}
		var run drift.Run
		var mu sync.Mutex
		inParallel(len(before), func(n int) {
			for _, i := range before[n] {
				if err := suite.Learn(i); err != nil {
					b.Error(err)
				}
			}
		})
		inParallel(len(before), func(n int) {
			comparisons := suite.CompareTapes(drift.Place{}, before[n], now[n], nil)
			mu.Lock()
			defer mu.Unlock()
			run.Add(comparisons...)
		})
		if report := run.Report(); report.Compared != count {
			b.Fatalf("%d of %d compared", report.Compared, count)
		}
	}
	b.ReportMetric(float64(size)/1e6, "MB")
}

// inParallel calls do for each number below count on each core.
func inParallel(count int, do func(n int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for n := int(next.Add(1)) - 1; n < count; n = int(next.Add(1)) - 1 {
				do(n)
			}
		}()
	}
	workers.Wait()
}

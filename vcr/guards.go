package vcr

import (
	"fmt"
	"os"

	"github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// LiveBudget limits how many calls the suite makes and how many tokens they cost, in all
// processes of ginkgo -p together and in every mode that sends. The first request past it
// fails its spec and says what was spent; nothing more is sent. 0 is no limit. Give it to
// [Configure]: on a decorator it is an error.
//
//	vcr.Configure(vcr.LiveBudget(100, 50_000))
//
// A call of a model costs the tokens that its answer tells; others cost none. So calls that
// are under way may pass the budget of tokens. Each run has the whole budget,
// also after one that was killed, and so has each repetition of --repeat. What
// [PassThrough] names costs nothing.
func LiveBudget(calls, tokens int) Option {
	return guard("LiveBudget", func(s *settings) error {
		if calls < 0 || tokens < 0 || calls == 0 && tokens == 0 {
			return fmt.Errorf("vcr.LiveBudget(%d, %d): not a budget; give the most calls and the most tokens, and 0 for one that has no limit", calls, tokens)
		}
		s.liveCalls, s.liveTokens = calls, tokens
		return nil
	})
}

// RateLimit limits how many calls to a host start in any minute, in all processes of
// ginkgo -p together and in every mode that sends. A name without a port stands for all
// ports. A call waits for its turn, as long as its context allows and for five minutes at
// most; one that would have to wait longer fails its spec at once. Give it to
// [Configure]: on a decorator it is an error.
func RateLimit(host string, perMinute int) Option {
	return guard("RateLimit", func(s *settings) error {
		if !matching.IsHost(host) || perMinute < 1 {
			return fmt.Errorf("vcr.RateLimit(%q, %d): not a limit; give a host such as api.example.com, with or without a port, and the calls that may go to it in a minute", host, perMinute)
		}
		rates := map[string]int{host: perMinute}
		for other, n := range s.rateLimit {
			if other != host {
				rates[other] = n
			}
		}
		s.rateLimit = rates
		return nil
	})
}

// MaxConcurrentCalls limits how many calls are under way at once, in all processes of
// ginkgo -p together and in every mode that sends. A call is under way until the body of
// its answer was read or closed. Others wait, as for [RateLimit]. Give it to [Configure]:
// on a decorator it is an error.
func MaxConcurrentCalls(n int) Option {
	return guard("MaxConcurrentCalls", func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("vcr.MaxConcurrentCalls(%d): not a limit; give the most calls that may be under way at once", n)
		}
		s.maxConcurrentCalls = n
		return nil
	})
}

// guard is an option that holds for all calls of the suite, whichever spec makes them.
func guard(name string, set func(*settings) error) Option {
	return option(func(s *settings) {
		err := set(s)
		if err == nil && !s.ofSuite {
			err = fmt.Errorf("vcr.%s holds for all calls of the suite; give it to vcr.Configure", name)
		}
		if err != nil {
			s.fail(err)
		}
	})
}

// isGuarded reports whether something limits the calls.
func (s *settings) isGuarded() bool {
	return s.liveCalls > 0 || s.liveTokens > 0 || s.maxConcurrentCalls > 0 || len(s.rateLimit) > 0
}

// runName names the run for the processes that count its calls together, "" where there
// is one. Of two runs, at least the process that started them or the port of its server
// differs, also where a run was killed.
func runName() string {
	config, _ := ginkgo.GinkgoConfiguration()
	if config.ParallelTotal < 2 {
		return ""
	}
	return fmt.Sprint(process.Package, config.ParallelHost, config.RandomSeed, os.Getppid())
}

// endBudget is called when all processes of the run are done.
func endBudget() { budget.Close(runName()) }

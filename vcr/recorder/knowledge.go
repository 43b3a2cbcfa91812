package recorder

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// knowledge is what the cassettes of each folder say of the endpoints, by the rules that
// hold: one answer does not tell which of its fields are optional. The values are
// func() *drift.Suite.
var knowledge sync.Map

// knowledge returns what the cassettes beside that of the session say. They are read once,
// when the first session of the process has something to compare, and so before this
// process replaces any. What another process of the run has replaced by then is left out:
// an API that drops a field would look as if the field were optional. A process may start
// only when another has replaced cassettes; so what counts is when the run began, and
// every process says when it started before it replaces any.
func (s *Session) knowledge() *drift.Suite {
	dir, rules := s.tape.place.dir, drift.Rules(s.cfg.DriftRules)
	key := fmt.Sprintf("%q %q", dir, rules)
	learn, _ := knowledge.LoadOrStore(key, sync.OnceValue(func() *drift.Suite { return learn(dir, rules, budget.Of(s.spec.Run).Began(process.Started)) }))
	return learn.(func() *drift.Suite)()
}

func learn(dir string, rules drift.Rules, began time.Time) *drift.Suite {
	suite, err := drift.NewSuite(rules)
	if err != nil {
		suite, _ = drift.NewSuite(drift.Rules{}) // the Config was checked
	}
	files := make(chan string)
	var readers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for file := range files {
				learnFrom(suite, file, began)
			}
		}()
	}
	for _, file := range disk.Files(dir, slug.Extension) {
		files <- file
	}
	close(files)
	readers.Wait()
	return suite
}

// learnFrom adds a cassette that is older than the run. What cannot be read, the spec that claims it says.
func learnFrom(suite *drift.Suite, file string, began time.Time) {
	info, err := os.Stat(file)
	if err != nil || info.ModTime().After(began) {
		return
	}
	c, err := parseReadOnly(placeOf(file))
	if err != nil {
		return
	}
	for _, i := range c.Interactions {
		_ = suite.Learn(i)
	}
}

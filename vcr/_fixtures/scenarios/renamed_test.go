package scenarios_test

import (
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Two specs. TEXTS has the texts of the first and its containers. The response to the
// first is too large for its cassette.
var _ = scenario("renamed", func() {
	texts := strings.Split(os.Getenv("TEXTS"), "/")
	Describe(texts[0], vcr.Recorded(append(options(os.Getenv("OPTION")), vcr.BodyLimit(64))...), func() {
		Describe(texts[1], func() {
			It(texts[2], func() { ask(os.Getenv("ASK")) })
			It("has a neighbour", func() { ask("/neighbour") })
		})
	})
})

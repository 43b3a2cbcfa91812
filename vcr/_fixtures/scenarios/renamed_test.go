package scenarios_test

import (
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Two specs, of which the first one and its containers have the texts that TEXTS
// says. What the first one asks for is too large for its cassette.
var _ = scenario("renamed", func() {
	texts := strings.Split(os.Getenv("TEXTS"), "/")
	Describe(texts[0], vcr.Recorded(vcr.BodyLimit(64), options(os.Getenv("OPTION"))), func() {
		Describe(texts[1], func() {
			It(texts[2], func() { ask(os.Getenv("ASK")) })
			It("has a neighbour", func() { ask("/neighbour") })
		})
	})
})

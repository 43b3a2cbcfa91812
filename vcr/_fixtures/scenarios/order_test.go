package scenarios_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = scenario("many", func() { askMany(12) })

var _ = scenario("very many", func() { askMany(500) })

func askMany(specs int) {
	Describe("many", vcr.Recorded(), func() {
		for n := range specs {
			It(fmt.Sprintf("asks %d", n), asks(fmt.Sprintf("/many/%d", n)))
		}
	})
}

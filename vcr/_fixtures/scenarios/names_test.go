package scenarios_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

type params struct {
	path string
	wait *time.Duration
}

// Texts that differ from run to run. TEXT selects one.
var _ = scenario("volatile", func() {
	wait := time.Second
	ask := func(p params) { asks(p.path)() }
	switch os.Getenv("TEXT") {
	case "an entry":
		DescribeTable("volatile", vcr.Recorded(), ask,
			Entry(nil, params{path: "/stays"}),
			Entry(nil, params{path: "/volatile", wait: &wait}), // volatile
		)
	case "an entry of a subtree":
		DescribeTableSubtree("volatile", vcr.Recorded(), func(p params) { It("asks", asks(p.path)) },
			Entry(nil, params{path: "/volatile", wait: &wait}), // volatile
		)
	case "a function":
		DescribeTable("volatile", vcr.Recorded(), func(ask func()) { ask() },
			Entry(nil, asks("/volatile")), // volatile
		)
	case "a time":
		Describe("volatile", vcr.Recorded(), func() {
			It(fmt.Sprint("asks at ", time.Now()), asks("/volatile")) // volatile
		})
	case "names":
		DescribeTable("volatile", vcr.Recorded(), ask,
			Entry(nil, vcr.Recorded(vcr.Name("named")), params{path: "/named", wait: &wait}),
			Entry("text", params{path: "/text", wait: &wait}),
			Entry("reads 0xdeadbeef", params{path: "/0xdeadbeef"}),
		)
	case "not recorded":
		DescribeTable("volatile", func(params) { isNotRecorded() }, Entry(nil, params{wait: &wait}))
	}
})

// What is known to be recorded when it runs.
var _ = scenario("volatile suite", func() {
	wait := time.Second
	DescribeTable("volatile", func(p params) { asks(p.path)() },
		Entry(nil, params{path: os.Getenv("ASK"), wait: &wait}),
	)
})

// Specs with one text.
var _ = scenario("loops", func() {
	Describe("loops", vcr.Recorded(), func() {
		for _, c := range []struct{ name, path string }{{"one", "/1"}, {"two", "/2"}} {
			It("asks", func() { _, _ = c.name, vcr.Client() })
		}
		for n := range 3 {
			Describe("of 100%", func() {
				It("counts", asks(fmt.Sprint("/", n)))
			})
		}
		for _, path := range []string{"/1", "/2"} {
			It("visits", asks(path))
		}
		DescribeTable("table", func(path string) { asks(path)() },
			Entry("equal", "/1"),
			Entry("equal", "/2"),
		)
		shared := func() { It("is shared", asks("/shared")) }
		shared()
		shared()
		PIt("is pending", asks("/pending"))
		PIt("is pending", asks("/pending"))
	})
	Describe("no loops", func() {
		for range 2 {
			It("is not recorded", isNotRecorded)
		}
	})
})

func init() {
	for _, name := range []string{"volatile suite", "twins of a suite"} {
		testFuncs[name] = func(t *testing.T) { RunSpecs(t, "scenarios", vcr.Recorded(vcr.InterceptLoopback())) }
	}
}

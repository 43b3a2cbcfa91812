package scenarios_test

import (
	"net/http"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Mistakes that are reported while the tree is built. WRONG selects one.
var _ = scenario("wrong", func() {
	wrong := os.Getenv("WRONG")
	nothing := func() {}
	switch wrong {
	case "BeforeSuite":
		BeforeSuite(nothing, vcr.Recorded()) // wrong: BeforeSuite
	case "AfterSuite":
		AfterSuite(nothing, vcr.Live()) // wrong: AfterSuite
	}
	Describe("wrong", func() {
		switch wrong {
		case "twice":
			It("is recorded", vcr.Recorded(), vcr.Recorded(), nothing) // wrong: twice
		case "live twice":
			It("is live", vcr.Live(), vcr.Live(), nothing) // wrong: live twice
		case "BeforeEach":
			BeforeEach(vcr.Recorded(), nothing) // wrong: BeforeEach
		case "AfterEach":
			AfterEach(vcr.Recorded(), nothing) // wrong: AfterEach
		case "nil":
			It("has a nil option", vcr.Recorded(nil), nothing) // wrong: nil
		case "name":
			It("has a name", vcr.Recorded(vcr.Name(os.Getenv("NAME"))), nothing) // wrong: name
		case "dir":
			It("has a folder", vcr.Recorded(vcr.Dir("")), nothing) // wrong: dir
		case "base":
			It("has a base", vcr.Recorded(vcr.Base(vcr.Client().Transport)), nothing) // wrong: base
		case "base session":
			It("has a base", vcr.Recorded(vcr.Base(vcr.Current())), nothing) // wrong: base session
		case "loopback":
			It("has a host", vcr.Recorded(vcr.InterceptLoopback("localhost", "api.example.com")), nothing) // wrong: loopback
		case "host":
			It("has a host", vcr.Recorded(vcr.PassThrough("https://example.com")), nothing) // wrong: host
		case "RedactBody":
			It("has a path", vcr.Recorded(vcr.RedactBody("user.email")), nothing) // wrong: RedactBody
		case "RedactHeaders":
			It("has a header", vcr.Recorded(vcr.RedactHeaders("")), nothing) // wrong: RedactHeaders
		case "KeepHeaders":
			It("keeps a header", vcr.Recorded(vcr.RedactHeaders("X-Tenant"), vcr.KeepHeaders("x-tenant")), nothing) // wrong: KeepHeaders
		case "KeepQuery":
			Describe("redacts", vcr.Recorded(vcr.RedactQuery("tenant")), func() {
				It("keeps a parameter", vcr.Recorded(vcr.KeepQuery("tenant")), nothing) // wrong: KeepQuery
			})
		case "KeepBody":
			It("keeps a field", vcr.Recorded(vcr.RedactBody("$..email"), vcr.KeepBody("email")), nothing) // wrong: KeepBody
		case "KeepBody, a path":
			It("keeps a path", vcr.Recorded(vcr.KeepBody("$.user[")), nothing) // wrong: KeepBody, a path
		case "KeepBody, no name":
			It("keeps nothing", vcr.Recorded(vcr.KeepBody("")), nothing) // wrong: KeepBody, no name
		case "RedactWith":
			It("has a replacement", vcr.Recorded(vcr.RedactWith(nil)), nothing) // wrong: RedactWith
		case "SecretVariables":
			It("has variables", vcr.Recorded(vcr.SecretVariables(nil)), nothing) // wrong: SecretVariables
		case "RestoreOnReplay":
			It("has values", vcr.Recorded(vcr.RestoreOnReplay(nil)), nothing) // wrong: RestoreOnReplay
		}
		It("is never run", nothing)
	})
})

var _ = scenario("twins", func() { twins(vcr.Recorded()) })

var _ = scenario("twins of a suite", func() { twins() })

func twins(decorators ...any) {
	Describe("twins", decorators, func() {
		asks := func() {
			if os.Getenv("ASK") != "" {
				_, _ = vcr.Client().Get(origin("/twin"))
			}
		}
		It("look alike", asks)
		It("look ALIKE!", asks)
	})
}

var _ = scenario("deep", func() {
	Describe("deep", vcr.Recorded(vcr.Name(os.Getenv("NAME"))), func() {
		It("down", func() { _, _ = vcr.Client().Get(origin("/deep")) })
	})
})

var _ = scenario("out of force", func() {
	var kept *http.Client
	Describe("out of force", Ordered, ContinueOnFailure, func() {
		It("is not decorated", func() {
			_, err := vcr.Client().Get(origin("/1"))
			Expect(err).To(MatchError(vcr.ErrNotRecording))
			Fail(err.Error())
		})
		It("has no recording", func() {
			_, err := vcr.Current().Client().Get(origin("/1"))
			Fail(err.Error())
		})
		It("lends its client", vcr.Recorded(), func() {
			kept = vcr.Current().Client()
			Expect(get(kept, "/1")).To(Equal("GET /1"))
		})
		It("kept a client", vcr.Recorded(), func() {
			_, err := kept.Get(origin("/2"))
			Fail(err.Error())
		})
	})
})

// A spec whose node is built before the flags are parsed.
var _ = scenario("top level", func() {
	It("asks", vcr.Recorded(), func() { ask("/1") })
})

var _ = scenario("decorated suite", func() {
	BeforeSuite(func() { ask("/suite") })
	Describe("decorated", func() {
		It("asks", func() { ask("/1") })
	})
})

var _ = scenario("live suite", func() {
	Describe("live", func() {
		It("asks", vcr.Recorded(), func() { ask("/1") })
	})
})

func init() {
	testFuncs["live suite"] = func(t *testing.T) { RunSpecs(t, "scenarios", vcr.Live()) }
	testFuncs["decorated suite"] = func(t *testing.T) { RunSpecs(t, "scenarios", vcr.Recorded()) }
}

package scenarios_test

import (
	"net/http"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

var wrongRules = map[string][]vcr.Option{
	"JSONPath":       {vcr.IgnoreBody("$.user", "$.messages[")},
	"unknown part":   {vcr.MatchOn(match.Method, "bdy")},
	"header":         {vcr.MatchOn(match.Header("Accept Language"))},
	"text panics":    {vcr.NormalizeText(func(string) string { panic("ouch") })},
	"body panics":    {vcr.NormalizeBody(func(body []byte) []byte { return body[1:] })},
	"nil function":   {vcr.MatchFunc(nil)},
	"names nothing":  {vcr.MatchOn()},
	"nothing counts": {vcr.MatchOn(match.Body), vcr.IgnoreBody("$")},
	"host":           {vcr.ForHost("https://example.com", vcr.IgnoreQuery("a"))},
	"host pinned":    {vcr.ForHost("example.com", vcr.Pinned())},
	"host function":  {vcr.ForHost("example.com", vcr.MatchFunc(func(*http.Request, cassette.Request) bool { return true }))},
	"host JSONPath":  {vcr.ForHost("example.com", vcr.IgnoreBody("user"))},
	"host nothing":   {vcr.ForHost("example.com", vcr.MatchOn())},
	"prices":         {vcr.Prices(os.Getenv("PRICES"))},
	"include":        {vcr.Include("shared/login", "../login")},
}

// Wrong rules. ON says where they are: on the spec, the container or the suite, or the
// first on the container and the second on the spec.
var _ = scenario("wrong rules", func() {
	rules := wrongRules[os.Getenv("WRONG")]
	var onContainer, onSpec []vcr.Option
	switch os.Getenv("ON") {
	case "spec":
		onSpec = rules
	case "container":
		onContainer = rules
	case "both":
		onContainer, onSpec = rules[:1], rules[1:]
	case "suite":
		vcr.Configure(rules...)
	}
	Describe("wrong rules", vcr.Recorded(onContainer...), func() { // wrong: container
		It("never run", vcr.Recorded(onSpec...), func() {}) // wrong: spec
	})
})

// The only spec is built before the suite's rules are known.
var _ = scenario("wrong rules at the top", func() {
	It("asks nothing", vcr.Recorded(), func() {})
})

var _ = scenario("wrong rules on RunSpecs", func() {
	Describe("decorated", func() {
		It("asks nothing", func() {})
	})
})

func init() {
	testFuncs["wrong rules at the top"] = func(t *testing.T) {
		vcr.Configure(wrongRules[os.Getenv("WRONG")]...)
		RunSpecs(t, "scenarios")
	}
	testFuncs["wrong rules on RunSpecs"] = func(t *testing.T) {
		RunSpecs(t, "scenarios", vcr.Recorded(wrongRules[os.Getenv("WRONG")]...))
	}
}

// A function that passes the check of the rules but panics on a request.
var _ = scenario("rules that panic", func() {
	Describe("rules that panic", func() {
		boom := func(text string) string {
			if text == "boom" {
				panic(text)
			}
			return text
		}
		It("on the tape", vcr.Recorded(vcr.NormalizeText(boom)), posts(jsonType, `{"text":"`+inTurn("boom", "calm")+`"}`))
		It("in the request", vcr.Recorded(vcr.NormalizeText(boom)), posts(jsonType, `{"text":"`+inTurn("calm", "boom")+`"}`))
		It("in a function", vcr.Recorded(vcr.MatchFunc(func(*http.Request, cassette.Request) bool { panic("ouch") })), posts(jsonType, `{}`))
	})
})

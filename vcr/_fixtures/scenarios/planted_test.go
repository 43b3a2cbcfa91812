package scenarios_test

import (
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A suite with a finding of every kind. The labels divide it among three machines.
var _ = scenario("planted", func() {
	vcr.Configure(vcr.Strict(), vcr.Prices("prices.yaml"), vcr.JSONReport("vcr.json"), vcr.CodeQualityReport("quality.json"), vcr.HTMLReport("vcr.html"), vcr.Dir("cassettes"))
	replayed := vcr.Recorded(vcr.Mode(recorder.None))
	Describe("planted", vcr.Recorded(), func() {
		It("replays", replayed, Label("one"), func() {
			for _, path := range []string{"chat/completions", "embeddings", "chat/completions"} {
				if resp, err := vcr.Client().Post(origin("/v1/"+path), "application/json", strings.NewReader("{}")); err == nil {
					body(resp)
				}
			}
		})
		It("replays again", replayed, FlakeAttempts(2), Label("two"), func() {
			ask("/1")
			Expect(CurrentSpecReport().NumAttempts).To(Equal(2))
		})
		It("plays half", replayed, Label("three"), func() { ask("/1") })
		It("misses", replayed, Label("two"), func() { ask("/2") })
		It("has no cassette", replayed, Label("three"), func() { ask("/1") })
		It("cannot read its cassette", vcr.Recorded(vcr.Mode(recorder.None), vcr.Dir("broken")), Label("one"), func() { ask("/1") })
		It("records", Label("one"), func() { ask("/notes/" + os.Getenv("KEY")) })
		It("breaks off", Label("one"), func() { ask("/1"); Fail("told to") })
		It("is rejected", Label("two"), func() { ask("/1?status=500"); Fail("told to") })
		It("asks nothing", Label("one"), func() {})
		It("goes past", replayed, Label("three"), func() { asksDefault("/1")() })
		It("calls", vcr.Recorded(vcr.Mode(recorder.Live)), Label("two"), func() { ask("/1"); ask("/2") })
		It("holds a secret", replayed, Label("three"), func() { ask("/1") })
		It("is large and old", vcr.Recorded(vcr.Name("is large"), vcr.Mode(recorder.None), vcr.MaxAge(24*time.Hour)), Label("three"), func() { ask("/1") })
		PIt("is pending", func() { ask("/1") })
		It("is filtered", Label("slow"), func() { ask("/1") })
	})
})

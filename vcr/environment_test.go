package vcr_test

import (
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A key from the environment", func() {
	const tape = "environment/sends_a_key.yaml"
	var w *world
	BeforeEach(func() { w = newWorld() })

	DescribeTable("is sent, kept off the tape, and not needed to replay",
		func(key string) {
			recorded := w.run("environment", "SHOP_KEY="+key)
			Expect(recorded.exit).To(Equal(0), recorded.output)
			sent := w.origin.Requests()
			Expect(sent).To(HaveLen(1))
			Expect(sent[0].Header.Get("Shop")).To(Equal("key " + key))
			Expect(string(sent[0].Body)).To(Equal(`{"shop":"` + key + `"}`))

			text := w.read(tape)
			for _, form := range []string{key, url.PathEscape(key), url.QueryEscape(key)} {
				Expect(text).NotTo(ContainSubstring(form))
			}
			Expect(text).To(ContainSubstring("[redacted:shop_key]"))

			for _, settings := range [][]string{{"CI=true"}, {"CI=true", "SHOP_KEY=quite-another-key"}} {
				replayed := w.run("environment", settings...)
				Expect(replayed.exit).To(Equal(0), replayed.output)
				Expect(replayed.served).To(Equal(0))
			}
			Expect(w.read(tape)).To(Equal(text))
		},
		Entry("plain", "shop-0123456789"),
		Entry("with what URLs escape", "shop+01/23=45 67"),
	)

	It("that is not set is not recorded", func() {
		got := w.run("environment")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(w.tapes()).To(BeEmpty())
		Expect(got.spec("sends a key").Failure.Message).To(Equal("cassettes/" + tape + ": SHOP_KEY is not set, and POST " + w.origin.URL +
			"/shops/[redacted:shop_key]?of=[redacted:shop_key] would be recorded with a dummy in its place; set SHOP_KEY, or commit a cassette"))
	})
})

// To record the cassettes again, from the services of package standin:
//
//	ASSISTANT_SECRET=any-secret VCR_RECORD_MODE=all go test -count=1 ./examples/assistant
package assistant_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/assistant"
	"github.com/seed-e117020a/ginkgo-vcr/examples/assistant/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

func TestAssistant(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(
		vcr.Dir(cmp.Or(os.Getenv("ASSISTANT_CASSETTES"), "cassettes")),
		// A recorded token is good for an hour from now, and a replayed failure is
		// tried again at once.
		vcr.ShiftTimes(), vcr.InstantRetries(),
		// Each day has another date in its prompt.
		vcr.NormalizeText(match.Dates),
	)
	RunSpecs(t, "Assistant")
}

// The services that the cassettes were recorded from; a run that replays does without.
const services = "http://127.0.0.1:18091"

var _ = BeforeSuite(func() {
	switch os.Getenv("VCR_RECORD_MODE") {
	case "", "none", "amend":
		return // nothing is sent
	}
	origin, err := vcrtest.ListenOrigin(strings.TrimPrefix(services, "http://"), new(standin.Service))
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(origin.Close)
})

func newAssistant() *assistant.Assistant {
	return assistant.New(services, vcr.Getenv("ASSISTANT_SECRET"), vcr.Client())
}

// answer returns the whole answer to a question.
func answer(ctx context.Context, a *assistant.Assistant, question string) string {
	GinkgoHelper()
	var words []string
	Expect(a.Answer(ctx, question, func(piece string) { words = append(words, piece) })).To(Succeed())
	Expect(len(words)).To(BeNumerically(">", 1), "the answer is streamed")
	return strings.Join(words, "")
}

// played returns how many requests the spec sent to a path.
func played(path string) (n int) {
	did := vcr.Current().Snapshot()
	for _, i := range append(did.Replayed, did.Recorded...) {
		if strings.HasSuffix(i.Request.URL, path) {
			n++
		}
	}
	return n
}

var _ = Describe("Assistant", vcr.Recorded(), func() {
	It("answers from what is known", func(ctx SpecContext) {
		Expect(answer(ctx, newAssistant(), "When does the lock open?")).To(ContainSubstring("an hour before high water"))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("calls tools at the same time", func(ctx SpecContext) {
		Expect(answer(ctx, newAssistant(), "How deep is the water at berth 4 and berth 7?")).To(Equal("Berth 4 is 9 m deep. Berth 7 is 12 m deep."))
	})

	It("asks again when the model is busy", func(ctx SpecContext) {
		Expect(answer(ctx, newAssistant(), "Is the harbour busy?")).To(HavePrefix("As far as is known: "))
		Expect(played("/v1/chat/completions")).To(Equal(2))
	})

	It("logs in once for two questions", func(ctx SpecContext) {
		a := newAssistant()
		answer(ctx, a, "Who is the harbour master?")
		answer(ctx, a, "How many tugs do ships of 250 m need?")
		Expect(played("/oauth/token")).To(Equal(1))
	})

	It("hears of new tools", func(ctx SpecContext) {
		a := newAssistant()
		watching, stop := context.WithCancel(ctx)
		ready, changed, ended := make(chan struct{}), make(chan struct{}, 1), make(chan error, 1)
		go func() {
			ended <- a.Watch(watching, func() { close(ready) }, func() { changed <- struct{}{} })
		}()
		Eventually(ready).Should(BeClosed())

		Expect(answer(ctx, a, "Learn to open the lock.")).To(Equal("I can open the lock now."))
		Eventually(changed).Should(Receive())
		answer(ctx, a, "Who is the harbour master?")
		Expect(vcr.Current()).To(HaveInteraction(WithRequestBody(ContainSubstring("open the lock"))))

		stop()
		var err error
		Eventually(ended).Should(Receive(&err))
		Expect(errors.Is(err, context.Canceled)).To(BeTrue(), "%v", err)
	})
})

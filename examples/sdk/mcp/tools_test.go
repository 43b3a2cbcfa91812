package mcp_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("Tools", vcr.Recorded(), func() {
	// The SDK gives the ids as the calls come, so that they differ from run to run.
	It("are called in parallel", func(ctx SpecContext) {
		session := connect(ctx, withSessions, nil)
		var calls sync.WaitGroup
		for _, city := range []string{"Oslo", "Rome", "Oslo", "Lima", "Bern", "Kyiv", "Rome"} {
			calls.Go(func() {
				defer GinkgoRecover()
				Expect(text(session.CallTool(ctx, weather(city)))).To(Equal("It is sunny in " + city + "."))
			})
		}
		calls.Wait()
		Expect(session.Close()).To(Succeed())
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	// The change comes on a stream that is open from the start; the client lists the tools
	// when it hears of it.
	DescribeTable("are listed again when they change", func(ctx SpecContext, endpoint string) {
		listed := make(chan int, 1)
		session := connect(ctx, endpoint, &sdk.ClientOptions{
			ToolListChangedHandler: func(_ context.Context, req *sdk.ToolListChangedRequest) {
				go func() { // a handler holds up all that comes after its event
					defer GinkgoRecover()
					tools, err := req.Session.ListTools(ctx, nil)
					Expect(err).NotTo(HaveOccurred())
					listed <- len(tools.Tools)
				}()
			},
		})
		tools, err := session.ListTools(ctx, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(tools.Tools).To(HaveLen(3))
		Expect(text(session.CallTool(ctx, &sdk.CallToolParams{Name: "learn"}))).To(Equal("There is a forecast now."))
		Eventually(ctx, listed).WithTimeout(5 * time.Second).Should(Receive(Equal(4)))
		Expect(session.Close()).To(Succeed())
	},
		Entry("in a session", withSessions),
		Entry("without one", withoutSessions),
	)

	// The token is another one in each run.
	It("tell their progress", func(ctx SpecContext) {
		progress := make(chan string, 1)
		session := connect(ctx, withSessions, &sdk.ClientOptions{
			ProgressNotificationHandler: func(_ context.Context, req *sdk.ProgressNotificationClientRequest) {
				progress <- fmt.Sprint(req.Params.ProgressToken, " ", req.Params.Message)
			},
		})
		token := fmt.Sprint("call at ", time.Now().UnixNano())
		params := weather("Oslo")
		params.SetProgressToken(token)
		Expect(text(session.CallTool(ctx, params))).To(Equal("It is sunny in Oslo."))
		Eventually(ctx, progress).WithTimeout(5 * time.Second).Should(Receive(Equal(token + " looking at Oslo")))
		Expect(session.Close()).To(Succeed())
	})

	// Requests of the server have ids of its own.
	It("ask the person", func(ctx SpecContext) {
		session := connect(ctx, withSessions, &sdk.ClientOptions{
			ElicitationHandler: func(context.Context, *sdk.ElicitRequest) (*sdk.ElicitResult, error) {
				return &sdk.ElicitResult{Action: "accept", Content: map[string]any{"city": "Rome"}}, nil
			},
		})
		Expect(text(session.CallTool(ctx, &sdk.CallToolParams{Name: "here"}))).To(Equal("It is sunny in Rome."))
		Expect(session.Close()).To(Succeed())
	})
})

var _ = Describe("Shared session", Ordered, vcr.Recorded(), func() {
	var session *sdk.ClientSession

	BeforeAll(func(ctx SpecContext) { session = connect(ctx, withSessions, nil) })
	AfterAll(func() { Expect(session.Close()).To(Succeed()) })

	for _, city := range []string{"Oslo", "Rome"} {
		It("tells the weather in "+city, func(ctx SpecContext) {
			Expect(text(session.CallTool(ctx, weather(city)))).To(Equal("It is sunny in " + city + "."))
		})
	}

	It("lists the tools", func(ctx SpecContext) {
		tools, err := session.ListTools(ctx, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(tools.Tools).To(HaveLen(3))
	})
})

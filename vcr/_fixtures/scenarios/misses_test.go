package scenarios_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/fixtures/scenarios/worker"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = scenario("misses", func() {
	Describe("misses", vcr.Recorded(), func() {
		It("is swallowed", func() {
			_, _ = vcr.Client().Get(origin("/1")) // miss: is swallowed
		})
		It("is tried again", func() {
			for range 3 {
				_, _ = vcr.Client().Get(origin("/1")) // miss: is tried again
			}
		})
		It("fails the spec again", func() {
			_, err := vcr.Client().Get(origin("/1")) // miss: fails the spec again
			Expect(err).NotTo(HaveOccurred())
		})
		It("is met in a goroutine", func() {
			met := make(chan error)
			go func() {
				_, err := vcr.Client().Get(origin("/1")) // miss: is met in a goroutine
				met <- err
			}()
			Expect(<-met).To(MatchError(recorder.ErrMiss))
		})
		It("is found", func() {
			defer func() { Expect(recover()).To(BeNil()) }()
			_, err := vcr.Client().Get(origin("/1")) // miss: is found
			var wrapped *url.Error
			var miss *recorder.Miss
			if errors.As(err, &wrapped) && errors.As(err, &miss) && errors.Is(err, recorder.ErrMiss) {
				AddReportEntry("found", miss.Method)
			}
		})
		It("cancels the context", func(ctx SpecContext) {
			req, _ := http.NewRequestWithContext(ctx, http.MethodGet, origin("/1"), http.NoBody)
			_, _ = vcr.Client().Do(req) // miss: cancels the context
			if errors.Is(context.Cause(ctx), recorder.ErrMiss) && errors.Is(ctx.Err(), context.Canceled) {
				AddReportEntry("cancelled", "with the miss as its cause")
			}
		})
		It("ends Eventually", func(ctx SpecContext) {
			Eventually(ctx, func() error {
				_, err := vcr.Client().Get(origin("/1")) // miss: ends Eventually
				return err
			}).WithTimeout(time.Hour).Should(Succeed())
		})
		It("is met by a setup node", func() {
			Fail("the setup should have ended the spec")
		})
		It("happens before a panic", func() {
			_, _ = vcr.Client().Get(origin("/1")) // miss: happens before a panic
			panic("the code under test did not expect that")
		})
		BeforeEach(func() {
			if CurrentSpecReport().LeafNodeText == "is met by a setup node" {
				_, _ = vcr.Client().Get(origin("/1")) // miss: is met by a setup node
			}
		})
	})
})

// Misses on goroutines that show no test file. The code swallows them.
var _ = scenario("elsewhere", func() {
	Describe("elsewhere", vcr.Recorded(), func() {
		It("of the code under test", func() {
			Expect(<-worker.Get(vcr.Client(), origin("/1"))).To(MatchError(recorder.ErrMiss))
		})
		throughLibrary := func() {
			target, err := url.Parse(origin(""))
			Expect(err).NotTo(HaveOccurred())
			proxy := &httputil.ReverseProxy{
				Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
				Transport: vcr.Client().Transport, ErrorLog: log.New(io.Discard, "", 0),
			}
			server := httptest.NewServer(proxy)
			defer server.Close()
			resp, err := (&http.Client{Transport: new(http.Transport)}).Get(server.URL + "/1")
			Expect(err).NotTo(HaveOccurred())
			Expect(resp).To(HaveHTTPStatus(http.StatusBadGateway))
		}
		It("of a library", throughLibrary) // miss: of a library
		It("of a library, and fails", func() {
			throughLibrary()
			Fail("failed by itself") // miss: of a library, and fails
		})
	})
})

var _ = scenario("prompt", func() {
	It("answers", vcr.Recorded(), func() {
		resp, err := vcr.Client().Post(origin("/v1/chat/completions"), "application/json",
			strings.NewReader(`{"model": "small", "messages": [{"role": "user", "content": "What is the capital of Spain?"}]}`))
		Expect(err).NotTo(HaveOccurred())
		Expect(body(resp)).To(ContainSubstring("POST"))
	})
})

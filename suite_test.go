// Package ginkgovcr_test is the acceptance suite: each promise of the README is
// a Describe, recorded against an origin on this machine and replayed without
// it. The cassettes are committed as a user would commit them. To record them
// again:
//
//	VCR_RECORD_MODE=all go test -count=1 .
package ginkgovcr_test

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

func TestAcceptance(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(toOrigin{}), vcr.Dir(cmp.Or(os.Getenv("ACCEPTANCE_CASSETTES"), "cassettes")))
	RunSpecs(t, "ginkgo-vcr")
}

// api is the service that the specs talk to. Nobody has it: requests that are
// sent go to the origin on this machine.
const api = "https://api.example.com"

// origin serves what is recorded. A run that replays has none.
var origin *vcrtest.Origin

var _ = BeforeSuite(func() {
	if os.Getenv("VCR_RECORD_MODE") != "all" {
		return
	}
	origin = vcrtest.NewOrigin(service())
	DeferCleanup(origin.Close)
})

// toOrigin sends requests for api to the origin.
type toOrigin struct{}

var wire = &http.Transport{DisableKeepAlives: true}

func (toOrigin) RoundTrip(req *http.Request) (*http.Response, error) {
	if origin == nil {
		return nil, errors.New("a run that replays sent " + req.Method + " " + req.URL.String())
	}
	there, err := url.Parse(origin.URL)
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.URL.Scheme, out.URL.Host = there.Scheme, there.Host
	return wire.RoundTrip(out)
}

// call sends a request and returns the status and the body of the answer.
func call(client *http.Client, method, path, contentType, body string) (int, string) {
	GinkgoHelper()
	req, err := http.NewRequest(method, api+path, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Authorization", "Bearer "+vcr.Getenv("ACCEPTANCE_API_KEY"))
	resp, err := client.Do(req)
	Expect(err).NotTo(HaveOccurred())
	return resp.StatusCode, read(resp)
}

func get(client *http.Client, path string) string {
	GinkgoHelper()
	status, body := call(client, http.MethodGet, path, "", "")
	Expect(status).To(Equal(http.StatusOK))
	return body
}

func read(resp *http.Response) string {
	GinkgoHelper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return string(body)
}

// tape returns the cassette of the current spec as it lies on the disk.
func tape() string {
	GinkgoHelper()
	text, err := os.ReadFile(vcr.Current().Cassette())
	if errors.Is(err, os.ErrNotExist) {
		return "" // in the run that records it is written after the spec
	}
	Expect(err).NotTo(HaveOccurred())
	return string(bytes.TrimSpace(text))
}

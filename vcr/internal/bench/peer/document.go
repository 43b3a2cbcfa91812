package peer

import (
	"net/http"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// A document is an interaction of a cassette as a generic decoder reads it.
type document struct {
	Request struct {
		Method  string      `json:"method" yaml:"method"`
		URL     string      `json:"url" yaml:"url"`
		Headers http.Header `json:"headers" yaml:"headers"`
		Body    body        `json:"body" yaml:"body"`
	} `json:"request" yaml:"request"`
	Response struct {
		Status  int         `json:"status" yaml:"status"`
		Headers http.Header `json:"headers" yaml:"headers"`
		Body    body        `json:"body" yaml:"body"`
		Chunks  []string    `json:"chunks,omitempty" yaml:"chunks"`
		Delays  []int       `json:"delays,omitempty" yaml:"delays"`
	} `json:"response" yaml:"response"`
	Recorded string `json:"recorded" yaml:"recorded"`
	Took     string `json:"took" yaml:"took"`
}

type body struct {
	JSON   string `json:"json,omitempty" yaml:"json"`
	Text   string `json:"text,omitempty" yaml:"text"`
	Base64 string `json:"base64,omitempty" yaml:"base64"`
	File   string `json:"file,omitempty" yaml:"file"`
}

func documentsOf(exchanges []exchange.Exchange) []document {
	documents := make([]document, len(exchanges))
	for n, e := range exchanges {
		d := &documents[n]
		d.Request.Method, d.Request.URL, d.Request.Headers = http.MethodPost, e.URL, e.Header
		d.Request.Body.JSON = e.Body
		d.Response.Status, d.Response.Headers = http.StatusOK, e.Response.Header
		d.Response.Body.JSON = e.Response.Body
		d.Recorded, d.Took = "2026-11-22T12:00:00Z", "812ms"
	}
	return documents
}

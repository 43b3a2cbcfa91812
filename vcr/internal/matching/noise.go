package matching

import "github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"

// noiseHeaders are what the SDKs of OpenAI, Anthropic, Google, AWS, Azure, Cohere and
// others say of themselves: their version, language and system, and which attempt it is.
// They change with every update and mean nothing to the answer.
var noiseHeaders = []string{
	"user-agent", "x-ms-useragent", "x-amz-user-agent", "x-client-info", "x-goog-api-client", "x-stainless-*", "x-fern-*", "amz-sdk-*",
}

// IsNoise reports whether a header of a request only tells which SDK sent it. It is not
// noise if a rule names it.
func (m *Matcher) IsNoise(r cassette.Request, header string) bool {
	return namesHeader(noiseHeaders, header) && !namesHeader(m.of(r).headers, header)
}

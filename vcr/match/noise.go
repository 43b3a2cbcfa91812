package match

import "strings"

// quietHeaders do not count where all headers do: what the clients of OpenAI,
// Anthropic, Google, AWS, Azure and Cohere were seen to vary between calls and
// versions, what belongs to the transport, and credentials.
var quietHeaders = []string{
	"accept-encoding", "connection", "content-length", "content-type", "host", "transfer-encoding", "user-agent",
	"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-goog-user-project",
	"x-amz-security-token", "cookie", "x-auth-token", "openai-organization", "openai-project",
	"x-stainless-*", "x-fern-*", "x-goog-api-client", "x-server-timeout", "amz-sdk-*", "x-amz-date",
	"x-amz-content-sha256", "x-amzn-trace-id", "idempotency-key", "traceparent", "tracestate", "x-ms-client-request-id",
	"sec-websocket-key",
}

// quietQuery are parameters that say when, and not what, was asked for: of
// requests that AWS has signed in their URL, everywhere, and of Ollama's cloud
// on its own host, since others name messages so.
func isQuietQuery(host, name string) bool {
	return strings.EqualFold(name, "X-Amz-Date") || name == "ts" && (host == "ollama.com" || strings.HasSuffix(host, ".ollama.com"))
}

// namesHeader reports whether one of the names is that of a header: whole, or
// up to a star.
func namesHeader(names []string, header string) bool {
	for _, name := range names {
		start, isPrefix := strings.CutSuffix(name, "*")
		if isPrefix && len(header) >= len(start) && strings.EqualFold(header[:len(start)], start) || strings.EqualFold(header, name) {
			return true
		}
	}
	return false
}

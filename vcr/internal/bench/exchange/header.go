package exchange

import "net/http"

// requestHeader is what the official client for Go sends, but for two
// headers about the runtime.
func requestHeader() http.Header {
	return http.Header{
		"Accept":                      {"application/json"},
		"Authorization":               {"Bearer " + "none"},
		"Content-Type":                {"application/json"},
		"User-Agent":                  {"OpenAI/Go 3.96.0"},
		"X-Stainless-Arch":            {"x64"},
		"X-Stainless-Lang":            {"go"},
		"X-Stainless-Os":              {"Linux"},
		"X-Stainless-Package-Version": {"3.96.0"},
		"X-Stainless-Retry-Count":     {"0"},
	}
}

// responseHeader is what the service answers with, through its proxy, but for
// what every response has alike and most of the rate limits.
func responseHeader(contentType string) http.Header {
	return http.Header{
		"Cf-Ray":                       {"91f0c2a8bd1e3c7a-FRA"},
		"Content-Type":                 {contentType},
		"Date":                         {"Sun, 22 Nov 2026 12:00:00 GMT"},
		"Openai-Processing-Ms":         {"612"},
		"Server":                       {"cloudflare"},
		"X-Ratelimit-Remaining-Tokens": {"199920"},
		"X-Request-Id":                 {"req_4d0a6c1f2b7e9835a1c4f6e8b0d2a793"},
	}
}

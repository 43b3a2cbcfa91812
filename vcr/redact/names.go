package redact

import "strings"

// The names whose values are secrets with the providers whose clients were
// looked at (OpenAI, Anthropic, Google, AWS, Azure, Cohere, Ollama). They are
// compared whole and without regard to case.
var (
	secretHeaders = setOf(
		// requests
		"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-goog-user-project",
		"x-amz-security-token", "cookie", "x-auth-token", "openai-organization", "openai-project",
		// responses
		"set-cookie", "anthropic-organization-id", "anthropic-workspace-id", "www-authenticate", "x-guploader-uploadid",
	)
	// Headers that hold a URL: the secrets in its query are replaced, and the
	// rest stays, because the next request goes there.
	urlHeaders = setOf("location", "content-location", "referer", "x-goog-upload-url", "x-goog-upload-control-url")

	secretQuery = setOf(
		"key", "api_key", "apikey", "token", "access_token", "client_secret", "sig", "upload_id",
		"x-amz-signature", "x-amz-credential", "x-amz-security-token",
	)
	secretFields = setOf(
		"access_token", "refresh_token", "id_token", "client_secret", "assertion", "password", "api_key",
	)
)

type nameSet map[string]bool

func setOf(names ...string) nameSet {
	set := make(nameSet, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

func (s nameSet) has(name string) bool { return s[strings.ToLower(name)] }

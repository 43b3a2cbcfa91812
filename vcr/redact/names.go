package redact

import (
	"bytes"
	"maps"
)

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
	// Headers that hold a URL, which may be relative: the secrets in its query are
	// replaced, and the rest stays, because the next request goes there.
	urlHeaders = setOf("location", "content-location", "referer", "x-goog-upload-url", "x-goog-upload-control-url")

	secretQuery = setOf(
		"key", "api_key", "apikey", "token", "access_token", "client_secret", "sig", "upload_id",
		"x-amz-signature", "x-amz-credential", "x-amz-security-token",
	)
	// In the last two lines are the names of keys of AWS and Google in what their
	// token services answer and in files of credentials.
	secretFields = setOf(
		"access_token", "refresh_token", "id_token", "client_secret", "assertion", "password", "api_key",
		"secretaccesskey", "aws_secret_access_key", "sessiontoken", "aws_session_token",
		"private_key",
	)
)

type nameSet map[string]bool

func setOf(names ...string) nameSet {
	set := make(nameSet, len(names))
	for _, name := range names {
		set[lower(name)] = true
	}
	return set
}

// with returns the set with more names in it.
func (s nameSet) with(names []string) nameSet {
	if len(names) == 0 {
		return s
	}
	more := setOf(names...)
	maps.Copy(more, s)
	return more
}

// without returns the set without some names.
func (s nameSet) without(names []string) nameSet {
	if len(names) == 0 {
		return s
	}
	fewer := maps.Clone(s)
	for _, name := range names {
		delete(fewer, lower(name))
	}
	return fewer
}

// longestName is the length of the names that are compared without allocating.
const longestName = 64

// has does not allocate: it is asked about every field of a body.
func (s nameSet) has(name []byte) bool {
	var short [longestName]byte
	if len(name) > len(short) {
		return s[string(bytes.ToLower(name))]
	}
	for n, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		short[n] = c
	}
	return s[string(short[:len(name)])]
}

func lower(name string) string { return string(bytes.ToLower([]byte(name))) }

package redact

import (
	"bytes"
	"maps"
	"slices"
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

// A nameSet is a set of names. Most of what it is asked about is not in it, and has
// a length or a first letter that no name of that length has.
type nameSet struct {
	names  map[string]bool
	firsts [longestName + 1]uint32 // by the length: the first letters, one bit each
}

func setOf(names ...string) *nameSet {
	set := &nameSet{names: make(map[string]bool, len(names))}
	for _, name := range names {
		name = lower(name)
		set.names[name] = true
		if 0 < len(name) && len(name) <= longestName {
			set.firsts[len(name)] |= 1 << (name[0] % 32)
		}
	}
	return set
}

// with returns the set with more names in it.
func (s *nameSet) with(names []string) *nameSet {
	if len(names) == 0 {
		return s
	}
	return setOf(slices.AppendSeq(slices.Clone(names), maps.Keys(s.names))...)
}

// without returns the set without some names.
func (s *nameSet) without(names []string) *nameSet {
	if len(names) == 0 {
		return s
	}
	fewer := maps.Clone(s.names)
	for _, name := range names {
		delete(fewer, lower(name))
	}
	return setOf(slices.Collect(maps.Keys(fewer))...)
}

// longestName is the length of the names that are compared without allocating.
const longestName = 64

// has does not allocate: it is asked about every header and field.
func (s *nameSet) has(name []byte) bool {
	if len(name) > longestName {
		return s.names[string(bytes.ToLower(name))]
	}
	// The lower case of a letter has the same rest.
	if len(name) == 0 || s.firsts[len(name)]>>(name[0]%32)&1 == 0 {
		return false
	}
	var short [longestName]byte
	for n, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		short[n] = c
	}
	return s.names[string(short[:len(name)])]
}

func lower(name string) string { return string(bytes.ToLower([]byte(name))) }

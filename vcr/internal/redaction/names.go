package redaction

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// The names of secrets at the providers whose clients were read: OpenAI,
// Anthropic, Google, AWS, Azure, Cohere, Ollama. Names are compared whole and
// without regard to letter case.
var (
	secretHeaders = newNameSet(
		// requests
		"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-goog-user-project",
		"x-amz-security-token", "cookie", "x-auth-token", "openai-organization", "openai-project",
		// responses
		"set-cookie", "anthropic-organization-id", "anthropic-workspace-id", "www-authenticate", "x-guploader-uploadid",
	)
	secretParameters = newNameSet(
		"key", "api_key", "apikey", "token", "access_token", "client_secret", "sig", "upload_id",
		"x-amz-signature", "x-amz-credential", "x-amz-security-token",
	)
	secretFields = newNameSet(
		"access_token", "refresh_token", "id_token", "client_secret", "assertion", "password", "api_key",
		// AWS and Google, in answers of their token services and in credential files
		"secretaccesskey", "aws_secret_access_key", "sessiontoken", "aws_session_token",
		"private_key",
	)

	// identifierNames are secret names whose values may also be words, accounts and
	// regions. Elsewhere, such a value is only searched for if it looks random.
	identifierNames = newNameSet(
		"set-cookie", "key", "token", "upload_id", "x-guploader-uploadid", "x-goog-user-project",
		"openai-organization", "openai-project", "anthropic-organization-id", "anthropic-workspace-id",
	)

	// urlHeaders hold a URL, which may be relative. Only the secrets in it are
	// replaced, because the next request goes there.
	urlHeaders = newNameSet("location", "content-location", "referer", "x-goog-upload-url", "x-goog-upload-control-url")
)

// A namePlace is where a name occurs. It decides which names are secret.
type namePlace int

const (
	inHeader namePlace = iota
	inQuery            // of a URL
	inField            // of a form, of multipart or of JSON
)

// secretNames holds the secret names of each place.
type secretNames [3]*nameSet

func namesFor(rules Rules) secretNames {
	return secretNames{
		inHeader: secretHeaders.with(rules.Headers).without(rules.KeepHeaders),
		inQuery:  secretParameters.with(rules.Query),
		inField:  secretFields,
	}
}

// isSecret reports whether a value under this name in this place is a secret.
func (s *secretNames) isSecret(in namePlace, name []byte) bool { return s[in].has(name) }

// isSecretVariableName reports whether a word of a variable's name ends in one of
// the words for secrets, as in OPENAI_APIKEY or ACCESS_TOKENS.
func isSecretVariableName(name string) bool {
	for word := range strings.SplitSeq(strings.ToUpper(name), "_") {
		word = strings.TrimSuffix(word, "S")
		for _, secret := range []string{"KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"} {
			if strings.HasSuffix(word, secret) {
				return true
			}
		}
	}
	return false
}

// A nameSet is a set of names, without regard to letter case. Most names that it is
// asked about are not in it, and are dismissed by their length and first letter.
type nameSet struct {
	names  map[string]bool
	firsts [longestName + 1]uint32 // by the length: the first letters, one bit each
}

func newNameSet(names ...string) *nameSet {
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
	return newNameSet(slices.AppendSeq(slices.Clone(names), maps.Keys(s.names))...)
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
	return newNameSet(slices.Collect(maps.Keys(fewer))...)
}

// longestName is the length in bytes up to which comparing a name does not allocate.
const longestName = 64

// has reports whether a name is in the set. It does not allocate: it is asked about
// every header and field.
func (s *nameSet) has(name []byte) bool {
	if len(name) > longestName {
		return s.names[string(bytes.ToLower(name))]
	}
	// Both cases of a letter leave the same remainder.
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

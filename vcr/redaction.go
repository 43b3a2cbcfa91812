package vcr

import (
	"errors"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// redacting returns an option that adds to the rules about secrets.
func redacting(rules redaction.Rules) Option {
	return option(func(s *settings) { s.redact = s.redact.With(rules) })
}

// RedactHeaders names more headers whose values are secrets. A name may end in a star.
// Letter case does not matter. A name that no header can have is an error.
func RedactHeaders(names ...string) Option { return redacting(redaction.Rules{Headers: names}) }

// RedactQuery names more parameters of the query whose values are secrets. A name may
// end in a star. Letter case does not matter.
func RedactQuery(names ...string) Option { return redacting(redaction.Rules{Query: names}) }

// RedactBody names, as JSONPaths (RFC 9535), values in the bodies of requests
// and responses that are secrets, such as $..email. Strings become placeholders
// and numbers 0, so that a body keeps its types. A path that does not parse is
// an error.
func RedactBody(jsonPaths ...string) Option { return redacting(redaction.Rules{Body: jsonPaths}) }

// KeepHeaders names headers that stay on the tape as they are. By default, values
// that are secret by the name of their header are replaced, and requests lose the
// headers that only tell which SDK sent them: User-Agent, X-Ms-Useragent,
// X-Amz-User-Agent, X-Client-Info, X-Goog-Api-Client, X-Stainless-*, X-Fern-* and
// Amz-Sdk-*. Those that [MatchOn] names stay anyway. A name may end in a star. Letter
// case does not matter. Values that are known as secrets, and keys in published formats,
// are still replaced. To keep and to redact one name is an error, also if an outer node
// does the other.
func KeepHeaders(names ...string) Option { return redacting(redaction.Rules{KeepHeaders: names}) }

// KeepQuery does for parameters of the query what [KeepHeaders] does for headers.
func KeepQuery(names ...string) Option { return redacting(redaction.Rules{KeepQuery: names}) }

// KeepBody does the same for the bodies of requests and responses. It names fields
// of JSON, XML and forms, at any depth, such as session_token, or values in JSON by
// a JSONPath (RFC 9535), which begins with a dollar sign, such as $.page.token. A
// path that does not parse is an error. What [RedactBody] selects is redacted all
// the same, as $.password at the top while KeepBody("password") keeps it elsewhere. To
// name the same in both is an error: one path, or email and $..email.
func KeepBody(namesOrPaths ...string) Option {
	return redacting(redaction.Rules{KeepBody: namesOrPaths})
}

// RedactWith sets the text that replaces a secret on the tape. The function gets
// the name under which the secret was found first, and its value; where it returns
// "", the package's own placeholder is used. Only those placeholders match any
// value in replay. If its text depends on the value, the function must return its
// own texts as they are, or HaveNoSecrets takes them for secrets. The package's own
// placeholder is also used if the function panics, and for a text with a blank, a control
// character, one beyond ASCII, or one of & % + # " \, which need an escape somewhere. It may
// be called from several goroutines.
//
// The cassette lists the texts that its answers hold in the place of another value, from
// 6 bytes on. If a replayed answer gave one to the code, a request that would be recorded
// with it is refused: wherever it is in the request if it is of 8 bytes or more, with
// letters and digits or unlike words; else only under a secret name. So the word redacted
// in a prompt is sent, and behind Bearer it is not.
func RedactWith(replacement func(name, value string) string) Option {
	if replacement == nil {
		return option(func(s *settings) { s.fail(errors.New("vcr.RedactWith is given no function; leave it out")) })
	}
	return redacting(redaction.Rules{Replace: replacement})
}

// SecretVariables says which variables of the environment hold secrets. Their
// values are replaced wherever they occur, and so are their parts: the token behind
// Bearer, a password behind a user, the elements of a list, the secret fields of
// JSON. Paths, addresses and plain words stay. The default is the variables whose
// names would be secret of a header, such as DB_PASS, GITHUB_PAT and OPENAI_API_KEY,
// and user and password of the URL in any variable, such as DATABASE_URL. The
// variables that [Getenv] was asked for hold secrets in any case.
func SecretVariables(isSecret func(name string) bool) Option {
	if isSecret == nil {
		return option(func(s *settings) { s.fail(errors.New("vcr.SecretVariables is given no function; leave it out")) })
	}
	return redacting(redaction.Rules{Environment: isSecret})
}

// RestoreOnReplay replaces each placeholder in a replayed response with a usable
// value, for code that decodes a token or parses a URL. The function gets the
// placeholder, as in "[redacted:access_token]", and returns the value, or the
// placeholder to keep it. A request that sends the value back matches as if it
// were the placeholder. The function may be called from several goroutines.
func RestoreOnReplay(restore func(placeholder string) string) Option {
	if restore == nil {
		return option(func(s *settings) { s.fail(errors.New("vcr.RestoreOnReplay is given no function; leave it out")) })
	}
	return option(func(s *settings) { s.restore = restore })
}

// FailOnSecrets fails the suite if one of its cassettes holds a secret, whether a
// run has written it or a person: the report after the suite names the place and
// the reason, never the value. Each cassette is searched by the options of its
// spec. Without it, the same is reported in CI. Give it to [Configure];
// on a node it has no effect.
func FailOnSecrets() Option { return FailOn("secret") }

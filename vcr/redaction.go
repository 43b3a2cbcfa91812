package vcr

import (
	"errors"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// redacting returns an option that adds to what is kept off the tape.
func redacting(rules redact.Rules) Option {
	return option(func(s *settings) { s.redact = s.redact.With(rules) })
}

// RedactHeaders names more headers whose values are secrets. Letter case does
// not matter.
func RedactHeaders(names ...string) Option { return redacting(redact.Rules{Headers: names}) }

// RedactQuery names more parameters of the query whose values are secrets.
// Letter case does not matter.
func RedactQuery(names ...string) Option { return redacting(redact.Rules{Query: names}) }

// RedactBody names, as JSONPaths (RFC 9535), values in the bodies of requests
// and responses that are secrets, such as $..email. Strings become placeholders
// and numbers 0, so that a body keeps its types. A path that does not parse is
// an error.
func RedactBody(jsonPaths ...string) Option { return redacting(redact.Rules{Body: jsonPaths}) }

// KeepHeaders names headers whose values stay on the tape, although they are
// secrets by default.
func KeepHeaders(names ...string) Option { return redacting(redact.Rules{KeepHeaders: names}) }

// RedactWith sets what stands on the tape in the place of a secret, given the
// name under which it was found first; "" is the placeholder of the package.
// Only the package's own placeholders match anything else in replay. The
// function may be called from several goroutines.
func RedactWith(replacement func(name, value string) string) Option {
	if replacement == nil {
		return option(func(s *settings) { s.fail(errors.New("vcr.RedactWith is given no function; leave it out")) })
	}
	return redacting(redact.Rules{Replace: replacement})
}

// SecretVariables says which variables of the environment hold secrets: their
// values are replaced wherever they stand. The default are those whose names say
// KEY, TOKEN, SECRET, PASSWORD or CREDENTIAL; what [Getenv] was asked for is a
// secret in any case.
func SecretVariables(isSecret func(name string) bool) Option {
	if isSecret == nil {
		return option(func(s *settings) { s.fail(errors.New("vcr.SecretVariables is given no function; leave it out")) })
	}
	return redacting(redact.Rules{Environment: isSecret})
}

// RestoreOnReplay gives code that needs a usable value one in the place of each
// placeholder in a replayed response, such as a token that is decoded or a URL
// that is parsed. The function gets the placeholder, as in
// "[redacted:access_token]", and returns it where nothing is to be restored. A
// request that sends the value back matches as if it were the placeholder. The
// function may be called from several goroutines.
func RestoreOnReplay(restore func(placeholder string) string) Option {
	if restore == nil {
		return option(func(s *settings) { s.fail(errors.New("vcr.RestoreOnReplay is given no function; leave it out")) })
	}
	return option(func(s *settings) { s.restore = restore })
}

// FailOnSecrets makes the suite fail if a secret stands in one of its cassettes,
// also in those that no run has written: the report after the suite names the
// place, never the value. Without it, the same is reported in CI. It is for
// [Configure]; on a node it has no effect.
func FailOnSecrets() Option { return option(func(s *settings) { s.failOnSecrets = true }) }

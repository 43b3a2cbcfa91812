package recorder

import (
	"net/http"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// A Config says what a session records to and how. Path is all that it needs.
type Config struct {
	// Dir is the folder of the cassettes, and Path the file below it, with
	// slashes. Without Dir, Path is a path by itself.
	Dir, Path string
	// Suite and Spec are written to the header of the cassette.
	Suite, Spec string
	// Shared says that other suites keep cassettes in Dir as well: a cassette
	// whose header names another suite is then refused.
	Shared bool
	// Discard makes the session write nothing: of several processes that do the
	// same, one saves.
	Discard bool
	// Mode is the record mode; "" stands for VCR_RECORD_MODE, or for
	// [DefaultMode] where that is not set. A mode that is given here holds as it
	// is, in CI as well.
	Mode Mode
	// Pinned makes the cassette replay in every mode.
	Pinned bool
	// AllowRepeats plays the last matching recording again when all of them
	// were played.
	AllowRepeats bool
	// Rules say what counts when a request is matched; the zero value is the
	// default. They hold for the included cassettes as well.
	Rules match.Rules
	// InOrder makes a request a miss for which a recording exists that is not the
	// next one.
	InOrder bool
	// Include names cassettes below Dir, with slashes, or files, that are asked
	// after the spec's own one, in mode all too, unless the answer holds a
	// placeholder: then that mode sends the request. They are never written.
	Include []string
	// Orphans returns the files of cassettes that nobody claims. If one of them
	// answers the first request of a session that has no cassette, in the modes
	// none and once, the request is a [Miss] that says so. Nil means none.
	Orphans func() []string
	// PassThrough names hosts whose requests are sent and not recorded, in every
	// mode. A name without a port stands for all ports.
	PassThrough []string
	// Base sends what has to be sent; nil stands for a transport of the
	// recorder's own, which takes proxies from the environment.
	Base http.RoundTripper
	// Pace is how fast the chunks of a streamed body are replayed: 1 as they were
	// recorded, 2 twice as fast; 0 all at once.
	Pace float64
	// InstantRetries makes the headers zero that tell a client how long to wait
	// before it tries again, so that a replayed 429 does not make a test sleep.
	InstantRetries bool
	// BodyLimit is the size in bytes above which a body is kept in a file beside
	// the cassette: 0 stands for [cassette.DefaultBodyLimit], -1 for no limit.
	BodyLimit int
	// Redact says what is kept off the tape; the zero value stands for the
	// defaults.
	Redact redact.Rules
	// Restore returns a usable value for a placeholder in a replayed response, or
	// the placeholder; see [redact.Restore]. What it returned is redacted again
	// where code sends it back. Nil restores nothing.
	Restore func(placeholder string) string
	// Dummies returns values that stand in for keys which are not there. A
	// request that holds one of them is not recorded. Nil means none.
	Dummies func() []Dummy
	// Remedies returns what is proposed when a request is missed; nil means the
	// remedies of a plain go test. It may read all of the miss.
	Remedies func(*Miss) []Remedy
	// OnRefuse is called with every error that the session gives to a caller by
	// itself, in the goroutine of the request. Nil means nothing is called.
	OnRefuse func(error)
	// Refuse makes the session refuse every request with this error.
	Refuse error
}

// A Dummy stands in for the value of an environment variable that is not set.
type Dummy struct{ Variable, Value string }

// An Outcome tells a session how its spec ended.
type Outcome int

const (
	// Failed stands for every ending but a pass: failed, skipped, interrupted.
	Failed Outcome = iota
	// Passed lets what was recorded become the cassette.
	Passed
)

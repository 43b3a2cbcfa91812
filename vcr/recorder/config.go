package recorder

import (
	"cmp"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A Config says where a session keeps its cassette, when it records, what matches
// and what is a secret. Its fields have the names of the options of package vcr,
// and mean the same. [Open] needs the Path, [ForTest] needs nothing.
type Config struct {
	// Dir is the folder of the cassettes, and Path the file below it, with
	// slashes. A Path without Dir begins where the process started. One without an
	// extension gets .yaml.
	Dir, Path string
	// Mode is the record mode. "" stands for what VCR_RECORD_MODE and VCR_RECORD_ONLY
	// say, and without these for none in CI and once elsewhere. For [Open] a mode that is
	// set here holds in CI as well.
	Mode Mode

	// AllowRepeats plays the last matching recording again when all of them were
	// played.
	AllowRepeats bool
	// InOrder requires requests in recorded order; any other match is a miss.
	InOrder bool
	// Include names cassettes below Dir, with slashes and with or without .yaml, or
	// files. They are asked
	// after the session's own cassette, in the modes all and refresh too, and are never
	// written. These send a request whose included answer holds a placeholder.
	Include []string
	// PassThrough names hosts whose requests are sent and not recorded, in every
	// mode, in CI too. A name without a port stands for all ports; https without one goes to 443.
	PassThrough []string
	// Base is the transport for real requests. Nil stands for one of the
	// package's own, with the proxies of the environment.
	Base http.RoundTripper
	// Pace replays the chunks of streams in time: 1 as they were recorded, 2 twice
	// as fast. 0 plays them at once.
	Pace float64
	// InstantRetries makes clients try again at once after a replayed failure: it
	// sets the headers to zero that tell them how long to wait.
	InstantRetries bool
	// ShiftTimes moves the instants of a replayed answer by the age of its recording.
	// Nil leaves them. A list that is not nil, and may be empty, shifts those of
	// headers, cookies and fields such as expires_at, and those that its JSONPaths name.
	ShiftTimes []string
	// RecordOnlyPassed keeps nothing of what a spec recorded that did not pass: no
	// partial cassette, no rejected recording, and no journal of a run that is killed.
	RecordOnlyPassed bool
	// FailOnDrift makes [Session.Close] return an error if the answers of a live run, or of
	// the modes refresh and all, have changed so much since they were recorded. The cassette
	// stays; the recording goes to the folder .rejected, with a file that says what differs.
	// "" allows every change.
	FailOnDrift Severity
	// DriftRules say what counts when answers are compared with recordings.
	DriftRules DriftRules
	// MaxAge is how old a recording may be that is played: older ones are stale, by the date
	// recorded on the tape. Snapshot.Stale has them, and ForTest logs them. One without a
	// date is not stale, and 0 is no limit. In mode refresh, what stays on the tape gets the
	// date of today if it is older than half of MaxAge.
	MaxAge time.Duration
	// RecordStale records stale recordings again that are asked for, in the modes once and
	// new_episodes. What comes back takes their place; what the code then asks in another
	// way takes the places of stale recordings with the same method and path, or is added.
	RecordStale bool
	// BodyLimit is the size in bytes above which a body is kept in a file below Dir, in
	// the folder _bodies: 0 stands for 256 KiB. Arrays of more than 16 KiB of numbers
	// are kept there too. With -1 everything is in the cassette.
	BodyLimit int

	// LiveCalls and LiveTokens are the budget of the run, for all calls of its tests
	// together: LiveBudget of package vcr. The first request past it is refused. Tokens
	// count as the answers of models tell, so that calls which are under way may pass the
	// budget. 0 is no limit. A run is this process, and with package vcr all processes of
	// ginkgo -p. What PassThrough names costs nothing.
	LiveCalls, LiveTokens int
	// RateLimit is how many calls to a host may start in any minute, by the name of
	// the host, with or without a port. A call waits for its turn, as long as its context
	// allows and for five minutes at most.
	RateLimit map[string]int
	// MaxConcurrentCalls is how many calls of the run may be under way at once. A call is
	// over when the body of its answer was read or closed. Others wait, as for RateLimit.
	// 0 is no limit.
	MaxConcurrentCalls int

	// MatchOn names the parts of a request that count, instead of method, URL and
	// body.
	MatchOn []match.Part
	// IgnoreQuery and IgnoreHeaders name parameters and headers that do not count.
	IgnoreQuery, IgnoreHeaders []string
	// IgnorePartHeaders names headers of the parts of multipart bodies that do not
	// count; the name of a file is in Content-Disposition.
	IgnorePartHeaders []string
	// IgnoreBody holds JSONPaths (RFC 9535) of what does not count in a body, such
	// as $.user or $.messages[*].id. They lead into forms and multipart as well.
	IgnoreBody []string
	// NormalizeBody functions are applied to bodies before they are compared. They
	// return another slice and leave their argument alone.
	NormalizeBody []func([]byte) []byte
	// NormalizeText functions are applied to each string in a JSON body, and to
	// the fields of forms and multipart.
	NormalizeText []func(string) string
	// MatchFunc decides about a recording that matches by all other rules. It gets
	// the request as it was sent, and the recorded one, redacted.
	MatchFunc func(sent *http.Request, recorded cassette.Request) bool
	// Hosts adds rules for the requests to single hosts, with or without a port.
	// Only MatchOn, IgnoreQuery, IgnoreHeaders, IgnorePartHeaders, IgnoreBody,
	// NormalizeBody and NormalizeText may be set in them.
	Hosts map[string]Config

	// RedactHeaders and RedactQuery name more headers and parameters whose values
	// are secrets. KeepHeaders and KeepQuery name those that stay on the tape as they
	// are. A name may end in a star. Requests lose the headers that only
	// tell which SDK sent them, such as User-Agent, unless KeepHeaders or MatchOn names
	// them.
	RedactHeaders, RedactQuery, KeepHeaders, KeepQuery []string
	// RedactBody holds JSONPaths of values in bodies that are secrets. KeepBody holds
	// names of fields whose values are kept, or JSONPaths, which begin with a dollar
	// sign. What RedactBody selects is redacted all the same; to name the same in both
	// is an error.
	RedactBody, KeepBody []string
	// RedactWith returns what replaces a value on the tape, given the name under
	// which it was found first; "" is the placeholder of the package, which is also
	// used if it panics or returns blanks, control characters, non-ASCII or & % + # " \.
	// It returns its own texts as they are. What a replayed answer gave to the code is not recorded:
	// a text of 6 bytes or more under a secret name, and a distinct one anywhere.
	RedactWith func(name, value string) string
	// SecretVariables reports whether an environment variable holds a secret. Nil
	// stands for the names that would be secret of a header, such as MY_TOKEN, and for
	// passwords in URLs.
	SecretVariables func(name string) bool
	// RestoreOnReplay returns a usable value for a placeholder in a replayed
	// response, or the placeholder. A request that sends the value back matches.
	RestoreOnReplay func(placeholder string) string
}

// check returns what is wrong with fields that no other package reads.
func (c *Config) check() error {
	shown := cmp.Or(c.Path, "recorder")
	switch {
	case !(c.Pace >= 0):
		return fmt.Errorf("%s: Config.Pace: %v is not a speed; 1 is that of the recording, 0 replays at once", shown, c.Pace)
	case c.BodyLimit < -1:
		return fmt.Errorf("%s: Config.BodyLimit: %d is not a size; give one in bytes, or -1 for no limit", shown, c.BodyLimit)
	case c.FailOnDrift != "" && c.FailOnDrift != Notice && c.FailOnDrift != Breaking:
		return fmt.Errorf("%s: Config.FailOnDrift: %q is not a severity; give notice or breaking", shown, c.FailOnDrift)
	case c.MaxAge < 0:
		return fmt.Errorf("%s: Config.MaxAge: %s is not an age; give one such as 90*24*time.Hour, or 0 for no limit", shown, c.MaxAge)
	case c.MaxAge == 0 && c.RecordStale:
		return fmt.Errorf("%s: Config.RecordStale is set without MaxAge; say how old a recording may be", shown)
	case c.LiveCalls < 0, c.LiveTokens < 0, c.MaxConcurrentCalls < 0:
		return fmt.Errorf("%s: Config.LiveCalls, LiveTokens or MaxConcurrentCalls is negative; give a number, or 0 for no limit", shown)
	case c.MatchOn != nil && len(c.MatchOn) == 0:
		return fmt.Errorf("%s: Config.MatchOn names nothing; name parts such as match.Method and match.Path, or leave it out", shown)
	}
	if err := drift.Rules(c.DriftRules).Check(); err != nil {
		return fmt.Errorf("%s: Config.DriftRules: %w", shown, err)
	}
	for _, host := range c.PassThrough {
		if !matching.IsHost(host) {
			return fmt.Errorf("%s: Config.PassThrough: %q is not a host; give a name such as metrics.example.com, with or without a port", shown, host)
		}
	}
	for host, perMinute := range c.RateLimit {
		if !matching.IsHost(host) || perMinute < 1 {
			return fmt.Errorf("%s: Config.RateLimit: %q: %d is not a limit; give a host such as api.example.com, with or without a port, and the calls that may go to it in a minute", shown, host, perMinute)
		}
	}
	return nil
}

// rules returns the rules about matching.
func (c *Config) rules() (matching.Rules, error) {
	rules := c.hostRules()
	if c.MatchFunc != nil {
		rules.Funcs = []func(*http.Request, cassette.Request) bool{c.MatchFunc}
	}
	for host, own := range c.Hosts {
		hostRules := own.hostRules()
		own.MatchOn, own.IgnoreQuery, own.IgnoreHeaders, own.IgnorePartHeaders, own.IgnoreBody, own.NormalizeBody, own.NormalizeText = nil, nil, nil, nil, nil, nil, nil
		if !reflect.ValueOf(own).IsZero() {
			return rules, fmt.Errorf("the rules for the host %s: only MatchOn, IgnoreQuery, IgnoreHeaders, IgnorePartHeaders, IgnoreBody, NormalizeBody and NormalizeText hold for a host; set the others in the Config itself", host)
		}
		rules.Hosts = append(rules.Hosts, matching.HostRules{Host: host, Rules: hostRules})
	}
	return rules, nil
}

// hostRules returns those that may be set for a host as well.
func (c *Config) hostRules() matching.Rules {
	return matching.Rules{
		MatchOn: c.MatchOn, IgnoreQuery: c.IgnoreQuery, IgnoreHeaders: c.IgnoreHeaders,
		IgnorePartHeaders: c.IgnorePartHeaders, IgnoreBody: c.IgnoreBody,
		NormalizeBody: c.NormalizeBody, NormalizeText: c.NormalizeText,
	}
}

// redaction returns the rules about secrets.
func (c *Config) redaction() redaction.Rules {
	return redaction.Rules{
		Headers: c.RedactHeaders, Query: c.RedactQuery, Body: c.RedactBody,
		KeepHeaders: c.KeepHeaders, KeepQuery: c.KeepQuery, KeepBody: c.KeepBody,
		Replace: c.RedactWith, Environment: c.SecretVariables,
	}
}

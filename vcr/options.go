package vcr

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/instants"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// An Option changes how specs are recorded. Give it to [Recorded], for the specs
// below a node, or to [Configure], for the suite. The options of an inner node are
// added to those of the nodes around it, and override them where they contradict.
type Option interface {
	apply(*settings)
}

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// settings are options, resolved. The zero value is the defaults.
type settings struct {
	name              string // of the node that carries it, not inherited
	dir               string // "" stands for "cassettes"
	mode              recorder.Mode
	pinned            bool
	allowRepeats      bool
	noIntercept       bool     // requests of the default transport are left alone
	interceptLoopback []string // the hosts and ports; anyLoopback stands for all
	passThrough       []string
	base              http.RoundTripper
	pace              float64
	instantRetries    bool
	shiftTimes        []string // nil shifts none
	bodyLimit         int
	rules             matching.Rules
	redact            redaction.Rules
	restore           func(placeholder string) string
	inOrder           bool
	include           []string
	failOnUnused      bool
	failOnAmended     bool
	recordOnlyPassed  bool
	failOnDrift       recorder.Severity
	driftRules        recorder.DriftRules
	failOn            []string // kinds of findings
	quiet             bool
	reports           []writtenReport
	prices            usage.Prices
	maxAge            time.Duration
	recordStale       bool
	err               error

	ofSuite               bool // these are being set for the suite
	liveCalls, liveTokens int
	rateLimit             map[string]int
	maxConcurrentCalls    int
}

// Name replaces the part of the cassette's path that is derived from the text
// of the decorated node, so that the text may change. It may have several
// parts, separated by slashes; each is made safe for file systems as a text
// is. A name that is empty, absolute, leads upwards or is longer than 80 bytes
// in one part is an error.
func Name(name string) Option {
	return option(func(s *settings) {
		if err := tree.CheckName(name); err != nil {
			s.fail(err)
			return
		}
		s.name = name
	})
}

// Dir sets the folder of the cassettes, relative to the folder of the suite's
// source. The default is "cassettes". The folder may lie elsewhere and may be
// shared by suites, since a cassette names the suite it belongs to.
func Dir(dir string) Option {
	return option(func(s *settings) {
		if dir == "" {
			s.fail(errors.New("vcr.Dir is empty; name a folder, or leave the option out"))
			return
		}
		s.dir = filepath.FromSlash(path.Clean(filepath.ToSlash(dir)))
	})
}

// Mode sets the record mode: "none", "once", "new_episodes", "all", "refresh", "amend" or "live"
// (see [recorder.Mode]). The variable VCR_RECORD_MODE, the flag
// -vcr.record-mode and a label filter that selects live specs are stronger. In
// CI every mode that is set here stands for "none": beside those three, only
// [PassThrough] lets a run send anything there. An unknown word is an error that
// lists the known ones.
func Mode(mode recorder.Mode) Option {
	return option(func(s *settings) {
		if _, err := recorder.ParseMode(string(mode)); err != nil {
			s.fail(fmt.Errorf("vcr.Mode: %w", err))
			return
		}
		s.mode = mode
	})
}

// Pinned replays cassettes in every mode, so that they outlast a run that records
// the others again. Use it for answers that a service gives only once. A cassette
// that does not exist is recorded, in the modes that record.
func Pinned() Option { return option(func(s *settings) { s.pinned = true }) }

// AllowRepeats plays the last matching recording again when all of them were
// played. Without it, each recording is played once.
func AllowRepeats() Option { return option(func(s *settings) { s.allowRepeats = true }) }

// InOrder requires requests in recorded order; any other match is a miss.
func InOrder() Option { return option(func(s *settings) { s.inOrder = true }) }

// Include names cassettes that are asked after the spec's own, such as that of a
// login which many specs begin with. A name is the path below the folder of the
// cassettes, as in "shared/login"; a spec whose place in the tree gives that path
// records it. Specs below this option run after the others, if Ginkgo's SpecPriority
// does not say otherwise, so that one run records both. A cassette that does not exist
// when the spec starts is an error, which names the command that records it.
//
// Included cassettes are never written. Each recording is played once in a spec,
// in every mode but live. Where an answer holds a placeholder, modes all and refresh send the
// request as well, so that the spec is recorded with a real token.
func Include(cassettes ...string) Option {
	return option(func(s *settings) {
		for _, name := range cassettes {
			if !filepath.IsLocal(filepath.FromSlash(name)) || strings.Contains(name, `\`) {
				s.fail(fmt.Errorf("vcr.Include(%q): not a path of a cassette below the folder of the cassettes; give one with slashes, such as shared/login", name))
				return
			}
			if path.Ext(name) != slug.Extension {
				name += slug.Extension
			}
			s.include = append(s.include, name)
		}
	})
}

// FailOnUnused fails a spec that passed and left recordings of its cassette
// unplayed. Without it they are reported after the suite.
func FailOnUnused() Option { return option(func(s *settings) { s.failOnUnused = true }) }

// FailOnAmended fails a spec that passed if a request of its cassette was amended and not
// sent since. Use it where answers must be what the service says, as on a release branch.
// Without it, amended interactions are listed after the suite. A run in mode amend passes.
func FailOnAmended() Option { return option(func(s *settings) { s.failOnAmended = true }) }

// RecordOnlyPassed keeps nothing of what a spec recorded that did not pass: no partial
// cassette, no rejected recording, and no journal of a run that breaks off. Every run
// pays for all calls again until the spec passes. Without it, what was recorded is
// replayed, wrong answers too.
func RecordOnlyPassed() Option { return option(func(s *settings) { s.recordOnlyPassed = true }) }

// Prices reads what tokens cost from a YAML file, whose path is relative to the folder
// of the suite. Prices are for a million tokens, by the name of the model, in which a
// star stands for any text, and by the kind of token:
//
//	# prices.yaml, in US dollars
//	gpt-5.4-mini*: {input: 0.25, cached_input: 0.025, output: 2}
//	"*claude-haiku*": {input: 1, cache_write: 1.25, cached_input: 0.1, output: 5}
//	text-embedding-3-small: {embedding: 0.02}
//
// The kinds are input, cached_input, cache_write, audio_input, image_input, embedding,
// output, reasoning, audio_output and image_output. One without a price has that of
// input or output. The first line that names a model counts. No prices are built in,
// because they change. A file that cannot be read is an error, which names its line.
func Prices(file string) Option {
	load := sync.OnceValues(func() (usage.Prices, error) {
		text, err := os.ReadFile(file)
		if err != nil {
			return usage.Prices{}, err
		}
		return usage.ParsePrices(file, text)
	})
	return option(func(s *settings) {
		prices, err := load()
		if err != nil {
			s.fail(fmt.Errorf("vcr.Prices: %w", err))
			return
		}
		s.prices = prices
	})
}

// NoIntercept leaves [http.DefaultTransport] alone. Without it, requests that
// reach the default transport while a spec is recorded or replayed are captured:
// those of [http.DefaultClient], [http.Get], clients without a transport, and clones of
// the default transport.
//
// Requests to loopback addresses are not intercepted in any case, because a
// suite's own servers have a new port in every run; see [InterceptLoopback].
func NoIntercept() Option { return option(func(s *settings) { s.noIntercept = true }) }

// Pace replays streamed bodies in the rhythm in which they were recorded: 1 is the
// speed of the recording, 2 is twice as fast. 0 is the default: the chunks are the
// same and come at once. A negative number is an error.
func Pace(speed float64) Option {
	return option(func(s *settings) {
		if !(speed >= 0) {
			s.fail(fmt.Errorf("vcr.Pace(%v): not a speed; 1 is that of the recording, 0 replays at once", speed))
			return
		}
		s.pace = speed
	})
}

// InstantRetries makes clients try again at once after a replayed failure, so that a
// recorded 429 or 500 does not make a test sleep. It sets Retry-After and Retry-After-Ms
// to zero on the statuses that clients retry: 408, 409, 429 and from 500 on. Elsewhere it
// does so where a response has them, and the same with X-Amz-Retry-After. The cassette
// keeps what the service said.
//
// The clients of OpenAI and Anthropic then wait no longer. Those of AWS and Cohere wait
// by rules of their own, which no header ends; give them a shorter backoff in tests.
func InstantRetries() Option { return option(func(s *settings) { s.instantRetries = true }) }

// ShiftTimes moves the instants of a replayed answer by the age of its recording, so
// that a token that was recorded long ago has not expired. It moves
//
//   - the headers Date, Expires, Retry-After and those that end with -Reset, and the
//     Expires of cookies;
//   - in JSON, in events and in lines of JSON, the fields exp, iat and nbf, those whose
//     last word is at, such as created_at, and those of something that expires, such as
//     expiresOn;
//   - what the JSONPaths (RFC 9535) select, such as $.session.valid_until.
//
// Other text, such as a date in prose, stays. An instant is a number since 1970, of 10 digits for seconds, 13, 16 or 19 for smaller
// units, or a date of RFC 3339 or HTTP. It keeps its form. A request that sends a moved
// instant back in the same form matches. The cassette stays as it is. What is signed
// stays as well, such as the claims inside a JSON Web Token; [RestoreOnReplay] can
// return a fresh one.
func ShiftTimes(jsonPaths ...string) Option {
	return option(func(s *settings) {
		if _, err := instants.NewFinder(jsonPaths); err != nil {
			s.fail(fmt.Errorf("vcr.ShiftTimes: %w", err))
			return
		}
		s.shiftTimes = append(append([]string{}, s.shiftTimes...), jsonPaths...)
	})
}

// BodyLimit sets the size in bytes above which the body of a request or response
// is kept in a file of its own, in the folder _bodies of the cassettes, so that Git LFS
// can take just those. Equal bodies are one file. The default is 256 KiB. Arrays of more
// than 16 KiB of numbers, such as embeddings, are kept there whatever the limit is; -1
// keeps everything in the cassette.
func BodyLimit(bytes int) Option {
	return option(func(s *settings) {
		if bytes < -1 || bytes == 0 {
			s.fail(fmt.Errorf("vcr.BodyLimit(%d): not a size; give one in bytes, or -1 for no limit", bytes))
			return
		}
		s.bodyLimit = bytes
	})
}

// Configure sets options for the whole suite; later calls add to earlier ones.
// Call it before RunSpecs, in a package variable, an init function or TestX. It
// records nothing by itself. It is not safe for concurrent use.
func Configure(options ...Option) bool {
	suiteOptions = append(suiteOptions, options...)
	return true
}

var suiteOptions optionList

// suite is the tree of specs of the suite that this process runs.
var suite *tree.Tree

// settingsOf returns the settings of a plan, which must not be changed.
func settingsOf(p *tree.Plan) *settings { return p.Settings.(*settings) }

// resolve adds the options of nodes, outermost first, to those of the suite.
func resolve(title string, layers []any) tree.Settings {
	s := settings{ofSuite: true}.with(suiteOptions)
	s.ofSuite = false
	names := make([]string, len(layers))
	for n, layer := range layers {
		options, _ := layer.(optionList)
		s = s.with(options)
		names[n] = s.name
	}
	return tree.Settings{Names: names, Dir: s.dir, Include: s.include, All: &s, Err: cmp.Or(s.check(title), s.checkAge(title))}
}

// checkOptions returns what is wrong with the options of one decorator.
func checkOptions(text string, options any) error {
	return settings{}.with(options.(optionList)).check(text)
}

// includes reports whether the options of one decorator include a cassette.
func includes(options any) bool { return len(settings{}.with(options.(optionList)).include) > 0 }

// with returns the settings with further options applied on top.
func (s settings) with(options optionList) settings {
	s.name = ""
	if len(options) == 0 {
		return s
	}
	return s.and(options)
}

// and is apart from with because options take a pointer to the settings, for which
// these are moved to the heap, and most nodes have no options.
func (s settings) and(options optionList) settings {
	s.passThrough, s.include, s.interceptLoopback = slices.Clip(s.passThrough), slices.Clip(s.include), slices.Clip(s.interceptLoopback)
	options.apply(&s)
	return s
}

// optionList is what one decorator was given. It must not be changed.
type optionList []Option

func (o optionList) apply(s *settings) {
	for _, option := range o {
		if option == nil {
			s.fail(errors.New("an option is nil; leave it out"))
			continue
		}
		option.apply(s)
	}
}

func (s *settings) fail(err error) { s.err = errors.Join(s.err, err) }

// check returns what is wrong with the settings of a node.
func (s settings) check(name string) error {
	err := s.err
	if err == nil {
		_, err = matching.New(s.rules)
	}
	if err != nil {
		return fmt.Errorf("the options of %q: %w", name, err)
	}
	if err := s.redact.Valid(); err != nil {
		return fmt.Errorf("redaction in %q: %w", name, err)
	}
	return nil
}

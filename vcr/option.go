package vcr

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// An Option changes how specs are recorded. Options are given to [Recorded],
// for the specs below a node, and to [Configure], for the suite. An inner
// node's options are added to those of the nodes around it, and override them
// where they contradict.
type Option interface {
	apply(*settings)
}

// Options are several options, applied in order. Nil and empty Options do nothing.
type Options []Option

func (o Options) apply(s *settings) {
	for _, option := range o {
		if option == nil {
			s.fail(errors.New("an option is nil; leave it out"))
			continue
		}
		option.apply(s)
	}
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
	open              bool // requests of the default transport are not intercepted
	interceptLoopback bool
	passThrough       []string
	base              http.RoundTripper
	pace              float64
	instantRetries    bool
	bodyLimit         int
	rules             match.Rules
	redact            redact.Rules
	restore           func(placeholder string) string
	failOnSecrets     bool
	inOrder           bool
	include           []string
	failOnUnused      bool
	err               error
}

func (s settings) isZero() bool { return reflect.ValueOf(s).IsZero() }

func (s *settings) fail(err error) { s.err = errors.Join(s.err, err) }

// with returns the settings with further options applied on top.
func (s settings) with(options Options) settings {
	s.name = ""
	if len(options) == 0 {
		return s
	}
	return s.and(options)
}

// and is apart from with because options take a pointer to the settings, for which
// these are moved to the heap, and most nodes have no options.
func (s settings) and(options Options) settings {
	s.passThrough, s.include = slices.Clip(s.passThrough), slices.Clip(s.include)
	options.apply(&s)
	return s
}

// check returns what is wrong with the settings of a node.
func (s settings) check(name string) error {
	err := s.err
	if err == nil {
		_, err = match.New(s.rules)
	}
	if err != nil {
		return fmt.Errorf("the options of %q: %w", name, err)
	}
	if err := s.redact.Valid(); err != nil {
		return fmt.Errorf("redaction in %q: %w", name, err)
	}
	return nil
}

// Name replaces the part of the cassette's path that is derived from the text
// of the decorated node, so that the text may change. It may have several
// parts, separated by slashes; each is made safe for file systems as a text
// is. A name that is empty, absolute, leads upwards or is longer than 80 bytes
// in one part is an error.
func Name(name string) Option {
	return option(func(s *settings) {
		if err := checkName(name); err != nil {
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

// Mode sets the record mode: "none", "once", "new_episodes", "all" or "live"
// (see [recorder.Mode]). The variable VCR_RECORD_MODE, the flag
// -vcr.record-mode and a label filter that selects live specs are stronger. In
// CI every mode that is set here stands for "none": only those three make a run
// send anything there. An unknown word is an error that lists the known ones.
func Mode(mode recorder.Mode) Option {
	return option(func(s *settings) {
		if _, err := recorder.ParseMode(string(mode)); err != nil {
			s.fail(fmt.Errorf("vcr.Mode: %w", err))
			return
		}
		s.mode = mode
	})
}

// Pinned makes cassettes replay in every mode, so that they outlast a run that
// records the others again. It is for answers that cannot be had a second time.
func Pinned() Option {
	return option(func(s *settings) { s.pinned = true })
}

// AllowRepeats plays the last matching recording again when all of them were
// played. Without it, each recording is played once.
func AllowRepeats() Option {
	return option(func(s *settings) { s.allowRepeats = true })
}

// Intercept says whether requests are captured that reach
// [http.DefaultTransport] while a spec is recorded or replayed: those of
// [http.DefaultClient], [http.Get] and clients without a transport. It is on by
// default. While it is on, a clone of the default transport, which cannot be
// captured, is refused, and the default transport speaks HTTP/1 only.
//
// Requests to loopback addresses are not intercepted, because a suite's own
// servers have a new port in every run; see [InterceptLoopback].
func Intercept(on bool) Option {
	return option(func(s *settings) { s.open = !on })
}

// InterceptLoopback intercepts requests to loopback addresses as well.
// [Client] records them in any case.
func InterceptLoopback() Option {
	return option(func(s *settings) { s.interceptLoopback = true })
}

// PassThrough names hosts, with or without a port, whose requests are sent as
// they are and not recorded, in every mode.
func PassThrough(hosts ...string) Option {
	return option(func(s *settings) {
		for _, host := range hosts {
			if host == "" || strings.ContainsAny(host, "/*?@ ") {
				s.fail(fmt.Errorf("vcr.PassThrough(%q): is no host; give a name such as metrics.example.com, with or without a port", host))
			}
		}
		s.passThrough = append(s.passThrough, hosts...)
	})
}

// Base sets what sends the requests that are to be sent. Nil and the default
// are a transport of the package's own with proxies from the environment.
func Base(transport http.RoundTripper) Option {
	return option(func(s *settings) {
		switch transport.(type) {
		case inForceTransport, boundTransport:
			s.fail(errors.New("vcr.Base is given a transport of this package, which would send to itself; give the one that really sends"))
		default:
			s.base = transport
		}
	})
}

// Pace replays streamed bodies in the rhythm in which they were recorded: 1 as
// they came, 2 twice as fast. Without it, and with 0, the chunks are the same and
// come at once. A negative number is an error.
func Pace(speed float64) Option {
	return option(func(s *settings) {
		if !(speed >= 0) {
			s.fail(fmt.Errorf("vcr.Pace(%v): is no speed; 1 is that of the recording, 0 replays at once", speed))
			return
		}
		s.pace = speed
	})
}

// InstantRetries makes the headers Retry-After, Retry-After-Ms and
// X-Amz-Retry-After of replayed responses zero, so that a recorded 429 does not
// make a test sleep. The tape keeps what the service said.
func InstantRetries() Option {
	return option(func(s *settings) { s.instantRetries = true })
}

// BodyLimit sets the size in bytes above which the body of a request or response
// is kept in a file of its own beside the cassette, so that Git LFS can take just
// those. The default is 256 KiB; -1 keeps all bodies in the cassette.
func BodyLimit(bytes int) Option {
	return option(func(s *settings) {
		if bytes < -1 || bytes == 0 {
			s.fail(fmt.Errorf("vcr.BodyLimit(%d): is no size; give one in bytes, or -1 for no limit", bytes))
			return
		}
		s.bodyLimit = bytes
	})
}

var suiteOptions Options

// Configure sets options for the whole suite; later calls add to earlier ones.
// Call it before RunSpecs, in a package variable, an init function or TestX. It
// records nothing by itself. It is not safe for concurrent use.
func Configure(options ...Option) bool {
	suiteOptions = append(suiteOptions, options...)
	return true
}

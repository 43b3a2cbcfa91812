package vcr

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"path/filepath"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// adding returns an option that adds to the rules by which requests match.
func adding(rules match.Rules) Option {
	return option(func(s *settings) { s.rules = s.rules.With(rules) })
}

// MatchOn names what counts when a request is matched, instead of the default:
// method, URL and body.
//
//	vcr.Recorded(vcr.MatchOn(match.Method, match.Path, match.JSONBody))
//
// What is named around a node and on it is added up. No parts at all are an
// error, and so are words that package match does not have.
func MatchOn(parts ...match.Part) Option {
	if len(parts) == 0 {
		return option(func(s *settings) {
			s.fail(errors.New("vcr.MatchOn names nothing; name parts such as match.Method and match.Path, or leave the option out"))
		})
	}
	return adding(match.Rules{MatchOn: parts})
}

// IgnoreQuery names parameters of the query that do not count when a request is
// matched. Letter case matters.
func IgnoreQuery(names ...string) Option { return adding(match.Rules{IgnoreQuery: names}) }

// IgnoreHeaders names headers that do not count when a request is matched, where
// MatchOn(match.Header()) says that headers do. A name may end in a star.
func IgnoreHeaders(names ...string) Option { return adding(match.Rules{IgnoreHeaders: names}) }

// IgnoreBody names, as JSONPaths (RFC 9535), what does not count in the body of
// a request, such as $.user, $.messages[*].id or $..timestamp. The fields of
// forms and the parts of multipart bodies are members of the root, and paths
// lead into those that hold JSON. A path that does not parse is an error.
func IgnoreBody(jsonPaths ...string) Option { return adding(match.Rules{IgnoreBody: jsonPaths}) }

// NormalizeBody applies a function to the bodies of the request and of the
// recording before they are compared. It must return another slice, and leave
// its argument alone. It is tried once when the spec is constructed, and may be
// called from several goroutines.
func NormalizeBody(normalize func([]byte) []byte) Option {
	return adding(match.Rules{NormalizeBody: []func([]byte) []byte{normalize}})
}

// NormalizeText applies a function to every string value in a JSON body, and to
// the fields of forms and multipart bodies, before they are compared. Package
// match has functions for white space, line ends, UUIDs, timestamps and the ids
// of tool calls:
//
//	vcr.NormalizeText(match.UUIDs)
func NormalizeText(normalize func(string) string) Option {
	return adding(match.Rules{NormalizeText: []func(string) string{normalize}})
}

// MatchFunc lets a function decide about the recordings that match by all other
// rules, which it is asked about one after the other. It gets the request as it
// was sent, whose body it may read, and the recorded one as it stands on the
// tape, redacted. It may be called from several goroutines.
func MatchFunc(matches func(sent *http.Request, recorded cassette.Request) bool) Option {
	return adding(match.Rules{Funcs: []func(*http.Request, cassette.Request) bool{matches}})
}

// ForHost adds rules for the requests to one host, with or without a port. Only
// MatchOn, IgnoreQuery, IgnoreHeaders, IgnoreBody, NormalizeBody and
// NormalizeText may be given.
func ForHost(host string, rules ...Option) Option {
	return option(func(s *settings) {
		own := settings{}.with(rules)
		if own.err != nil {
			s.fail(fmt.Errorf("vcr.ForHost(%q): %w", host, own.err))
			return
		}
		of := own.rules
		if own.rules = (match.Rules{}); !own.isZero() {
			s.fail(fmt.Errorf("vcr.ForHost(%q): only options about matching hold for a host; give the others to vcr.Recorded or vcr.Configure", host))
			return
		}
		s.rules = s.rules.With(match.Rules{Hosts: []match.HostRules{{Host: host, Rules: of}}})
	})
}

// InOrder makes requests match in the order of the tape only: one for which
// another recording than the next is there is a miss that says so.
func InOrder() Option { return option(func(s *settings) { s.inOrder = true }) }

// Include names cassettes that are asked after the spec's own, such as that of a
// login which many specs begin with. They are read only: played in every mode
// but live, each recording once in a spec, and never written. Only where an answer
// holds a placeholder, mode all sends the request as well, so that what it records
// is asked for with a real token. A name is the
// path below the folder of the cassettes, as in "shared/login"; a spec whose
// place in the tree gives that path records it. A cassette that is not there is
// an error when the spec starts.
func Include(cassettes ...string) Option {
	return option(func(s *settings) {
		for _, name := range cassettes {
			if !filepath.IsLocal(filepath.FromSlash(name)) || strings.Contains(name, `\`) {
				s.fail(fmt.Errorf("vcr.Include(%q): is no path of a cassette below the folder of the cassettes; give one with slashes, such as shared/login", name))
				return
			}
			if path.Ext(name) != extension {
				name += extension
			}
			s.include = append(s.include, name)
		}
	})
}

// FailOnUnused fails a spec that passed and left recordings of its cassette
// unplayed. Without it they are reported after the suite.
func FailOnUnused() Option { return option(func(s *settings) { s.failOnUnused = true }) }

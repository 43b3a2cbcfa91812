package vcr

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// adding returns an option that adds to the rules by which requests match.
func adding(rules matching.Rules) Option {
	return option(func(s *settings) { s.rules = s.rules.With(rules) })
}

// MatchOn names the parts of a request that must be equal for a match, instead of
// the default: method, URL and body.
//
//	vcr.Recorded(vcr.MatchOn(match.Method, match.Path, match.JSONBody))
//
// Parts that are named around a node and on it add up. No parts are an error, and
// so are words that package match does not have.
func MatchOn(parts ...match.Part) Option {
	if len(parts) == 0 {
		return option(func(s *settings) {
			s.fail(errors.New("vcr.MatchOn names nothing; name parts such as match.Method and match.Path, or leave the option out"))
		})
	}
	return adding(matching.Rules{MatchOn: parts})
}

// IgnoreQuery names parameters of the query that may differ. Letter case matters.
func IgnoreQuery(names ...string) Option { return adding(matching.Rules{IgnoreQuery: names}) }

// IgnoreHeaders names headers that may differ where MatchOn(match.Header()) makes
// headers count. A name may end in a star.
func IgnoreHeaders(names ...string) Option { return adding(matching.Rules{IgnoreHeaders: names}) }

// IgnorePartHeaders names headers of the parts of multipart bodies that may differ.
// The name of a file is in Content-Disposition; the name of the field still counts.
// A name may end in a star.
func IgnorePartHeaders(names ...string) Option {
	return adding(matching.Rules{IgnorePartHeaders: names})
}

// IgnoreBody names, as JSONPaths (RFC 9535), values in the body of a request that
// may differ, such as $.user, $.messages[*].id or $..timestamp. The fields of
// forms and the parts of multipart bodies are members of the root, and paths
// lead into those that hold JSON. A path that does not parse is an error.
func IgnoreBody(jsonPaths ...string) Option { return adding(matching.Rules{IgnoreBody: jsonPaths}) }

// NormalizeBody applies a function to the bodies of the request and of the
// recording before they are compared. The function must return another slice and
// leave its argument alone. It is tried once when the spec is constructed, and may
// be called from several goroutines.
func NormalizeBody(normalize func([]byte) []byte) Option {
	return adding(matching.Rules{NormalizeBody: []func([]byte) []byte{normalize}})
}

// NormalizeText applies a function to every string value in a JSON body, and to
// the fields of forms and multipart bodies, before they are compared. Package
// match has functions for white space, line ends, UUIDs, timestamps, dates and the
// ids of tool calls:
//
//	vcr.NormalizeText(match.UUIDs)
func NormalizeText(normalize func(string) string) Option {
	return adding(matching.Rules{NormalizeText: []func(string) string{normalize}})
}

// MatchFunc lets a function decide about the recordings that match by all other
// rules, one after the other. It gets the request as it was sent, whose body it
// may read, and the recorded one as it is on the tape, redacted. To see headers such
// as User-Agent there, name them in [KeepHeaders]. It may be called from several
// goroutines.
func MatchFunc(matches func(sent *http.Request, recorded cassette.Request) bool) Option {
	return adding(matching.Rules{Funcs: []func(*http.Request, cassette.Request) bool{matches}})
}

// ForHost adds rules for the requests to one host, with or without a port. Only
// MatchOn, IgnoreQuery, IgnoreHeaders, IgnorePartHeaders, IgnoreBody, NormalizeBody
// and NormalizeText may be given.
func ForHost(host string, rules ...Option) Option {
	return option(func(s *settings) {
		own := settings{}.with(optionList(rules))
		if own.err != nil {
			s.fail(fmt.Errorf("vcr.ForHost(%q): %w", host, own.err))
			return
		}
		of := own.rules
		if own.rules = (matching.Rules{}); !reflect.ValueOf(own).IsZero() {
			s.fail(fmt.Errorf("vcr.ForHost(%q): only options about matching hold for a host; give the others to vcr.Recorded or vcr.Configure", host))
			return
		}
		s.rules = s.rules.With(matching.Rules{Hosts: []matching.HostRules{{Host: host, Rules: of}}})
	})
}

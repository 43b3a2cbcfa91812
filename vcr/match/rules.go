package match

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// Rules say what counts when a request is matched. The zero value is the
// default: the method, the URL and the body, each in full. Rules are values:
// they are not changed once they are in use, and are then safe for concurrent
// use if their functions are.
type Rules struct {
	// MatchOn lists what counts; nothing stands for the default.
	MatchOn []Part
	// IgnoreQuery names parameters of the query that do not count. Letter case
	// matters.
	IgnoreQuery []string
	// IgnoreHeaders names headers that do not count where [Header] says that
	// headers do. Letter case does not matter.
	IgnoreHeaders []string
	// IgnoreBody are JSONPaths (RFC 9535) of what does not count in a body, with
	// wildcards and filters: $.user, $.messages[*].id, $..timestamp,
	// $.messages[?@.role == 'system']. A form, and a multipart body, is read as
	// an object that has the fields as members, and where one holds JSON, a path
	// leads into it: $.metadata.timestamp. A field that is sent more than once
	// is an array.
	IgnoreBody []string
	// NormalizeBody are applied to a body, without its Content-Encoding, before
	// it is read. They return another slice and leave their argument alone.
	NormalizeBody []func([]byte) []byte
	// NormalizeText are applied to each string value in a JSON body, and to each
	// field of a form or part of multipart, after IgnoreBody.
	NormalizeText []func(string) string
	// Funcs are asked about each recording that matches by all other rules, with
	// the request as it was sent and the recorded one as it stands on the tape,
	// redacted. All have to agree. It is the only rule that scans. They may read
	// the request's body, and may be called from several goroutines.
	Funcs []func(*http.Request, cassette.Request) bool
	// Hosts are rules for single hosts, in addition to the others.
	Hosts []HostRules
}

// HostRules are rules for the requests to one host.
type HostRules struct {
	Host  string // a name, or an address, with or without a port
	Rules Rules  // without Hosts of its own
}

func (r Rules) isZero() bool { return reflect.ValueOf(r).IsZero() }

// With returns r with other rules added to it. What counts by either counts.
func (r Rules) With(other Rules) Rules {
	return Rules{
		MatchOn:       slices.Concat(r.MatchOn, other.MatchOn),
		IgnoreQuery:   slices.Concat(r.IgnoreQuery, other.IgnoreQuery),
		IgnoreHeaders: slices.Concat(r.IgnoreHeaders, other.IgnoreHeaders),
		IgnoreBody:    slices.Concat(r.IgnoreBody, other.IgnoreBody),
		NormalizeBody: slices.Concat(r.NormalizeBody, other.NormalizeBody),
		NormalizeText: slices.Concat(r.NormalizeText, other.NormalizeText),
		Funcs:         slices.Concat(r.Funcs, other.Funcs),
		Hosts:         slices.Concat(r.Hosts, other.Hosts),
	}
}

// String returns the rules as the code that makes them, functions aside; "" for
// rules that say nothing.
func (r Rules) String() string {
	var fields []string
	field := func(name, kind string, words []string) {
		if len(words) > 0 {
			fields = append(fields, fmt.Sprintf("%s: []%s{%s}", name, kind, strings.Join(words, ", ")))
		}
	}
	field("MatchOn", "match.Part", codes(r.MatchOn))
	field("IgnoreQuery", "string", quoted(r.IgnoreQuery))
	field("IgnoreHeaders", "string", quoted(r.IgnoreHeaders))
	field("IgnoreBody", "string", quoted(r.IgnoreBody))
	if len(fields) == 0 {
		return ""
	}
	return "match.Rules{" + strings.Join(fields, ", ") + "}"
}

func quoted(words []string) []string {
	quoted := make([]string, len(words))
	for n, word := range words {
		quoted[n] = strconv.Quote(word)
	}
	return quoted
}

// Package choice tells which recordings are to be recorded again: those that the variable
// VCR_RECORD_ONLY names.
package choice

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// A Choice names recordings. It is safe for concurrent use.
type Choice struct {
	text  string
	terms []term
}

// A term chooses interactions of a cassette, by its file, or all of it.
type term interface {
	chooses(file string, interactions []*cassette.Interaction, n int) bool
	choosesAll(file string) bool
}

const forms = "give a cassette and a line, as in chat/answers.yaml:74, or the position of an interaction, as in chat/answers.yaml#2, " +
	"or before:2026-01-31, host:api.example.com, missed:report.json or amended"

// Parse reads terms with commas between them. What one of them names is chosen. The
// terms are
//
//	chat/answers.yaml:74   the interaction at a line of a cassette; the path may be its end
//	chat/answers.yaml#2    the second interaction
//	before:2026-01-31      those that were recorded before that day, in UTC
//	host:api.example.com   those of a host, with or without a port
//	missed:report.json     all of the specs that missed in the run of a report of Ginkgo
//	amended                those whose request was amended
func Parse(text string) (*Choice, error) {
	c := &Choice{text: text}
	for word := range strings.SplitSeq(text, ",") {
		term, err := parseTerm(strings.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", process.OnlyVariable, err)
		}
		c.terms = append(c.terms, term)
	}
	return c, nil
}

func parseTerm(word string) (term, error) {
	name, value, _ := strings.Cut(word, ":")
	switch name {
	case "amended":
		if value == "" {
			return amended{}, nil
		}
	case "before":
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return nil, fmt.Errorf("%q is not a day; give one such as before:2026-01-31", value)
		}
		return before(day), nil
	case "host":
		if value != "" && !strings.ContainsAny(value, "/?@") {
			return host(value), nil
		}
		return nil, fmt.Errorf("%q is not a host; give a name such as host:api.example.com, with or without a port", value)
	case "missed":
		return readMissed(value)
	}
	for _, separator := range []string{":", "#"} {
		at := strings.LastIndex(word, separator)
		if at <= 0 {
			continue
		}
		if number, err := strconv.Atoi(word[at+1:]); err == nil && number > 0 && filepath.Ext(word[:at]) == ".yaml" {
			return place{filepath.ToSlash(word[:at]), number, separator == ":"}, nil
		}
	}
	return nil, fmt.Errorf("%.200q names no recordings; %s", word, forms)
}

// OfEnvironment returns what the variable VCR_RECORD_ONLY says, nil if it is not set.
func OfEnvironment() (*Choice, error) {
	text := os.Getenv(process.OnlyVariable)
	if text == "" {
		return nil, nil
	}
	parse, _ := parsed.LoadOrStore(text, sync.OnceValues(func() (*Choice, error) { return Parse(text) }))
	return parse.(func() (*Choice, error))()
}

var parsed sync.Map // a report is read once

// String returns what was parsed.
func (c *Choice) String() string { return c.text }

// Fits returns an error for a record mode that records nothing: "" stands for none set.
func (c *Choice) Fits(mode string) error {
	if slices.Contains([]string{"none", "amend", "live"}, mode) {
		return fmt.Errorf("%s records again what it names, and the record mode %s records nothing; leave one of them out", process.OnlyVariable, mode)
	}
	return nil
}

// All reports whether all of a cassette is chosen, whatever it holds. The file may not
// exist.
func (c *Choice) All(file string) bool {
	return slices.ContainsFunc(c.terms, func(t term) bool { return t.choosesAll(file) })
}

// Of returns which interactions of a cassette are chosen, nil for none of them. They must
// be decoded.
func (c *Choice) Of(file string, interactions []*cassette.Interaction) []bool {
	chosen := make([]bool, len(interactions))
	for n := range interactions {
		chosen[n] = slices.ContainsFunc(c.terms, func(t term) bool { return t.chooses(file, interactions, n) })
	}
	if !slices.Contains(chosen, true) {
		return nil
	}
	return chosen
}

type amended struct{}

func (amended) choosesAll(string) bool { return false }
func (amended) chooses(_ string, interactions []*cassette.Interaction, n int) bool {
	return !interactions[n].Amended.IsZero()
}

type before time.Time

func (before) choosesAll(string) bool { return false }

// chooses leaves out what does not say when it was recorded.
func (b before) chooses(_ string, interactions []*cassette.Interaction, n int) bool {
	recorded := interactions[n].Recorded
	return !recorded.IsZero() && recorded.Before(time.Time(b))
}

type host string

func (host) choosesAll(string) bool { return false }
func (h host) chooses(_ string, interactions []*cassette.Interaction, n int) bool {
	u, err := url.Parse(interactions[n].Request.URL)
	return err == nil && matching.NamesHost(string(h), matching.HostPort(u))
}

// A place is one interaction, by the end of the path of its cassette.
type place struct {
	end    string
	number int
	isLine bool
}

func (place) choosesAll(string) bool { return false }
func (p place) chooses(file string, interactions []*cassette.Interaction, n int) bool {
	switch file = filepath.ToSlash(file); {
	case file != p.end && !strings.HasSuffix(file, "/"+p.end):
		return false
	case !p.isLine:
		return n == p.number-1
	}
	isLast := n == len(interactions)-1
	return interactions[n].Line() <= p.number && (isLast || p.number < interactions[n+1].Line())
}

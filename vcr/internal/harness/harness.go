// Package harness is what a test framework and the recorder tell each other about
// the spec that runs. Package vcr fills it in for Ginkgo, and the recorder itself
// for a plain go test. It knows no framework and no tape.
package harness

import (
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// A Spec is the spec of a session. The zero value says nothing about it.
type Spec struct {
	// Suite is the import path of the suite's package, and Name the texts of the
	// spec. Both go into the header of the cassette.
	Suite, Name string
	// Shared says that other suites keep cassettes in the same folder. Then a
	// cassette whose header names another suite is refused.
	Shared bool
	// LookedIn says where cassettes are looked for, and what to do, where that may be a
	// wrong folder. "" means that it is the right one.
	LookedIn string
	// Discard makes the session write nothing: of several processes that do the
	// same, one saves.
	Discard bool
	// Pinned makes the cassette replay in every mode.
	Pinned bool
	// Rules and Redaction add to the rules of the session's own configuration.
	Rules     matching.Rules
	Redaction redaction.Rules
	// Orphans returns the files of cassettes that no spec claims. If one of them
	// answers the first request of a spec without a cassette, the spec was
	// renamed. Nil means none.
	Orphans func() []string
	// Dummies returns the values that take the place of missing keys. A request
	// that holds one is not recorded. Nil means none.
	Dummies func() []Dummy
	// Guide says how to mend what fails the spec. Nil means the guide of a plain go
	// test.
	Guide func() Guide
	// Run is the name of the run in whose processes calls are counted together, which
	// no other run has. "" stands for this process alone.
	Run string
	// RecordIncluded returns the commands each of which records an included cassette
	// that does not exist, none if nothing records it. Nil means none.
	RecordIncluded func(file string) []string
	// ClientRemedy says how to obtain a client that works, and PlaceRemedy how to
	// give a cassette another place. "" stands for the advice for a plain go test.
	ClientRemedy, PlaceRemedy string
	// Only says which recordings are sent again, while the others are played. Nil leaves
	// that to the record mode. OnChosen is called if it chose some; nil means that
	// nothing is called.
	Only     *choice.Choice
	OnChosen func()
	// OnRefuse is called with every miss, and every other error by which the session
	// refuses a request before it is closed, in the goroutine of the request. Nil
	// means nothing is called.
	OnRefuse func(error)
	// Note is called when the session is closed, with each thing about its cassette that
	// people should know and that fails nothing. Nil prints it on standard error.
	Note func(text string)
	// Trace is called with a line about each request: how it was answered, or why not. It
	// is called in the goroutine of the request. Nil means nothing is called.
	Trace func(line string)
	// RefuseWith makes the session refuse every request with this error.
	RefuseWith error
	// Opened is called when the session opens, with what reports whether a request
	// without a recording is sent. Nil means nothing is called.
	Opened func(mayRecord func() bool)
	// Bypasses returns the requests that went past the session so far. Nil means
	// none.
	Bypasses func() []Bypass
}

// A Bypass is a request that went past a session: the code sent it with another
// client, to a server on this machine.
// Without a URL it is a look-up of the host Address.
type Bypass struct{ Method, URL, Address string }

// A Dummy takes the place of an environment variable that is not set.
type Dummy struct{ Variable, Value string }

// A Remedy mends a miss: what it does, and the commands to run or the code to
// paste.
type Remedy struct {
	Does     string
	Commands []string
}

// Package vcr records the HTTP exchanges of Ginkgo specs and plays them back.
//
// [Recorded] decorates a container, a spec, a table or an entry. Every spec
// under it has a cassette, whose path is derived from the place of the spec in
// the tree. The first run sends the requests and writes the cassettes; every
// later run answers from them, without a network. [Client] is the client that
// does so; code that uses [http.DefaultTransport] is captured as well.
//
// In CI nothing is recorded: a request that has no recording fails the spec.
//
// The package changes three things of the process that imports it, which
// should therefore be a test: it registers the flag -vcr.record-mode, it adds a
// BeforeEach and a ReportAfterSuite to the suite, and it instruments
// [http.DefaultTransport] in place so that requests can be captured or refused
// while a spec is recorded or replayed (see [Intercept]).
package vcr

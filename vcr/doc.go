// Package vcr records the HTTP exchanges of Ginkgo specs and replays them.
//
// [Recorded] decorates a container, a spec, a table or an entry. Every spec under
// it has a cassette, a YAML file that you commit. The first run sends the requests
// and writes the cassettes. Every later run replays them, without a network and a
// key. In CI nothing is recorded: a request without a recording fails the spec.
//
//	var _ = Describe("Assistant", vcr.Recorded(), func() {
//		It("knows the capital of France", func(ctx SpecContext) {
//			answer, err := assistant.Ask(ctx, vcr.Client(), "What is the capital of France?")
//			Expect(err).NotTo(HaveOccurred())
//			Expect(answer).To(ContainSubstring("Paris"))
//			Expect(vcr.Current()).To(HaveReplayedAllInteractions())
//		})
//	})
//
// The examples show the common options. The matchers are in package matchers. A plain
// go test has recorder.ForTest, and the options as fields of recorder.Config.
//
// # Which requests are recorded
//
// Hand [Client] to the code under test. It may be obtained anywhere, in a package
// variable too. Each request goes to the session in force when it starts: the
// spec's; in BeforeAll and AfterAll the container's; in BeforeSuite and AfterSuite
// the suite's. Without one it fails with [ErrNotRecording], and nothing is sent.
//
// Code that was given no client is captured as well where it uses [http.DefaultClient],
// [http.DefaultTransport] or a clone of that, as the SDKs of OpenAI and Anthropic do:
//
//	way to send                                            in a recorded spec
//	vcr.Client()                                           captured
//	http.Get, http.DefaultClient, &http.Client{}           captured
//	http.DefaultTransport                                  captured
//	a clone of http.DefaultTransport                       captured
//	a clone without keep-alives                            captured
//	a clone that verifies no certificate                   captured
//	a clone whose DialContext calls the one it had         captured
//	a clone with another DialContext                       refused
//	a clone with another Proxy, or none                    refused
//	a clone that trusts other certificates                 refused
//	a clone with a client certificate                      refused
//	a clone made before this package was initialised       unseen
//	&http.Transport{}, as the AWS SDK has one              unseen
//	a replaced http.DefaultTransport                       unseen
//	one of these three, to a host that it looks up         refused
//
// What is captured is on the tape as [Client] would record it. What is refused fails the
// spec and is not sent, because the session lacks the settings of that clone. What is
// unseen is sent.
//
// A clone with another Proxy, or none, is refused when it connects. It is unseen in two
// cases: it uses a connection from before the spec, or it connects to a proxy on this
// machine.
//
// A clone with another DialTLSContext is refused for http. For https it is captured, and
// that function is not called: a recorded request is sent without it.
//
// Without [Client], requests to loopback addresses are not captured: a suite's own servers
// have a new port in every run. See [InterceptLoopback]. Requests that a session sends past
// the tape are not captured either: the transport of the code sends them.
//
// A suite may set Proxy, DialContext and TLSClientConfig on the default transport before
// a spec. They hold for all real requests, also for those that are recorded. In
// BeforeSuite, code without a client is captured if RunSpecs is decorated. [NoIntercept]
// leaves the default transport alone.
//
// A model on this machine is such a server, too. Requests to it that do not use
// [Client] pass; the report lists them, and HaveMadeLiveRequests counts them. Name it,
// or say that it is meant:
//
//	vcr.InterceptLoopback("localhost:11434")   records it
//	vcr.PassThrough("localhost:8080")          sends to it in every mode, and says nothing
//
// Servers of the test process itself need neither, where the system tells who listens.
// Without names, InterceptLoopback takes these as well and does not call them in
// replay: a suite that waits for the callback of a login then waits for ever.
//
// [Client] records servers on this machine as all others. One that has a new port in
// every run matches without it:
//
//	vcr.Recorded(vcr.ForHost("127.0.0.1", vcr.MatchOn(match.Method, match.Path, match.Query, match.Body)))
//
// A transport of the code's own, such as &http.Transport{} and that of the AWS SDK, is
// seen when it looks up a host by name: that fails the spec while it is recorded or
// replayed, unless [PassThrough] names the host. In a live run the report lists the
// host. All look-ups by net.DefaultResolver count, those of a database too. Nothing is
// seen of literal addresses, names in /etc/hosts, proxies by address and resolvers of
// the code's own, nor where Go asks the system for names: on macOS and Windows, and
// on Linux as nsswitch.conf says. GODEBUG=netdns=go makes Go ask the name server there.
//
// A goroutine that outlives its spec reaches the session that is in force when its
// request starts. Where none is, its request is sent, if it does not use [Client].
//
// # Cassettes and their paths
//
// The path of a cassette comes from the texts around the spec:
//
//	Describe("Chat") / It("answers a question")   cassettes/chat/answers_a_question.yaml
//	BeforeAll of an Ordered container "Login"     cassettes/login/_container.yaml
//	BeforeSuite and AfterSuite                    cassettes/_suite.yaml
//
// Letters of any script and digits stay, in lower case; what is between them becomes
// "_". A short hash is added where two names could become one, or nothing is left:
//
//	"x > 1", "x < 1", "50% off", "C++"      a symbol was dropped
//	a text of more than 80 bytes            it was cut
//	"con", "nul", "com1"                    Windows reserves it
//	"!!!"                                   nothing was left
//
// Punctuation adds none: "Hello, world." is hello_world. [Name] replaces the segment of
// the decorated node, so that its text may change. [Dir] sets the folder.
//
// Specs with one path stop the suite before it runs, also with --dry-run: all of them
// are listed, with a text that tells the turns of a loop apart. If it is RunSpecs that
// records them, they fail when they make a request. A text that differs from run to run
// stops the suite as well, such as that of Entry(nil, …) with a pointer or a function
// among its parameters.
//
// Put this line into .gitattributes, so that git changes no byte of a cassette and
// does not mix two of them:
//
//	**/cassettes/** -text -merge
//
// With ginkgo -p, the first process alone writes the cassette of BeforeSuite: what
// the others send there has to be the same.
//
// If two branches record into one cassette, take one side and run the spec with
// VCR_RECORD_MODE=new_episodes.
//
// A spec that was renamed finds no cassette. If an unclaimed cassette answers its
// first request, the spec fails and prints the git mv that moves it, or the whole
// folder of a renamed container.
//
// # Record modes
//
// The modes are those of package recorder: none, once, new_episodes, all, refresh, amend, live.
// The strongest setting wins:
//
//  1. the variable VCR_RECORD_MODE
//  2. the flag -vcr.record-mode, behind -- on the command line
//  3. a label filter that selects live specs
//  4. [Mode] on the nearest decorator
//  5. [Mode] in [Configure]
//  6. the default: once, and none in CI
//
// In CI only VCR_RECORD_MODE, -vcr.record-mode or a live label filter lets a run
// record, or send what a recording should answer. What [PassThrough] names is sent
// there, too. CI is the variable CI set to anything but 0 or false, or a variable
// of Azure Pipelines, TeamCity, Jenkins or CodeBuild. A [Pinned] cassette replays in
// every mode.
//
// After an edit of a prompt, of a tool or of a schema, the old answer is often still
// right. Mode amend sends nothing and needs no key:
//
//	VCR_RECORD_MODE=amend ginkgo ./assistant
//
// A request without a recording gets the answer of the nearest one of its method and path
// that was not played yet. If the spec passes, the request takes the place of that one on
// the tape: a diff shows the request alone, and the line "amended:". The text of messages,
// the arguments and results of tools, the tools and the schema may differ; the model, the
// settings, images, the names of calls and all else may not. If two recordings are equally
// near, the request is a miss. The report lists what was amended until it is recorded
// again. [FailOnAmended] fails its specs, for a release branch.
//
// # Recording a part again
//
// VCR_RECORD_ONLY names what is sent again. It replaces what is on the tape, in its
// place, if the spec passes. All else is played and keeps its bytes:
//
//	VCR_RECORD_ONLY=assistant/answers.yaml:74   the interaction at a line of a cassette
//	VCR_RECORD_ONLY=assistant/answers.yaml#2    the second interaction
//	VCR_RECORD_ONLY=host:api.example.com        all of a host
//	VCR_RECORD_ONLY=before:2026-01-31           all that were recorded before a day
//	VCR_RECORD_ONLY=amended                     all that were amended
//	VCR_RECORD_ONLY=missed:report.json          the specs that missed in the run of ginkgo --json-report=report.json
//
// Commas separate several. It needs no record mode, holds in CI, is stronger than
// [Mode], and contradicts the modes none, amend and live. A changed request replaces the
// first interaction of its method and path that is named and was not asked for. A request
// that replaces nothing is a miss, also where a new answer leads to other requests than
// the old one: then record the whole spec. If nothing is named in all specs that ran, the
// report says so.
//
// Use ginkgo or go test -count=1 for runs that call an API: go test caches passes.
// From an editor, run one spec with the test arguments
//
//	-ginkgo.focus-file=/assistant_test.go:12
//
// # Failed specs and retries
//
// A cassette of a spec that failed, was skipped or was interrupted says partial:
// true. The next run in mode once records what is missing. If the spec failed and a
// new recording looks like a failure of the service (401, 402, 403, 407, 408, 425,
// 429, 5xx or no response), the old cassette stays; the recording goes to
// cassettes/.rejected, which git ignores. The modes all and refresh replace a cassette only if the
// spec passed. A save is whole or not at all, and a cassette that cannot be read is
// never overwritten.
//
// A spec that fails on a partial cassette prints the command that records it again: a
// wrong answer would be replayed for ever. [RecordOnlyPassed] keeps nothing of a spec
// that did not pass. A spec that skips itself keeps its partial cassette, and no report
// lists it.
//
// If the process is killed, exits or panics while it records, nothing that was recorded
// is lost: it is kept in a journal as it comes, in cassettes/.journal, which git
// ignores. The next run that may record takes it up as a partial cassette, and says so.
// Failures of the service are left out, since they are often why a program exits. What
// mode all or refresh was to put in place of a cassette goes to cassettes/.rejected. A call that
// took 20 ms or more is in the journal when its caller sees the end of the answer, as a
// rule, and others some moments later; an answer that was still being read is not in it. A value that only a later
// answer shows to be a secret stands in the journal until that answer came.
//
// With FlakeAttempts, the next attempt starts from the cassette as it was before the
// first. With MustPassRepeatedly, it replays what the first attempt recorded.
//
// # Guards for real money
//
// Give these to [Configure]. They hold for all calls of a run, in all processes of
// ginkgo -p together and in every mode that sends:
//
//	vcr.Configure(
//		vcr.LiveBudget(100, 50_000),            // calls and tokens
//		vcr.RateLimit("api.example.com", 60),   // calls a minute
//		vcr.MaxConcurrentCalls(4),
//	)
//
// Past the budget, a request is refused and fails its spec; the message says what was
// spent. A call waits for its turn within its own context and for five minutes at most,
// and is refused at once where that cannot be enough. The processes count in a folder of
// the run in the temporary folder of the system, which goes with it. What a run has
// spent that was killed is not counted against the next one. Tokens are counted as the
// answers of models tell them, those of a stream at its end.
//
// # The age of recordings
//
// [MaxAge] has the report list the recordings that were played and are older, with the
// command that refreshes them:
//
//	2 stale interactions: older than vcr.MaxAge allows
//	  cassettes/chat/answers.yaml: line 5, POST https://api.example.com/v1/chat "Hi", recorded on 2026-01-31
//	  …
//
// FailOn("stale") fails the suite for them. [RecordStale] records them again in a run that
// may record, each in its place; what is young enough is played and keeps its bytes. Mode
// refresh gives the date of today to what stays once it is older than half of that age.
//
// # Live specs
//
// [Live], or the label live beside [Recorded], marks specs that may talk to the real
// service:
//
//	ginkgo --label-filter=live ./...
//
// A recorded spec that is live replays in every other run; a spec that is only live
// is skipped there. The answers of a live run are compared with the cassettes, and nothing is
// written. A spec goes live if the filter selects it for being live:
//
//	--label-filter         a spec with the labels vcr and live
//	live                   goes live
//	live && !slow          goes live
//	(none)                 replays
//	vcr                    replays
//	!slow                  replays
//	live || vcr            replays: it would run without the label live, too
//	!live                  does not run
//
// Labels of RunSpecs do not count.
//
// # Tapes that grow old
//
// An API changes, and its cassettes do not. Send all requests of the suite again from time
// to time:
//
//	VCR_RECORD_MODE=refresh ginkgo ./...
//
// No two answers of a model are equal, so answers are compared by their shape: types, names
// of fields, events of a stream, status and media type, the tools that are called and the
// names of their arguments. An interaction whose answer has the recorded shape keeps its
// bytes, and git shows nothing. The others are replaced, if the spec passes on today's
// answers. What a request took from an answer, such as the id of a thread, stays with that
// answer: both are replaced or none. If the code takes another course, as with one page
// more, all that came before is replaced.
//
// The section after the suite tells, per spec, whether it passed on answers of the same
// shape, failed on them, or got others; and for each endpoint, what is different:
//
//	breaking   a field or an event is gone, or a type, the status or the media type is another
//	notice     something is new, or gone where it was optional
//
// What is optional is learnt from all cassettes in the folder, and gone is what all answers of
// the run lack. A request that the code sends otherwise than was recorded raises no alarm; the
// section says what is different in it. If the service fails where the cassette has an answer
// (429, 500 and the like), the cassette stays. A failure that the code got over by
// asking again is not recorded.
//
// [FailOnDrift] fails a spec whose answers have drifted, and keeps its cassette; the recording
// and the differences are in cassettes/.rejected. [DriftRules] say which values are ignored,
// must be equal, or are words of a list. Mode all replaces all but what is equal except for
// ids and times. All this holds for live runs as well, which write nothing.
//
// The folder examples/live of the repository has workflows for GitHub to copy: one runs the
// live specs each night, the other refreshes the cassettes each month and opens a pull request.
//
// # What matches
//
// A request matches a recording by its method, its URL with the parameters in any
// order, and its body: JSON by value, forms by field, multipart by part, anything
// else by its bytes. Numbers are equal if their values are, and paths if RFC 3986
// calls them equivalent: /%c3%bc is /%C3%BC, and /a%2Fb is not /a/b. Headers do not
// count, and those that only tell which SDK sent a request are not taped (see
// [KeepHeaders]). JSON-RPC, as MCP speaks it, matches without the ids and progress tokens
// by which a client counts its calls; the replayed answer has those of the request.
// Options change that for the suite ([Configure]), a container, a spec or a host;
// inner ones add to outer ones. [MatchOn] names what counts; [IgnoreQuery],
// [IgnoreHeaders], [IgnorePartHeaders] and [IgnoreBody] leave something out;
// [NormalizeText] and [NormalizeBody] make equal what differs in form; [MatchFunc]
// decides among what matches by all else. JSONPaths (RFC 9535) lead into forms and multipart, too.
//
// Ignore what says nothing about the question: an id, a time, a user. A rule that
// ignores the prompt lets any answer match. The Looseness of [Current] tells how
// loose the rules are.
//
// Each recording is played once, in the order of the tape, so that a loop that polls
// sees what it saw. [AllowRepeats] plays the last one again. [InOrder] makes a
// request out of order a miss. [Include] adds a read-only cassette, such as that of a
// login: the spec whose place in the tree gives its path records it, and runs before
// those that include it. In parallel processes it may still run when they start; then
// they fail, and pass in the next run. If it holds a token, record the specs that
// include it in one run, with VCR_RECORD_MODE=all.
//
// # Misses
//
// A request without a recording fails the spec when it happens, even if the code
// ignores the error. One line on stderr says so at once, for code that then blocks or
// ends the process. The context of the running node ends, so that clients which try
// again stop: hand the spec's context to the code. The error tells Eventually and
// Consistently to stop, and the AWS SDK not to try again. The SDKs of OpenAI and
// Anthropic, and Gemini's with RetryOptions, try again after any error unless their
// context ends.
//
// The failure shows the nearest recording, how it differs, and what mends
// it, the best first: commands to run and code to paste. Mode all records anew
// whatever the command selects, BeforeSuite included; new_episodes keeps what is on the
// tape. The specs of an ordered container are recorded together. After the suite, one
// command records all specs with a miss again.
//
// Code is proposed only if the request matches with it. What is new in every run needs
// a rule, since it would differ from the next recording as well: a normaliser for
// UUIDs, times, dates and the like, else a path to an id or a time. A prompt, a model
// or a field of a form is not proposed to be ignored: then any question would match.
// Another setting is proposed last, with what then matches.
//
// # Bytes, streams and errors
//
// Replay gives the caller what it read while recording: the bytes of the body, the
// values of headers in their order, the status, trailers and the version of HTTP.
// Compact JSON is laid out for reading and restored to the byte. A compressed body is
// shown decoded if the same bytes can be made of it again. The events of a stream that
// are alike stand on the tape once, and their words below it in a row, where you can read
// and edit the answer; package cassette explains the forms.
//
// Streams reach the caller while they are recorded. Replay returns the same chunks at
// once, or with [Pace] in the rhythm of the recording. A part of a stream of events or
// lines that arrived after another request of the tape had begun comes in replay when
// that request has begun, so that code which reacts to events sends nothing before its
// time. The tape says so: "chunks: [1, 1 after 3]" names the interaction with "number:
// 3". If no request begins for ten seconds, the code is another one: then all parts come at
// once from there on, as they do when the spec ends. A body that was closed early,
// cut off or too short ends in the same place with the same error. Refused
// connections, failed look-ups and timeouts are recorded, too: errors.Is and
// errors.As find in the replayed error the errors of context, io, net, os and
// syscall that they found in the first one. Other types have their text alone.
//
// [InstantRetries] keeps a recorded 429 from making a test sleep. [ShiftTimes] keeps a
// recorded token from having expired. A body above 256 KiB ([BodyLimit]) and an embedding
// are in files of the folder _bodies, which the suite shares, named by their content, so
// that Git LFS can take them:
//
//	**/cassettes/_bodies/* filter=lfs diff=lfs merge=lfs -text
//
// WebSockets, gRPC, TLS state, httptrace and the framing of HTTP/2 are not recorded. A
// request whose body goes on after its answer has begun is read first in replay, as
// it has to be matched.
//
// # Secrets
//
// Before anything is held for saving, secrets are replaced by placeholders such as
// [redacted:authorization]. A value is a secret
//
//   - by its name, in headers, queries, forms and the fields of bodies. The last word of
//     the name decides, with the word before it: x-my-token is a secret, next_page_token
//     and max_tokens are not. Of names that are often innocent, such as key, a value must
//     also be drawn at random: ?key=customers/alice stays. A code, too, which must also be
//     of OAuth: beside client_id, redirect_uri, grant_type or state, in a Location, or at the
//     path of a login such as /callback. The rules are one table, in
//     vcr/internal/redaction/names.go.
//   - by its value, wherever it is: what was found under a secret name, what [Getenv]
//     returned, and what the environment holds under secret names ([SecretVariables]).
//   - by its format: keys of many services, JSON web tokens, private keys, passwords in
//     URLs. The report lists where they were, so that you can name the place. The table is
//     vcr/internal/redaction/formats.go.
//
// Names decide nothing in what a model or a person said: prompts, messages, arguments of
// tools, JSON inside strings. A tool that is called with {"password":"mellon"} is called
// with the same in replay.
//
// To find out why a value was replaced, or was not, ask by the options of the spec:
//
//	fmt.Println(vcr.Current().Explain("header", "X-My-Token", value))
//
// [RedactHeaders], [RedactQuery] and [RedactBody] name more secrets, [KeepHeaders],
// [KeepQuery] and [KeepBody] what stays; a name may end in a star. HaveNoSecrets, [FailOnSecrets] and the report go
// by the same rules as the recorder, options included.
//
// Words of documentation in answers stay, such as "password":"string", and text for people,
// such as "password":"can't be blank". So do cookies that hold preferences, such as lang=en, and challenges such as WWW-Authenticate, without
// their nonce. In JSON only strings are replaced, so that
// types stay. The first place with a name gives the placeholder its name; what only a
// variable tells is [redacted:secret]. A second value of one name gets a number:
// [redacted:authorization:2].
//
// The service gets the real request, and your code the real answer, while it is
// recorded. In replay, a placeholder matches any value in its place. Where a name has
// several values on a tape, each value that is sent keeps to one placeholder, and a
// token keeps the placeholder that it has in the answer of the login, so that two
// tenants are never mixed up. Short values and dummies, such as k1 and test, do so too, as
// soon as two of them were sent under one name to one host; while one is alone, it may stand
// for all keys, and the recorded order decides. Order also says which placeholder a new
// value gets: if the first requests of two tenants come in another order with other keys
// than recorded, each gets the answers of the other from the first one on. [RestoreOnReplay]
// gives code a usable value; where it gives one value for several placeholders, the recorded
// order decides.
//
// A replayed placeholder is never sent to a service, nor is what [RedactWith] or
// [RestoreOnReplay] gave to the code in replay: such a request is refused.
//
// Text that only looks like a placeholder, as a person types it into a prompt, is a quote.
// It is on the tape with a colon more, [redacted::authorization], comes back to the byte,
// and matches no other text. The header of such a cassette says quotes: true.
//
// # Where secrets are found
//
// By name, by value and by format, in these places:
//
//	place                                                   name      value  format
//	headers, trailers                                       yes       yes    yes
//	the query of a URL, also in Location and the like       yes       yes    yes
//	the path of a URL                                       -         yes    yes
//	cookies                                                 yes       yes    yes
//	forms, fields of multipart                              yes       yes    yes
//	fields of JSON, elements of XML                         yes       yes    yes
//	lines such as API_KEY=… and api_key: … in text          yes       yes    yes
//	content: prompts, messages, arguments of tools          no        yes    yes
//	JSON inside a string of JSON                            no        yes    yes
//	objects of Python, Ruby, JavaScript; blocks of YAML     yes       yes    yes
//	links, commands and X_TOKEN=… inside a string of JSON   if drawn  yes    yes
//	text that the events of a stream cut                    -         yes    yes
//	bodies of any other type, files of multipart            -         yes    yes
//	errors of the transport                                 -         yes    yes
//	values of under 8 bytes                                 yes       no     -
//
// A known value, and one with a known format, in these codings:
//
//	coding                                                  value  format
//	gzip, deflate, br or zstd, as Content-Encoding says     yes    yes
//	frames of an event stream of AWS, with base64 in them   yes    yes
//	percent-encoding in a URL or form, of every byte too    yes    yes
//	percent-encoding elsewhere, where it is needed          yes    yes
//	escapes of JSON, of every character too                 yes    yes
//	base64, also for URLs, with anything around it          yes    no
//	hexadecimal                                             yes    no
//	base64 in lines, as PEM and mail have it                no     no
//	percent-encoding elsewhere, of every byte               no     no
//	UTF-16                                                  no     no
//	entities of HTML for every character                    no     no
//	gzip that no Content-Encoding tells, ZIP                no     no
//
// Under a secret name, a value is replaced in any coding. "If drawn" means that such a value
// must be drawn at random. Known values are searched for from 8 bytes on; dummies such as
// test or your-api-key are not searched for, nor are single words. Of variables, paths,
// addresses and plain words are kept, unless the name says PASSWORD. A secret is not found
// if neither a name nor a value nor a format tells, or if it is in an archive, an image or
// encrypted data. http.Client puts the URL it sent into its errors, the query included, and
// code that prints what it sends does so here, too. Once a key was in a commit, rotate it.
//
// # Reports
//
// A line after the suite says what was replayed, and what that saved:
//
//	412 interactions replayed in 312 specs, 0 live; 1.2M tokens worth 3.10 and 41 min saved; oldest recording 43 days
//
// Below it is what needs care, with its place and the command that mends it: missing,
// rejected, partial, unreadable and unused cassettes, secrets on tapes, unplayed and stale
// interactions, missed requests, bodies that no cassette names, large files, and servers on
// this machine that were asked past a cassette. A run in mode refresh, all or live tells how
// an API has changed, which specs pass on today's answers, and in mode live how to refresh the
// others. A run that records also lists the recorded
// specs that sent no request: their code may have a transport of its own, or start a
// program that has one. The section is the same in parallel. [Quiet] leaves out the line
// where all is well, [FailOn] fails the suite for kinds of findings, and [Strict] for all
// that a branch for releases should be without. What is saved is counted by what the
// service said when it answered; [Prices] says what that costs.
//
// Ginkgo's --json-report and --junit-report have the section, and for each spec what it
// played, recorded and missed. In GitHub Actions the report is in the summary of the job,
// and findings are shown beside the code. [CodeQualityReport] does that in GitLab, and
// [JSONReport] writes a file. [HTMLReport] writes a page to look at: what was asked and
// answered in each spec, as a conversation, below the same totals and findings. Where several machines share the specs, package reporters
// makes one report of theirs: keep the --json-report of each. It tells a machine whose report is
// missing, by the numbers of GitLab, CircleCI, Buildkite and Azure Pipelines, or by the
// variable VCR_SHARD, as in VCR_SHARD=2/5.
//
// With ginkgo -v, or with VCR_DEBUG=1 in the environment, each request leaves a line: which
// recording answered it, and how it was found, or why it was sent or refused.
//
// The command vcr looks after cassettes between the runs: go tool vcr lists, checks,
// shows, compares, refreshes and removes them. Its documentation is that of package
// [github.com/seed-e117020a/ginkgo-vcr/vcr/cmd/vcr].
//
// # What importing this package changes
//
// It is for tests. It registers the flag -vcr.record-mode, adds a BeforeEach and a
// ReportAfterSuite to the suite, and instruments http.DefaultTransport in place: Proxy,
// DialContext, and RootCAs of TLSClientConfig, which trust a certificate that is made in the
// process as well. Outside of recorded specs it works as ever. Ginkgo's PreviewSpecs and its extension globals, whose Reset
// throws the tree of specs away so that a test can build another, work; after
// globals.Reset before the first run there is no section after the suite.
package vcr

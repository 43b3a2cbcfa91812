// Package recorder records the HTTP exchanges of a test and replays them.
//
// A session answers requests from a cassette, a YAML file that you commit, or sends
// them and records what comes back. Package vcr opens one for each Ginkgo spec; this
// package needs no framework. What the manual of package vcr says about matching,
// streams, errors and secrets holds here, too.
//
// # In a plain go test
//
// [ForTest] starts a session and ends it with the test. Give its client to the code
// under test:
//
//	func TestCapital(t *testing.T) {
//		session := recorder.ForTest(t, recorder.Config{})
//		answer, err := ask(session.Context(t.Context()), session.Client(), "What is the capital of France?")
//		if err != nil {
//			t.Fatal(err)
//		}
//		if !strings.Contains(answer, "Paris") {
//			t.Errorf("got %q", answer)
//		}
//	}
//
//	go test -count=1 ./assistant    # the first run sends the requests and records them
//	go test ./assistant             # every later run replays them: no network, no key
//
// The cassette has the name of the test, and subtests are in a folder:
//
//	TestCapital               testdata/cassettes/testcapital.yaml
//	TestCapital/of_France     testdata/cassettes/testcapital/of_france.yaml
//
// Config.Dir sets another folder, and Config.Path the whole path. A relative one begins
// at the package, even after t.Chdir. Parallel tests are independent of each other, as
// each has a cassette of its own; two tests with one cassette fail.
//
// A test that fails, panics or is skipped leaves a cassette that says partial: true.
// The next run records what is missing. If a new recording looks like a failure of the
// service, the old cassette stays; see [Session.Close].
//
// A test binary that is killed, exits or panics in a goroutine while it records leaves
// a journal in the folder .journal, which git ignores. The next run takes it up as a
// partial cassette.
//
// # In another framework
//
// [Open] starts a session. Close it when the test ends, and say whether the test
// passed. What a session recorded that is not closed is in a journal, which the next
// session with this cassette takes up when the process has ended:
//
//	session, err := recorder.Open(recorder.Config{Path: "testdata/cassettes/answers.yaml"})
//	...
//	client := session.Client()
//	...
//	_, err = session.Close(passed)
//
// A miss is then an error of the request, and the framework has to fail the test.
//
// # Record modes and CI
//
// The modes are [None], [Once], [NewEpisodes], [All], [Refresh], [Amend] and [Live]. The strongest setting
// wins. With [ForTest]:
//
//  1. the variable VCR_RECORD_MODE
//  2. none in CI
//  3. Config.Mode
//  4. the default, once
//
// With [Open], Config.Mode is stronger than the variable and CI.
//
// So in CI a test of ForTest replays, whatever its Config says, unless the variable is
// set. To record everything again:
//
//	VCR_RECORD_MODE=all go test -count=1 ./assistant
//
// Mode amend keeps the answers after an edit of a prompt, and VCR_RECORD_ONLY records a
// part again; see the manual of package vcr. With [Open], the variable counts where
// Config.Mode is not set.
//
// CI is the variable CI set to anything but 0 or false, or a variable of Azure
// Pipelines, TeamCity, Jenkins or CodeBuild. Use -count=1 for runs that record: go test
// caches passes.
//
// # Real calls
//
// LiveCalls, LiveTokens, RateLimit and MaxConcurrentCalls limit the calls of all tests in
// this process together, in every mode that sends: a request past the budget is refused,
// and one past a rate waits for its turn. Test packages are processes of their own, which
// do not count together.
//
//	recorder.Config{LiveCalls: 20, RateLimit: map[string]int{"api.example.com": 60}}
//
// MaxAge says how old a recording may be. ForTest logs older ones that were played, and
// RecordStale records them again.
//
// # Misses
//
// A request without a recording is a miss. With [ForTest] it fails the test when it
// happens, even if the code ignores the error or runs in another goroutine. The message
// shows the nearest recording, how it differs, and remedies:
//
//	testdata/cassettes/testcapital.yaml: no recording for POST https://api.example.com/v1/chat/completions
//	  mode once; the cassette holds 1 recording, 1 not played yet
//	  the nearest is recording 1 (line 5), which differs in
//	    body $.messages[0].content
//	      recorded: "What is the capital of France?"
//	      request:  "What is the capital of Spain?"
//	  1. to record this test again, in the root of the module:
//	     VCR_RECORD_MODE=all go test -count=1 ./assistant -run '^TestCapital$'
//	  ...
//	  in the request at assistant_test.go:14
//
// The commands run this test and its subtests. Rules are proposed if the request matches
// with them: first for what is new in every run, last for a setting, and never for a
// prompt.
// errors.As finds a [Miss] in the error of the client, and errors.Is finds [ErrMiss].
//
// One line on stderr says so when it happens, for code that then ends the process.
//
// Code that tries again would take its time to fail. [Session.Context] returns a
// context that ends at the first miss, so that it stops at once. The error itself tells
// Gomega's Eventually and Consistently to stop, and the AWS SDK not to try again.
//
// # Rules and secrets
//
// The fields of [Config] have the names of the options of package vcr, and mean the
// same. Package match has parts of a request and normalisers:
//
//	recorder.Config{
//		IgnoreBody:    []string{"$.user"},
//		NormalizeText: []func(string) string{match.Timestamps[string]},
//		Hosts: map[string]recorder.Config{
//			"search.example.com": {IgnoreQuery: []string{"session"}},
//		},
//		RedactBody: []string{"$..email"},
//	}
//
// Ignore what says nothing about the question: an id, a time, a user.
//
// Secrets are replaced by placeholders such as [redacted:authorization] before anything
// is saved: what has the name or the format of a secret, and the values of environment
// variables with such a name. In replay, a placeholder matches any value. Code that
// needs a key to build its client may use any in a run that replays.
//
// [Secrets] lists the secrets on a cassette. The matchers of package matchers take a
// session.
//
// # What a model said
//
// [Snapshot.Markdown] shows an interaction for people: the call of a model as a
// conversation, with its stream put together and its tokens. [Snapshot.Answered] has the
// interactions of a session in their order, in mode live as well:
//
//	for _, i := range session.Snapshot().Answered() {
//		page, err := session.Snapshot().Markdown(i)
//		…
//	}
//
// The APIs are those of OpenAI, Anthropic, Gemini, Bedrock, Cohere, Mistral, Ollama, Groq
// and OpenRouter, and of services with the same paths and bodies.
package recorder

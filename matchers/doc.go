// Package matchers asserts on what a session played. Import it with a dot, beside
// Gomega:
//
//	import . "github.com/seed-e117020a/ginkgo-vcr/matchers"
//
// The matchers are:
//
//   - [HaveReplayedAllInteractions]: nothing on the tape was left unplayed.
//   - [HavePlayed]: n interactions were played, or recorded, in this session.
//   - [HaveOnTape]: n interactions are on the tape.
//   - [HaveMadeNoLiveRequests]: no request went past the tape.
//   - [HaveMadeLiveRequests]: n requests went past the tape.
//   - [HaveInteraction]: one of the interactions is as its parts say. An
//     [InteractionPart] is [WithMethod], [WithURL], [WithHeader],
//     [WithRequestBody], [WithStatus] or [WithResponseBody].
//   - [HaveSaid]: the last chat ended with a text, streams too.
//   - [HaveCalledTool]: a model called a tool, with such arguments.
//   - [HaveUsedTokens]: the answers of models used n tokens.
//   - [HaveBeenRecordedWithin]: no recording that was played is older.
//   - [HaveNoSecrets]: no secret is on a cassette, or on any in a folder.
//
// # What they are applied to
//
// The actual value is a [recorder.Provider]: vcr.Current() in a Ginkgo spec, a
// *[recorder.Session] in a plain go test. It may be a [recorder.Snapshot] as well.
// Anything else is an error, and so is a cassette that cannot be read.
//
// A provider is asked anew each time, so Eventually can wait for requests that are
// under way. A snapshot does not change, and Eventually does not wait for it.
//
// # Modes
//
// An assertion that holds when a spec records holds when it replays, in the modes
// once, none and all. In mode live there is no tape: [HavePlayed] and [HaveOnTape]
// see 0 interactions. [HaveSaid], [HaveCalledTool], [HaveUsedTokens] and
// [HaveBeenRecordedWithin] hold there as well: they read the answers that came.
//
// # Plain values and matchers
//
// Where a matcher of this package takes a value, it takes a Gomega matcher as
// well, which is applied to the actual value: [HavePlayed] takes 2 or
// BeNumerically(">", 2). Any other type is an error when the assertion runs.
//
// # Failures
//
// A failure names the cassette and lists at most 20 of the interactions
// concerned. Each is named by its line in the cassette, and a chat by what the user
// said last:
//
//	line 74, POST https://api.openai.com/v1/chat/completions "Can I return my umbrella…"
//	line 90, POST https://mcp.example.com/ tools/call search
//
// An interaction that was recorded in this run has no line yet, and is numbered:
// new 1, and in mode live: live 1. Long texts are cut, and secrets are redacted.
//
// Matchers keep what they saw for their messages: do not use one from several
// goroutines at once.
package matchers

package report

import "fmt"

// The peers that targets name.
const (
	ours         = "ginkgo-vcr"
	stub         = "stub"
	held         = "held"
	loopback     = "loopback"
	readfile     = "readfile"
	readfileUTF8 = "readfile-utf8"
	yamlV3       = "yaml.v3"
)

// The formats in which targets are given.
const (
	times   = "%.2fx"
	perByte = "%.2f times the file"
)

// Targets are all of them, in the order of the workloads.
var Targets = []Target{
	{Workload: "W1", Says: "one chat through Client.Do, over the stub",
		measure: ratio(Key{"W1", "chat-do", ours, "sec/op"}, Key{"W1", "chat-do", stub, "sec/op"}), limit: 1.9, format: times},
	{Workload: "W1", Says: "one chat through Client.Do",
		measure: median(Key{"W1", "chat-do", ours, "allocs/op"}, 1), limit: 28, format: "%.0f allocations"},
	{Workload: "W1", Says: "2.5 MB embedding in the cassette, over the stub",
		measure: ratio(Key{"W1", "embedding-2.5MB-do", ours, "sec/op"}, Key{"W1", "embedding-2.5MB-do", stub, "sec/op"}), limit: 1.2, format: times},
	{Workload: "W1", Says: "2.5 MB embedding beside the cassette, over the stub",
		measure: ratio(Key{"W1", "embedding-2.5MB-beside-do", ours, "sec/op"}, Key{"W1", "embedding-2.5MB-beside-do", stub, "sec/op"}), limit: 1.2, format: times},

	{Workload: "W2", Says: "one of 10,000 chats over one of 10, in order",
		measure: ratio(Key{"W2", "chats-10000-forward", ours, "sec/interaction"}, Key{"W2", "chats-10-forward", ours, "sec/interaction"}), limit: 1.3, format: times, because: heldAlone("forward")},
	{Workload: "W2", Says: "one of 10,000 chats over one of 10, in reverse",
		measure: ratio(Key{"W2", "chats-10000-reverse", ours, "sec/interaction"}, Key{"W2", "chats-10-reverse", ours, "sec/interaction"}), limit: 1.3, format: times, because: heldAlone("reverse")},

	{Workload: "W3", Says: "open 2 chats, over os.ReadFile",
		measure: ratio(Key{"W3", "chats-2", ours, "sec/op"}, Key{"W3", "chats-2", readfile, "sec/op"}), limit: 3, format: times, because: lookAlone("chats-2")},
	{Workload: "W3", Says: "open 1,000 chats",
		measure: median(Key{"W3", "chats-1000", ours, "B/s"}, 1e6), limit: 500, atLeast: true, format: "%.0f MB/s"},
	{Workload: "W3", Says: "open 1,000 chats, faster than yaml.v3 decodes them",
		measure: ratio(Key{"W3", "chats-1000", yamlV3, "sec/op"}, Key{"W3", "chats-1000", ours, "sec/op"}), limit: 14, atLeast: true, format: times,
		because: saying("yaml.v3 decodes into structs and checks nothing else; what is measured beside it here also reads the file and refuses what no cassette may hold")},
	{Workload: "W3", Says: "open 1,000 chats, allocated",
		measure: ratio(Key{"W3", "chats-1000", ours, "B/op"}, Key{"W3", "chats-1000", ours, "file-B"}), limit: 2.2, format: perByte},
	{Workload: "W3", Says: "open a 10 MB embedding in the cassette, over os.ReadFile",
		measure: ratio(Key{"W3", "embedding-10MB", ours, "sec/op"}, Key{"W3", "embedding-10MB", readfile, "sec/op"}), limit: 1.5, format: times, because: lookAlone("embedding-10MB")},
	{Workload: "W3", Says: "open a 10 MB embedding in the cassette, allocated",
		measure: ratio(Key{"W3", "embedding-10MB", ours, "B/op"}, Key{"W3", "embedding-10MB", ours, "file-B"}), limit: 1.1, format: perByte},
	{Workload: "W3", Says: "open a 10 MB embedding beside the cassette, over os.ReadFile",
		measure: ratio(Key{"W3", "embedding-10MB-beside", ours, "sec/op"}, Key{"W3", "embedding-10MB-beside", readfile, "sec/op"}), limit: 1.5, format: times},
	{Workload: "W3", Says: "open a 10 MB embedding beside the cassette, allocated",
		measure: ratio(Key{"W3", "embedding-10MB-beside", ours, "B/op"}, Key{"W3", "embedding-10MB-beside", ours, "file-B"}), limit: 1.1, format: perByte},

	{Workload: "W4", Says: "a call of 1,000 that are recorded, over the unrecorded call",
		measure: ratio(Key{"W4", "chats-1000", ours, "caller-sec/call"}, Key{"W4", "chats-1000", loopback, "caller-sec/call"}), limit: 1.35, format: times,
		because: copiesAlone},
	{Workload: "W4", Says: "a call of 10,000 that are recorded, over one of 100",
		measure: ratio(Key{"W4", "chats-10000", ours, "caller-sec/call"}, Key{"W4", "chats-100", ours, "caller-sec/call"}), limit: 1.3, format: times},
	{Workload: "W4", Says: "the save of 1,000 chats",
		measure: median(Key{"W4", "chats-1000", ours, "save-B/s"}, 1e6), limit: 150, atLeast: true, format: "%.0f MB/s",
		because: saying("it includes the sync to the disk; `go test -bench Save ../../cassette` shows the encoding alone (by=Encode) beside the save")},

	{Workload: "W5", Says: "first byte of a recorded stream, later than unrecorded",
		measure: difference(Key{"W5", "stream-40KB", ours, "first-byte-sec"}, Key{"W5", "stream-40KB", loopback, "first-byte-sec"}, 1e-3), limit: 1, format: "%.3f ms",
		because: saying("the part is handed to the caller before anything is done with it (recorder/handover_test.go proves it by handshake); the rest is the noise of two processes that wait for each other")},

	{Workload: "W6", Says: "throughput of 8 goroutines over that of one",
		measure: ratio(Key{"W6", "goroutines-1", ours, "sec/interaction"}, Key{"W6", "goroutines-8", ours, "sec/interaction"}), limit: 1.5, atLeast: true, format: times,
		because: stubAlone},

	{Workload: "W7", Says: "a recorded spec, over the same spec without a cassette",
		measure: difference(Key{"W7", "specs-500", ours, "sec/op"}, Key{"W7", "specs-500", stub, "sec/op"}, 1e-6), limit: 100, format: "%.0f µs more", because: hooksAlone},
}

// saying is a reason that needs no number.
func saying(text string) func(*Samples) string { return func(*Samples) string { return text } }

// heldAlone says what the size of a tape costs where answers are found in a map and
// nothing else is done.
func heldAlone(order string) func(*Samples) string {
	return func(s *Samples) string {
		alone, ok := ratio(Key{"W2", "chats-10000-" + order, held, "sec/interaction"}, Key{"W2", "chats-10-" + order, held, "sec/interaction"})(s)
		if !ok {
			return ""
		}
		return fmt.Sprintf("10,000 chats fit into no cache, and come from memory; a map of the answers, which finds one by the body of its request and does nothing else, takes %.2fx (peer held)", alone)
	}
}

// copiesAlone says what a call takes whose request and answer are copied and held.
func copiesAlone(s *Samples) string {
	alone, ok := ratio(Key{"W4", "chats-1000", held, "caller-sec/call"}, Key{"W4", "chats-1000", loopback, "caller-sec/call"})(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf("headers and bodies are the caller's, and have to be copied in the caller's time; a transport that copies and holds them, and does nothing else, takes %.2fx (peer held)", alone)
}

// lookAlone says what it takes to look at every byte, which is needed to refuse
// what no cassette may hold.
func lookAlone(data string) func(*Samples) string {
	return func(s *Samples) string {
		look, ok := ratio(Key{"W3", data, readfileUTF8, "sec/op"}, Key{"W3", data, readfile, "sec/op"})(s)
		if !ok {
			return ""
		}
		return fmt.Sprintf("each byte is looked at to refuse what no cassette may hold, wherever it stands; os.ReadFile and utf8.Valid, which does less, take %.2fx (peer readfile-utf8)", look)
	}
}

// stubAlone says what a transport gains that takes no lock at all.
func stubAlone(s *Samples) string {
	gain, ok := ratio(Key{"W6", "goroutines-1", stub, "sec/interaction"}, Key{"W6", "goroutines-8", stub, "sec/interaction"})(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf("the stub, which takes no lock at all, gains %.2fx", gain)
}

// hooksAlone says what a suite pays for hooks and a file without any of our code.
func hooksAlone(s *Samples) string {
	alone, ok := difference(Key{"W7", "specs-500", "hooks", "sec/op"}, Key{"W7", "specs-500", stub, "sec/op"}, 1e-6)(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf("a hook and a cleanup of Ginkgo that ask for the report of the spec, and os.ReadFile of its cassette, take %.0f µs more on this machine by themselves (peer hooks)", alone)
}

package report

import (
	"fmt"
)

// A Target is what the library promises of a workload.
type Target struct {
	Workload string
	Says     string  // what is measured
	measure  measure // gives the number
	limit    float64
	atLeast  bool // the limit is a minimum, not a maximum
	format   string
	because  func(*Samples) string // why it may be missed; nil where nothing stands in the way
}

// A measure makes one number of the medians of a run; ok is false when one of
// them is missing.
type measure func(*Samples) (value float64, ok bool)

// median is the measure of one benchmark, in units of scale.
func median(key Key, scale float64) measure {
	return func(s *Samples) (float64, bool) {
		value, ok := s.Median(key)
		return value / scale, ok
	}
}

// ratio and difference compare the medians of two benchmarks.
func ratio(of, to Key) measure {
	return both(of, to, func(of, to float64) float64 { return of / to })
}

func difference(of, to Key, scale float64) measure {
	return both(of, to, func(of, to float64) float64 { return (of - to) / scale })
}

func both(of, to Key, combine func(of, to float64) float64) measure {
	return func(s *Samples) (float64, bool) {
		a, first := s.Median(of)
		b, second := s.Median(to)
		if !first || !second || b == 0 {
			return 0, false
		}
		return combine(a, b), true
	}
}

// An Outcome is a target beside what was measured.
type Outcome struct {
	Target
	Limit, Measured, Met string
}

// Check compares a run with the target.
func (t Target) Check(s *Samples) Outcome {
	word := "at most "
	if t.atLeast {
		word = "at least "
	}
	outcome := Outcome{Target: t, Limit: word + fmt.Sprintf(t.format, t.limit), Measured: "not measured", Met: "–"}
	value, ok := t.measure(s)
	if !ok {
		return outcome
	}
	outcome.Measured, outcome.Met = fmt.Sprintf(t.format, value), "no"
	if t.atLeast && value >= t.limit || !t.atLeast && value <= t.limit {
		outcome.Met = "yes"
	}
	return outcome
}

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

// The formats of targets.
const (
	times   = "%.2fx"
	perByte = "%.2f times the file"
)

// Targets are all targets, in the order of the workloads.
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
		measure: ratio(Key{"W3", "chats-2", ours, "sec/op"}, Key{"W3", "chats-2", readfile, "sec/op"}), limit: 3, format: times, because: utf8Alone("chats-2")},
	{Workload: "W3", Says: "open 1,000 chats",
		measure: median(Key{"W3", "chats-1000", ours, "B/s"}, 1e6), limit: 500, atLeast: true, format: "%.0f MB/s"},
	{Workload: "W3", Says: "open 1,000 chats, faster than yaml.v3 decodes them",
		measure: ratio(Key{"W3", "chats-1000", yamlV3, "sec/op"}, Key{"W3", "chats-1000", ours, "sec/op"}), limit: 14, atLeast: true, format: times,
		because: saying("yaml.v3 decodes into structs and checks nothing else; ours also reads the file, and refuses what no cassette may hold")},
	{Workload: "W3", Says: "open 1,000 chats, allocated",
		measure: median(Key{"W3", "chats-1000", ours, allocatedPerByte}, 1), limit: 2.2, format: perByte},
	{Workload: "W3", Says: "open a 10 MB embedding in the cassette, over os.ReadFile",
		measure: ratio(Key{"W3", "embedding-10MB", ours, "sec/op"}, Key{"W3", "embedding-10MB", readfile, "sec/op"}), limit: 1.5, format: times, because: utf8Alone("embedding-10MB")},
	{Workload: "W3", Says: "open a 10 MB embedding in the cassette, allocated",
		measure: median(Key{"W3", "embedding-10MB", ours, allocatedPerByte}, 1), limit: 1.1, format: perByte},
	{Workload: "W3", Says: "open a 10 MB embedding beside the cassette, over os.ReadFile",
		measure: ratio(Key{"W3", "embedding-10MB-beside", ours, "sec/op"}, Key{"W3", "embedding-10MB-beside", readfile, "sec/op"}), limit: 1.5, format: times},
	{Workload: "W3", Says: "open a 10 MB embedding beside the cassette, allocated",
		measure: median(Key{"W3", "embedding-10MB-beside", ours, allocatedPerByte}, 1), limit: 1.1, format: perByte},

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
		because: saying("the part is handed to the caller before anything is done with it (a test of the recorder proves it by handshake); the rest is noise of goroutines that wait for each other")},

	{Workload: "W6", Says: "throughput of 8 goroutines over that of one",
		measure: ratio(Key{"W6", "goroutines-1", ours, "sec/interaction"}, Key{"W6", "goroutines-8", ours, "sec/interaction"}), limit: 1.5, atLeast: true, format: times,
		because: stubAlone},

	{Workload: "W7", Says: "a recorded spec, over the same spec without a cassette",
		measure: difference(Key{"W7", "specs-500", ours, "sec/op"}, Key{"W7", "specs-500", stub, "sec/op"}, 1e-6), limit: 100, format: "%.0f µs more", because: hooksAlone},

	{Workload: "W8", Says: "1,000 chats opened, each played once, and closed, over the stub",
		measure: median(Key{"W8", "chats-1000", ours, timesTheStub}, 1), limit: 6, format: times},
	{Workload: "W8", Says: "1,000 chats opened, each played once, and closed, for one",
		measure: median(Key{"W8", "chats-1000", ours, allocsPerRecording}, 1), limit: 36, format: "%.0f allocations"},
	{Workload: "W8", Says: "1,000 chats opened, each played once, and closed, allocated for one",
		measure: median(Key{"W8", "chats-1000", ours, bytesPerRecording}, 1e3), limit: 14, format: "%.1f KB"},

	{Workload: "W11", Says: "one chat through a captured clone, over a server on loopback",
		measure: ratio(Key{"W11", "chat-do", "clone", "sec/op"}, Key{"W11", "chat-do", loopback, "sec/op"}), limit: 1, format: times},
}

// saying is a reason that needs no number.
func saying(text string) func(*Samples) string { return func(*Samples) string { return text } }

// heldAlone gives the cost of a large tape for a map of responses alone.
func heldAlone(order string) func(*Samples) string {
	return func(s *Samples) string {
		alone, ok := ratio(Key{"W2", "chats-10000-" + order, held, "sec/interaction"}, Key{"W2", "chats-10-" + order, held, "sec/interaction"})(s)
		if !ok {
			return ""
		}
		return fmt.Sprintf("10,000 chats do not fit into the processor's caches; a map from the bodies of requests to responses, and nothing else, takes %.2fx (peer held)", alone)
	}
}

// copiesAlone gives the cost of a call that is only copied.
func copiesAlone(s *Samples) string {
	alone, ok := ratio(Key{"W4", "chats-1000", held, "caller-sec/call"}, Key{"W4", "chats-1000", loopback, "caller-sec/call"})(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf("headers and bodies belong to the caller and are copied while it waits; a transport that copies and keeps them, and does nothing else, takes %.2fx (peer held)", alone)
}

// utf8Alone gives the cost of a check of every byte, without which a cassette with
// wrong bytes would be read.
func utf8Alone(data string) func(*Samples) string {
	return func(s *Samples) string {
		check, ok := ratio(Key{"W3", data, readfileUTF8, "sec/op"}, Key{"W3", data, readfile, "sec/op"})(s)
		if !ok {
			return ""
		}
		return fmt.Sprintf("each byte is checked, to refuse what no cassette may hold; os.ReadFile and utf8.Valid, which check less, take %.2fx (peer readfile-utf8)", check)
	}
}

// stubAlone gives the gain of a transport without any lock.
func stubAlone(s *Samples) string {
	gain, ok := ratio(Key{"W6", "goroutines-1", stub, "sec/interaction"}, Key{"W6", "goroutines-8", stub, "sec/interaction"})(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf("the stub, which has no lock at all, gains %.2fx", gain)
}

// hooksAlone gives the cost of hooks and a file, without any of our code.
func hooksAlone(s *Samples) string {
	alone, ok := difference(Key{"W7", "specs-500", "hooks", "sec/op"}, Key{"W7", "specs-500", stub, "sec/op"}, 1e-6)(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf("a hook and a cleanup of Ginkgo that ask for the report of the spec, and os.ReadFile of its cassette, alone take %.0f µs more on this machine (peer hooks)", alone)
}

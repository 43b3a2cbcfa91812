package reporters

import (
	"fmt"
	"maps"
	"net"
	"slices"
)

// A Finding is one thing that people should know about a cassette. Its kind is one
// of these:
//
//	same        the spec passed on answers of the recorded shape
//	breaking    Text says how an API has changed; code that reads its answers is likely to fail
//	failing     the spec failed on answers of the recorded shape
//	notice      Text says how an API has changed; most code does not see that
//	drifted     answers have another shape: Text says how many
//	sent        Text says what the code sends otherwise than was recorded
//	uncompared  Text says which answers were not compared, and why; the recordings stay
//	gone        no request asks any more for what is recorded there
//	added       the request in Text has no recording to be compared with
//	recorded    Text says how many interactions are new
//	secret      the tape holds a secret: Text says where, never which
//	redacted    a secret that only its format told is not on the tape: Text says where it was
//	bypassed    requests went past the cassette: Text says how many, and to which server
//	idle        the spec sent no request, and would have been recorded
//	unreadable  the cassette cannot be read: Text says why
//	missing     the spec made a request, had no cassette, and recorded none
//	rejected    Cassette is where a recording went that did not become the cassette
//	partial     it was recorded in a run that did not pass
//	amended     the request of the interaction in Text was amended, and not sent since
//	stale       the interaction in Text was played and is older than vcr.MaxAge allows
//	unreplayed  the interaction in Text was not requested
//	unused      no spec claims the cassette
//	stray       Cassette is a file with a body that no cassette names
//	large       the file is large, and not in Git LFS: Text is its size
//	unpriced    the model in Text has no price
//	uncounted   an answer says of its tokens what is no number: Text says what
//	shard       a report is missing, or of another commit: Text says which
//	warning     Text says of what
//	missed      the request in Text has no recording
//
// Findings of another kind are printed last, under its name.
type Finding struct {
	Kind     string `json:"kind"`
	Suite    string `json:"suite,omitempty"`    // the import path of the package
	Cassette string `json:"cassette,omitempty"` // the path, as people see it
	Line     int    `json:"line,omitempty"`     // of the cassette; 0 if it is not known
	More     int    `json:"more,omitempty"`     // how many other recordings have the same
	Spec     string `json:"spec,omitempty"`     // the texts of the nodes, joined by " / "
	Place    string `json:"place,omitempty"`    // file:line in the source, from the root of the repository
	Text     string `json:"text,omitempty"`
	Command  string `json:"command,omitempty"` // mends it, in the root of the module
}

// A kind says how findings of one kind are found, printed and judged.
type kind struct {
	name, style       string
	noun, explanation string                 // the heading; a noun is counted
	level             level                  // how bad it is
	strict            bool                   // vcr.Strict fails the suite for it
	of                func(s Spec) []Finding // what a recording says of it; nil if others tell
	byAll             bool                   // of several shards, all must say so
	ofAll             bool                   // all recordings of a suite tell together: see changesIn
	counted           bool                   // and not listed, since all is well
}

// A level says how bad a finding is.
type level int

const (
	info level = iota
	minor
	major
)

// kinds are in the order in which they are printed. A new kind is an entry here, and a
// line in the documentation of [Finding].
var kinds = []kind{
	{name: "same", style: "green", noun: "spec", explanation: " passed on answers of the recorded shape", counted: true,
		of: func(s Spec) []Finding { return s.findingIf(s.hasSameShape() && s.Passed, "") }},
	{name: "breaking", style: "red", noun: "breaking change", explanation: " of an API: code that reads these answers is likely to fail", level: major, strict: true, ofAll: true},
	{name: "failing", style: "red", noun: "spec", explanation: " failed on today's answers, though they have the recorded shape", level: major,
		of: func(s Spec) []Finding { return s.findingIf(s.hasSameShape() && !s.Passed, s.Name) }},
	{name: "notice", style: "yellow", noun: "change", explanation: " of an API that most code does not see", level: minor, ofAll: true},
	{name: "drifted", style: "yellow", noun: "cassette", explanation: " with answers of another shape", level: minor, of: Spec.drifted},
	{name: "sent", style: "yellow", noun: "value", explanation: " that the code sends otherwise than was recorded: the answers raise no alarm", level: minor, ofAll: true},
	{name: "uncompared", style: "yellow", noun: "comparison", explanation: " left out", level: minor, ofAll: true},
	{name: "gone", style: "yellow", noun: "recording", explanation: " that no request asks for any more", ofAll: true},
	{name: "added", style: "yellow", noun: "answer", explanation: " without a recording to compare with", ofAll: true},
	{name: "recorded", style: "green", noun: "new recording", of: Spec.recorded},
	{name: "secret", style: "red", noun: "secret", explanation: " on tapes: rotate the key, then record these specs again or redact by hand", level: major, strict: true},
	{name: "redacted", style: "yellow", noun: "secret", explanation: " found by the format alone, and redacted: name the places with vcr.RedactHeaders, RedactQuery or RedactBody", level: minor, of: each(func(s Spec) []string { return s.Redacted })},
	{name: "bypassed", style: "red", noun: "bypassed server", explanation: ": what they answer is not recorded; if that is meant, name them in vcr.PassThrough", level: major, strict: true, of: Spec.bypassed},
	{name: "idle", style: "yellow", noun: "recorded spec", explanation: " sent no request: hand vcr.Client() to the code under test, or leave vcr.Recorded() out", level: minor, strict: true,
		of: func(s Spec) []Finding { return s.findingIf(s.Idle, "") }},
	{name: "unreadable", style: "red", noun: "unreadable cassette", level: major, strict: true,
		of: func(s Spec) []Finding { return s.findingIf(s.Unreadable != "", s.Unreadable) }},
	{name: "missing", style: "red", noun: "missing cassette", explanation: ": requests were made and nothing is recorded", level: major, strict: true,
		of: func(s Spec) []Finding { return s.findingIf(s.Missing, "") }},
	{name: "rejected", style: "red", noun: "rejected recording", explanation: ": kept to look at, no cassette was replaced", level: major, strict: true,
		of: func(s Spec) []Finding {
			aside := s
			aside.Cassette = s.Rejected
			return aside.findingIf(s.Rejected != "", "")
		}},
	{name: "partial", style: "yellow", noun: "partial cassette", explanation: ": recorded in a run that did not pass", level: minor, strict: true,
		of: func(s Spec) []Finding { return s.findingIf(s.Partial, "") }},
	{name: "amended", style: "yellow", noun: "amended interaction", explanation: ": the answer is older than the request; VCR_RECORD_ONLY=amended records just these again", level: minor, strict: true,
		of: each(func(s Spec) []string { return s.Amended })},
	{name: "stale", style: "yellow", noun: "stale interaction", explanation: ": older than vcr.MaxAge allows", level: minor, strict: true,
		of: each(func(s Spec) []string { return s.Stale })},
	{name: "unreplayed", style: "yellow", noun: "unreplayed interaction", explanation: ": recorded and not requested", level: minor, strict: true, of: each(func(s Spec) []string { return s.Unplayed })},
	{name: "unused", style: "yellow", noun: "unused cassette", explanation: ": claimed by no spec", level: minor, strict: true, byAll: true},
	{name: "stray", style: "yellow", noun: "stray body file", explanation: ": named by no cassette", level: minor, strict: true, byAll: true},
	{name: "large", style: "yellow", noun: "large file", explanation: ": let Git LFS keep them", level: minor},
	{name: "unpriced", style: "yellow", noun: "model", explanation: " without a price: add them to the file that vcr.Prices names", level: info},
	{name: "uncounted", style: "yellow", noun: "number", explanation: " of tokens in answers not counted", level: info, of: each(func(s Spec) []string { return s.Uncounted })},
	{name: "shard", style: "red", noun: "shard", explanation: " in doubt", level: major},
	{name: "warning", style: "yellow", noun: "warning", level: minor},
	{name: "missed", style: "red", noun: "request", explanation: " without a recording", level: major, strict: true,
		of: func(s Spec) (all []Finding) {
			for _, miss := range s.Missed {
				f := s.finding(miss.Request)
				if miss.Place != "" {
					f.Place = miss.Place
				}
				all = append(all, f)
			}
			return all
		}},
}

// Kinds lists the kinds of findings in the order in which they are printed. With strict,
// it lists those that a branch for releases should be without.
func Kinds(strict bool) []string {
	var names []string
	for _, k := range kinds {
		if k.strict || !strict {
			names = append(names, k.name)
		}
	}
	return names
}

// kindOf returns a kind and its place in the order. An unknown one comes last.
func kindOf(name string) (kind, int) {
	n := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if n < 0 {
		return kind{name: name, style: "yellow", explanation: name, level: minor}, len(kinds)
	}
	return kinds[n], n
}

// findingsIn returns what recordings say, without what is wrong with a suite as a whole.
func findingsIn(specs []Spec) []Finding {
	written := map[string]bool{}
	for _, s := range specs {
		written[s.Cassette] = written[s.Cassette] || s.Recorded > 0 && s.Rejected == ""
	}
	var findings []Finding
	for _, s := range specs {
		s.Missing = s.Missing && !written[s.Cassette]
		for _, k := range kinds {
			if k.of == nil {
				continue
			}
			for _, f := range k.of(s) {
				f.Kind = k.name
				findings = append(findings, f)
			}
		}
	}
	return findings
}

func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		_, m := kindOf(a.Kind)
		_, n := kindOf(b.Kind)
		if m != n {
			return m - n
		}
		return compareAll(a.Kind, b.Kind, a.Suite, b.Suite, a.Cassette, b.Cassette, a.Spec, b.Spec)
	})
}

// each makes a finding of each text that a recording has.
func each(texts func(Spec) []string) func(Spec) []Finding {
	return func(s Spec) (findings []Finding) {
		for _, text := range texts(s) {
			findings = append(findings, s.finding(text))
		}
		return findings
	}
}

// finding is one about the recording, of a kind that is not set yet.
func (s Spec) finding(text string) Finding {
	return Finding{Suite: s.Suite, Cassette: s.Cassette, Spec: s.Name, Place: s.Place, Text: text, Command: s.Command}
}

func (s Spec) findingIf(is bool, text string) []Finding {
	if !is {
		return nil
	}
	return []Finding{s.finding(text)}
}

func (s Spec) recorded() []Finding {
	if s.Recorded == 0 || s.Rejected != "" {
		return nil
	}
	f := s.finding(count(s.Recorded, "interaction"))
	f.Command = ""
	return []Finding{f}
}

// bypassed says what went past the session: it leaves no trace on a tape, and would not
// be missed.
func (s Spec) bypassed() []Finding {
	var findings []Finding
	for _, address := range slices.Sorted(maps.Keys(s.Bypassed)) {
		text := fmt.Sprintf("%s to %s went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback(%[2]q)", count(s.Bypassed[address], "request"), address)
		if _, _, err := net.SplitHostPort(address); err != nil {
			text = fmt.Sprintf("%s was looked up past the cassette, by code with a transport of its own; hand vcr.Client() to that code", address)
		}
		f := s.finding(text)
		f.Command = ""
		findings = append(findings, f)
	}
	return findings
}

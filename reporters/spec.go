package reporters

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A Spec is what one recording did in a run: that of a spec, of the BeforeAll and
// AfterAll of a container, or of BeforeSuite and AfterSuite. It holds plain values
// only, because parallel processes exchange it as JSON. Of several attempts, it is the
// last one; what was sent and spent is that of all.
type Spec struct {
	Suite    string `json:"suite,omitempty"` // the import path of the package
	Name     string `json:"name"`            // the texts of the nodes, joined by " / "
	Place    string `json:"place,omitempty"` // file:line in the source, from the root of the repository; empty for the suite's own nodes
	Cassette string `json:"cassette"`        // the path, as people see it
	Mode     string `json:"mode"`            // the record mode in force
	Attempt  int    `json:"attempt"`         // from 1, as in FlakeAttempts; 0 for the suite's own nodes
	Passed   bool   `json:"passed"`
	Skipped  bool   `json:"skipped,omitempty"` // it skipped itself, and is neither passed nor failed

	// Loaded counts the interactions on the tape, Replayed what was played, of included
	// cassettes too, and Recorded what is new. Live counts the requests that went past
	// the tape, and Refused those that were answered with an error of our own. Kept counts
	// what was recorded again and left the cassette as it was: Recorded is without it.
	Loaded   int `json:"loaded,omitempty"`
	Replayed int `json:"replayed,omitempty"`
	Recorded int `json:"recorded,omitempty"`
	Kept     int `json:"kept,omitempty"`
	Live     int `json:"live,omitempty"`
	Refused  int `json:"refused,omitempty"`
	// Bypassed counts the requests that went past the session, by host and port.
	Bypassed map[string]int `json:"bypassed,omitempty"`

	Missed     []Miss   `json:"missed,omitempty"`     // the requests without a recording
	Unplayed   []string `json:"unplayed,omitempty"`   // the titles of recordings; none if the spec broke off
	Amended    []string `json:"amended,omitempty"`    // titles of what was amended and not sent since, and when
	Stale      []string `json:"stale,omitempty"`      // titles of what was played and is older than vcr.MaxAge allows, and when it was recorded
	Missing    bool     `json:"missing,omitempty"`    // a request was refused and there was no cassette
	Partial    bool     `json:"partial,omitempty"`    // the cassette is marked as partial
	Idle       bool     `json:"idle,omitempty"`       // it would have been recorded and sent no request
	Rejected   string   `json:"rejected,omitempty"`   // where a recording went that did not become the cassette
	Unreadable string   `json:"unreadable,omitempty"` // why the cassette could not be read
	Redacted   []string `json:"redacted,omitempty"`   // where secrets were that only their format told
	// Drift is how the answers differ from the recordings, nil if none was compared. A
	// summary as JSON leaves it out: its findings say what the drift of all specs means.
	Drift *recorder.Drift `json:"drift,omitempty"`

	Bytes     int64    `json:"bytes,omitempty"`         // in the bodies of what was played and recorded
	TimeSaved int64    `json:"time_saved_ms,omitempty"` // how much longer the played calls once took
	Oldest    string   `json:"oldest,omitempty"`        // when the oldest of what was played was recorded, as RFC 3339 has it
	Saved     Tokens   `json:"tokens_saved,omitempty"`  // what the played answers once used
	Spent     Tokens   `json:"tokens_spent,omitempty"`  // what the recorded answers used
	Uncounted []string `json:"uncounted,omitempty"`     // what answers say of their tokens that is no number
	// Command records the spec again, from the root of the module. It is set only where
	// that mends something.
	Command string `json:"command,omitempty"`
}

// A Miss is a request without a recording.
type Miss struct {
	Request string `json:"request"`         // its method and URL, redacted
	Place   string `json:"place,omitempty"` // file:line of the test that sent it; empty if its stack shows none
}

// EntryOf returns the report entry for a closed session, for ginkgo.AddReportEntry.
// about is what the caller knows: Suite, Name, Place, Attempt, Passed, Skipped, Missed
// and Command.
// value is a [Spec], or nil where nothing was asked and there is nothing to say. It
// leaves out what the failure of a spec tells already: the interactions that a spec
// which broke off could not play, and a recording that could not be written.
func EntryOf(s recorder.Snapshot, about Spec, again func() string) (name string, value any) {
	spec := about
	spec.Cassette, spec.Mode = s.Cassette, string(s.Mode)
	spec.Loaded, spec.Replayed, spec.Live, spec.Refused = len(s.Loaded), len(s.Replayed), len(s.Live), s.Refused
	spec.Missing, spec.Partial, spec.Rejected, spec.Redacted = s.Missing, s.Partial, s.Rejected, s.Redacted
	spec.Idle, spec.Bypassed = s.Idle && spec.Passed, tally(s.Bypassed)
	if spec.Passed {
		for _, i := range s.Unplayed {
			spec.Unplayed = append(spec.Unplayed, s.Title(i))
		}
	}
	for _, i := range s.Amended {
		spec.Amended = append(spec.Amended, fmt.Sprintf("%s, on %s", s.Title(i), i.Amended.UTC().Format(time.DateOnly)))
	}
	for _, i := range s.Stale {
		spec.Stale = append(spec.Stale, fmt.Sprintf("%s, recorded on %s", s.Title(i), i.Recorded.UTC().Format(time.DateOnly)))
	}
	if s.Saved || s.Rejected != "" {
		spec.Recorded = len(s.Recorded) - s.Kept
	}
	spec.Kept, spec.Drift = s.Kept, s.Drift
	spec.Unreadable = unreadable(s.Err)
	for _, i := range s.Replayed { // a response is read only when it is asked for
		if err := i.Decode(); err != nil {
			spec.Replayed--
			spec.Unreadable = cmp.Or(spec.Unreadable, unreadable(err), "an answer cannot be read")
		}
	}
	spec.measure(s)
	if !spec.notable() {
		return entryName, nil
	}
	if again != nil && spec.isToMend() && spec.Unreadable == "" { // which is not overwritten: its text says what to do
		spec.Command = again()
	}
	return entryName, spec
}

// unreadable says why a cassette could not be read, "" where it could.
func unreadable(err error) string {
	var flaw *cassette.ParseError
	var failed *fs.PathError
	switch {
	case errors.As(err, &flaw):
		// Its text begins with the file, which the finding names by itself.
		text := strings.TrimPrefix(strings.TrimPrefix(flaw.Error(), flaw.File), ":")
		if flaw.Line > 0 {
			text = "line " + text
		}
		return firstLine(strings.TrimSpace(text))
	case errors.As(err, &failed):
		return firstLine(failed.Error())
	}
	return ""
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// measure sums up the interactions that were played and recorded.
func (s *Spec) measure(did recorder.Snapshot) {
	var oldest time.Time
	saved, spent := tokenCount{did: did}, tokenCount{did: did}
	for _, i := range did.Replayed {
		s.Bytes += int64(i.Request.Body.Len() + i.Response.Body.Len())
		saved.add(i)
		if !i.Recorded.IsZero() && (oldest.IsZero() || i.Recorded.Before(oldest)) {
			oldest = i.Recorded
		}
	}
	for _, i := range did.Recorded {
		s.Bytes += int64(i.Request.Body.Len() + i.Response.Body.Len())
		spent.add(i)
	}
	if did.Mode == recorder.Live {
		for _, i := range did.Answered() {
			spent.add(i)
		}
	}
	if !oldest.IsZero() {
		s.Oldest = oldest.UTC().Format(time.RFC3339)
	}
	s.TimeSaved = did.TimeSaved.Milliseconds()
	s.Saved, s.Spent, s.Uncounted = saved.tokens(), spent.tokens(), append(saved.flaws, spent.flaws...)
}

// entryName is the name of the report entries that hold a Spec.
const entryName = "ginkgo-vcr recording"

// notable reports whether there is anything to say. A later attempt is always
// notable, because its entry replaces those of the earlier ones.
func (s Spec) notable() bool {
	return s.Attempt > 1 || s.Replayed+s.Recorded+s.Kept+s.Live+s.Loaded > 0 || s.Mode == string(recorder.Live) || s.isToMend() ||
		len(s.Redacted)+len(s.Uncounted) > 0 || s.Idle || len(s.Bypassed) > 0 || s.Drift != nil
}

// isToMend reports whether there is something that mends if the spec is recorded again.
func (s Spec) isToMend() bool {
	return len(s.Missed)+len(s.Unplayed)+len(s.Amended)+len(s.Stale) > 0 || s.Missing || s.Partial || s.Rejected != "" || s.Unreadable != "" || s.isOutdated()
}

// String names the cassette and counts.
func (s Spec) String() string {
	return fmt.Sprintf("%s: %d replayed, %d recorded, %d live", s.Cassette, s.Replayed, s.Recorded, s.Live)
}

// specsOf returns the recordings in a report, sorted by cassette and name.
func specsOf(report types.Report) []Spec {
	type recording struct{ cassette, spec string }
	var specs []Spec
	last := map[recording]int{} // index in specs
	for _, reported := range report.SpecReports {
		for _, entry := range reported.ReportEntries {
			if entry.Name != entryName {
				continue
			}
			s, ok := decode(entry.Value)
			if !ok {
				continue
			}
			// An ordered container may end in another spec than it failed in before.
			key := recording{s.Cassette, s.Name}
			if n, again := last[key]; again {
				specs[n] = s.after(specs[n])
				continue
			}
			last[key] = len(specs)
			specs = append(specs, s)
		}
	}
	sortSpecs(specs)
	return specs
}

// after adds what stays of an earlier attempt.
func (s Spec) after(earlier Spec) Spec {
	s.Live += earlier.Live
	s.Bypassed = sum(earlier.Bypassed, s.Bypassed)
	spent := earlier.Spent
	spent.add(s.Spent)
	s.Spent = spent
	if earlier.Passed {
		s.Recorded += earlier.Recorded
		s.Kept += earlier.Kept
		s.Drift = cmp.Or(s.Drift, earlier.Drift)
		s.Rejected = cmp.Or(s.Rejected, earlier.Rejected)
	}
	return s
}

// decode reads a value that came from this process, as it is, or from another
// one, as JSON.
func decode(value types.ReportEntryValue) (Spec, bool) {
	if s, ok := value.GetRawValue().(Spec); ok {
		s.Spent = s.Spent.clone()
		return s, true
	}
	var s Spec
	err := json.Unmarshal([]byte(value.AsJSON), &s)
	return s, err == nil && s.Cassette != "" // other objects decode as well
}

// tally counts the requests to each host and port; nil where there are none.
func tally(addresses []string) map[string]int {
	if len(addresses) == 0 {
		return nil
	}
	requests := map[string]int{}
	for _, address := range addresses {
		requests[address]++
	}
	return requests
}

// sum adds up counts. It changes neither.
func sum(a, b map[string]int) map[string]int {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	all := maps.Clone(a)
	for address, n := range b {
		all[address] += n
	}
	return all
}

func sortSpecs(specs []Spec) {
	slices.SortStableFunc(specs, func(a, b Spec) int { return compareAll(a.Suite, b.Suite, a.Cassette, b.Cassette, a.Name, b.Name) })
}

package reporters

import (
	"encoding/json"
	"fmt"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// EntryName is the name of the report entries that hold an [Entry].
const EntryName = "ginkgo-vcr recording"

// An Entry is what one recording leaves in the report of its spec. It holds
// plain values only, because parallel processes exchange it as JSON.
type Entry struct {
	Spec     string // the texts of its nodes, joined by " / "
	Attempt  int    // 1-based, as in FlakeAttempts; 0 for BeforeSuite and AfterSuite
	Passed   bool
	Cassette string // the path, relative to the folder of the suite where it lies below
	Mode     string // a word of recorder.Modes
	// Loaded counts the interactions on the tape, Replayed and Recorded what was
	// played and recorded, Live the requests that went past the tape, Refused
	// those that were answered with an error.
	Loaded, Replayed, Recorded, Live, Refused int
	Unplayed                                  []string // "position: METHOD URL"
	Missing                                   bool     // a request was made and there was no cassette
	Partial                                   bool     // the cassette is marked as partial
	Rejected                                  string   // where a recording went that did not become the cassette
	Redacted                                  []string // secrets that were found by their look alone: where, and what
}

// EntryOf returns the entry for a session that is over. It tells nothing of what
// the spec's own failure tells: the interactions that a spec which broke off
// could not play, and a recording that could not be written.
func EntryOf(result recorder.Result, spec string, attempt int, passed bool) Entry {
	e := Entry{
		Spec: spec, Attempt: attempt, Passed: passed,
		Cassette: result.Cassette, Mode: string(result.Mode),
		Loaded: result.Loaded, Replayed: result.Replayed, Live: result.Live, Refused: result.Refused,
		Missing: result.Missing, Partial: result.Partial, Rejected: result.Rejected,
	}
	if passed {
		e.Unplayed = result.Unplayed
	}
	for _, find := range result.Redacted {
		e.Redacted = append(e.Redacted, find.String())
	}
	if result.Saved || result.Rejected != "" {
		e.Recorded = result.Recorded
	}
	return e
}

// Notable reports whether there is anything to say: a spec that replayed its
// whole cassette leaves no entry, unless it took several attempts, because the
// entry of the last one replaces those of the others.
func (e Entry) Notable() bool {
	return e.Attempt > 1 || e.Recorded > 0 || e.Live > 0 || e.Mode == string(recorder.Live) || len(e.Unplayed) > 0 || e.Missing || e.Partial || e.Rejected != "" || len(e.Redacted) > 0
}

// String names the cassette and counts.
func (e Entry) String() string {
	return fmt.Sprintf("%s: %d replayed, %d recorded, %d live", e.Cassette, e.Replayed, e.Recorded, e.Live)
}

// Entries returns the entries of a report: of each recording the one of its last
// attempt, which also counts what was sent live in the earlier ones, and what
// those that passed have recorded.
func Entries(report types.Report) []Entry {
	type recording struct{ cassette, spec string }
	var entries []Entry
	last := map[recording]int{} // index in entries
	for _, spec := range report.SpecReports {
		for _, reported := range spec.ReportEntries {
			if reported.Name != EntryName {
				continue
			}
			e, ok := decode(reported.Value)
			if !ok {
				continue
			}
			// An ordered container may end in another spec than it failed in before.
			key := recording{e.Cassette, e.Spec}
			if n, again := last[key]; again {
				entries[n] = e.after(entries[n])
				continue
			}
			last[key] = len(entries)
			entries = append(entries, e)
		}
	}
	return entries
}

// after adds to the entry of an attempt what stays of an earlier one.
func (e Entry) after(earlier Entry) Entry {
	e.Live += earlier.Live
	if earlier.Passed {
		e.Recorded += earlier.Recorded
	}
	return e
}

// decode reads a value that came from this process, as it is, or from another
// one, as JSON.
func decode(value types.ReportEntryValue) (Entry, bool) {
	if e, ok := value.GetRawValue().(Entry); ok {
		return e, true
	}
	var e Entry
	err := json.Unmarshal([]byte(value.AsJSON), &e)
	return e, err == nil && e.Cassette != "" // other objects decode as well
}

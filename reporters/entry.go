package reporters

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// EntryOf returns the report entry for a closed session, for
// ginkgo.AddReportEntry. spec is the texts of the spec's nodes, joined by " / ".
// attempt is 1-based, as in FlakeAttempts, and 0 for BeforeSuite and AfterSuite.
//
// value is nil when there is nothing to say: a spec that replayed its whole
// cassette needs no entry. It holds plain values only, because parallel processes
// exchange it as JSON. It leaves out what the failure of a spec tells already: the
// interactions that a spec which broke off could not play, and a recording that
// could not be written.
func EntryOf(s recorder.Snapshot, spec string, attempt int, passed bool) (name string, value any) {
	e := entry{
		Spec: spec, Attempt: attempt, Passed: passed, Cassette: s.Cassette, Mode: string(s.Mode),
		Loaded: len(s.Loaded), Replayed: len(s.Replayed), Live: len(s.Live), Refused: s.Refused,
		Missing: s.Missing, Partial: s.Partial, Rejected: s.Rejected, Redacted: s.Redacted,
		Idle: s.Idle && passed, Bypassed: tally(s.Bypassed), Drift: s.Drift,
	}
	if passed {
		for _, i := range s.Unplayed {
			e.Unplayed = append(e.Unplayed, s.Title(i))
		}
	}
	for _, i := range s.Amended {
		e.Amended = append(e.Amended, fmt.Sprintf("%s, on %s", s.Title(i), i.Amended.UTC().Format(time.DateOnly)))
	}
	if s.Saved || s.Rejected != "" {
		e.Recorded = len(s.Recorded) - s.Kept
	}
	if !e.notable() {
		return entryName, nil
	}
	return entryName, e
}

// entryName is the name of the report entries that hold an entry.
const entryName = "ginkgo-vcr recording"

// An entry is what one recording leaves in the report of its spec.
type entry struct {
	Spec     string
	Attempt  int
	Passed   bool
	Cassette string
	Mode     string
	// Loaded counts the interactions on the tape, Live the requests that went
	// past it, and Refused those that were answered with an error.
	Loaded, Replayed, Recorded, Live, Refused int
	Unplayed                                  []string        // titles
	Missing                                   bool            // a request was refused and there was no cassette
	Partial                                   bool            // the cassette is marked as partial
	Rejected                                  string          // where a recording went that did not become the cassette
	Redacted                                  []string        // where secrets were that only their format told
	Idle                                      bool            // it would have recorded and got no request
	Amended                                   []string        `json:",omitempty"` // titles, and when
	Bypassed                                  map[string]int  `json:",omitempty"` // requests that went past it, by host and port
	Drift                                     *recorder.Drift `json:",omitempty"` // how its answers differ from the recordings

	// What follows is known where the entry is read.
	place  string // in the source
	isSpec bool   // rather than a container or the suite
}

// notable reports whether there is anything to say. A later attempt is always
// notable, because its entry replaces those of the earlier ones.
func (e entry) notable() bool {
	return e.Attempt > 1 || e.Recorded > 0 || e.Live > 0 || e.Mode == string(recorder.Live) || len(e.Unplayed) > 0 ||
		e.Missing || e.Partial || e.Rejected != "" || len(e.Redacted) > 0 || e.Idle || len(e.Bypassed) > 0 || len(e.Amended) > 0 || e.Drift != nil
}

// String names the cassette and counts.
func (e entry) String() string {
	return fmt.Sprintf("%s: %d replayed, %d recorded, %d live", e.Cassette, e.Replayed, e.Recorded, e.Live)
}

// entriesOf returns one entry for each recording in a report: that of its last
// attempt. It also counts what was sent live in the earlier attempts, and what
// those that passed have recorded.
func entriesOf(report types.Report) []entry {
	type recording struct{ cassette, spec string }
	var entries []entry
	last := map[recording]int{} // index in entries
	for _, spec := range report.SpecReports {
		for _, reported := range spec.ReportEntries {
			if reported.Name != entryName {
				continue
			}
			e, ok := decode(reported.Value)
			if !ok {
				continue
			}
			e.locate(reported.Location, spec)
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

// after adds what stays of an earlier attempt.
func (e entry) after(earlier entry) entry {
	e.Live += earlier.Live
	e.Bypassed = sum(earlier.Bypassed, e.Bypassed)
	if earlier.Passed {
		e.Recorded += earlier.Recorded
		e.Drift = cmp.Or(e.Drift, earlier.Drift)
		e.Rejected = cmp.Or(e.Rejected, earlier.Rejected)
	}
	return e
}

// decode reads a value that came from this process, as it is, or from another
// one, as JSON.
func decode(value types.ReportEntryValue) (entry, bool) {
	if e, ok := value.GetRawValue().(entry); ok {
		return e, true
	}
	var e entry
	err := json.Unmarshal([]byte(value.AsJSON), &e)
	return e, err == nil && e.Cassette != "" // other objects decode as well
}

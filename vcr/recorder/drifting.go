package recorder

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

// A Severity says how much a change of an API matters: see the constants. The zero value is
// none of them.
type Severity string

// The severities of a change.
const (
	// Notice is a change that is worth reading, and that most code does not see: a new
	// field, a new word in a field such as status, a field that not all answers have any
	// more.
	Notice Severity = "notice"
	// Breaking is a change that is likely to break code: a field that is gone, another
	// type, status or media type, an event that does not come any more.
	Breaking Severity = "breaking"
)

// DriftRules say what counts when answers are compared with recordings. Each path is a
// JSONPath of names, [*], ..name and filters such as [?@.type=='text'], as in
// $.choices[*].message; in a stream it begins in the data of an event. The zero value has no
// rule of the user's own.
type DriftRules struct {
	// Ignore names values that are not compared, with all that they hold.
	Ignore []string
	// Exact names values that must be equal: another one is breaking.
	Exact []string
	// Enums names strings of which a new one is a notice. Fields such as status are known.
	Enums []string
	// Variants names fields by which objects in one array are told apart. type, object and
	// kind are known.
	Variants []string
}

// A Drift is how the answers of a session, or of several, differ from the recordings. It
// travels as JSON. The zero value has compared nothing. It is not safe for concurrent use.
type Drift struct{ run drift.Run }

// Counts returns how many answers have the shape of their recording, how many have another
// one, and how many could not be compared because the service failed or one of both cannot
// be read.
func (d *Drift) Counts() (same, drifted, failed int) {
	counts := d.run.Counts
	return counts[drift.Same], counts[drift.Drifted], counts[drift.Failed] + counts[drift.Unread]
}

// Merge adds the answers of another session. With more answers, a change may be less
// grave: what is gone is gone from all of them.
func (d *Drift) Merge(other *Drift) { d.run.Merge(other.run) }

// Each calls visit for all that there is to say, the gravest first. Kind is "breaking" or
// "notice" for a change of the API, "sent" for what the code sends otherwise than was
// recorded, "uncompared", "gone" for a recording that was not asked for, or "added" for a
// request without a recording. Cassette and line are a place where it shows, "" and 0 if
// none is known, and more counts the other answers that show it.
func (d *Drift) Each(visit func(kind, cassette string, line, more int, text string)) {
	report := d.run.Report()
	for _, change := range report.Differences {
		var place drift.Place
		if len(change.Places) > 0 {
			place = change.Places[0]
		}
		visit(change.Severity.String(), place.Cassette, place.Line, max(change.Answers-1, 0), change.Endpoint+" "+change.String())
	}
	for _, request := range report.Requests {
		for _, sent := range request.Sent {
			visit("sent", request.Place.Cassette, request.Place.Line, 0, sent.String())
		}
	}
	for _, list := range []struct {
		kind       string
		recordings []drift.Listed
	}{{"uncompared", report.Failed}, {"uncompared", report.Unread}, {"gone", report.Unasked}, {"added", report.Added}} {
		for _, one := range list.recordings {
			text := one.Endpoint
			if one.Reason != "" {
				text += ": " + one.Reason
			}
			visit(list.kind, one.Place.Cassette, one.Place.Line, 0, text)
		}
	}
	for _, note := range report.Notes {
		visit("uncompared", "", 0, 0, note)
	}
	if report.LeftOut > 0 {
		visit("uncompared", "", 0, 0, fmt.Sprintf("%d more are not listed", report.LeftOut))
	}
}

// String returns all of it as text for a terminal.
func (d *Drift) String() string { return d.run.Report().Text() }

// MarshalJSON returns what was compared, and what the new answers are like.
func (d *Drift) MarshalJSON() ([]byte, error) { return json.Marshal(&d.run) }

// UnmarshalJSON reads what MarshalJSON returns.
func (d *Drift) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &d.run) }

// worst returns the gravest change.
func (d *Drift) worst() Severity {
	switch d.run.Report().Worst() {
	case drift.Breaking:
		return Breaking
	case drift.Notice:
		return Notice
	}
	return ""
}

// drift returns what there is to say of the new answers, without secrets: a tape that was
// written by hand may hold some.
func (r *rerecording) drift() *Drift {
	d := new(Drift)
	d.run.Add(r.comparisons...)
	d.run.Rewrite(r.session.redactor.Text)
	return d
}

// errDrifted is the failure of a spec whose answers have changed as Config.FailOnDrift does
// not allow; nil if they have not.
func (s *Session) errDrifted(d *Drift) error {
	limit := s.cfg.FailOnDrift
	if limit == "" || d == nil {
		return nil
	}
	if worst := d.worst(); worst == "" || limit == Breaking && worst != Breaking {
		return nil
	}
	const most = 5
	var lines []string
	d.Each(func(kind, _ string, _, _ int, text string) {
		if kind == string(Breaking) || kind == string(limit) {
			lines = append(lines, kind+": "+text)
		}
	})
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%s: the API has changed since this was recorded:\n  %s", s.tape.place.shown, strings.Join(lines, "\n  "))
}

// differences is the file beside a rejected recording that says how it differs from the
// cassette.
func (p place) differences() string {
	return strings.TrimSuffix(p.rejected(), filepath.Ext(p.name)) + ".drift.txt"
}

// writeDifferences says beside a rejected recording how it differs.
func (s *Session) writeDifferences(d *Drift) error {
	place := s.tape.place
	if d == nil || place.inside(filepath.Join(rejectedDir, place.name)) != nil { // which is an error already
		return nil
	}
	return disk.WriteFile(place.differences(), []byte(d.String()))
}

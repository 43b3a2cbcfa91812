package recorder

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// ErrMiss means that the tape holds no recording for the request, or none that
// may be played now, and the mode does not record one. It is found by errors.Is
// through the *url.Error that an http.Client makes of it.
var ErrMiss = errors.New("no recording for this request")

// A Miss is the error for a request that no recording answers. It is found by
// errors.As. Its text is redacted, and bounded in size.
type Miss struct {
	Cassette string // path of the cassette's file, as people see it
	Mode     Mode
	Method   string
	URL      string
	// Recordings is how many interactions the tape holds, Unplayed how many of
	// them were not played yet.
	Recordings, Unplayed int
	// Included are the read-only cassettes that were asked as well.
	Included []string
	// Used are the recordings that match, all of them played already.
	Used []Place
	// Later is a recording that matches, where [Config.InOrder] wants Next to be
	// played before it.
	Later, Next Place
	// Nearest is the recording that is most like the request, among those not
	// played yet if there are any; zero on an empty tape, and where Later is set.
	Nearest Place
	// Differences are those between the request and the nearest recording, the
	// first of them, and More is how many there are beyond these. Where there are
	// none, a function of the rules said no.
	Differences []match.Difference
	More        int
	// Guess says that the nearest recording may be of another request altogether.
	Guess bool
	// Loosened are the rules to add by which the nearest recording would match;
	// zero where that is more than a few.
	Loosened match.Rules
	instead  bool // of a MatchOn, since what is named there is added up
	// RenamedFrom is a cassette that no spec claims and that answers the request,
	// where there is none at Cassette: the spec seems to have another name now.
	RenamedFrom string
	Remedies    []Remedy
}

// A Place is where a recording stands. The zero value is none.
type Place struct {
	Cassette  string // "" is that of the spec
	Recording int    // its position, from 1
	Line      int    // in the file, from 1; 0 if it is not known
}

// String names the recording, as in "recording 2 (line 14) of login.yaml".
func (p Place) String() string {
	text := fmt.Sprintf("recording %d", p.Recording)
	if p.Line > 0 {
		text += fmt.Sprintf(" (line %d)", p.Line)
	}
	if p.Cassette != "" {
		text += " of " + p.Cassette
	}
	return text
}

// Error explains the miss in several lines, the cassette first.
func (m *Miss) Error() string {
	var b strings.Builder
	if m.RenamedFrom != "" {
		fmt.Fprintf(&b, "%s: there is no cassette here, but %s answers %s %s, and no spec claims it; was this spec, or a container around it, renamed?",
			m.Cassette, m.RenamedFrom, m.Method, shortened(m.URL))
	} else {
		fmt.Fprintf(&b, "%s: %s for %s %s", m.Cassette, m.headline(), m.Method, shortened(m.URL))
		fmt.Fprintf(&b, "\n  mode %s; %s", m.Mode, m.tape())
		m.explain(&b)
	}
	for n, remedy := range m.Remedies {
		fmt.Fprintf(&b, "\n  %d. %s:", n+1, remedy.Does)
		for _, command := range remedy.Commands {
			fmt.Fprintf(&b, "\n     %s", command)
		}
	}
	return b.String()
}

func (m *Miss) headline() string {
	switch {
	case m.Later.Recording > 0:
		return "a recording out of order"
	case len(m.Used) > 0:
		return "no recording left"
	}
	return "no recording"
}

func (m *Miss) explain(b *strings.Builder) {
	if m.Later.Recording > 0 {
		fmt.Fprintf(b, "\n  %s matches, but %s is to be played before it", m.Later, m.Next)
		return
	}
	if len(m.Used) > 0 {
		fmt.Fprintf(b, "\n  %s", used(m.Used))
	}
	switch {
	case m.Nearest.Recording == 0:
		return
	case len(m.Differences) == 0:
		fmt.Fprintf(b, "\n  %s matches by all rules but MatchFunc, whose function says no", m.Nearest)
		return
	}
	nearest := "the nearest"
	if len(m.Used) > 0 {
		nearest += " not played yet"
	}
	if m.Guess {
		nearest += ", which is a guess,"
	}
	fmt.Fprintf(b, "\n  %s is %s", nearest, m.Nearest)
	if d := m.Differences[0]; len(m.Differences)+m.More == 1 && d.Part == match.Port {
		fmt.Fprintf(b, "; only the port differs: %s on the tape, %s asked for", d.Recorded, d.Request)
		return
	}
	b.WriteString(", which differs in")
	for _, d := range m.Differences {
		fmt.Fprintf(b, "\n    %s\n      recorded: %s\n      request:  %s", strings.TrimSpace(string(d.Part)+" "+shortened(d.At)), orNothing(d.Recorded), orNothing(d.Request))
	}
	if m.More > 0 {
		fmt.Fprintf(b, "\n    and in %d more", m.More)
	}
}

// mostUsed is how many of the recordings are named that were played already.
const mostUsed = 5

func used(places []Place) string {
	if len(places) == 1 {
		return places[0].String() + " matches and was played already"
	}
	var names []string
	for _, place := range places[:min(len(places), mostUsed)] {
		names = append(names, place.String())
	}
	if more := len(places) - mostUsed; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last] + " match and were played already"
}

func (m *Miss) tape() string {
	var text string
	switch m.Recordings {
	case 0:
		text = "the cassette does not exist or is empty"
	case 1:
		text = fmt.Sprintf("the cassette holds 1 recording, %d not played yet", m.Unplayed)
	default:
		text = fmt.Sprintf("the cassette holds %d recordings, %d not played yet", m.Recordings, m.Unplayed)
	}
	if len(m.Included) > 0 {
		text += "; asked as well: " + strings.Join(m.Included, ", ")
	}
	return text
}

func orNothing(text string) string {
	if text == "" {
		return "(nothing)"
	}
	return text
}

// longest is how many bytes are shown of a URL, or of a path into a body.
const longest = 300

func shortened(text string) string {
	if len(text) <= longest {
		return text
	}
	end := longest
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// Unwrap returns ErrMiss.
func (m *Miss) Unwrap() error { return ErrMiss }

// Timeout, Temporary and RetryableError are false, so that clients do not send
// a request again that will be missed again. The last one is asked by the AWS
// SDK for Go.
func (m *Miss) Timeout() bool        { return false }
func (m *Miss) Temporary() bool      { return false } //nolint:revive // see Timeout
func (m *Miss) RetryableError() bool { return false } //nolint:revive // see Timeout

package matching

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// An Explanation says why no recording answers a request. The zero value is that
// of an empty tape.
type Explanation struct {
	// Recordings is the number of recordings on the tape, and Unplayed the number
	// of those that were not played yet.
	Recordings, Unplayed int
	// LookedIn says where the cassette was looked for, where that may be a wrong folder.
	LookedIn string
	// Empty means that there is a cassette, which holds nothing if Recordings is 0.
	Empty bool
	// AsksForToken means that the request asks for a token, as OAuth does. The one on
	// the tape expires.
	AsksForToken bool
	// Included are the read-only cassettes that were searched as well.
	Included []string
	// Used are the recordings that match and were played already.
	Used []Place
	// Later is a recording that matches, but must be played after Next. Both are
	// zero unless the recordings are played in order.
	Later, Next Place
	// Nearest is the recording that is most like the request: of those that were
	// not played yet, or of all if none is left. It is zero on an empty tape, and
	// if Later is set.
	Nearest Place
	// Differences are the first differences between the request and the nearest
	// recording, and More is the number of further ones. If there are none, a
	// function of the rules rejected it.
	Differences []Difference
	More        int
	// Guess means that the nearest recording may be of another request altogether.
	Guess bool
	// Note says why a mode that sends less than others sends nothing here. It may be empty.
	Note string
	// Loosened are rules by which the nearest recording matches.
	Loosened Loosening
	// RenamedFrom is a cassette that no spec claims and that answers the request.
	// It is set only if the spec has no cassette; the spec was probably renamed.
	RenamedFrom string
}

// A Place says where a recording is. The zero value is no recording.
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

// FindNearest sets Nearest to the recording that is most like a request, and the
// fields about their differences. It leaves them alone if it can only guess and
// Used says more. placeOf returns the place of a recording by its index. The error
// is that of [Matcher.Key].
func (e *Explanation) FindNearest(m *Matcher, request cassette.Request, recordings []cassette.Request, placeOf func(index int) Place) error {
	nearest, err := m.Nearest(request, recordings)
	if err != nil || nearest.Index < 0 || nearest.Guess && len(e.Used) > 0 {
		return err
	}
	e.Nearest = placeOf(nearest.Index)
	e.Differences, e.More, e.Guess = nearest.Differences, nearest.More, nearest.Guess
	loosened, err := m.Loosened(request, recordings[nearest.Index])
	if loosened.Heals || !e.Guess && e.More == 0 {
		e.Loosened, e.Guess = loosened, false
	}
	return err
}

// Text explains the miss of a request in several lines. The caller puts the path
// of the cassette before it and the remedies after it. Long URLs are cut.
func (e *Explanation) Text(mode, method, url string) string {
	if e.RenamedFrom != "" {
		return fmt.Sprintf("there is no cassette here, but %s answers %s %s, and no spec claims it; was this spec, or a container around it, renamed?",
			e.RenamedFrom, method, shortened(url))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s for %s %s", e.headline(), method, shortened(url))
	fmt.Fprintf(&b, "\n  mode %s; %s", mode, e.tape())
	if e.Later.Recording > 0 {
		fmt.Fprintf(&b, "\n  %s matches, but %s is to be played before it", e.Later, e.Next)
		return b.String()
	}
	if len(e.Used) > 0 {
		fmt.Fprintf(&b, "\n  %s", used(e.Used))
		if e.AsksForToken {
			b.WriteString("\n  the request asks for a token: that of the tape has probably expired, and another one will, too")
		}
	}
	if e.Nearest.Recording > 0 {
		e.explainNearest(&b)
	}
	if e.Note != "" {
		fmt.Fprintf(&b, "\n  %s", e.Note)
	}
	return b.String()
}

func (e *Explanation) headline() string {
	switch {
	case e.Later.Recording > 0:
		return "a recording out of order"
	case len(e.Used) > 0:
		return "no recording left"
	}
	return "no recording"
}

func (e *Explanation) tape() string {
	var text string
	switch e.Recordings {
	case 0:
		text = "the cassette does not exist or is empty"
	case 1:
		text = fmt.Sprintf("the cassette holds 1 recording, %d not played yet", e.Unplayed)
	default:
		text = fmt.Sprintf("the cassette holds %d recordings, %d not played yet", e.Recordings, e.Unplayed)
	}
	if len(e.Included) > 0 {
		text += "; asked as well: " + strings.Join(e.Included, ", ")
	}
	if e.Recordings == 0 && e.LookedIn != "" {
		text += "\n  " + e.LookedIn
	}
	return text
}

// mostUsed is how many used recordings are named.
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

func (e *Explanation) explainNearest(b *strings.Builder) {
	if len(e.Differences) == 0 {
		fmt.Fprintf(b, "\n  %s matches by all rules but MatchFunc, whose function says no", e.Nearest)
		return
	}
	b.WriteString("\n  the nearest")
	if len(e.Used) > 0 {
		b.WriteString(" not played yet")
	}
	if e.Guess {
		b.WriteString(", which is a guess,")
	}
	fmt.Fprintf(b, " is %s", e.Nearest)
	if d := e.Differences[0]; len(e.Differences)+e.More == 1 && d.Part == match.Port {
		fmt.Fprintf(b, "; only the port differs: %s on the tape, %s asked for", d.Recorded, d.Request)
		return
	}
	b.WriteString(", which differs in")
	for _, d := range e.Differences {
		fmt.Fprintf(b, "\n    %s\n      recorded: %s\n      request:  %s", strings.TrimSpace(string(d.Part)+" "+shortened(d.At)), orNothing(d.Recorded), orNothing(d.Request))
	}
	if e.More > 0 {
		fmt.Fprintf(b, "\n    and in %d more", e.More)
	}
	if slices.ContainsFunc(e.Differences, Difference.isAboutPlaceholder) {
		b.WriteString("\n  a placeholder on the tape replaced what was taken for a secret; if it was not one, keep it with KeepHeaders, KeepQuery or KeepBody, and record this again")
	}
}

func orNothing(text string) string {
	if text == "" {
		return "(nothing)"
	}
	return text
}

// mostShown is how many bytes are shown of a URL, or of a path into a body.
const mostShown = 300

func shortened(text string) string {
	if len(text) <= mostShown {
		return text
	}
	end := mostShown
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

package harness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
)

// A Guide says how a framework writes remedies. Noun, Record and Move must be set.
type Guide struct {
	// Noun is what has the cassette: spec or test.
	Noun string
	// Where says where commands run, as the end of the first one's title.
	Where string
	// Record returns the commands, each of which runs it in a record mode.
	Record func(mode string) []string
	// Move returns the commands that move a cassette.
	Move func(from, to string) []string
	// Options are true where rules are options, and false where they are fields of a
	// Config.
	Options bool
	// Paste is the call around the options, such as vcr.Recorded.
	Paste string
	// Whole says that Record runs all specs, so that mode all records all of them.
	Whole bool
	// Pinned says that the cassette is recorded no more while it exists, so that
	// Record removes it.
	Pinned bool
}

// Remedies returns what mends a miss, the best first. Each has been tried or does what
// it says. A value that is new in every run needs a rule, since it would differ from
// the next recording, too; what is asked needs another recording.
func (g Guide) Remedies(cassette string, why *matching.Explanation) []Remedy {
	var before, after []Remedy // code
	var commands []Remedy
	loosened := why.Loosened
	switch {
	case why.RenamedFrom != "":
		commands = []Remedy{
			{"to move the cassette (with mv, if git does not know it yet)", g.Move(why.RenamedFrom, cassette)},
			g.record("if this is another "+g.Noun+", to record it", "new_episodes"),
		}
	case why.Later.Recording > 0: // it is on the tape, so that new_episodes records nothing
		commands = []Remedy{g.again()}
		after = []Remedy{g.code("to play them in any order, leave out", g.flag("InOrder", "true"))}
	default:
		commands = g.recordings(why)
	}
	switch {
	case loosened.Does == "":
	case loosened.Heals:
		before = append(before, g.code(loosened.Does, g.rules(loosened)))
	default:
		after = append(after, g.code(loosened.Does, g.rules(loosened)))
	}
	switch {
	case len(why.Used) == 0:
	case why.AsksForToken:
		before = append(before, g.code("to keep the token of the tape from expiring", g.paste(g.flag("ShiftTimes", "[]string{}"))))
	default:
		after = append(after, g.code("to play the last one again", g.paste(g.flag("AllowRepeats", "true"))))
	}
	commands[0].Does += g.Where
	return slices.Concat(before, commands, after)
}

// recordings are the commands that record.
func (g Guide) recordings(why *matching.Explanation) []Remedy {
	switch {
	case why.Recordings == 0 && why.Empty: // once takes it for recorded
		return []Remedy{g.record("to record this "+g.Noun, "new_episodes")}
	case why.Recordings == 0:
		return []Remedy{g.record("to record this "+g.Noun, "once")}
	case g.Pinned:
		return []Remedy{g.record("to record this "+g.Noun+" again, although it is pinned", "once")}
	case g.Whole:
		return []Remedy{
			g.record("to add what is new to the cassettes of this "+g.Noun, "new_episodes"),
			g.record("to record this "+g.Noun+" again with all of its specs", "all"),
		}
	}
	return []Remedy{g.again(), g.record("to add what is new and keep the rest", "new_episodes")}
}

// Partial says that what was replayed comes from a run that did not pass, and what to do
// then.
func (g Guide) Partial(cassette string) string {
	again, keep := g.again(), g.code("to keep nothing of a run in which it fails", g.paste(g.flag("RecordOnlyPassed", "true")))
	return fmt.Sprintf("%s is partial: what this %s replayed was recorded in a run that did not pass, and may be why it fails\n  1. %s:\n     %s\n  2. %s:\n     %s",
		cassette, g.Noun, again.Does+g.Where, strings.Join(again.Commands, "\n     "), keep.Does, keep.Commands[0])
}

// Stale says which recordings that were played are older than they may be, and what to do
// then.
func (g Guide) Stale(cassette string, recordings []string) string {
	const most = 20
	list := slices.Clone(recordings[:min(len(recordings), most)])
	if more := len(recordings) - most; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	refresh := g.record("to record this "+g.Noun+" again", "refresh")
	return fmt.Sprintf("%s: what this %s replayed is older than MaxAge allows:\n  %s\n  1. %s:\n     %s",
		cassette, g.Noun, strings.Join(list, "\n  "), refresh.Does+g.Where, strings.Join(refresh.Commands, "\n     "))
}

func (g Guide) again() Remedy { return g.record("to record this "+g.Noun+" again", "all") }

func (g Guide) record(does, mode string) Remedy { return Remedy{does, g.Record(mode)} }

func (g Guide) code(does, code string) Remedy {
	if !g.Options {
		does = "in the Config, " + does
	}
	return Remedy{does, []string{code}}
}

// flag returns an option without arguments, or a field with a value.
func (g Guide) flag(name, value string) string {
	if g.Options {
		return "vcr." + name + "()"
	}
	return name + ": " + value
}

func (g Guide) rules(l matching.Loosening) string {
	if g.Options {
		return g.paste(strings.Join(l.Options(), ", "))
	}
	return strings.Join(l.Fields(), ", ")
}

func (g Guide) paste(code string) string {
	if g.Options {
		return fmt.Sprintf("%s(%s)", g.Paste, code)
	}
	return code
}

package recorder

import "fmt"

// A Remedy is what mends a miss: what it does, and the commands or the code to
// paste.
type Remedy struct {
	Does     string
	Commands []string
}

// plainRemedies are those of a plain go test.
func plainRemedies(m *Miss) []Remedy {
	record := func(does string, mode Mode) Remedy {
		return Remedy{does + " (add -run to select it)", []string{fmt.Sprintf("%s=%s go test -count=1 .", ModeVariable, mode)}}
	}
	switch {
	case m.RenamedFrom != "":
		return []Remedy{
			{"to move the cassette", []string{fmt.Sprintf("git mv %s %s", m.RenamedFrom, m.Cassette)}},
			record("if this is another test, to record it", NewEpisodes),
		}
	case m.Later.Recording > 0: // it is on the tape, so that new_episodes records nothing
		return []Remedy{
			record("to record this test again", All),
			{"to play them in any order, leave out of the Config", []string{"InOrder: true"}},
		}
	}
	remedies := []Remedy{
		record("to record this test again", All),
		record("to add what is new and keep the rest", NewEpisodes),
	}
	if m.Recordings == 0 {
		remedies = []Remedy{record("to record this test", Once)}
	}
	if code := m.Loosened.String(); code != "" {
		remedies = append(remedies, Remedy{m.ToIgnore() + ", add to the rules of the Config", []string{code}})
	}
	if len(m.Used) > 0 {
		remedies = append(remedies, Remedy{"to play the last one again, set in the Config", []string{"AllowRepeats: true"}})
	}
	return remedies
}

// ToIgnore says what the rules in Loosened do, for a remedy that holds them.
func (m *Miss) ToIgnore() string {
	switch {
	case m.instead:
		return "to ignore just this difference, in the place of the MatchOn that holds now"
	case len(m.Differences) == 1:
		return "to ignore just this difference"
	}
	return "to ignore just these differences"
}

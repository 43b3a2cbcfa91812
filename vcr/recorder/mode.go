package recorder

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// A Mode says what happens to a request: whether it is answered from the tape,
// sent and recorded, or refused. The zero value means [DefaultMode].
type Mode string

// The record modes. In all but live, a request for which the tape holds a
// recording that was not played yet is answered with it, unless said otherwise.
const (
	// None sends nothing: a request without a recording is a miss.
	None Mode = "none"
	// Once records when there was no cassette, or one marked as partial;
	// otherwise a request without a recording is a miss.
	Once Mode = "once"
	// NewEpisodes records requests without a recording, and puts them after the
	// interaction that was played or recorded last.
	NewEpisodes Mode = "new_episodes"
	// All plays nothing and records everything; the old tape is replaced when
	// the spec has passed.
	All Mode = "all"
	// Live sends everything and neither reads nor writes a tape.
	Live Mode = "live"
)

// Modes lists the words that [ParseMode] knows.
var Modes = []Mode{None, Once, NewEpisodes, All, Live}

// ModeVariable is the environment variable that sets the mode where
// [Config.Mode] does not. In package vcr it is stronger than every other setting.
const ModeVariable = "VCR_RECORD_MODE"

// ParseMode returns the mode that a word names. An unknown word is an error
// that lists the known ones.
func ParseMode(word string) (Mode, error) {
	if mode := Mode(word); slices.Contains(Modes, mode) {
		return mode, nil
	}
	known := make([]string, len(Modes))
	for n, mode := range Modes {
		known[n] = string(mode)
	}
	return "", fmt.Errorf("unknown record mode %q; known are %s", word, strings.Join(known, ", "))
}

// ModeFromEnvironment returns the mode that VCR_RECORD_MODE names, or "" when
// the variable is empty or not set.
func ModeFromEnvironment() (Mode, error) {
	word := os.Getenv(ModeVariable)
	if word == "" {
		return "", nil
	}
	mode, err := ParseMode(word)
	if err != nil {
		return "", fmt.Errorf("%s: %w", ModeVariable, err)
	}
	return mode, nil
}

// DefaultMode is None in CI and Once elsewhere.
func DefaultMode() Mode {
	if InCI() {
		return None
	}
	return Once
}

// InCI reports whether this process runs in a continuous integration service:
// the variable CI is set to anything but 0 or false, or one of the variables is
// set by which Azure Pipelines, TeamCity, Jenkins and AWS CodeBuild can be told.
func InCI() bool {
	switch ci := strings.ToLower(os.Getenv("CI")); ci {
	case "", "0", "false":
	default:
		return true
	}
	return slices.ContainsFunc([]string{"TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL", "CODEBUILD_BUILD_ID"}, func(name string) bool {
		return os.Getenv(name) != ""
	})
}

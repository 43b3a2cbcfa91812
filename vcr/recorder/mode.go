package recorder

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// A Mode says what happens to a request: it is answered from the tape, or sent
// and recorded, or refused. The zero value lets the environment decide; see
// [Config.Mode].
type Mode string

// The record modes. In all but All and Live, a request is answered with its
// recording if the tape holds one that was not played yet.
const (
	// None sends nothing: a request without a recording is a miss.
	None Mode = "none"
	// Once records if there was no cassette, or a partial one. Otherwise a request
	// without a recording is a miss.
	Once Mode = "once"
	// NewEpisodes records requests without a recording, and puts them after the
	// interaction that was played or recorded last.
	NewEpisodes Mode = "new_episodes"
	// All records everything and plays nothing. The old cassette is replaced when
	// the spec has passed, and each interaction takes the place of the one that it
	// replaces.
	All Mode = "all"
	// Amend sends nothing. After an edit of a prompt, a tool or a schema, it plays the
	// nearest recording of the same method and path that was not played yet, and puts the
	// request in the place of the recorded one, once the spec has passed. The interaction
	// is marked as amended. A request that differs in more, or has two recordings equally
	// near, is a miss.
	Amend Mode = "amend"
	// Live sends everything, and neither reads nor writes a cassette.
	Live Mode = "live"
)

var modes = []Mode{None, Once, NewEpisodes, All, Amend, Live}

// ParseMode returns the mode that a word names. An unknown word is an error
// that lists the known ones.
func ParseMode(word string) (Mode, error) {
	if mode := Mode(word); slices.Contains(modes, mode) {
		return mode, nil
	}
	known := make([]string, len(modes))
	for n, mode := range modes {
		known[n] = string(mode)
	}
	return "", fmt.Errorf("unknown record mode %q; known are %s", word, strings.Join(known, ", "))
}

// modeOfEnvironment returns the mode that the environment says: VCR_RECORD_MODE,
// else none in CI and once elsewhere, and once where VCR_RECORD_ONLY is set.
func modeOfEnvironment() (Mode, error) {
	commanded, err := commandedMode()
	if commanded != "" || err != nil {
		return commanded, err
	}
	only, err := choiceOfEnvironment()
	if only == nil && err == nil && process.InCI() {
		return None, nil
	}
	return Once, err
}

// commandedMode returns the mode that VCR_RECORD_MODE names, "" where it is not
// set.
func commandedMode() (Mode, error) {
	word := os.Getenv(process.ModeVariable)
	if word == "" {
		return "", nil
	}
	mode, err := ParseMode(word)
	if err != nil {
		return "", fmt.Errorf("%s: %w", process.ModeVariable, err)
	}
	return mode, nil
}

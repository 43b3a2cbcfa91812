// Package sdk_test holds what is true of all suites of the module.
package sdk_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// secret is what no tape may hold: a key that the suites were recorded with,
// what a stand-in plants, and what looks like a key of one of the providers.
var secret = regexp.MustCompile(`(?i)stand-in-for-\w+|planted-\w+|dummy-\w+|bearer [a-z0-9]|sk-[a-z0-9-]{16}|\bAKIA[A-Z0-9]{12}|\bAIza[\w-]{16}|signature=`)

func TestTapesHoldNoSecrets(t *testing.T) {
	tapes, err := filepath.Glob("*/cassettes/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob("*/cassettes/*/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(tapes) == 0 || len(deeper) == 0 {
		t.Fatal("no tapes")
	}
	for _, tape := range append(tapes, deeper...) {
		text, err := os.ReadFile(tape)
		if err != nil {
			t.Fatal(err)
		}
		for number, line := range strings.Split(string(text), "\n") {
			if found := secret.FindString(line); found != "" {
				t.Errorf("%s:%d: holds %s", tape, number+1, found)
			}
		}
	}
}

package bench_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// go-vcr and the decoder that comes with it are all that the modfiles differ in;
// otherwise the two programs would not be compared under the same conditions.
func TestModfilesDifferInGoVCROnly(t *testing.T) {
	older, newer := shared(t, "go.mod"), shared(t, "go-vcr-4.0.7.mod")
	if older != newer {
		t.Errorf("go-vcr-4.0.7.mod is not go.mod with another go-vcr; copy go.mod, change that version, and run go mod tidy -modfile=go-vcr-4.0.7.mod\n%s\n%s", older, newer)
	}
}

func shared(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(string(data)) {
		if !strings.Contains(line, "gopkg.in/dnaeon/go-vcr.v4 ") && !strings.Contains(line, "go.yaml.in/yaml/v4 ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func TestGoVCRTellsItsVersion(t *testing.T) {
	if name := (peer.GoVCR{}).Name(); !regexp.MustCompile(`^go-vcr-4\.0\.[67]$`).MatchString(name) {
		t.Errorf("got %s", name)
	}
}

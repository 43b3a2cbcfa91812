package cassette_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// Whatever is in a file, reading it does not panic; and what can be read keeps
// its meaning when it is written in canonical form, as it is, or with an
// interaction added.
func FuzzParse(f *testing.F) {
	tapes, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	if err != nil || len(tapes) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, tape := range tapes {
		data, err := os.ReadFile(tape)
		if err != nil {
			f.Fatal(err)
		}
		header, rest, _ := strings.Cut(string(data), "---\n")
		for document := range strings.SplitSeq(rest, "---\n") {
			f.Add([]byte(header + "---\n" + document))
		}
	}
	for _, c := range broken {
		f.Add([]byte(c.file))
	}
	f.Add([]byte(edited))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(edited, "\n", "\r\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := cassette.Parse("tape.yaml", data)
		if err != nil {
			return
		}
		want := show(c)
		if got := show(parse(t, c.Encode())); got != want {
			t.Errorf("unchanged is read as\n%s\nnot\n%s", got, want)
		}
		canonical := clones(c).Encode()
		read := parse(t, canonical)
		if got := show(read); got != want {
			t.Errorf("in canonical form is read as\n%s\nnot\n%s", got, want)
		}
		if again := clones(read).Encode(); string(again) != string(canonical) {
			t.Errorf("the canonical form\n%s\nbecame\n%s", canonical, again)
		}
		c.Interactions = append(c.Interactions, get("http://tape.test/", "a"))
		if got := show(parse(t, c.Encode())); got != show(c) {
			t.Errorf("with an interaction added is read as\n%s\nnot\n%s", got, show(c))
		}
	})
}

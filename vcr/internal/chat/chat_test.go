package chat_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
)

var update = flag.Bool("update", false, "write the golden files again")

func same(text string) string { return text }

// Each API has a cassette in testdata, with its bodies in the published form, and beside
// it the conversations that are read from it.
func TestConversations(t *testing.T) {
	tapes, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(tapes) == 0 {
		t.Fatal("no cassettes", err)
	}
	for _, file := range tapes {
		tape, err := cassette.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		var pages []string
		for _, i := range tape.Interactions {
			if _, ok := chat.Of(i); !ok {
				t.Errorf("%s:%d: no reader knows it", file, i.Line())
			}
			pages = append(pages, chat.Markdown(i, same))
		}
		golden := strings.TrimSuffix(file, ".yaml") + ".md"
		got := strings.Join(pages, "\n---\n\n")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatalf("%v; go test ./vcr/internal/chat -update writes it", err)
		}
		if got != string(want) {
			t.Errorf("%s: go test ./vcr/internal/chat -update writes it anew; got\n%s", golden, got)
		}
	}
}

package cassette

import (
	"os"
	"path/filepath"
	"testing"
)

// What is written in canonical form needs no yaml.v3, which is slow.
func TestCanonicalFormIsScanned(t *testing.T) {
	for _, name := range []string{"bodies", "parts", "codings", "streams"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		left := budgetOf(data)
		documents, err := split(name, data, &left)
		if err != nil {
			t.Fatal(err)
		}
		s := newScanner(&folder{})
		for _, doc := range documents[1:] {
			s.open(doc.source, doc.start)
			i := new(Interaction)
			s.request(&i.Request)
			if s.outcome(i); !s.done() {
				t.Errorf("%s.yaml:%d: is not scanned:\n%s", name, doc.line, doc.source)
			}
		}
		s.release()
	}
}

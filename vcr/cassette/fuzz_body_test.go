package cassette_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// Any bytes, whatever their header says they are, survive the way to the disk
// and back: in the cassette or beside it, in one part or in several.
func FuzzBody(f *testing.F) {
	for _, contentEncoding := range []string{"gzip", "deflate", "raw-deflate", "br", "zstd"} {
		for _, plain := range []string{answer, "a\r\nb\r\n", "\xff\x00"} {
			f.Add("application/json", strings.TrimPrefix(contentEncoding, "raw-"), compress(f, contentEncoding, 1, plain))
		}
	}
	f.Fuzz(func(t *testing.T, contentType, contentEncoding string, body []byte) {
		header := http.Header{"Content-Type": {contentType}, "Content-Encoding": {contentEncoding}}
		i := get("http://tape.test/", string(body))
		i.Request.Header, i.Request.Body = header, i.Response.Body
		i.Response.Header = header
		i.Response.Chunks = []cassette.Chunk{{Size: len(body) / 3}, {Size: len(body) / 2}}
		c := &cassette.Cassette{BodyLimit: 64, Interactions: []*cassette.Interaction{i}}
		path := filepath.Join(t.TempDir(), "a.yaml")
		save(t, c, path)
		read := load(t, path)
		for _, got := range []cassette.Body{read.Interactions[0].Request.Body, read.Interactions[0].Response.Body} {
			if got.String() != string(body) {
				t.Fatalf("read is %q in\n%s", got, readFile(t, path))
			}
		}
		first := readFile(t, path)
		again := clones(read)
		again.BodyLimit = c.BodyLimit
		for _, c := range []*cassette.Cassette{read, again} {
			save(t, c, path)
			if got := show(load(t, path)); got != show(read) || readFile(t, path) != first {
				t.Fatalf("saved again is\n%s\nnot\n%s", readFile(t, path), first)
			}
		}
		beside := len(names(t, filepath.Dir(path))) - 1
		if want := min(1, max(0, len(body)-c.BodyLimit)); beside != want {
			t.Errorf("%d bytes are in %d files beside the cassette", len(body), beside)
		}
	})
}

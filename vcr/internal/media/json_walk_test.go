package media_test

import (
	"slices"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestWalk(t *testing.T) {
	text := []byte("data: {\"a\":[1,{\"b c\":\"x\",\"\\u0064\":null}],\ndata: \"e\":true}\n\n{\"f\":1}")
	var got []string
	hashes := map[uint64]bool{}
	media.Walk(text, func(path []media.Step, start, end int) {
		got = append(got, media.PathAt(text, start)+"="+string(text[start:end]))
		hashes[path[len(path)-1].Hash] = true
	})
	want := []string{"$.a[0]=1", `$.a[1]["b c"]="x"`, `$.a[1]["\\u0064"]=null`, "$.e=true"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	for _, path := range [][]any{{"a", 0}, {"a", 1, "b c"}, {"a", 1, "d"}, {"e"}} {
		if !hashes[media.HashPath(path...)] {
			t.Errorf("%v was not visited", path)
		}
	}
}

func FuzzWalk(f *testing.F) {
	b := seeded(7)
	for range 50 {
		f.Add([]byte(b.body()))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		last := 0
		media.Walk(text, func(_ []media.Step, start, end int) {
			if start < last || end <= start || end > len(text) {
				t.Fatalf("%q: visited %d to %d after %d", text, start, end, last)
			}
			last = end
		})
	})
}

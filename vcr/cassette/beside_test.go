package cassette_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

func TestBodyLimit(t *testing.T) {
	for _, c := range []struct {
		limit, size int
		beside      bool
	}{
		{limit, limit, false},
		{limit, limit + 1, true},
		{1, 1, false},
		{1, 2, true},
		{0, cassette.DefaultBodyLimit, false},
		{0, cassette.DefaultBodyLimit + 1, true},
		{-1, cassette.DefaultBodyLimit + 1, false},
	} {
		path := filepath.Join(t.TempDir(), "a.yaml")
		body := strings.Repeat("a", c.size)
		tape := tape(body)
		tape.BodyLimit = c.limit
		want := []string{"a.yaml"}
		if c.beside {
			want = []string{beside("a", body, "txt"), "a.yaml"}
		}
		checkSaved(t, tape, path, want...)
	}
}

// The name of a file says whose it is, what it holds and of what kind.
func TestNamesOfBodies(t *testing.T) {
	for _, c := range []struct{ cassette, contentType, body, want string }{
		{"chat.yaml", "application/json", `{"a":"0123456789"}`, "chat.3253354d955cfa72.json"},
		{"chat.yaml", "application/problem+json; charset=utf-8", "\xff" + large, beside("chat", "\xff"+large, "json")},
		{"chat.yaml", "text/event-stream", large, beside("chat", large, "txt")},
		{"chat.yaml", "", large, beside("chat", large, "txt")},
		{"chat.yaml", "text/plain", "\xff" + large, beside("chat", "\xff"+large, "bin")},
		{"chat.v1.yaml", "", large, beside("chat.v1", large, "txt")},
		{"chat.yml", "", large, beside("chat.yml", large, "txt")},
		{"chat", "", large, beside("chat", large, "txt")},
		{"日本 %41.yaml", "", large, beside("日本 %41", large, "txt")},
	} {
		path := filepath.Join(t.TempDir(), c.cassette)
		tape := tape(c.body)
		tape.Interactions[0].Response.Header = http.Header{"Content-Type": {c.contentType}}
		checkSaved(t, tape, path, c.cassette, c.want)
		if body := readFile(t, filepath.Join(filepath.Dir(path), c.want)); body != c.body {
			t.Errorf("%s holds %q", c.want, body)
		}
		if data := readFile(t, path); !strings.Contains(data, c.want) || strings.Contains(data, large) {
			t.Errorf("the cassette is\n%s", data)
		}
	}
}

// Where a name would not be one that may be read, the body stays in the cassette.
func TestNamesThatKeepBodies(t *testing.T) {
	for _, name := range []string{".yaml", "a:b.yaml", `a\b.yaml`, "a\x01.yaml", "\xff.yaml"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Logf("no file here has the name %q: %v", name, err)
			continue
		}
		checkSaved(t, tape(large), path, name)
	}
}

func TestSharedBodies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	c := tape(large, large, small)
	c.Interactions[2].Request.Body = cassette.NewBody([]byte(large))
	checkSaved(t, c, path, beside("a", large, "txt"), "a.yaml")
	if n := strings.Count(readFile(t, path), "\n    file: "+beside("a", large, "txt")+"\n"); n != 3 {
		t.Errorf("%d bodies are in files:\n%s", n, readFile(t, path))
	}
	read := load(t, path)
	if first, last := read.Interactions[0].Response.Body.Bytes(), read.Interactions[2].Request.Body.Bytes(); &first[0] != &last[0] {
		t.Error("a file is kept in memory more than once")
	}
}

// A body follows its cassette from one file to the next, and goes with it.
func TestBodiesComeAndGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	other := strings.Repeat("o", limit+1)
	checkSaved(t, tape(large, other), path, beside("a", large, "txt"), beside("a", other, "txt"), "a.yaml")
	checkSaved(t, tape(other), path, beside("a", other, "txt"), "a.yaml")
	checkSaved(t, tape(large), path, beside("a", large, "txt"), "a.yaml")
	checkSaved(t, tape(small), path, "a.yaml")
	checkSaved(t, tape(large), path, beside("a", large, "txt"), "a.yaml")
	if err := cassette.Remove(path); err != nil {
		t.Fatal(err)
	}
	checkFiles(t, filepath.Dir(path))
}

// What was not changed keeps its bytes, its file and even the name of that,
// whatever the limit is now.
func TestUnchangedDocumentsKeepTheirFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	save(t, tape(large, small), path)
	edited := strings.Replace(readFile(t, path), "file: ", "# Long.\n    file:   ", 1)
	writeFile(t, path, edited)
	before, err := os.Stat(filepath.Join(filepath.Dir(path), beside("a", large, "txt")))
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{-1, 1, 1 << 20} {
		c := load(t, path)
		c.BodyLimit = limit
		checkSaved(t, c, path, beside("a", large, "txt"), "a.yaml")
		if data := readFile(t, path); data != edited {
			t.Errorf("limit %d: became\n%s\nnot\n%s", limit, data, edited)
		}
	}
	added := strings.Repeat("n", limit+1)
	c := load(t, path)
	c.Interactions = append(c.Interactions, get("http://tape.test/new", added))
	checkSaved(t, c, path, beside("a", large, "txt"), beside("a", added, "txt"), "a.yaml")
	if data := readFile(t, path); !strings.HasPrefix(data, edited) {
		t.Errorf("with an interaction added is\n%s", data)
	}
	after, err := os.Stat(filepath.Join(filepath.Dir(path), beside("a", large, "txt")))
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("a body that stayed was written again, error %v", err)
	}
}

// Encode and a clone have no files.
func TestBodiesComeBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	save(t, tape(large, small), path)
	c := load(t, path)
	if got := show(parse(t, c.Encode())); got != show(c) {
		t.Errorf("encoded is\n%s", got)
	}
	changed := clones(c)
	changed.BodyLimit = -1
	checkSaved(t, changed, path, "a.yaml")
}

func TestBodiesBesideARelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	checkSaved(t, tape(large), "a.yaml", beside("a", large, "txt"), "a.yaml")
	checkSaved(t, tape(small), "a.yaml", "a.yaml")
}

// Only what is the cassette's own is removed, even where the name of one
// cassette begins that of the other.
func TestFilesOfOthersStay(t *testing.T) {
	dir := t.TempDir()
	stays := []string{beside("a.b", large, "txt"), beside("b", large, "txt"), beside("a.yml", large, "txt"), beside("a.0123456789abcdef", large, "txt")}
	for _, name := range []string{"a.b.yaml", "b.yaml", "a.yml", "a.0123456789abcdef.yaml"} {
		save(t, tape(large), filepath.Join(dir, name))
		stays = append(stays, name)
	}
	for _, name := range []string{
		"a.json", "a.txt", "a.0123456789abcdef", "a.0123456789abcdef.yaml.bak", "a.0123456789abcde.txt", "a.0123456789abcdef0.txt", "a.0123456789ABCDEF.txt",
		"a.0123456789abcdef.csv", "a.x123456789abcdef.txt", "a0123456789abcdef.txt", "xa.0123456789abcdef.txt", ".a.yaml.swp", ".a.yaml", "a.yaml~",
	} {
		writeFile(t, filepath.Join(dir, name), name)
		stays = append(stays, name)
	}
	folder := "a.0123456789abcdef.bin"
	if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
		t.Fatal(err)
	}
	stays = append(stays, folder)
	path := filepath.Join(dir, "a.yaml")
	save(t, tape(large), path)
	checkSaved(t, tape(small), path, append(stays, "a.yaml")...)
	if err := cassette.Remove(path); err != nil {
		t.Fatal(err)
	}
	slices.Sort(stays)
	checkFiles(t, dir, stays...)
	for _, name := range []string{"a.b.yaml", "b.yaml", "a.yml", "a.0123456789abcdef.yaml"} {
		if got := load(t, filepath.Join(dir, name)); got.Interactions[0].Response.Body.String() != large {
			t.Errorf("%s: the body is %q", name, got.Interactions[0].Response.Body)
		}
	}
}

package cassette_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
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
			want = []string{beside(body, "txt"), "a.yaml"}
		}
		checkSaved(t, tape, path, want...)
	}
}

// The name of a file says what it holds and of what kind.
func TestNamesOfBodies(t *testing.T) {
	for _, c := range []struct{ cassette, contentType, body, want string }{
		{"chat.yaml", "application/json", `{"a":"0123456789"}`, "3253354d955cfa72.json"},
		{"chat.yaml", "application/problem+json; charset=utf-8", "\xff" + large, named("\xff"+large, "json")},
		{"chat.yaml", "text/event-stream", large, named(large, "txt")},
		{"chat.yml", "", large, named(large, "txt")},
		{"chat", "text/plain", "\xff" + large, named("\xff"+large, "bin")},
	} {
		path := filepath.Join(t.TempDir(), c.cassette)
		tape := tape(c.body)
		tape.Interactions[0].Response.Header = http.Header{"Content-Type": {c.contentType}}
		checkSaved(t, tape, path, c.cassette, "_bodies/"+c.want)
		if body := readFile(t, filepath.Join(filepath.Dir(path), "_bodies", c.want)); body != c.body {
			t.Errorf("%s holds %q", c.want, body)
		}
		if data := readFile(t, path); !strings.Contains(data, "\n    file: "+c.want+"\n") || strings.Contains(data, large) {
			t.Errorf("the cassette is\n%s", data)
		}
	}
}

func TestSharedBodies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	c := tape(large, large, small)
	c.Interactions[2].Request.Body = cassette.NewBody([]byte(large))
	checkSaved(t, c, path, beside(large, "txt"), "a.yaml")
	if n := strings.Count(readFile(t, path), "\n    file: "+named(large, "txt")+"\n"); n != 3 {
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
	checkSaved(t, tape(large, other), path, beside(large, "txt"), beside(other, "txt"), "a.yaml")
	checkSaved(t, tape(other), path, beside(other, "txt"), "a.yaml")
	checkSaved(t, tape(large), path, beside(large, "txt"), "a.yaml")
	checkSaved(t, tape(small), path, "a.yaml")
	checkSaved(t, tape(large), path, beside(large, "txt"), "a.yaml")
	if err := disk.Remove(filepath.Dir(path), path); err != nil {
		t.Fatal(err)
	}
	checkFiles(t, filepath.Dir(path))
}

// The cassettes below one folder share their bodies, and the last one to need one takes
// it with it.
func TestBodiesOfASuite(t *testing.T) {
	root := t.TempDir()
	put := func(name string, c *cassette.Cassette) {
		t.Helper()
		if _, err := c.SaveWith(disk.Replace, root, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
		if got := show(load(t, filepath.Join(root, name))); got != show(c) {
			t.Errorf("%s: read is\n%s", name, got)
		}
	}
	other := strings.Repeat("o", limit+1)
	put("chat/first.yaml", tape(large))
	put("chat/tools/second.yml", tape(large, other))
	checkFiles(t, root, beside(large, "txt"), beside(other, "txt"), "chat/first.yaml", "chat/tools/second.yml")
	put("chat/first.yaml", tape(small))
	put("chat/tools/second.yml", tape(large))
	checkFiles(t, root, beside(large, "txt"), "chat/first.yaml", "chat/tools/second.yml")

	// A cassette that is moved finds its bodies.
	if err := os.MkdirAll(filepath.Join(root, "moved/to/here"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(root, "chat/tools/second.yml"), filepath.Join(root, "moved/to/here/third.yaml")); err != nil {
		t.Fatal(err)
	}
	if got := show(load(t, filepath.Join(root, "moved/to/here/third.yaml"))); got != show(tape(large)) {
		t.Errorf("moved, read is\n%s", got)
	}
	put("chat/first.yaml", tape(large))
	put("chat/first.yaml", tape(small))
	checkFiles(t, root, beside(large, "txt"), "chat/first.yaml", "moved/to/here/third.yaml")
	put("moved/to/here/third.yaml", tape(small))
	checkFiles(t, root, "chat/first.yaml", "moved/to/here/third.yaml")
}

// Cassettes that come to need a body while others give it up never lose it.
func TestBodiesOfASuiteAtOnce(t *testing.T) {
	root := t.TempDir()
	var all sync.WaitGroup
	for n := range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			path := filepath.Join(root, fmt.Sprint(n), "a.yaml")
			for range 25 {
				for _, c := range []*cassette.Cassette{tape(large), tape(small)} {
					if _, err := c.SaveWith(disk.Replace, root, path); err != nil {
						t.Error(err)
						return
					}
					read, err := cassette.Load(path)
					if err != nil {
						t.Error(err)
						return
					}
					if show(read) != show(c) {
						t.Errorf("read is\n%s", show(read))
						return
					}
				}
			}
		}()
	}
	all.Wait()
	checkFiles(t, root, "0/a.yaml", "1/a.yaml", "2/a.yaml", "3/a.yaml")
}

// What was not changed keeps its bytes, its file and even the name of that,
// whatever the limit is now.
func TestUnchangedDocumentsKeepTheirFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	save(t, tape(large, small), path)
	edited := strings.Replace(readFile(t, path), "file: ", "# Long.\n    file:   ", 1)
	writeFile(t, path, edited)
	before, err := os.Stat(filepath.Join(filepath.Dir(path), beside(large, "txt")))
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{-1, 1, 1 << 20} {
		c := load(t, path)
		c.BodyLimit = limit
		checkSaved(t, c, path, beside(large, "txt"), "a.yaml")
		if data := readFile(t, path); data != edited {
			t.Errorf("limit %d: became\n%s\nnot\n%s", limit, data, edited)
		}
	}
	added := strings.Repeat("n", limit+1)
	c := load(t, path)
	c.Interactions = append(c.Interactions, get("http://tape.test/new", added))
	checkSaved(t, c, path, beside(large, "txt"), beside(added, "txt"), "a.yaml")
	if data := readFile(t, path); !strings.HasPrefix(data, edited) {
		t.Errorf("with an interaction added is\n%s", data)
	}
	after, err := os.Stat(filepath.Join(filepath.Dir(path), beside(large, "txt")))
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
	checkSaved(t, tape(large), "a.yaml", beside(large, "txt"), "a.yaml")
	checkSaved(t, tape(small), "a.yaml", "a.yaml")
}

// Only bodies are removed to which no cassette refers, and only intact ones: another file
// is somebody's own.
func TestFilesOfOthersStay(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	save(t, tape(large), path)
	save(t, tape(large), filepath.Join(dir, "b.yaml"))
	stays := []string{beside(large, "txt"), "a.yaml", "b.yaml"}
	for _, name := range []string{
		"0123456789abcdef.txt", "_bodies/a.txt", "_bodies/0123456789abcdef.csv", "_bodies/0123456789abcde.txt", "_bodies/0123456789ABCDEF.txt", "_bodies/0123456789abcdef.txt", ".a.yaml.swp",
	} {
		writeFile(t, filepath.Join(dir, name), name)
		old := time.Now().Add(-2 * time.Hour)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
		stays = append(stays, name)
	}
	checkSaved(t, tape(small), path, stays...)
}

// What killed processes left long ago goes when a body does.
func TestOldBodiesWithoutACassette(t *testing.T) {
	dir := t.TempDir()
	path, old := filepath.Join(dir, "a.yaml"), strings.Repeat("o", limit+1)
	save(t, tape(old, large), path)
	remove(t, path)
	then := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, beside(old, "txt")), then, then); err != nil {
		t.Fatal(err)
	}
	checkSaved(t, tape("n"+large), path, beside("n"+large, "txt"), beside(large, "txt"), "a.yaml")
}

const restore = "; restore the file, or delete the cassette and record this spec again"

// A body that is not there, or is not what was recorded, is never replayed.
func TestLoadWithoutItsBody(t *testing.T) {
	file := named(large, "txt")
	replaced := func(content string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { writeFile(t, path, content) }
	}
	for name, c := range map[string]struct {
		change func(t *testing.T, path string)
		reason string
		is     error
	}{
		"missing":      {func(t *testing.T, path string) { remove(t, path) }, " is in no folder _bodies beside the cassette or above it" + restore, cassette.ErrSyntax},
		"changed":      {replaced(strings.Repeat("x", len(large))), " was changed: its name does not fit its content" + restore, cassette.ErrSyntax},
		"cut off":      {replaced(large[1:]), " was changed: its name does not fit its content" + restore, cassette.ErrSyntax},
		"empty":        {replaced(""), " was changed: its name does not fit its content" + restore, cassette.ErrSyntax},
		"a line added": {replaced(large + "\n"), " was changed: its name does not fit its content; perhaps git changed its line ends; put **/cassettes/** -text -merge into .gitattributes, and " + restore[2:], cassette.ErrSyntax},
		"a pointer": {replaced("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
			" is a Git LFS pointer, its content was not fetched; run git lfs pull", cassette.ErrLFSPointer},
		"a folder": {func(t *testing.T, path string) {
			remove(t, path)
			if err := os.Mkdir(path, 0o777); err != nil {
				t.Fatal(err)
			}
		}, " is not a file; put the file itself there, or delete the cassette and record this spec again", cassette.ErrSyntax},
		"too large": {func(t *testing.T, path string) {
			if err := os.Truncate(path, disk.MaxSize+1); err != nil {
				t.Fatal(err)
			}
		}, fmt.Sprintf(" cannot be read: %d bytes are more than a body may have", disk.MaxSize+1) + restore, cassette.ErrSyntax},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.yaml")
			save(t, tape(small, large), path)
			c.change(t, filepath.Join(filepath.Dir(path), "_bodies", file))
			read, err := cassette.Load(path)
			if want := path + ":18: response.body.file: " + file + c.reason; read != nil || err == nil || err.Error() != want {
				t.Fatalf("the error is\n\t%v\nnot\n\t%s", err, want)
			}
			if !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
			if name == "a folder" {
				return
			}
			// The remedy helps: what is recorded again can be read.
			remove(t, path)
			checkSaved(t, tape(small, large), path, "_bodies/"+file, "a.yaml")
		})
	}
}

// Git changes line ends where it is not told to leave them alone. A body comes back as
// it was recorded, and its file goes when the cassette needs it no more.
func TestLineEndsThatGitChanged(t *testing.T) {
	lines := strings.Repeat("line\n", limit)
	crlf := strings.ReplaceAll(lines, "\n", "\r\n")
	for name, c := range map[string]struct{ body, changed string }{
		"to CRLF":          {lines, crlf},
		"to LF":            {crlf, lines},
		"of some, to CRLF": {lines, "line\r\n" + lines[len("line\n"):]},
		"of some, to LF":   {crlf, "line\n" + crlf[len("line\r\n"):]},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.yaml")
			save(t, tape(small, c.body), path)
			writeFile(t, filepath.Join(filepath.Dir(path), beside(c.body, "txt")), c.changed)
			if got := load(t, path).Interactions[1].Response.Body.String(); got != c.body {
				t.Errorf("the body is %.40q…", got)
			}
			checkSaved(t, tape(small), path, "a.yaml")
		})
	}
}

func remove(t testing.TB, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// A cassette cannot make its reader look anywhere but beside it.
func TestFilesThatLeadElsewhere(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "tapes", "sub"), 0o777); err != nil {
		t.Fatal(err)
	}
	name := named(large, "txt")
	for _, path := range []string{name, filepath.Join("tapes", "sub", name), filepath.Join("tapes", "plain.txt")} {
		writeFile(t, filepath.Join(dir, path), large)
	}
	for _, file := range []string{
		"../" + name, `..\` + name, filepath.ToSlash(filepath.Join(dir, name)), "sub/" + name, `sub\` + name, "./" + name, "C:" + name, `C:\` + name, "//host/share/" + name,
		"..", ".", "...", "plain.txt", "", "/", "CON", "x\x00." + name, "\n" + name, "x." + name, "_bodies/" + name, strings.ToUpper(name), strings.Repeat("x", 1<<20),
	} {
		quoted := fmt.Sprintf("%q", file)
		if file == "x\x00."+name || file == "\n"+name {
			quoted = strings.NewReplacer("\x00", `\x00`, "\n", `\n`).Replace(`"` + file + `"`)
		}
		path := filepath.Join(dir, "tapes", "a.yaml")
		writeFile(t, path, head+whole+"  body:\n    file: "+quoted+"\n")
		_, err := cassette.Load(path)
		if want := fmt.Sprintf("%s:9: response.body.file: is %.120q, not the name of a file beside a cassette", path, file) + mend; err == nil || err.Error() != want {
			t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
		}
	}
}

func TestParseWithoutTheFolder(t *testing.T) {
	file := named(large, "txt")
	data := []byte(head + whole + "  body:\n    file: " + file + "\n")
	_, err := cassette.ParseWhole("tape.yaml", data, nil)
	if want := "tape.yaml:9: response.body.file: " + file + " is beside the cassette, which was parsed without its folder; read the cassette with Load, or give Parse its folder"; err == nil || err.Error() != want {
		t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
	}
	c, err := cassette.ParseWhole("tape.yaml", data, fstest.MapFS{file: {Data: []byte(large)}})
	if err != nil || c.Interactions[0].Response.Body.String() != large {
		t.Errorf("read is, error %v,\n%s", err, show(c))
	}
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	writeFile(t, filepath.Join(dir, beside(large, "txt")), large)
	if err := disk.Remove(dir, path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no cassette: the error is %v", err)
	}
	checkFiles(t, dir, beside(large, "txt")) // perhaps of a cassette that git has not restored yet
}

// The longest names are those of temporary files.
func TestFailedSaveKeepsTheOldFile(t *testing.T) {
	for _, c := range []struct{ stem, body string }{
		{strings.Repeat("n", 245), small},
		{strings.Repeat("n", 245), large},
	} {
		path := filepath.Join(t.TempDir(), c.stem+".yaml")
		if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
			t.Skipf("no file here has a name of %d bytes: %v", len(c.stem)+5, err)
		}
		err := tape(c.body).Save(path)
		remedy := "give the cassette a shorter name"
		if runtime.GOOS == "windows" {
			remedy = "make its folder writable"
		}
		checkUnsaved(t, "long name", path, remedy, err)
		checkFiles(t, filepath.Dir(path), c.stem+".yaml")
		if data := readFile(t, path); data != "old" {
			t.Errorf("the file holds %q", data)
		}
	}
}

// What a save that was killed left behind goes with the next, but for what may
// still be written.
func TestStaleTemporaries(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	old := time.Now().Add(-2 * time.Hour)
	ours := []string{".a.yaml.0123456789abcdef", "_bodies/." + named(large, "txt") + ".0123456789abcdef"}
	others := []string{".a.b.yaml.0123456789abcdef", ".a.yaml.swp", ".a.yml.0123456789abcdef", ".yaml.0123456789abcdef", "..0123456789abcdef"}
	young := ".a.yaml.fedcba9876543210"
	for _, name := range append(ours, others...) {
		writeFile(t, filepath.Join(dir, name), name)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(dir, young), young)
	checkSaved(t, tape(large), path, append(others, young, "a.yaml", beside(large, "txt"))...)
}

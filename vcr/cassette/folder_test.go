package cassette_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

const restore = "; restore the file, or delete the cassette and record this spec again"

// A body that is not there, or is not what was recorded, is never replayed.
func TestLoadWithoutItsBody(t *testing.T) {
	file := beside("a", large, "txt")
	replaced := func(content string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { writeFile(t, path, content) }
	}
	for name, c := range map[string]struct {
		change func(t *testing.T, path string)
		reason string
		is     error
	}{
		"missing":      {func(t *testing.T, path string) { remove(t, path) }, " is not there" + restore, cassette.ErrSyntax},
		"changed":      {replaced(strings.Repeat("x", len(large))), " was changed: its name is not that of its content" + restore, cassette.ErrSyntax},
		"cut off":      {replaced(large[1:]), " was changed: its name is not that of its content" + restore, cassette.ErrSyntax},
		"empty":        {replaced(""), " was changed: its name is not that of its content" + restore, cassette.ErrSyntax},
		"a line added": {replaced(large + "\n"), " was changed: its name is not that of its content" + restore, cassette.ErrSyntax},
		"a pointer": {replaced("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
			" is a Git LFS pointer, its content was not fetched; run git lfs pull", cassette.ErrLFSPointer},
		"a folder": {func(t *testing.T, path string) {
			remove(t, path)
			if err := os.Mkdir(path, 0o777); err != nil {
				t.Fatal(err)
			}
		}, " cannot be read: not a file" + restore, cassette.ErrSyntax},
		"too large": {func(t *testing.T, path string) {
			if err := os.Truncate(path, cassette.MaxSize+1); err != nil {
				t.Fatal(err)
			}
		}, fmt.Sprintf(" cannot be read: %d bytes are more than a body may have", cassette.MaxSize+1) + restore, cassette.ErrSyntax},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.yaml")
			save(t, tape(small, large), path)
			c.change(t, filepath.Join(filepath.Dir(path), file))
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
			checkSaved(t, tape(small, large), path, file, "a.yaml")
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
	name := beside("x", large, "txt")
	for _, path := range []string{name, filepath.Join("tapes", "sub", name), filepath.Join("tapes", "plain.txt")} {
		writeFile(t, filepath.Join(dir, path), large)
	}
	for _, file := range []string{
		"../" + name, `..\` + name, filepath.ToSlash(filepath.Join(dir, name)), "sub/" + name, `sub\` + name, "./" + name, "C:" + name, `C:\` + name, "//host/share/" + name,
		"..", ".", "...", "plain.txt", "", "/", "CON", "x\x00." + name, "\n" + name, strings.ToUpper(name), strings.Repeat("x", 1<<20),
	} {
		quoted := fmt.Sprintf("%q", file)
		if file == "x\x00."+name || file == "\n"+name {
			quoted = strings.NewReplacer("\x00", `\x00`, "\n", `\n`).Replace(`"` + file + `"`)
		}
		path := filepath.Join(dir, "tapes", "a.yaml")
		writeFile(t, path, head+whole+"  body:\n    file: "+quoted+"\n")
		_, err := cassette.Load(path)
		if want := fmt.Sprintf("%s:9: response.body.file: is %.120q, which is no file beside a cassette", path, file) + mend; err == nil || err.Error() != want {
			t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
		}
	}
}

func TestParseBeside(t *testing.T) {
	file := beside("a", large, "txt")
	data := []byte(head + whole + "  body:\n    file: " + file + "\n")
	_, err := cassette.Parse("tape.yaml", data)
	if want := "tape.yaml:9: response.body.file: " + file + " stands beside the cassette, which was given without its folder; read the cassette with Load or ParseBeside"; err == nil || err.Error() != want {
		t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
	}
	c, err := cassette.ParseBeside("tape.yaml", data, fstest.MapFS{file: {Data: []byte(large)}})
	if err != nil || c.Interactions[0].Response.Body.String() != large {
		t.Errorf("read is, error %v,\n%s", err, show(c))
	}
}

func TestRemove(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	if err := cassette.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no cassette: the error is %v", err)
	}
	writeFile(t, filepath.Join(filepath.Dir(path), beside("a", large, "txt")), large)
	if err := cassette.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no cassette: the error is %v", err)
	}
	checkFiles(t, filepath.Dir(path), beside("a", large, "txt")) // perhaps of a cassette that git has not restored yet
}

// The longest names are those of temporary files, and of bodies.
func TestFailedSaveKeepsTheOldFile(t *testing.T) {
	for _, c := range []struct {
		stem string
		body string
		file string // that cannot be written; the cassette itself if it is ""
	}{
		{strings.Repeat("n", 245), small, ""},
		{strings.Repeat("n", 245), large, ""},
		{strings.Repeat("n", 230), large, beside(strings.Repeat("n", 230), large, "txt")},
	} {
		path := filepath.Join(t.TempDir(), c.stem+".yaml")
		if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
			t.Skipf("no file here has a name of %d bytes: %v", len(c.stem)+5, err)
		}
		_, err := tape(c.body).Save(path)
		failed, remedy := path, "give the cassette a shorter name"
		if c.file != "" {
			failed = filepath.Join(filepath.Dir(path), c.file)
		}
		if runtime.GOOS == "windows" {
			remedy = "make its folder writable"
		}
		checkUnsaved(t, "long name", failed, remedy, err)
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
	ours := []string{".a.yaml.0123456789abcdef", "." + beside("a", large, "txt") + ".0123456789abcdef"}
	others := []string{".a.b.yaml.0123456789abcdef", ".a.yaml.swp", ".a.yml.0123456789abcdef", ".yaml.0123456789abcdef", "..0123456789abcdef"}
	young := ".a.yaml.fedcba9876543210"
	for _, name := range append(ours, others...) {
		writeFile(t, filepath.Join(dir, name), name)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(dir, young), young)
	checkSaved(t, tape(small), path, append(others, young, "a.yaml")...)
}

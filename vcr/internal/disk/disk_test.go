package disk_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// text is the content of a file with the given bodies.
func text(content string, bodies ...string) disk.Content {
	return func(file io.Writer) (map[string][]byte, error) {
		files := map[string][]byte{}
		for _, body := range bodies {
			files[disk.NameOf([]byte(body), "txt")] = []byte(body)
			content += "\n" + disk.NameOf([]byte(body), "txt")
		}
		_, err := io.WriteString(file, content)
		return files, err
	}
}

// pathOf is where a body is in the folder of cassettes.
func pathOf(body string) string { return disk.BodiesFolder + "/" + disk.NameOf([]byte(body), "txt") }

// names are those of bodies as text writes them.
func names(bodies ...string) (text string) {
	for _, body := range bodies {
		text += "\n" + disk.NameOf([]byte(body), "txt")
	}
	return text
}

func check(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		got[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder holds\n%q\nnot\n%q", got, want)
	}
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestReplace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	path := filepath.Join(dir, "a.yaml")
	sums := map[disk.Sum]bool{{}: true}
	for _, c := range []struct {
		content string
		beside  []string
	}{
		{"one", []string{"first", "second"}},
		{"two", []string{"second"}},
		{"", nil},
	} {
		sum, err := disk.Replace("", path, text(c.content, c.beside...))
		if err != nil || sum != disk.SumOf([]byte(c.content+names(c.beside...))) || sums[sum] {
			t.Errorf("%q: the sum is %v, error %v", c.content, sum, err)
		}
		sums[sum] = true
		want := map[string]string{"a.yaml": c.content + names(c.beside...)}
		for _, body := range c.beside {
			want[pathOf(body)] = body
		}
		check(t, dir, want)
	}
	if disk.SumOf(nil) != (disk.Sum{}) {
		t.Error("no file has a sum")
	}
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	if sum, err := disk.Create("", path, text("one")); err != nil || sum != disk.SumOf([]byte("one")) {
		t.Errorf("the sum is %v, error %v", sum, err)
	}
	if sum, err := disk.Create("", path, text("two")); !errors.Is(err, fs.ErrExist) || sum != (disk.Sum{}) {
		t.Errorf("the sum is %v, error %v", sum, err)
	}
	check(t, filepath.Dir(path), map[string]string{"a.yaml": "one"})
}

// A file whose content fails stays as it was, and no other is left behind.
func TestReplaceFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	put(t, path, "old")
	broken := errors.New("broken")
	sum, err := disk.Replace("", path, func(file io.Writer) (map[string][]byte, error) {
		_, _ = io.WriteString(file, "half")
		return map[string][]byte{disk.NameOf([]byte("body"), "txt"): []byte("body")}, broken
	})
	if err != broken || sum != (disk.Sum{}) {
		t.Errorf("the sum is %v, error %v", sum, err)
	}
	_, err = disk.Replace("", path, func(file io.Writer) (map[string][]byte, error) {
		return map[string][]byte{disk.NameOf([]byte("body"), "txt"): make([]byte, disk.MaxSize+1)}, nil
	})
	if want := fmt.Sprintf("%s: the cassette was not saved: a file of %d bytes is more than the %d that would be read again; send this request past the recording", path, disk.MaxSize+1, disk.MaxSize); err == nil || err.Error() != want {
		t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
	}
	check(t, filepath.Dir(path), map[string]string{"a.yaml": "old"})
}

func TestWriteFileLeavesTheRestAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	put(t, filepath.Join(dir, pathOf("body")), "body")
	if err := disk.WriteFile(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	check(t, dir, map[string]string{"a.yaml": "one", pathOf("body"): "body"})
}

// A body is written again only if its file holds something else, and removed only if no
// file refers to it and it holds what its name says.
func TestBodies(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sub", "a.yaml")
	for body, content := range map[string]string{"kept": "kept", "mended": "changed", "dropped": "dropped", "of another": "of another", "own": "somebody's own", "new": "new"} {
		put(t, filepath.Join(dir, pathOf(body)), content)
	}
	put(t, filepath.Join(dir, "b.yml"), "file: "+disk.NameOf([]byte("of another"), "txt"))
	put(t, path, "old"+names("kept", "dropped", "of another", "own"))
	before, err := os.Stat(filepath.Join(dir, pathOf("kept")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := disk.Replace(dir, path, text("one", "kept", "mended")); err != nil {
		t.Fatal(err)
	}
	check(t, dir, map[string]string{
		"sub/a.yaml": "one" + names("kept", "mended"), "b.yml": "file:" + strings.Replace(names("of another"), "\n", " ", 1),
		pathOf("kept"): "kept", pathOf("mended"): "mended", pathOf("own"): "somebody's own", pathOf("of another"): "of another",
		pathOf("new"): "new", // perhaps its cassette is just being written
	})
	if after, err := os.Stat(filepath.Join(dir, pathOf("kept"))); err != nil || !os.SameFile(before, after) {
		t.Errorf("a file that stayed was written again, error %v", err)
	}
}

// Bodies are found beside a cassette and above it, and nothing else is.
func TestFoldersOfBodies(t *testing.T) {
	dir := t.TempDir()
	name := disk.NameOf([]byte("body"), "txt")
	put(t, filepath.Join(dir, pathOf("body")), "body")
	put(t, filepath.Join(dir, "plain.txt"), "plain")
	for _, path := range []string{"a.yaml", "sub/a.yaml", "sub/sub/sub/a.yaml"} {
		if body, err := fs.ReadFile(disk.Bodies(filepath.Join(dir, path)), name); err != nil || string(body) != "body" {
			t.Errorf("%s: read is %q, error %v", path, body, err)
		}
	}
	bodies := disk.Bodies(filepath.Join(dir, "a.yaml"))
	for _, name := range []string{"plain.txt", "../plain.txt", "../" + pathOf("body"), pathOf("body"), disk.NameOf([]byte("another"), "txt")} {
		if body, err := fs.ReadFile(bodies, name); err == nil {
			t.Errorf("%s: read is %q", name, body)
		}
	}
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	put(t, filepath.Join(dir, pathOf("body")), "body")
	if err := disk.Remove(dir, path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: the error is %v", err)
	}
	check(t, dir, map[string]string{pathOf("body"): "body"})
	put(t, path, "one"+names("body"))
	if err := disk.Remove(dir, path); err != nil {
		t.Error(err)
	}
	check(t, dir, map[string]string{})
}

// What a process that was killed left behind goes with the next write, but for
// what may still be written.
func TestStaleTemporaries(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	old := time.Now().Add(-2 * time.Hour)
	ours := []string{".a.yaml.0123456789abcdef", "_bodies/." + disk.NameOf([]byte("body"), "txt") + ".0123456789abcdef"}
	others := []string{".a.b.yaml.0123456789abcdef", ".a.yaml.swp", ".a.yml.0123456789abcdef", ".yaml.0123456789abcdef", "..0123456789abcdef"}
	young := ".a.yaml.fedcba9876543210"
	want := map[string]string{"a.yaml": "one" + names("new"), young: young, pathOf("new"): "new"}
	for _, name := range slices.Concat(ours, others) {
		put(t, filepath.Join(dir, name), name)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range others {
		want[name] = name
	}
	put(t, filepath.Join(dir, young), young)
	if _, err := disk.Replace("", path, text("one", "new")); err != nil {
		t.Fatal(err)
	}
	check(t, dir, want)
}

func TestNames(t *testing.T) {
	name := disk.NameOf([]byte(`{"a":"0123456789"}`), "json")
	if hash, ok := disk.HashIn(name); name != "3253354d955cfa72.json" || !ok || hash != "3253354d955cfa72" {
		t.Errorf("the name is %q with the hash %q, %t", name, hash, ok)
	}
	for _, name := range []string{"", ".", "../0123456789abcdef.txt", "a/0123456789abcdef.txt", "a.0123456789abcdef.txt", "0123456789ABCDEF.txt", "0123456789abcdef.yaml", "0123456789abcde.txt", "0123456789abcdef.txt\n"} {
		if hash, ok := disk.HashIn(name); ok {
			t.Errorf("%q has the hash %q", name, hash)
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	if data, _, err := disk.ReadFile(path); !errors.Is(err, fs.ErrNotExist) || data != nil {
		t.Errorf("no file: read is %q, error %v", data, err)
	}
	if data, _, err := disk.ReadFile(dir); err == nil || data != nil {
		t.Errorf("a folder: read is %q", data)
	}
	for _, content := range []string{"", "one", strings.Repeat("long", 1<<16)} {
		put(t, path, content)
		if data, size, err := disk.ReadFile(path); err != nil || data == nil || string(data) != content || size != int64(len(content)) {
			t.Errorf("read are %d bytes %.20q, error %v", size, data, err)
		}
	}
	if err := os.Truncate(path, disk.MaxSize+1); err != nil {
		t.Skip(err) // not every file system has files with holes
	}
	if data, size, err := disk.ReadFile(path); err != nil || data != nil || size != disk.MaxSize+1 {
		t.Errorf("read are %d of %d bytes, error %v", len(data), size, err)
	}
}

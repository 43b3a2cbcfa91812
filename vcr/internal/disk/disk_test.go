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

// text is the content of a file with the given files beside it.
func text(content string, beside ...string) disk.Content {
	return func(file io.Writer) (map[string][]byte, error) {
		files := map[string][]byte{}
		for _, body := range beside {
			name, _ := disk.NameBeside("a.yaml", []byte(body), "txt")
			files[name] = []byte(body)
		}
		_, err := io.WriteString(file, content)
		return files, err
	}
}

func nameOf(body string) string {
	name, _ := disk.NameBeside("a.yaml", []byte(body), "txt")
	return name
}

func check(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[entry.Name()] = string(data)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder holds\n%q\nnot\n%q", got, want)
	}
}

func put(t *testing.T, path, content string) {
	t.Helper()
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
		sum, err := disk.Replace(path, text(c.content, c.beside...))
		if err != nil || sum != disk.SumOf([]byte(c.content)) || sums[sum] {
			t.Errorf("%q: the sum is %v, error %v", c.content, sum, err)
		}
		sums[sum] = true
		want := map[string]string{"a.yaml": c.content}
		for _, body := range c.beside {
			want[nameOf(body)] = body
		}
		check(t, dir, want)
	}
	if disk.SumOf(nil) != (disk.Sum{}) {
		t.Error("no file has a sum")
	}
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	if sum, err := disk.Create(path, text("one")); err != nil || sum != disk.SumOf([]byte("one")) {
		t.Errorf("the sum is %v, error %v", sum, err)
	}
	if sum, err := disk.Create(path, text("two")); !errors.Is(err, fs.ErrExist) || sum != (disk.Sum{}) {
		t.Errorf("the sum is %v, error %v", sum, err)
	}
	check(t, filepath.Dir(path), map[string]string{"a.yaml": "one"})
}

// A file whose content fails stays as it was, and no other is left behind.
func TestReplaceFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	put(t, path, "old")
	broken := errors.New("broken")
	sum, err := disk.Replace(path, func(file io.Writer) (map[string][]byte, error) {
		_, _ = io.WriteString(file, "half")
		return map[string][]byte{nameOf("body"): []byte("body")}, broken
	})
	if err != broken || sum != (disk.Sum{}) {
		t.Errorf("the sum is %v, error %v", sum, err)
	}
	_, err = disk.Replace(path, func(file io.Writer) (map[string][]byte, error) {
		return map[string][]byte{nameOf("body"): make([]byte, disk.MaxSize+1)}, nil
	})
	if want := fmt.Sprintf("%s: the cassette was not saved: a file of %d bytes is more than the %d that would be read again; send this request past the recording", path, disk.MaxSize+1, disk.MaxSize); err == nil || err.Error() != want {
		t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
	}
	check(t, filepath.Dir(path), map[string]string{"a.yaml": "old"})
}

func TestWriteFileLeavesTheRestAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	put(t, filepath.Join(dir, nameOf("body")), "body")
	if err := disk.WriteFile(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	check(t, dir, map[string]string{"a.yaml": "one", nameOf("body"): "body"})
}

// A file beside is written again only if it holds something else, and removed
// only if it holds what its name says.
func TestFilesBeside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	put(t, filepath.Join(dir, nameOf("kept")), "kept")
	put(t, filepath.Join(dir, nameOf("mended")), "changed")
	put(t, filepath.Join(dir, nameOf("useless")), "useless")
	put(t, filepath.Join(dir, nameOf("own")), "somebody's own")
	before, err := os.Stat(filepath.Join(dir, nameOf("kept")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := disk.Replace(path, text("one", "kept", "mended")); err != nil {
		t.Fatal(err)
	}
	check(t, dir, map[string]string{"a.yaml": "one", nameOf("kept"): "kept", nameOf("mended"): "mended", nameOf("own"): "somebody's own"})
	if after, err := os.Stat(filepath.Join(dir, nameOf("kept"))); err != nil || !os.SameFile(before, after) {
		t.Errorf("a file that stayed was written again, error %v", err)
	}
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	put(t, filepath.Join(dir, nameOf("body")), "body")
	if err := disk.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: the error is %v", err)
	}
	check(t, dir, map[string]string{nameOf("body"): "body"})
	put(t, path, "one")
	if err := disk.Remove(path); err != nil {
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
	ours := []string{".a.yaml.0123456789abcdef", "." + nameOf("body") + ".0123456789abcdef"}
	others := []string{".a.b.yaml.0123456789abcdef", ".a.yaml.swp", ".a.yml.0123456789abcdef", ".yaml.0123456789abcdef", "..0123456789abcdef"}
	young := ".a.yaml.fedcba9876543210"
	want := map[string]string{"a.yaml": "one", young: young}
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
	if _, err := disk.Replace(path, text("one")); err != nil {
		t.Fatal(err)
	}
	check(t, dir, want)
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ path, name string }{
		{"folder/chat.yaml", "chat.3253354d955cfa72.json"},
		{"chat.yml", "chat.yml.3253354d955cfa72.json"},
		{"chat", "chat.3253354d955cfa72.json"},
		{"日本 %41.yaml", "日本 %41.3253354d955cfa72.json"},
	} {
		name, ok := disk.NameBeside(c.path, []byte(`{"a":"0123456789"}`), "json")
		if !ok || name != c.name {
			t.Errorf("%s: the name is %q, %t", c.path, name, ok)
		}
		stem, hash, ok := disk.SplitName(name)
		if !ok || stem+"."+hash+".json" != name || hash != disk.Hash([]byte(`{"a":"0123456789"}`)) {
			t.Errorf("%s is split to %q and %q, %t", name, stem, hash, ok)
		}
	}
	for _, path := range []string{".yaml", "a:b.yaml", `a\b.yaml`, "a\x01.yaml", "\xff.yaml"} {
		if name, ok := disk.NameBeside(path, nil, "txt"); ok {
			t.Errorf("%q: the name is %q", path, name)
		}
	}
	for _, name := range []string{"", ".", "../a.0123456789abcdef.txt", "a/b.0123456789abcdef.txt", "a.0123456789ABCDEF.txt", "a.0123456789abcdef.yaml", "a.0123456789abcde.txt", ".0123456789abcdef.txt"} {
		if stem, hash, ok := disk.SplitName(name); ok {
			t.Errorf("%q is split to %q and %q", name, stem, hash)
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

// A file that was renamed refers to the files beside its old name. A new file of that
// name must not take them.
func TestFilesBesideARenamedFile(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	put := func(path, text string, beside map[string][]byte) {
		t.Helper()
		_, err := disk.Replace(path, func(w io.Writer) (map[string][]byte, error) {
			_, err := io.WriteString(w, text)
			return beside, err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	large := []byte("a large body")
	name, _ := disk.NameBeside(path("first.yaml"), large, "txt")
	put(path("first.yaml"), "refers to "+name, map[string][]byte{name: large})
	if err := os.Rename(path("first.yaml"), path("renamed.yaml")); err != nil {
		t.Fatal(err)
	}
	put(path("first.yaml"), "refers to nothing", nil)
	if _, err := os.Stat(path(name)); err != nil {
		t.Errorf("the body of the renamed file: %v", err)
	}
	if err := os.Remove(path("renamed.yaml")); err != nil {
		t.Fatal(err)
	}
	put(path("first.yaml"), "refers to nothing", nil)
	if _, err := os.Stat(path(name)); err == nil {
		t.Error("nobody refers to the body, and it stays")
	}
}

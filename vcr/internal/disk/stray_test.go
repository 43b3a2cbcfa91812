package disk_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

func TestStray(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"chat", ".rejected", "_bodies"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	nameOf := func(content string) string { return disk.NameOf([]byte(content), "txt") }
	for name, content := range map[string]string{
		"a.yaml":                                      "file: " + nameOf("named"),
		"chat/b.yaml":                                 "file: " + nameOf("named below"),
		".rejected/c.yaml":                            "file: " + nameOf("rejected"),
		"_bodies/" + nameOf("named"):                  "named",
		"_bodies/" + nameOf("changed"):                "is somebody's own",
		"_bodies/" + nameOf("left"):                   "left",
		"_bodies/notes.txt":                           "",
		nameOf("elsewhere"):                           "elsewhere",
		"_bodies/" + nameOf("named below"):            "named below",
		"_bodies/" + nameOf("rejected"):               "rejected",
		"_bodies/" + disk.NameOf([]byte{0xFF}, "bin"): "\xFF",
		"_bodies/" + nameOf("of two\nlines"):          "of two\r\nlines", // by git
	} {
		put(t, filepath.Join(dir, name), content)
	}
	var want []string
	for _, name := range []string{nameOf("left"), disk.NameOf([]byte{0xFF}, "bin"), nameOf("of two\nlines")} {
		want = append(want, filepath.Join(dir, "_bodies", name))
	}
	slices.Sort(want)
	if got := disk.Stray(dir, ".yaml"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// The folder of all cassettes may be a link. What is behind another one is not known.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip(err)
	}
	if got := disk.Stray(link, ".yaml"); len(got) != len(want) {
		t.Errorf("behind a link: got %q", got)
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(dir, "chat", "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if got := disk.Stray(dir, ".yaml"); got != nil {
		t.Errorf("with a link: got %q", got)
	}
	if got := disk.Stray(filepath.Join(dir, "none"), ".yaml"); got != nil {
		t.Errorf("of no folder: got %q", got)
	}
}

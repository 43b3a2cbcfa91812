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
	shared := disk.Hash([]byte("shared")) + ".json"
	for name, content := range map[string]string{
		"a.yaml":                    "file: " + nameOf("named") + "\nfile: " + shared,
		nameOf("named"):             "named",
		nameOf("of another folder"): "of another folder",
		"chat/b.yaml":               "file: " + nameOf("of another folder"),
		"chat/" + nameOf("left"):    "left",
		nameOf("changed"):           "is somebody's own",
		"_bodies/" + shared:         "shared",
		"_bodies/" + disk.Hash([]byte("x")) + ".bin": "x",
		".rejected/c.yaml":                           "file: " + nameOf("rejected"),
		".rejected/" + nameOf("hidden"):              "hidden",
		nameOf("rejected"):                           "rejected",
		"notes.txt":                                  "",
	} {
		put(t, filepath.Join(dir, name), content)
	}
	want := []string{filepath.Join(dir, "_bodies", disk.Hash([]byte("x"))+".bin"), filepath.Join(dir, "chat", nameOf("left"))}
	if got := disk.Stray(dir, ".yaml"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := os.Truncate(filepath.Join(dir, "a.yaml"), disk.MaxSize+1); err != nil {
		t.Fatal(err)
	}
	if got := disk.Stray(dir, ".yaml"); got != nil {
		t.Errorf("beside what cannot be read: got %q", got)
	}
	if got := disk.Stray(filepath.Join(dir, "none"), ".yaml"); got != nil {
		t.Errorf("of no folder: got %q", got)
	}
}

package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journals", "a")
	if j, _, err := disk.TakeJournal(path); j != nil || err != nil {
		t.Fatalf("took %v, error %v, where there is none", j, err)
	}
	j, err := disk.CreateJournal(path)
	must(t, err)
	must(t, j.Append([]byte("one ")))
	must(t, j.Append([]byte("two ")))
	if _, err := disk.CreateJournal(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second journal: error %v", err)
	}
	must(t, j.Rewrite([]byte("three ")))
	must(t, j.Append([]byte("four")))
	j.Leave()

	taken, content, err := disk.TakeJournal(path)
	must(t, err)
	if string(content) != "three four" {
		t.Errorf("the content is %q", content)
	}
	taken.Remove()
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
}

func TestAJournalInUseIsNotTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	j, err := disk.CreateJournal(path)
	must(t, err)
	for _, content := range []string{"one", "two"} { // Rewrite puts another file there
		must(t, j.Rewrite([]byte(content)))
		if taken, _, err := disk.TakeJournal(path); taken != nil || err != nil {
			t.Skipf("no locks here: took %v, error %v", taken, err)
		}
	}
	j.Remove()
}

func TestAJournalIsAFileInAFolder(t *testing.T) {
	dir := t.TempDir()
	elsewhere := filepath.Join(dir, "elsewhere")
	must(t, os.Mkdir(elsewhere, 0o700))
	must(t, os.WriteFile(filepath.Join(elsewhere, "a"), []byte("text"), 0o600))
	link := filepath.Join(dir, "link")
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Skip(err)
	}
	must(t, os.Symlink(filepath.Join(elsewhere, "a"), filepath.Join(dir, "b")))
	for _, path := range []string{filepath.Join(link, "a"), filepath.Join(dir, "b"), elsewhere} {
		if j, _, err := disk.TakeJournal(path); j != nil || err != nil {
			t.Errorf("took %s: %v, error %v", path, j, err)
		}
	}
	if _, err := disk.CreateJournal(filepath.Join(link, "c")); err == nil || err.Error() != link+": not a folder" {
		t.Errorf("a journal behind a link: error %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

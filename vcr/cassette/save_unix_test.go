//go:build unix

package cassette_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Files and folders are as open as the user's umask lets them be.
func TestSaveHonoursUmask(t *testing.T) {
	for umask, want := range map[int][2]fs.FileMode{
		0o022: {0o644, 0o755},
		0o007: {0o660, 0o770},
		0o077: {0o600, 0o700},
	} {
		dir := filepath.Join(t.TempDir(), "cart")
		path := filepath.Join(dir, "pays.yaml")
		before := syscall.Umask(umask)
		err := endings().Save(path)
		syscall.Umask(before)
		if err != nil {
			t.Fatal(err)
		}
		for n, path := range []string{path, dir} {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if mode := info.Mode().Perm(); mode != want[n] {
				t.Errorf("umask %03o: %s has mode %v, not %v", umask, path, mode, want[n])
			}
		}
	}
}

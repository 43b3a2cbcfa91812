package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// Each way of locking lets one in at a time, also within one process.
func TestTryLock(t *testing.T) {
	ways := map[string]func(path string) (func(), error){
		"with the locks of the system": disk.TryLock,
		"by name":                      func(path string) (func(), error) { return disk.LockByName(path, false) },
	}
	for name, lock := range ways {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lock")
			for range 2 {
				unlock, err := lock(path)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := lock(path); !errors.Is(err, disk.ErrLocked) {
					t.Errorf("locked twice: %v", err)
				}
				unlock()
			}
			if _, err := lock(filepath.Join(path, "missing", "lock")); err == nil || errors.Is(err, disk.ErrLocked) {
				t.Errorf("without a folder: %v", err)
			}
		})
	}
}

// A lock by name outlives a process that is killed, and is free some time later.
func TestLockOfAKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if _, err := disk.LockByName(path, false); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := disk.LockByName(path, false); err != nil {
		t.Error(err)
	}
}

package disk

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"time"
)

// ErrLocked means that somebody else holds a lock: another process, or another part of
// this one.
var ErrLocked = errors.New("locked by somebody else")

// TryLock takes the lock at path, a file that it makes where there is none, and returns
// what gives the lock back. It does not wait. The error is [ErrLocked] while somebody
// else holds the lock, or one of the file system.
//
// A process that ends lets go of its locks, however it ends.
func TryLock(path string) (unlock func(), err error) {
	if !hasLocks {
		return lockByName(path, runtime.GOOS == "windows")
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if !lock(file) {
		_ = file.Close() // nothing was written
		return nil, ErrLocked
	}
	return func() { _ = file.Close() }, nil
}

// longestHeld is after which time the lock of a process that was killed is free, where
// the system does not tell.
const longestHeld = time.Minute

// lockByName is TryLock for systems without locks. The file is there as long as the lock
// is held. On Windows nobody can remove it before its process ends; elsewhere its age
// says that the process was killed.
func lockByName(path string, keepsOpenFiles bool) (unlock func(), err error) {
	if info, err := os.Lstat(path); err == nil && (keepsOpenFiles || time.Since(info.ModTime()) > longestHeld) {
		_ = os.Remove(path) // if its process lives, it stays
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrPermission) && keepsOpenFiles: // Windows is removing it
		return nil, ErrLocked
	case err != nil:
		return nil, err
	}
	return func() {
		_ = file.Close()
		_ = os.Remove(path)
	}, nil
}

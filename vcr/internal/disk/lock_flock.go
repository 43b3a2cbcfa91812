//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package disk

import (
	"errors"
	"os"
	"syscall"
)

// hasLocks says that [TryLock] can rely on lock.
const hasLocks = true

// lock reports whether no other process, and no other open file of this one, has the
// lock of a file. It ends when the file is closed or the process ends. Where a file
// system has no locks, it does not count.
func lock(file *os.File) bool {
	return !errors.Is(syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

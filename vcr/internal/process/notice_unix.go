//go:build unix

package process

import (
	"os"
	"syscall"
)

// startStderr returns another descriptor of stderr, which stays where it is when
// the first one is pointed elsewhere. Programs that are started do not inherit it.
func startStderr() *os.File {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := syscall.Dup(syscall.Stderr)
	if err != nil {
		return os.Stderr
	}
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), os.Stderr.Name())
}

//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package intercept

import (
	"net/netip"
	"syscall"
)

// longestGap is how many numbers in a row may be no descriptor before the search
// ends: the system gives out the lowest that is free.
const longestGap = 256

// listensHere reports whether this process listens at a port of a loopback address.
// It looks through the sockets of the process and changes nothing.
func listensHere(port int) bool {
	for fd, gap := 0, 0; gap < longestGap; fd++ {
		listens, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN)
		switch {
		case err == syscall.EBADF:
			gap++
			continue
		case err == nil && listens != 0 && isAt(fd, port):
			return true
		}
		gap = 0
	}
	return false
}

// isAt reports whether a socket has a port, and an address that a request to
// loopback reaches.
func isAt(fd, port int) bool {
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return false
	}
	switch name := name.(type) {
	case *syscall.SockaddrInet4:
		return name.Port == port && isReached(netip.AddrFrom4(name.Addr))
	case *syscall.SockaddrInet6:
		return name.Port == port && isReached(netip.AddrFrom16(name.Addr).Unmap())
	}
	return false
}

func isReached(ip netip.Addr) bool { return ip.IsLoopback() || ip.IsUnspecified() }

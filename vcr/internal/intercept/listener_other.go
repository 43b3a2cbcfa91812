//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package intercept

// firstDynamic is the first of the ports that a system gives to servers which do
// not ask for a certain one.
const firstDynamic = 49152

// listensHere guesses whether this process listens at a port of a loopback address.
// The system is not asked: servers of tests have the ports that they are given.
func listensHere(port int) bool { return port >= firstDynamic }

package recorder

import "time"

// SetLongestWait changes how long a replayed exchange waits for the caller's
// context, until the function that it returns is called.
func SetLongestWait(d time.Duration) (restore func()) {
	before := longestWait
	longestWait = d
	return func() { longestWait = before }
}

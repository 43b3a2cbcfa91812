package recorder

import "time"

// SetLongestWait changes how long a replayed exchange waits for the caller's
// context, until the function that it returns is called.
func SetLongestWait(d time.Duration) (restore func()) {
	before := longestWait
	longestWait = d
	return func() { longestWait = before }
}

// WaitForJournal makes every call wait until it is in the journal, until the function
// that it returns is called.
func WaitForJournal() (restore func()) {
	before := patience
	patience = func(time.Duration) time.Duration { return time.Hour }
	return func() { patience = before }
}

package cassette

import "unsafe"

// sharedString returns b as a string without a copy. That is safe because a
// cassette keeps the bytes it was read from and they are not changed after that,
// as Parse and Open ask for: names and values would else take their memory twice.
func sharedString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

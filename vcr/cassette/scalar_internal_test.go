package cassette

import (
	"bytes"
	"testing"
)

// Each byte ends a run, or does not, at every place of one.
func TestPrintable(t *testing.T) {
	for length := range 80 {
		for _, fill := range []byte{' ', 'a', '~'} {
			run := bytes.Repeat([]byte{fill}, length)
			if got := printable(run); got != length {
				t.Fatalf("%q: %d of %d are printable", fill, got, length)
			}
			for at := range run {
				for c := range 256 {
					run[at] = byte(c)
					want := length
					if c < ' ' || c > '~' {
						want = at
					}
					if got := printable(run); got != want {
						t.Fatalf("%q: %d are printable, not %d", run, got, want)
					}
				}
				run[at] = fill
			}
		}
	}
}

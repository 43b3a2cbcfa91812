package media

import (
	"bytes"
	"testing"
)

// Each byte ends a run, or does not, at every place of one, whatever stands behind it.
func TestVerbatim(t *testing.T) {
	for length := range 40 {
		for _, fill := range []byte{' ', 'a', '!', '#', '[', ']', 0x7F, 0x80, 0xFF} {
			run := bytes.Repeat([]byte{fill}, length)
			for at := range run {
				for c := range 256 {
					run[at] = byte(c)
					want := length
					if c < ' ' || c == '"' || c == '\\' {
						want = at
					}
					if got, text := verbatim(run, 0), verbatim(string(run), 0); got != want || text != want {
						t.Fatalf("%q: verbatim up to %d, as text to %d, not to %d", run, got, text, want)
					}
				}
				run[at] = fill
			}
			for from := range length + 2 {
				if got := verbatim(run, from); got != max(from, length) {
					t.Fatalf("%q from %d: verbatim up to %d", run, from, got)
				}
			}
		}
	}
}

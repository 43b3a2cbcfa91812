package redaction

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestDrawnOfGenerated(t *testing.T) {
	const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	r := rand.New(rand.NewPCG(21, 22))
	of := func(from string, length int) func() string {
		return func() string {
			var b strings.Builder
			for range length {
				b.WriteByte(from[r.IntN(len(from))])
			}
			return b.String()
		}
	}
	base64url := func(length int) func() string {
		return func() string {
			raw := make([]byte, length)
			for n := range raw {
				raw[n] = byte(r.Uint32())
			}
			return base64.RawURLEncoding.EncodeToString(raw)[:length]
		}
	}
	const tries = 20_000
	for _, c := range []struct {
		name        string
		generate    func() string
		least, most float64 // percent
	}{
		{"base62 of 8", of(alphanumeric, 8), 25, 35},
		{"base62 of 12", of(alphanumeric, 12), 78, 90},
		{"base62 of 16", of(alphanumeric, 16), 98, 100},
		{"base62 of 20", of(alphanumeric, 20), 99.5, 100},
		{"base62 of 32", of(alphanumeric, 32), 99.9, 100},
		{"base64url of 20", base64url(20), 96, 100},
		{"base64url of 43", base64url(43), 99.9, 100},
		{"hex of 32", of("0123456789abcdef", 32), 99.9, 100},
		{"hex of 40", of("0123456789ABCDEF", 40), 99.9, 100},
		{"20 letters of both cases", of(alphanumeric[:52], 20), 88, 100},
		{"20 lower letters", of(alphanumeric[:26], 20), 70, 80},
		{"32 lower letters", of(alphanumeric[:26], 32), 99.9, 100},
		{"40 digits", of("0123456789", 40), 0, 0},
		{"uuid", func() string {
			return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Uint64()>>16)
		}, 100, 100},
		{"secret key of AWS that begins with a slash", func() string { return "/" + base64.StdEncoding.EncodeToString([]byte(of(alphanumeric, 30)()))[1:] }, 97, 100},
	} {
		hits := 0
		for range tries {
			if isDrawn(c.generate()) {
				hits++
			}
		}
		percent := 100 * float64(hits) / tries
		t.Logf("%s: %.2f%%", c.name, percent)
		if percent < c.least || percent > c.most {
			t.Errorf("%s: %.2f%% drawn, want %v to %v", c.name, percent, c.least, c.most)
		}
	}
}

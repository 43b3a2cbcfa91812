package tree

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func helper(string) string { return "" }

// TestVolatile checks the texts that Ginkgo makes of the parameters of an entry, and
// that of a time.
func TestVolatile(t *testing.T) {
	type params struct {
		name string
		of   any
	}
	number, now := 7, time.Now()
	for name, value := range map[string]any{
		"a pointer":            &number,
		"a pointer in a field": params{"x", &number},
		"a channel":            make(chan int),
		"a function":           helper,
		"a closure":            func() int { return number },
		"a buffer in a field":  params{"x", struct{ r io.Reader }{strings.NewReader("x")}},
	} {
		text := "Entry: " + fmt.Sprint(value)
		if got := volatileIn(text); !strings.HasPrefix(got, "an address, 0x") && !strings.HasPrefix(got, "the address of a function, 0x") {
			t.Errorf("%s, %q: got %q", name, text, got)
		}
	}
	for name, value := range map[string]any{"a time": now, "a time in a field": struct{ At time.Time }{now}} {
		if got := volatileIn("at " + fmt.Sprint(value)); got != "the time of this run" {
			t.Errorf("%s, %v: got %q", name, value, got)
		}
	}
	if text := fmt.Sprint(struct{ at time.Time }{time.Unix(0, 0)}); volatileIn(text) == "" {
		t.Errorf("a time without its method, %q: got none", text)
	}
	for _, text := range []string{
		"", "0xdeadbeef", "reads 0xdeadbeef at 0x5bad55", "block 0x10d4f", "0xffffffffffffffff", "0x00000000000000000001", "0x8ba1f109551bd432803012645ac136ddd64dba72",
		"0XC000012345", "x0xc000012345", fmt.Sprint(now.Round(0)), fmt.Sprint(now.UTC()), "m=+0.012345678", "12:00:00 m=+1", "Entry: 7, {x 8}", fmt.Sprint(params{}), fmt.Sprint(&params{"x", nil}),
	} {
		if got := volatileIn(text); got != "" {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

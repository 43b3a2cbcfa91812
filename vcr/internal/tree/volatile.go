package tree

import (
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// checkTexts returns a mistake of the first node of a recorded spec whose text
// differs from run to run, unless it has a name.
func (t *Tree) checkTexts(s *Spec) error {
	if !slices.ContainsFunc(s.path, (*node).isRecorded) || !slices.ContainsFunc(s.path, (*node).isVolatile) {
		return nil
	}
	at, err := volatile(s.path, t.hooks.Resolve(titleOf(s.path), optionsOf(t.suite, s.path)).Names[1:])
	if err != nil {
		return mistakes{mistakeAt(at.location, err)}
	}
	return nil
}

// volatile returns the first node without a name whose text differs from run to run,
// and says so.
func volatile(nodes []*node, names []string) (at *node, err error) {
	for n, node := range nodes {
		if names[n] == "" && node.isVolatile() {
			return node, fmt.Errorf("%q: holds %s, so that its cassette would have another path in every run; give it a text that stays, or set vcr.Name", node.text, volatileIn(node.text))
		}
	}
	return nil, nil
}

func (n *node) isVolatile() bool { return volatileIn(n.text) != "" }

// Ginkgo makes the text of a table entry without one from its parameters, and fmt
// prints pointers, channels and functions as addresses, and what the clock of the
// process said with a time.
var (
	hexNumber = regexp.MustCompile(`\b0x[0-9a-f]{5,16}\b`)
	monotonic = regexp.MustCompile(`\d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \S+ m=[+-]\d+\.\d{9}\b`)
)

// volatileIn returns what in a text differs from run to run, "" if nothing does for
// sure. A number that a person wrote is no address of this process, but for a chance
// that is not worth a thought. Missed are the addresses of variables of packages, and
// of functions of other modules.
func volatileIn(text string) string {
	for _, number := range hexNumber.FindAllString(text, -1) {
		address, err := strconv.ParseUint(number[2:], 16, 64)
		switch {
		case err != nil:
		case isFunction(uintptr(address)):
			return "the address of a function, " + number
		case isOnHeap(uintptr(address)), uintptr(address) == reflect.ValueOf(time.Local).Pointer():
			return "an address, " + number
		}
	}
	if monotonic.MatchString(text) {
		return "the time of this run"
	}
	return ""
}

// isFunction reports whether a function of the user's module begins at an address.
func isFunction(address uintptr) bool {
	f := runtime.FuncForPC(address)
	return f != nil && f.Entry() == address && process.InModuleUnderTest(f.Name())
}

// isOnHeap reports whether an address is no farther from something on the heap than
// the heap is large.
func isOnHeap(address uintptr) bool {
	memory := new(runtime.MemStats)
	runtime.ReadMemStats(memory)
	there := reflect.ValueOf(memory).Pointer()
	return max(address, there)-min(address, there) < uintptr(memory.HeapSys+memory.StackSys)
}

package process

import (
	"fmt"
	"os"
	"strings"
)

// DebugVariable is the environment variable that makes every request leave a line.
const DebugVariable = "VCR_DEBUG"

// IsDebugging reports whether the variable asks for that.
func IsDebugging() bool {
	switch strings.ToLower(os.Getenv(DebugVariable)) {
	case "", "0", "false":
		return false
	}
	return true
}

// Trace prints a line on stderr as it is now: Ginkgo's parallel processes show with a
// spec what reaches stderr while it runs.
func Trace(line string) { fmt.Fprintln(os.Stderr, "ginkgo-vcr: "+line) }

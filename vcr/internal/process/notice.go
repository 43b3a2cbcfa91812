package process

import (
	"fmt"
	"strings"
)

// Notice prints one line on stderr, now: the first line of an error, and where it
// happened. It is there when the process ends without a report, as by os.Exit.
// Ginkgo's parallel processes collect what reaches stderr while a spec runs, and
// lose it then; the line goes past that.
func Notice(err error, where string) {
	line, _, _ := strings.Cut(err.Error(), "\n")
	line = strings.TrimSuffix(line, ":")                        // before what it announces
	fmt.Fprintf(stderr, "ginkgo-vcr: %s, in %s\n", line, where) // there is nobody else to tell
}

// stderr is where the process wrote when it started.
var stderr = startStderr()

package bench_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// shelfVariable names a folder in which the tapes of all processes of one run
// are kept. Without it, each process makes its own.
const shelfVariable = "BENCH_SHELF"

var shelf peer.Shelf

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir := os.Getenv(shelfVariable)
	if dir == "" {
		temporary, err := os.MkdirTemp("", "bench-shelf-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	shelf = peer.Shelf(dir)
	return m.Run()
}

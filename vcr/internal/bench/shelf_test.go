package bench_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

var shelf peer.Shelf

func TestMain(m *testing.M) { os.Exit(withShelf(m.Run)) }

func withShelf(run func() int) int {
	var err error
	if shelf, err = peer.OpenShelf(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer shelf.Close()
	return run()
}

package peer

import (
	"os"
	"path/filepath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// open reads a cassette of ours. It is the one place that says how.
func open(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, err = cassette.Open(path, data, os.DirFS(filepath.Dir(path)))
	return err
}

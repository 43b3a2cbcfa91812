// Package recorded_test is the suite with cassettes.
package recorded_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/suite"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var session = &peer.Session{Transport: vcr.Client().Transport, Close: func() error { return nil }}

var _ = suite.Describe(func(int) (*peer.Session, error) { return session, nil }, vcr.Recorded(vcr.Mode(recorder.None)))

func TestRecorded(t *testing.T) {
	shelf, err := peer.OpenShelf()
	if err != nil {
		t.Fatal(err)
	}
	defer shelf.Close()
	folder := filepath.Join(shelf.Path, "suite")
	if err := writeCassettes(folder); err != nil {
		t.Fatal(err)
	}
	vcr.Configure(vcr.Dir(folder))
	suite.Run(t, peer.Ours{}.Name())
}

// writeCassettes writes the cassettes of the specs, where package vcr looks for
// them.
func writeCassettes(folder string) error {
	if _, err := os.Stat(folder); err == nil {
		return nil // another process has done it
	}
	if err := os.MkdirAll(filepath.Join(folder, "shop"), 0o700); err != nil {
		return err
	}
	for n, question := range suite.Questions() {
		path := filepath.Join(folder, "shop", fmt.Sprintf("answers_question_%d.yaml", n))
		if err := os.WriteFile(path, peer.Encode(question), 0o600); err != nil {
			return err
		}
	}
	return nil
}

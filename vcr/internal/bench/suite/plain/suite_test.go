// Package plain_test is the suite without our cassettes: with a stub, or with
// a peer that each spec opens and closes by itself.
package plain_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/suite"
)

// peerVariable chooses the peer by the beginning of its name.
const peerVariable = "BENCH_PEER"

// hooks is what any recorder in a Ginkgo suite has to do: a hook before and a
// cleanup after each spec that ask for its report, and reading the spec's file.
const hooks = "hooks"

func init() {
	if os.Getenv(peerVariable) != hooks {
		return
	}
	spec := 0
	ginkgo.BeforeEach(func() {
		_ = ginkgo.CurrentSpecReport()
		ginkgo.DeferCleanup(func() { _ = ginkgo.CurrentSpecReport() })
		if _, err := os.ReadFile(files[spec]); err != nil {
			ginkgo.Fail(err.Error())
		}
		spec++
	})
}

var (
	sessions []func() (*peer.Session, error) // of the specs
	files    []string                        // that the hooks read
)

var _ = suite.Describe(func(spec int) (*peer.Session, error) { return sessions[spec]() })

func TestPlain(t *testing.T) {
	shelf, err := peer.OpenShelf()
	if err != nil {
		t.Fatal(err)
	}
	defer shelf.Close()
	if os.Getenv(peerVariable) == hooks {
		playHooks(t, shelf)
		return
	}
	player := chosen(t)
	for n, question := range suite.Questions() {
		tape := shelf.Tape(fmt.Sprintf("spec-%d", n), question)
		session, err := player.Play(tape) // it makes the file, if it is not there
		if err != nil {
			t.Fatal(err)
		}
		if err := session.Close(); err != nil {
			t.Fatal(err)
		}
		sessions = append(sessions, func() (*peer.Session, error) { return player.Play(tape) })
	}
	suite.Run(t, player.Name())
}

// playHooks answers from a stub, as the suite without a recorder does.
func playHooks(t *testing.T, shelf peer.Shelf) {
	for n, question := range suite.Questions() {
		file := filepath.Join(shelf.Path, fmt.Sprintf("hooks-%d.yaml", n))
		if err := os.WriteFile(file, peer.Encode(question), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
		tape := shelf.Tape(fmt.Sprintf("spec-%d", n), question)
		sessions = append(sessions, func() (*peer.Session, error) { return peer.Stub{}.Play(tape) })
	}
	suite.Run(t, hooks)
}

func chosen(t *testing.T) peer.Player {
	name := cmp.Or(os.Getenv(peerVariable), peer.Stub{}.Name())
	for _, player := range peer.Players() {
		if strings.HasPrefix(player.Name(), name) {
			return player
		}
	}
	t.Fatalf("%s: no peer is named %s", peerVariable, name)
	return nil
}

// Package plain_test is the suite without our cassettes: with a stub, or with
// a peer that each spec opens and closes by itself.
package plain_test

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/suite"
)

// peerVariable chooses the peer by the beginning of its name.
const peerVariable = "BENCH_PEER"

var decks []func() (*peer.Deck, error) // of the specs

var _ = suite.Describe(func(spec int) (*peer.Deck, error) { return decks[spec]() })

func TestPlain(t *testing.T) {
	shelf, err := peer.OpenShelf()
	if err != nil {
		t.Fatal(err)
	}
	defer shelf.Close()
	player := chosen(t)
	for n, question := range suite.Questions() {
		tape := shelf.Tape(fmt.Sprintf("spec-%d", n), question)
		deck, err := player.Play(tape) // it makes the file, if it is not there
		if err != nil {
			t.Fatal(err)
		}
		if err := deck.Close(); err != nil {
			t.Fatal(err)
		}
		decks = append(decks, func() (*peer.Deck, error) { return player.Play(tape) })
	}
	suite.Run(t, player.Name())
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

// Package suite has the specs of workload W7: each asks one question of 6 KB.
// They are a Ginkgo suite with cassettes in the folder recorded, and without in
// plain, which does not import package vcr and has none of its hooks.
package suite

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// Count is the number of specs.
const Count = 500

// Container is the text of the container of the specs.
const Container = "Shop"

// Questions returns what the specs ask, in order.
func Questions() []exchange.Exchange { return exchange.LongChats(Count) }

// Describe declares the specs. Each opens a session and closes it at its end.
func Describe(open func(spec int) (*peer.Session, error), decorators ...any) bool {
	questions := Questions()
	return ginkgo.Describe(Container, append(decorators, func() {
		for n := range questions {
			ginkgo.It(fmt.Sprintf("answers question %d", n), func() {
				session, err := open(n)
				if err == nil {
					err = errors.Join(ask(session.Client(), exchange.At(session.Server, questions[n:n+1])[0]), session.Close())
				}
				if err != nil {
					ginkgo.Fail(err.Error())
				}
			})
		}
	})...)
}

func ask(client *http.Client, question exchange.Exchange) error {
	req, err := question.Request()
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && len(body) == 0 {
		err = errors.New("no answer")
	}
	return err
}

// Run runs the specs and prints what one of them took, as a benchmark does.
func Run(t *testing.T, peer string) {
	started := time.Now()
	ginkgo.RunSpecs(t, Container)
	each := time.Since(started).Nanoseconds() / Count
	fmt.Printf("\nBenchmarkW7/data=specs-%d/peer=%s\t%d\t%d ns/op\n", Count, peer, Count, each)
}

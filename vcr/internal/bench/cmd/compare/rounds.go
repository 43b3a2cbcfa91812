package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// rounds runs everything so many times and returns what was printed. In a round,
// the programs take turns for each workload, and in a program the peers do for
// each data.
func (p programs) rounds(ctx context.Context, s settings) ([]byte, error) {
	var printed []byte
	started := time.Now()
	for round := range s.rounds {
		for _, workload := range s.workloads {
			turns := p.turns(s, workload)
			if round%2 == 1 {
				slices.Reverse(turns)
			}
			for _, turn := range turns {
				lines, err := turn(ctx)
				if err != nil {
					return nil, err
				}
				printed = append(append(printed, lines...), '\n')
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d, %s\n", round+1, s.rounds, time.Since(started).Round(time.Second))
	}
	return printed, nil
}

// A turn runs one program for one workload.
type turn func(context.Context) ([]byte, error)

func (p programs) turns(s settings, workload string) []turn {
	if workload == suiteWorkload {
		return p.suites()
	}
	pattern := fmt.Sprintf("^Benchmark%s$/^data=.*(%s)", workload, s.data)
	args := func(pattern string) []string {
		return []string{"-test.run=^$", "-test.v", "-test.benchtime=" + s.benchtime, "-test.bench=" + pattern}
	}
	return []turn{
		func(ctx context.Context) ([]byte, error) { return p.run(ctx, benchmarks, nil, args(pattern)...) },
		func(ctx context.Context) ([]byte, error) {
			return p.run(ctx, newerGoVCR, nil, args(pattern+"/^peer=go-vcr")...)
		},
	}
}

// suiteWorkload is W7, which is no benchmark but suites, a process for each peer.
const suiteWorkload = "W7"

// suitePeers are the peers of the plain suite.
var suitePeers = []string{"stub", "hooks", "loopback", "go-vcr", "httpreplay"}

func (p programs) suites() []turn {
	turns := []turn{func(ctx context.Context) ([]byte, error) { return p.suite(ctx, suiteOfVCR, "") }}
	for _, peer := range suitePeers {
		turns = append(turns, func(ctx context.Context) ([]byte, error) { return p.suite(ctx, plainSuite, peer) })
	}
	return turns
}

// suite runs a suite and returns its line alone: the rest is Ginkgo's.
func (p programs) suite(ctx context.Context, name, peer string) ([]byte, error) {
	printed, err := p.run(ctx, name, []string{"BENCH_PEER=" + peer})
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(printed)) {
		if strings.HasPrefix(line, "Benchmark") {
			return []byte(line), nil
		}
	}
	return nil, fmt.Errorf("%s printed no benchmark:\n%s", name, printed)
}

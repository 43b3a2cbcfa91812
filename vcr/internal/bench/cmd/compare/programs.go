package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// programs are the test binaries, in a folder with the tapes.
type programs struct{ folder string }

// The test binaries, and the arguments of go test -c for each.
const (
	benchmarks = "benchmarks.test"
	newerGoVCR = "go-vcr-4.0.7.test" // the same source
	plainSuite = "plain.test"
	suiteOfVCR = "recorded.test"
)

var sources = []struct {
	name string
	args []string
}{
	{benchmarks, []string{"."}},
	{newerGoVCR, []string{"-modfile=go-vcr-4.0.7.mod", "."}},
	{plainSuite, []string{"./suite/plain"}},
	{suiteOfVCR, []string{"./suite/recorded"}},
}

func build(ctx context.Context, folder string) (programs, error) {
	for _, source := range sources {
		args := append([]string{"test", "-c", "-o", filepath.Join(folder, source.name)}, source.args...)
		build := exec.CommandContext(ctx, "go", args...)
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return programs{}, fmt.Errorf("building %s in the folder of the module: %w", source.name, err)
		}
	}
	return programs{folder}, os.Mkdir(filepath.Join(folder, "shelf"), 0o700)
}

// run runs a test binary and returns what it printed. env is added to the
// environment.
func (p programs) run(ctx context.Context, name string, env []string, args ...string) ([]byte, error) {
	program := exec.CommandContext(ctx, filepath.Join(p.folder, name), args...)
	program.Env = append(os.Environ(), peer.ShelfVariable+"="+filepath.Join(p.folder, "shelf"))
	program.Env = append(program.Env, env...)
	var printed bytes.Buffer
	program.Stdout, program.Stderr = &printed, &printed
	if err := program.Run(); err != nil {
		return nil, fmt.Errorf("%s %v: %w\n%s", name, args, err, printed.Bytes())
	}
	return printed.Bytes(), nil
}

// rounds runs all workloads, s.rounds times, and returns what was printed. Within a
// workload the programs take turns, and within a program the peers do.
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

// suiteWorkload is W7. It is not a benchmark but suites, one process for each peer.
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

// suite runs a suite and returns only its line of a benchmark.
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

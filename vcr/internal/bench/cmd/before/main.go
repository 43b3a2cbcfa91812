// Command before shows how fast this checkout is beside an earlier one. It builds
// the benchmarks of both, runs them in turns, round by round, and prints the medians
// and their ratio. Run it in the folder of the module:
//
//	go run ./cmd/before -base ../path/to/the/earlier/checkout
//
// Each checkout runs its own vcr/internal/bench, because the API of the library may
// have changed between them. What only one of them measures is left out. W8 is an
// exception: when the earlier checkout has no wait_test.go, the file of this checkout
// is compiled with its benchmarks, by -overlay. Neither checkout is written to.
//
// The last column is the lowest and the highest ratio of one round. Beside ginkgo-vcr
// the table has a peer in which no code of the library runs, such as the stub. When
// its ratio is far from 1, the machine was busy, and the other ratios mean little.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/report"
)

// A workload is what to print, and the peer that is measured beside ours.
type workload struct {
	yardstick string
	units     []string
}

var workloads = map[string]workload{
	"W1": {"stub", []string{"sec/op", "allocs/op"}},
	"W2": {"stub", []string{"sec/interaction"}},
	"W3": {"readfile", []string{"sec/op", "B/op"}},
	"W4": {"loopback", []string{"caller-sec/call", "save-sec/op"}},
	"W7": {"stub", []string{"sec/op"}},
	"W8": {"stub", []string{"sec/recording", "allocs/recording", "B/recording"}},
}

func main() {
	base := flag.String("base", "", "the folder of the earlier checkout")
	names := flag.String("workloads", "W1,W2,W3,W4,W7,W8", "the workloads to run")
	data := flag.String("data", "", "run only data whose name matches this regular expression")
	rounds := flag.Int("rounds", 10, "how often each benchmark is run")
	benchtime := flag.String("benchtime", "25ms", "how long each benchmark is run in a round, at least")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := compare(ctx, *base, strings.Split(*names, ","), *data, *benchtime, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "before:", err)
		os.Exit(1)
	}
}

func compare(ctx context.Context, base string, names []string, data, benchtime string, rounds int) error {
	if base == "" {
		return errors.New("-base: missing; name the folder of the earlier checkout")
	}
	for _, name := range names {
		if _, known := workloads[name]; !known {
			return fmt.Errorf("-workloads: %s is not one of W1, W2, W3, W4, W7, W8", name)
		}
	}
	folder, err := os.MkdirTemp("", "bench-before-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	before, err := build(ctx, filepath.Join(base, "vcr/internal/bench"), filepath.Join(folder, "before"))
	if err != nil {
		return err
	}
	after, err := build(ctx, ".", filepath.Join(folder, "after"))
	if err != nil {
		return err
	}
	for round := range rounds + 1 {
		if round == 1 { // the round before that made the tapes
			before.samples, after.samples = report.Samples{}, report.Samples{}
		}
		turns := []*checkout{before, after}
		if round%2 == 1 {
			slices.Reverse(turns)
		}
		for _, name := range names {
			for _, c := range turns {
				if err := c.measure(ctx, name, data, benchtime); err != nil {
					return err
				}
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round, rounds)
	}
	return printTable(&before.samples, &after.samples, names)
}

// A checkout is the benchmarks of one version of the library.
type checkout struct {
	source, folder string // folder has the test binaries and the tapes
	samples        report.Samples
}

func build(ctx context.Context, source, folder string) (*checkout, error) {
	if err := os.MkdirAll(filepath.Join(folder, "tapes"), 0o700); err != nil {
		return nil, err
	}
	overlay := filepath.Join(folder, "overlay.json")
	if err := writeOverlay(overlay, source); err != nil {
		return nil, err
	}
	for binary, of := range map[string]string{"benchmarks": ".", "plain": "./suite/plain", "recorded": "./suite/recorded"} {
		build := exec.CommandContext(ctx, "go", "test", "-c", "-overlay="+overlay, "-o", filepath.Join(folder, binary), of)
		build.Dir, build.Stderr = source, os.Stderr
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("%s: building %s: %w", source, of, err)
		}
	}
	return &checkout{source: source, folder: folder}, nil
}

// writeOverlay writes an overlay that adds wait_test.go to a source without it.
func writeOverlay(path, source string) error {
	replace := map[string]string{}
	if wait := filepath.Join(source, "wait_test.go"); !exists(wait) {
		missing, _ := filepath.Abs(wait)
		replace[missing], _ = filepath.Abs("wait_test.go")
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(path, overlay, 0o600)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// measure runs one workload and keeps what it printed.
func (c *checkout) measure(ctx context.Context, name, data, benchtime string) error {
	yardstick := workloads[name].yardstick
	if name == "W7" { // suites, a process for each peer
		return errors.Join(c.run(ctx, "plain", yardstick), c.run(ctx, "recorded", ""))
	}
	pattern := fmt.Sprintf("^Benchmark%s$/^data=.*(%s)/^peer=(ginkgo-vcr|%s)$", name, data, yardstick)
	return c.run(ctx, "benchmarks", "", "-test.run=^$", "-test.benchtime="+benchtime, "-test.bench="+pattern)
}

func (c *checkout) run(ctx context.Context, binary, peerOfSuite string, args ...string) error {
	program := exec.CommandContext(ctx, filepath.Join(c.folder, binary), args...)
	program.Dir = c.source
	program.Env = append(os.Environ(), peer.ShelfVariable+"="+filepath.Join(c.folder, "tapes"), "BENCH_PEER="+peerOfSuite)
	printed, err := program.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %s %v: %w\n%s", c.source, binary, args, err, printed)
	}
	_, err = c.samples.Read(bytes.NewReader(printed))
	return err
}

// printTable prints a line for each number that both checkouts have.
func printTable(before, after *report.Samples, names []string) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "workload\tdata\tpeer\tunit\tbefore\tafter\tratio\tin the rounds")
	for _, name := range names {
		for _, unit := range workloads[name].units {
			for _, key := range before.Keys(name, unit) {
				a, _ := before.Median(key)
				b, both := after.Median(key)
				if !both {
					continue
				}
				ratios := after.Values(key)
				for n, value := range before.Values(key) {
					ratios[n] /= value
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%.2f\t%.2f-%.2f\n", name, key.Data, key.Peer, unit,
					report.Format(a, unit), report.Format(b, unit), b/a, slices.Min(ratios), slices.Max(ratios))
			}
		}
	}
	return table.Flush()
}

// Command compare runs the benchmarks and writes BENCHMARKS.md. The peers take turns
// in rounds, so that a busy machine slows all of them. Run it in the folder of the
// module:
//
//	go run ./cmd/compare
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/report"
)

type settings struct {
	workloads []string
	data      string
	rounds    int
	benchtime string
	profile   bool
	out, raw  string
}

func main() {
	var s settings
	names := flag.String("workloads", "W1,W2,W3,W4,W5,W6,W7,W8,W11", "the workloads to run")
	flag.StringVar(&s.data, "data", "", "run only data whose name matches this regular expression")
	flag.IntVar(&s.rounds, "rounds", 10, "how often each benchmark is run")
	flag.StringVar(&s.benchtime, "benchtime", "25ms", "how long each benchmark is run in a round, at least")
	flag.BoolVar(&s.profile, "profile", true, "profile our side of each workload, in runs of their own")
	flag.StringVar(&s.out, "out", "BENCHMARKS.md", "the file to write; - is standard output")
	flag.StringVar(&s.raw, "raw", "", "a file for the lines of the benchmarks, for benchstat")
	flag.Parse()
	s.workloads = strings.Split(*names, ",")

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := compare(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(ctx context.Context, s settings) error {
	temporary, err := os.MkdirTemp("", "bench-compare-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	programs, err := build(ctx, temporary)
	if err != nil {
		return err
	}
	printed, err := programs.rounds(ctx, s)
	if err != nil {
		return err
	}
	if s.raw != "" {
		if err := os.WriteFile(s.raw, printed, 0o666); err != nil {
			return err
		}
	}
	run, err := read(printed)
	if err != nil {
		return err
	}
	if run.Facts, err = facts(ctx, s, run.Facts); err != nil {
		return err
	}
	if s.profile {
		if run.Profiles, err = programs.profiles(ctx, s); err != nil {
			return err
		}
	}
	return write(s.out, run.Markdown())
}

// read returns what the benchmarks printed as a run.
func read(printed []byte) (report.Run, error) {
	run := report.Run{Samples: new(report.Samples)}
	config, err := run.Samples.Read(bytes.NewReader(printed))
	if err != nil {
		return run, err
	}
	run.Facts.System = config["goos"] + "/" + config["goarch"]
	run.Facts.CPU = strings.TrimSpace(config["cpu"])
	run.Skips, err = report.Skips(bytes.NewReader(printed))
	return run, err
}

func write(path, text string) error {
	if path == "-" {
		_, err := io.WriteString(os.Stdout, text)
		return err
	}
	return os.WriteFile(path, []byte(text), 0o666)
}

// peerModules are the modules that are compared; go-vcr's second version is in
// the second modfile.
var peerModules = []string{"gopkg.in/dnaeon/go-vcr.v4", "github.com/google/go-replayers/httpreplay", "gopkg.in/yaml.v3"}

// facts adds what the benchmarks did not print.
func facts(ctx context.Context, s settings, f report.Facts) (report.Facts, error) {
	f.Go, f.CPUs, f.Rounds, f.Benchtime = runtime.Version(), runtime.NumCPU(), s.rounds, s.benchtime
	older, err := versions(ctx, "go.mod", peerModules...)
	if err != nil {
		return f, err
	}
	newer, err := versions(ctx, "go-vcr-4.0.7.mod", peerModules[0])
	f.Modules = append(older[:1:1], append(newer, older[1:]...)...)
	return f, err
}

func versions(ctx context.Context, modfile string, modules ...string) ([]string, error) {
	args := append([]string{"list", "-modfile=" + modfile, "-m", "-f", "{{.Path}} {{.Version}}"}, modules...)
	printed, err := exec.CommandContext(ctx, "go", args...).Output()
	if err != nil {
		return nil, fmt.Errorf("the versions of the peers: %w", err)
	}
	return strings.Split(strings.TrimSpace(string(printed)), "\n"), nil
}

// Command compare runs the benchmarks in rounds, so that all peers see the same
// moods of the machine, and writes BENCHMARKS.md. Run it in the folder of the
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
	"os/signal"
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
	names := flag.String("workloads", "W1,W2,W3,W4,W5,W6,W7", "the workloads to run")
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

// read makes a run of what all benchmarks printed.
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

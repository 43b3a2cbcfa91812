package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/report"
)

// profiled are the benchmarks that are profiled. Only time below the function focus
// counts. Benchmarks that do much beside it, W2 and W6, are told how often to run, and
// so is W5, because what it records has to fit into a cassette.
var profiled = []struct{ workload, data, benchtime, focus string }{
	{"W1", "chat-do", "2s", `bench_test\.ask$`},
	{"W1", "embedding-2.5MB-do", "2s", `bench_test\.ask$`},
	{"W2", "chats-1000-reverse", "60x", `bench_test\.ask$`},
	{"W3", "chats-2", "2s", `bench_test\.load$`},
	{"W3", "chats-1000", "2s", `bench_test\.load$`},
	{"W3", "embedding-10MB", "2s", `bench_test\.load$`},
	{"W4", "chats-1000", "2s", `bench_test\.askAll$|recorder\.\(\*Session\)\.Close$`},
	{"W4", "embedding-2.5MB", "2s", `bench_test\.askAll$|recorder\.\(\*Session\)\.Close$`},
	{"W5", "stream-40KB", "1500x", `bench_test\.\(\*slowOrigin\)\.firstByte$`},
	{"W6", "goroutines-8", "60x", `bench_test\.ask$`},
	{"W8", "chats-1000", "100x", `bench_test\.playOnce$`},
	{suiteWorkload, "specs-500", "", `ginkgo/v2\.RunSpecs$|internal\.\(\*Suite\)\.runNode`},
}

// ourFunctions are the functions of the library, without this module.
const ourFunctions = `ginkgo-vcr/(vcr|matchers|reporters)(/cassette|/match|/recorder|/internal/[a-z]+)?\.`

// suiteRuns is how often the suite of W7 runs for its profile. One run has only a few
// samples.
const suiteRuns = 30

// top is how many functions are shown.
const top = 5

func (p programs) profiles(ctx context.Context, s settings) ([]report.Profile, error) {
	var profiles []report.Profile
	for _, one := range profiled {
		if !slices.Contains(s.workloads, one.workload) {
			continue
		}
		fmt.Fprintf(os.Stderr, "profile of %s, %s\n", one.workload, one.data)
		program, runs, args := benchmarks, 1, []string{"-test.run=^$", "-test.benchtime=" + one.benchtime, fmt.Sprintf("-test.bench=^Benchmark%s$/^data=%s$/^peer=ginkgo-vcr$", one.workload, one.data)}
		if one.workload == suiteWorkload {
			program, runs, args = suiteOfVCR, suiteRuns, nil
		}
		var files []string
		for n := range runs {
			files = append(files, filepath.Join(p.folder, fmt.Sprintf("cpu-%d.prof", n)))
			if _, err := p.run(ctx, program, nil, append(args, "-test.cpuprofile="+files[n])...); err != nil {
				return nil, err
			}
		}
		profile := report.Profile{Workload: one.workload, Data: one.data}
		var err error
		if profile.Hot, err = p.costs(ctx, program, files, "-focus="+one.focus); err != nil {
			return nil, err
		}
		if profile.Ours, err = p.costs(ctx, program, files, "-focus="+one.focus, "-show="+ourFunctions); err != nil {
			return nil, err
		}
		profiles = append(profiles, profile)
	}
	return profiles, nil
}

func (p programs) costs(ctx context.Context, program string, files []string, args ...string) ([]report.Cost, error) {
	args = append([]string{"tool", "pprof", "-top", "-relative_percentages", "-nodecount=40"}, args...)
	args = append(append(args, filepath.Join(p.folder, program)), files...)
	pprof := exec.CommandContext(ctx, "go", args...)
	var printed, said bytes.Buffer
	pprof.Stdout, pprof.Stderr = &printed, &said
	if err := pprof.Run(); err != nil {
		return nil, fmt.Errorf("go tool pprof: %w\n%s", err, said.Bytes())
	}
	return report.Costs(&printed, top)
}

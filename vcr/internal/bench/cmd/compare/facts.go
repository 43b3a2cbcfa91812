package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/report"
)

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

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// programs are the test binaries, in a folder of their own with the tapes.
type programs struct{ folder string }

// The test binaries, and what go test -c is given to build each.
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

// Package unnoticed_test shows that the import of package vcr changes nothing outside of
// recordings: programs of all kinds print the same with it and without it.
package unnoticed_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPrograms(t *testing.T) {
	plain, withVCR := build(t), build(t, "-tags=vcr")
	for _, name := range strings.Split(strings.TrimSpace(run(t, plain)), "\n") {
		t.Run(name, func(t *testing.T) {
			want, got := run(t, plain, name), run(t, withVCR, name)
			if strings.TrimSpace(want) == "" {
				t.Error("it prints nothing")
			}
			if got != want {
				t.Errorf("with vcr it prints\n%s\nwithout\n%s", got, want)
			}
		})
	}
}

// build builds the program with the race detector.
func build(t *testing.T, flags ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program")
	output, err := exec.Command("go", append(append([]string{"build", "-race", "-o", file}, flags...), "./program")...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return file
}

// run returns what a program prints on either stream.
func run(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	command := exec.Command(program, arguments...)
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); !strings.HasSuffix(strings.ToUpper(name), "_PROXY") && !strings.HasPrefix(name, "SSL_CERT_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, "TMPDIR="+t.TempDir())
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", filepath.Base(program), arguments, err, output)
	}
	return string(output)
}

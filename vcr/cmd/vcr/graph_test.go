package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const library = "github.com/seed-e117020a/ginkgo-vcr"

// What the command requires for itself is not in the graph of a module that imports the
// library, where it could raise versions.
func TestGraphOfUsers(t *testing.T) {
	dir := newModule(t)
	write(t, filepath.Join(dir, "shop", "shop_test.go"), "")
	goIn(t, dir, "list", "-deps", "-test", "./...") // fails if an import is not found
	own := strings.Split(goIn(t, "../../..", "list", "-m", "all"), "\n")
	for line := range strings.Lines(goIn(t, dir, "list", "-m", "all")) {
		if line = strings.TrimSpace(line); !slices.Contains(own, line) && !strings.HasPrefix(line, library+" ") && line != "example.com/user" {
			t.Errorf("a user's graph has %s", line)
		}
	}
	for _, line := range own {
		if strings.Contains(line, "cobra") {
			t.Errorf("the library's graph has %s", line)
		}
	}
}

// Ginkgo would put its flags into the command. The types of its reports have none.
func TestLinksNoGinkgo(t *testing.T) {
	for _, imported := range strings.Fields(goIn(t, ".", "list", "-deps", ".")) {
		if strings.HasPrefix(imported, "github.com/onsi/") && imported != "github.com/onsi/ginkgo/v2/types" && imported != "github.com/onsi/ginkgo/v2/formatter" {
			t.Errorf("the command links %s", imported)
		}
	}
}

func goIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("go", args...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return string(output)
}

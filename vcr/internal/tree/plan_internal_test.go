package tree

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

func TestSourceDir(t *testing.T) {
	t.Chdir(t.TempDir()) // a spec may do that before it is asked
	here := filepath.Join(process.StartDir, "plan_internal_test.go")
	for name, c := range map[string]struct {
		file, dir string
		known     bool
	}{
		"a path":                            {here, process.StartDir, true},
		"a path elsewhere":                  {filepath.Join(os.TempDir(), "asks_test.go"), os.TempDir(), true},
		"a path on another machine":         {filepath.FromSlash("/no/such/folder/asks_test.go"), process.StartDir, false},
		"a path there, in its package":      {filepath.FromSlash("/no/such/folder/plan_internal_test.go"), process.StartDir, true},
		"a trimmed path":                    {"example.com/fixtures/asks_test.go", process.StartDir, false},
		"a trimmed path, in its package":    {"example.com/fixtures/plan_internal_test.go", process.StartDir, true},
		"a file that is not that of a test": {"example.com/fixtures/asks.go", process.StartDir, true},
	} {
		n := &node{location: types.CodeLocation{FileName: c.file, LineNumber: 1}}
		dir, known := sourceDirOf(map[leaf][]*Spec{leafOf("", n.location): {{leaf: n, path: []*node{n}}}})
		if filepath.Clean(dir) != filepath.Clean(c.dir) || known != c.known {
			t.Errorf("%s: got %s, %t", name, dir, known)
		}
	}
}

package cassette

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// staleAfter is the age of a temporary file that no save can still be writing.
const staleAfter = time.Hour

// temporaryName returns the name under which a file is written before it gets
// its own.
func temporaryName(base string) string {
	return fmt.Sprintf(".%s.%016x", base, rand.Uint64())
}

var temporary = regexp.MustCompile(`^\.(.+)\.[0-9a-f]{16}$`)

// sweep removes what is of no use beside a cassette that was saved or removed:
// bodies other than those in files, and what a save that was killed left
// behind. What cannot be removed does no harm.
func sweep(path string, files map[string][]byte) {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return
	}
	for _, entry := range entries {
		name := entry.Name()
		_, used := files[name]
		useless := isBodyOf(base, name) && !used && isOurs(filepath.Join(dir, name))
		if match := temporary.FindStringSubmatch(name); match != nil && (match[1] == base || isBodyOf(base, match[1])) {
			useless = isStale(entry)
		}
		if useless && !entry.IsDir() {
			_ = os.Remove(filepath.Join(dir, name))
		}
	}
}

func isBodyOf(base, file string) bool {
	of, _, ok := splitBeside(file)
	return ok && of == stem(base)
}

// isStale spares the file that another process may be writing just now.
func isStale(entry fs.DirEntry) bool {
	info, err := entry.Info()
	return err == nil && time.Since(info.ModTime()) > staleAfter
}

// isOurs spares a file that has the name of a body and not its content: somebody
// else put it there.
func isOurs(path string) bool {
	content, err := os.ReadFile(path)
	_, hash, _ := splitBeside(filepath.Base(path))
	return err == nil && hashOf(content) == hash
}
